using Laminet.Tensors.Ops;

namespace Laminet.Verification.Operations;

internal static class ConvolutionCases
{
    private static readonly Setting[] Settings =
    [
        new(1, 1, 1, 1, 1, 1, 1), new(2, 5, 6, 3, 3, 2, 4), new(1, 7, 5, 2, 3, 3, 3, Padding: Padding.Same),
        new(2, 7, 8, 2, 3, 3, 3, Strides: (2, 3)), new(1, 8, 7, 2, 3, 3, 3, Strides: (2, 2), Padding: Padding.Same),
        new(1, 9, 9, 2, 3, 2, 3, Dilation: (2, 3)), new(1, 9, 8, 2, 3, 3, 2, Dilation: (2, 1), Strides: (2, 1), Padding: Padding.Same),
        new(2, 5, 5, 4, 3, 3, 6, Groups: 2), new(1, 6, 6, 5, 3, 3, 5, Groups: 5, Padding: Padding.Same), new(1, 6, 6, 3, 2, 2, 6, Groups: 3),
        new(1, 4, 5, 2, 2, 3, 3, Padding: Padding.Explicit((1, 2), (0, 3))), new(1, 3, 3, 1, 2, 2, 1, Padding: Padding.Explicit(2)),
        new(2, 4, 3, 5, 1, 1, 7), new(2, 5, 5, 3, 1, 1, 4, Strides: (2, 2)), new(0, 5, 5, 2, 3, 3, 3), new(1, 5, 5, 2, 5, 5, 3),
        new(2, 4, 4, 2, 3, 3, 3, Bias: true), new(2, 4, 4, 2, 3, 3, 3, Bias: true, Relu: true), new(1, 4, 4, 2, 3, 3, 5, Relu: true, Padding: Padding.Same),
        new(1, 5, 5, 4, 3, 3, 4, Groups: 4, Bias: true, Relu: true), new(2, 12, 13, 17, 3, 3, 33, Padding: Padding.Same),
        new(1, 3, 20, 2, 1, 5, 3, Strides: (1, 2)), new(1, 20, 3, 2, 5, 1, 3, Padding: Padding.Same),
    ];

    // Panels of 4 filters: panels[p, d, j] = kernel[d, 4 p + j].
    public static IEnumerable<OpCase> Rows() =>
    [
        .. Settings.Select(Row),
        new("kernel in panels", [Grid.Random([2, 3, 5, 12], 1)], inputs => new KernelInPanels(4).Apply(inputs[0]),
            grids => Grid.From([3, 30, 4], at => grids[0].Values[(at[1] * 12) + (4 * at[0]) + at[2]])) { Differentiable = [], Subject = nameof(KernelInPanels) },
        new("kernel from panels", [Grid.Random([3, 30, 4], 1)], inputs => new KernelFromPanels([2, 3, 5, 12], 4).Apply(inputs[0]),
            grids => Grid.From([2, 3, 5, 12], at => grids[0][at[3] / 4, (((at[0] * 3) + at[1]) * 5) + at[2], at[3] % 4])) { Differentiable = [], Subject = nameof(KernelFromPanels) },
        // The last panel has the 2 filters that are left, after two of 4: 240 numbers.
        new("kernel in panels of which the last is narrow", [Grid.Random([2, 3, 5, 10], 1)], inputs => new KernelInPanels(4).Apply(inputs[0]),
            grids => Grid.From([300], at => grids[0].Values[at[0] < 240 ? (at[0] % 120 / 4 * 10) + (4 * (at[0] / 120)) + (at[0] % 4) : ((at[0] - 240) / 2 * 10) + 8 + (at[0] % 2)])) { Differentiable = [], Subject = nameof(KernelInPanels) },
        new("kernel from panels of which the last is narrow", [Grid.Random([300], 1)], inputs => new KernelFromPanels([2, 3, 5, 10], 4).Apply(inputs[0]),
            grids => Grid.From([2, 3, 5, 10], at =>
            {
                int depth = (((at[0] * 3) + at[1]) * 5) + at[2];
                return grids[0].Values[at[3] < 8 ? (((at[3] / 4 * 30) + depth) * 4) + (at[3] % 4) : 240 + (depth * 2) + (at[3] % 2)];
            })) { Differentiable = [], Subject = nameof(KernelFromPanels) },
    ];

    private static OpCase Row(Setting s)
    {
        int[] image = [s.Batch, s.Height, s.Width, s.Channels];
        int[] kernel = [s.KernelHeight, s.KernelWidth, s.Channels / s.Groups, s.Filters];
        List<Grid> inputs = [Grid.Random(image, 1), Grid.Random(kernel, 2)];
        if (s.Bias)
            inputs.Add(Grid.Random([s.Filters], 3));
        (int Height, int Width) strides = s.Strides ?? (1, 1), dilation = s.Dilation ?? (1, 1);
        return new OpCase(
            s.ToString().Replace("Setting", "Convolution", StringComparison.Ordinal), [.. inputs],
            tensors => tensors[0].Convolution(tensors[1], s.Bias ? tensors[2] : null, s.Strides, s.Padding, s.Dilation, s.Groups, s.Relu),
            grids =>
            {
                (int padTop, int height) = Extent(s.Padding, 0, s.Height, s.KernelHeight, strides.Height, dilation.Height);
                (int padLeft, int width) = Extent(s.Padding, 1, s.Width, s.KernelWidth, strides.Width, dilation.Width);
                return Grid.From([s.Batch, height, width, s.Filters], index =>
                {
                    double sum = s.Bias ? grids[2][index[3]] : 0;
                    int group = index[3] / (s.Filters / s.Groups);
                    for (int m = 0; m < s.KernelHeight; m++)
                    {
                        for (int n = 0; n < s.KernelWidth; n++)
                        {
                            int row = (index[1] * strides.Height) + (m * dilation.Height) - padTop;
                            int column = (index[2] * strides.Width) + (n * dilation.Width) - padLeft;
                            if (row < 0 || column < 0 || row >= s.Height || column >= s.Width)
                                continue;
                            for (int c = 0; c < kernel[2]; c++)
                                sum += grids[0][index[0], row, column, (group * kernel[2]) + c] * grids[1][m, n, c, index[3]];
                        }
                    }

                    return s.Relu ? Math.Max(0, sum) : sum;
                });
            })
        { Tolerance = 1 + (s.KernelHeight * s.KernelWidth * kernel[2]) };
    }

    /// <summary>The cells before, and how many positions there are, along one axis.</summary>
    public static (int Before, int Positions) Extent(Padding padding, int axis, int length, int window, int stride, int dilation)
    {
        int reach = ((window - 1) * dilation) + 1;
        (int before, int after) = padding.Of(axis, length, window, stride, dilation);
        return (before, ((length + before + after - reach) / stride) + 1);
    }

    private sealed record Setting(
        int Batch, int Height, int Width, int Channels, int KernelHeight, int KernelWidth, int Filters,
        (int Height, int Width)? Strides = null, Padding Padding = default, (int Height, int Width)? Dilation = null,
        int Groups = 1, bool Bias = false, bool Relu = false);
}
