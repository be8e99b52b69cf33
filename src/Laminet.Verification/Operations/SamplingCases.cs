namespace Laminet.Verification.Operations;

/// <summary>Images read at other places, and random numbers with a key for each example.</summary>
internal static class SamplingCases
{
    // For each image: turned and shrunk; mirrored and moved; seen from the side.
    private static readonly double[][] Transforms =
    [
        [0.83127, -0.41263, 0.37191, 0.52331, 1.13371, -0.71273, 0, 0], [-1, 0, 3.31713, 0, 1.21247, -1.71931, 0, 0], [1.11317, 0.23171, -0.91733, -0.17119, 0.92317, 0.41171, 0.05, 0.11],
    ];

    public static IEnumerable<OpCase> Rows()
    {
        foreach (int[] shape in new int[][] { [2, 5, 7, 3], [3, 4, 3, 1], [1, 1, 6, 2], [1, 3, 131, 4] })
        {
            foreach (FillMode fill in Enum.GetValues<FillMode>())
            {
                foreach (Interpolation interpolation in new[] { Interpolation.Bilinear, Interpolation.Nearest })
                {
                    double[] numbers = [.. Transforms[..shape[0]].SelectMany(numbers => numbers)];
                    Tensor transforms = Tensor.From(numbers, [shape[0], 8]);
                    (int Height, int Width)? size = shape[0] == 3 ? (3, 5) : null;
                    (int height, int width) = size ?? (shape[1], shape[2]);
                    DType[] types = interpolation == Interpolation.Nearest ? OpCase.Numbers : OpCase.Floats;
                    yield return new OpCase(
                        $"AffineTransform{OpCases.Text(shape)} {interpolation} {fill}", [Grid.Random(shape, 5)],
                        inputs => inputs[0].AffineTransform(transforms, interpolation, fill, 3, size),
                        grids => Sampled(grids[0], height, width, interpolation, fill, (n, y, x) =>
                        {
                            double[] t = Transforms[n];
                            double k = (t[6] * x) + (t[7] * y) + 1;
                            return (((t[0] * x) + (t[1] * y) + t[2]) / k, ((t[3] * x) + (t[4] * y) + t[5]) / k);
                        }))
                    { Types = types, Tolerance = 16 };

                    Grid places = Grid.Random([shape[0], 4, 3, 2], 9, -9, 12) with { Type = DType.Float64 };
                    yield return new OpCase(
                        $"SampleAt{OpCases.Text(shape)} {interpolation} {fill}", [Grid.Random(shape, 6), places],
                        inputs => inputs[0].SampleAt(inputs[1], interpolation, fill, 3),
                        grids => Sampled(grids[0], 4, 3, interpolation, fill, (n, y, x) => (grids[1][n, y, x, 0], grids[1][n, y, x, 1])))
                    { Types = types, Tolerance = 16 };
                }
            }
        }

        Grid colors = Grid.Random([3, 7, 3], 11, 0.05, 0.95);
        yield return new OpCase("RgbToHsv", [colors], inputs => inputs[0].RgbToHsv(), grids => ByColor(grids[0], Hsv)) { Types = OpCase.Computed, Tolerance = 16 };
        yield return new OpCase("HsvToRgb", [colors], inputs => inputs[0].HsvToRgb(), grids => ByColor(grids[0], Rgb)) { Types = OpCase.Computed, Tolerance = 16 };
        yield return new OpCase(
            "RgbToGrayscale", [colors], inputs => inputs[0].RgbToGrayscale(),
            grids => Grid.From([3, 7, 1], index => (0.2989 * grids[0][index[0], index[1], 0]) + (0.587 * grids[0][index[0], index[1], 1]) + (0.114 * grids[0][index[0], index[1], 2])))
        { Tolerance = 4 };

        foreach (int length in (int[])[1, 6, 5000])
        {
            yield return new OpCase($"UniformOfKeys({length})", [], _ => RandomKeys.Split(new RandomKey(7), 3).Fold(4).Uniform([length]), _ =>
            {
                float[][] rows = [.. Enumerable.Range(0, 3).Select(i => new RandomKey(7).Fold((ulong)i).Fold(4).Uniform([length]).ToArray<float>())];
                return Grid.From([3, length], index => rows[index[0]][index[1]]);
            })
            { Types = [DType.Float32] };
        }

        // What a gamma variate is follows from its distribution alone (RandomKeysTests); here, that each has its own key and alpha.
        yield return new OpCase("GammaOfKeys", [], _ => RandomKeys.Split(new RandomKey(7), 3).Gamma(Tensor.From([0.5f, 1, 4])), _ =>
        {
            float[] alpha = [0.5f, 1, 4], numbers = [.. alpha.Select((one, i) => RandomKeys.Of(new RandomKey(7).Fold((ulong)i)).Gamma(Tensor.From([one])).Item<float>())];
            return Grid.From([3], index => numbers[index[0]]);
        })
        { Types = [DType.Float32] };
    }

    private static Grid ByColor(Grid colors, Func<double, double, double, double[]> change) =>
        Grid.From(colors.Shape, index => change(colors[index[0], index[1], 0], colors[index[0], index[1], 1], colors[index[0], index[1], 2])[index[2]]);

    // Python's colorsys, branch by branch.
    private static double[] Hsv(double red, double green, double blue)
    {
        double most = Math.Max(red, Math.Max(green, blue)), least = Math.Min(red, Math.Min(green, blue)), range = most - least;
        double fromRed = (most - red) / range, fromGreen = (most - green) / range, fromBlue = (most - blue) / range;
        double hue = red == most ? fromBlue - fromGreen : green == most ? 2 + fromRed - fromBlue : 4 + fromGreen - fromRed;
        return [(hue / 6) - Math.Floor(hue / 6), range / most, most];
    }

    private static double[] Rgb(double hue, double saturation, double value)
    {
        int sector = (int)(hue * 6);
        double within = (hue * 6) - sector, p = value * (1 - saturation), q = value * (1 - (saturation * within)), t = value * (1 - (saturation * (1 - within)));
        return sector switch { 0 => [value, t, p], 1 => [q, value, p], 2 => [p, value, t], 3 => [p, q, value], 4 => [t, p, value], _ => [value, p, q] };
    }

    private static Grid Sampled(Grid images, int height, int width, Interpolation interpolation, FillMode fill, Func<int, int, int, (double X, double Y)> place) =>
        Grid.From([images.Shape[0], height, width, images.Shape[3]], index =>
        {
            (double x, double y) = place(index[0], index[1], index[2]);
            if (interpolation == Interpolation.Nearest)
                return Pixel(Math.Round(x, MidpointRounding.AwayFromZero), Math.Round(y, MidpointRounding.AwayFromZero));
            (double left, double top) = (Math.Floor(x), Math.Floor(y));
            double sum = 0;
            for (int i = 0; i < 2; i++)
            {
                for (int j = 0; j < 2; j++)
                    sum += (1 - Math.Abs(x - left - j)) * (1 - Math.Abs(y - top - i)) * Pixel(left + j, top + i);
            }

            return sum;

            double Pixel(double column, double row)
            {
                int? i = Inside((int)row, images.Shape[1], fill), j = Inside((int)column, images.Shape[2], fill);
                return i is null || j is null ? 3 : images[index[0], i.Value, j.Value, index[3]];
            }
        });

    // Step by step back into the image.
    internal static int? Inside(int place, int length, FillMode fill)
    {
        while (place < 0 || place >= length)
        {
            switch (fill)
            {
                case FillMode.Constant: return null;
                case FillMode.Nearest: place += place < 0 ? 1 : -1; break;
                case FillMode.Wrap: place += place < 0 ? length : -length; break;
                default: place = place < 0 ? -1 - place : (2 * length) - 1 - place; break;
            }
        }

        return place;
    }
}
