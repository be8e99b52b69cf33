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

        foreach (OpCase row in ByTaps())
            yield return row;

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
            return Read(images, index[0], [y, x], index[3], interpolation, fill, 3);
        });

    private static IEnumerable<OpCase> ByTaps()
    {
        foreach ((int[] shape, Interpolation interpolation) in new (int[], Interpolation)[]
        {
            ([2, 5, 7, 3], Interpolation.Bicubic), ([1, 1, 6, 2], Interpolation.Bicubic), ([1, 3, 9, 21], Interpolation.Bicubic), ([2, 3, 4, 5, 3], Interpolation.Bilinear), ([1, 2, 1, 3, 18], Interpolation.Bilinear),
            ([2, 3, 4, 5, 3], Interpolation.Nearest), ([1, 3, 2, 3, 2], Interpolation.Bicubic),
        })
        {
            foreach (FillMode fill in Enum.GetValues<FillMode>())
            {
                int axes = shape.Length - 2;
                int[] outputs = [shape[0], .. axes == 3 ? [2] : Array.Empty<int>(), 4, 3];
                Grid places = Grid.Random([.. outputs, axes], 9, -9, 12) with { Type = DType.Float64 };
                yield return new OpCase(
                    $"SampleAt{OpCases.Text(shape)} {interpolation} {fill}", [Grid.Random(shape, 6), places], inputs => inputs[0].SampleAt(inputs[1], interpolation, fill, 3), grids => AtPlaces(grids[0], grids[1], interpolation, fill))
                { Types = interpolation == Interpolation.Nearest ? OpCase.Numbers : OpCase.Floats, Tolerance = 40 };
            }
        }
    }

    /// <summary>Images or volumes at places (batch, ..., axes), x first; 3 beyond the edges for a constant.</summary>
    internal static Grid AtPlaces(Grid images, Grid places, Interpolation interpolation, FillMode fill)
    {
        int axes = images.Shape.Length - 2;
        return Grid.From([.. places.Shape[..^1], images.Shape[^1]], index =>
            Read(images, index[0], [.. Enumerable.Range(0, axes).Select(axis => places[[.. index[..^1], axes - 1 - axis]])], index[^1], interpolation, fill, 3));
    }

    /// <summary>The sum of all pixels about a place, by their distances: its coordinates are in the order of the axes, x last.</summary>
    internal static double Read(Grid images, int image, double[] at, int channel, Interpolation interpolation, FillMode fill, double fillValue)
    {
        return Sum([], 1);

        double Sum(int?[] pixel, double weight)
        {
            int axis = pixel.Length;
            if (axis == at.Length)
                return weight * (pixel.Any(place => place is null) ? fillValue : images[[image, .. pixel.Select(place => place!.Value), channel]]);
            if (interpolation == Interpolation.Nearest)
                return Sum([.. pixel, Inside((int)Math.Round(at[axis], MidpointRounding.AwayFromZero), images.Shape[axis + 1], fill)], weight);
            double sum = 0;
            for (int place = (int)Math.Floor(at[axis]) - 1; place <= Math.Floor(at[axis]) + 2; place++)
            {
                double part = Weight(Math.Abs(at[axis] - place), interpolation);
                if (part != 0)
                    sum += Sum([.. pixel, Inside(place, images.Shape[axis + 1], fill)], weight * part);
            }

            return sum;
        }
    }

    // Keys's cubic convolution, by the formula of its paper.
    private static double Weight(double d, Interpolation interpolation)
    {
        const double A = -0.75;
        if (interpolation == Interpolation.Bilinear)
            return Math.Max(0, 1 - d);
        return d <= 1 ? ((A + 2) * d * d * d) - ((A + 3) * d * d) + 1 : d < 2 ? A * ((d * d * d) - (5 * d * d) + (8 * d) - 4) : 0;
    }

    // Step by step back into the image.
    internal static int? Inside(int place, int length, FillMode fill)
    {
        while (place < 0 || place >= length)
        {
            switch (fill)
            {
                case FillMode.Constant: return null;
                case FillMode.Nearest: place += place < 0 ? 1 : -1; break;
                case FillMode.Mirror: place = length == 1 ? 0 : place < 0 ? -place : (2 * (length - 1)) - place; break;
                case FillMode.Wrap: place += place < 0 ? length : -length; break;
                default: place = place < 0 ? -1 - place : (2 * length) - 1 - place; break;
            }
        }

        return place;
    }
}
