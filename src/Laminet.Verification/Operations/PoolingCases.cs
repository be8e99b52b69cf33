namespace Laminet.Verification.Operations;

internal static class PoolingCases
{
    private static readonly (int[] Image, (int Height, int Width) Size, (int Height, int Width)? Strides, Padding Padding)[] Settings =
    [
        ([1, 1, 1, 1], (1, 1), null, default), ([2, 4, 4, 3], (2, 2), null, default), ([1, 5, 5, 1], (3, 3), (1, 1), default),
        ([1, 5, 7, 2], (2, 3), (2, 1), Padding.Same), ([2, 7, 6, 3], (3, 3), (2, 2), Padding.Same), ([1, 6, 6, 2], (3, 2), (2, 2), Padding.Explicit((1, 2), (1, 0))),
        ([0, 4, 4, 2], (2, 2), null, default), ([1, 5, 5, 2], (2, 2), (3, 3), default), ([1, 4, 5, 17], (4, 5), null, default),
        ([2, 20, 19, 65], (3, 3), (2, 2), Padding.Same),
    ];

    public static IEnumerable<OpCase> Rows()
    {
        foreach (var setting in Settings)
        {
            string name = $"{OpCases.Text(setting.Image)}{setting.Size}{setting.Strides}{setting.Padding}";
            yield return new OpCase($"MaxPool{name}", [Grid.Distinct(setting.Image, 6)],
                inputs => inputs[0].MaxPool(setting.Size, setting.Strides, setting.Padding),
                grids => Pool(grids[0], setting.Size, setting.Strides ?? setting.Size, setting.Padding, (inside, _) => inside.Max()));
            yield return new OpCase($"AveragePool{name}", [Grid.Random(setting.Image, 6)],
                inputs => inputs[0].AveragePool(setting.Size, setting.Strides, setting.Padding),
                grids => Pool(grids[0], setting.Size, setting.Strides ?? setting.Size, setting.Padding, (inside, _) => inside.Average()))
            { Tolerance = 4 };
            yield return new OpCase($"AveragePoolCounted{name}", [Grid.Random(setting.Image, 6)],
                inputs => inputs[0].AveragePool(setting.Size, setting.Strides, setting.Padding, countPadding: true),
                grids => Pool(grids[0], setting.Size, setting.Strides ?? setting.Size, setting.Padding, (inside, cells) => inside.Sum() / cells))
            { Tolerance = 4 };
        }
    }

    private static Grid Pool(
        Grid image, (int Height, int Width) size, (int Height, int Width) strides, Padding padding, Func<List<double>, int, double> function)
    {
        (int top, int height) = ConvolutionCases.Extent(padding, 0, image.Shape[1], size.Height, strides.Height, 1);
        (int left, int width) = ConvolutionCases.Extent(padding, 1, image.Shape[2], size.Width, strides.Width, 1);
        return Grid.From([image.Shape[0], height, width, image.Shape[3]], index =>
        {
            List<double> inside = [];
            for (int m = 0; m < size.Height; m++)
            {
                for (int n = 0; n < size.Width; n++)
                {
                    int row = (index[1] * strides.Height) + m - top, column = (index[2] * strides.Width) + n - left;
                    if (row >= 0 && column >= 0 && row < image.Shape[1] && column < image.Shape[2])
                        inside.Add(image[index[0], row, column, index[3]]);
                }
            }

            return function(inside, size.Height * size.Width);
        });
    }
}
