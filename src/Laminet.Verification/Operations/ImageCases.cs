namespace Laminet.Verification.Operations;

/// <summary>Images cut, in patches, filtered and read at other places, as sums over pixels.</summary>
internal static class ImageCases
{
    private static readonly int[] Images = [2, 5, 7, 3];

    public static IEnumerable<OpCase> Rows() => [.. Borders(), .. Patches(), .. Filters(), .. Places(), .. Scaled()];

    private static IEnumerable<OpCase> Borders()
    {
        Grid x = Grid.Random(Images, 3);
        Func<Grid[], Grid> crop = grids => Grid.From([2, 3, 4, 3], i => grids[0][i[0], i[1] + 1, i[2] + 2, i[3]]);
        yield return new OpCase("CropImages by edges", [x], inputs => inputs[0].CropImages(top: 1, bottom: 1, left: 2, right: 1), crop) { Types = OpCase.All };
        yield return new OpCase("CropImages by sizes", [x], inputs => inputs[0].CropImages(top: 1, height: 3, right: 1, width: 4), crop) { Types = OpCase.All };
        Func<Grid[], Grid> pad = grids => Grid.From([2, 8, 8, 3], i => i[1] is >= 1 and < 6 && i[2] < 7 ? grids[0][i[0], i[1] - 1, i[2], i[3]] : 0);
        yield return new OpCase("PadImages by edges", [x], inputs => inputs[0].PadImages(top: 1, bottom: 2, left: 0, right: 1), pad) { Types = OpCase.All };
        yield return new OpCase("PadImages by sizes", [x], inputs => inputs[0].PadImages(bottom: 2, height: 8, left: 0, width: 8), pad) { Types = OpCase.All };
    }

    private static IEnumerable<OpCase> Patches()
    {
        Grid x = Grid.Random(Images, 3), volumes = Grid.Random([2, 4, 5, 6, 2], 4);
        foreach ((int down, int right, int height, int width, int dilation) in ((int, int, int, int, int)[])[(2, 3, 2, 3, 1), (1, 2, 2, 2, 1), (1, 1, 2, 3, 2)])
        {
            int rows = ((5 - ((height - 1) * dilation) - 1) / down) + 1, columns = ((7 - ((width - 1) * dilation) - 1) / right) + 1;
            yield return new OpCase($"ExtractPatches {height}x{width} every {down} {right} dilated {dilation}", [x], inputs => inputs[0].ExtractPatches((height, width), (down, right), (dilation, dilation)),
                grids => Grid.From([2, rows, columns, height * width * 3], i => grids[0][i[0], (i[1] * down) + (i[3] / (width * 3) * dilation), (i[2] * right) + (i[3] / 3 % width * dilation), i[3] % 3]))
            { Types = OpCase.All };
        }

        // A border of one row below, and of one column before and after.
        yield return new OpCase("ExtractPatches padded", [x], inputs => inputs[0].ExtractPatches((2, 3), padding: Padding.Same), grids => Grid.From([2, 3, 3, 18], i =>
            ((i[1] * 2) + (i[3] / 9), (i[2] * 3) + (i[3] / 3 % 3) - 1) is var (row, column) && row < 5 && column is >= 0 and < 7 ? grids[0][i[0], row, column, i[3] % 3] : 0));
        yield return new OpCase("ExtractPatches of volumes", [volumes], inputs => inputs[0].ExtractPatches((2, 2, 3), (2, 1, 3)), grids => Grid.From([2, 2, 4, 2, 24], i =>
            grids[0][i[0], (i[1] * 2) + (i[4] / 12), i[2] + (i[4] / 6 % 2), (i[3] * 3) + (i[4] / 2 % 3), i[4] % 2]));
        yield return new OpCase("ReconstructPatches", [Grid.Random([2, 3, 2, 12], 5)], inputs => inputs[0].ReconstructPatches((2, 3)), grids => Grid.From([2, 6, 6, 2], i =>
            grids[0][i[0], i[1] / 2, i[2] / 3, (((i[1] % 2 * 3) + (i[2] % 3)) * 2) + i[3]]))
        { Types = OpCase.All };
        yield return new OpCase("ReconstructPatches padded", [x], inputs => inputs[0].ExtractPatches((2, 3), padding: Padding.Same).ReconstructPatches((2, 3), (5, 7)), grids => grids[0]);
        yield return new OpCase("ReconstructPatches of volumes", [volumes], inputs => inputs[0].ExtractPatches((2, 2, 4), padding: Padding.Same).ReconstructPatches((2, 2, 4), (4, 5, 6)), grids => grids[0]);
    }

    private static IEnumerable<OpCase> Filters()
    {
        Grid x = Grid.Random(Images, 6), y = Grid.Random(Images, 7), sigmas = Grid.Random([2, 2], 8, 0.6, 1.5);
        foreach ((int height, int width) in ((int, int)[])[(3, 3), (5, 1), (2, 4)])
        {
            yield return new OpCase($"GaussianBlur {height}x{width}", [x], inputs => inputs[0].GaussianBlur((height, width), (1.3, 0.7)), grids => Grid.From(Images, i => Sum(height, width, (r, c) =>
                Weight(r, height, 1.3) * Weight(c, width, 0.7) * ((i[1] + r - ((height - 1) / 2), i[2] + c - ((width - 1) / 2)) is var (row, column) && row is >= 0 and < 5 && column is >= 0 and < 7 ? grids[0][i[0], row, column, i[3]] : 0))))
            { Types = OpCase.Computed, Tolerance = 10 };
        }

        foreach (bool mirrors in (bool[])[false, true])
        {
            yield return new OpCase($"GaussianBlur of each its own{(mirrors ? " mirrored" : "")}", [x, sigmas], inputs => inputs[0].GaussianBlur(inputs[1], (3, 5), mirrors), grids => Grid.From(Images, i => Sum(3, 5, (r, c) =>
                Weight(r, 3, grids[1][i[0], 0]) * Weight(c, 5, grids[1][i[0], 1]) * Pixel(grids[0], i[0], i[1] + r - 1, i[2] + c - 2, i[3], mirrors))))
            { Types = OpCase.Computed, Tolerance = 10 };
        }

        double[,] sobel = { { -1, -2, -1 }, { 0, 0, 0 }, { 1, 2, 1 } };
        yield return new OpCase("SobelEdges", [x], inputs => inputs[0].SobelEdges(), grids => Grid.From([.. Images, 2], i => Sum(3, 3, (r, c) =>
            (i[4] == 0 ? sobel[r, c] : sobel[c, r]) * Pixel(grids[0], i[0], i[1] + r - 1, i[2] + c - 1, i[3], mirrors: true))))
        { Types = OpCase.Computed, Tolerance = 10 };
        yield return new OpCase("SSIM", [x, y], inputs => inputs[0].SSIM(inputs[1], 2, 4, 1.2), grids => Grid.From([2], i => Similarity(grids[0], grids[1], i[0]))) { Types = OpCase.Computed, Tolerance = 50 };
        yield return new OpCase("SSIM of equal images", [x], inputs => inputs[0].SSIM(inputs[0], filterSize: 3), grids => Grid.From([2], _ => 1)) { Types = OpCase.Computed, Tolerance = 10 };
    }

    private static IEnumerable<OpCase> Places()
    {
        foreach (FillMode fill in Enum.GetValues<FillMode>())
        {
            foreach (Interpolation interpolation in (Interpolation[])[Interpolation.Bilinear, Interpolation.Nearest])
            {
                foreach (int[] shape in (int[][])[[6], [4, 5], [3, 4, 2]])
                {
                    bool isLinear = interpolation == Interpolation.Bilinear;
                    yield return new OpCase($"MapCoordinates{OpCases.Text(shape)} {interpolation} {fill}", [Grid.Random(shape, 3), Grid.Random([shape.Length, 2, 3], 4, -5.3, 8.1) with { Type = isLinear ? null : DType.Float64 }],
                        inputs => inputs[0].MapCoordinates(inputs[1], interpolation, fill, 3), grids => Grid.From([2, 3], i => Read(grids[0], [.. Enumerable.Range(0, shape.Length).Select(axis => grids[1][axis, i[0], i[1]])], isLinear, fill)))
                    { Types = OpCase.Computed, Tolerance = 20 };
                }
            }
        }

        // A square to a quadrilateral, by the four corners alone: the map is found by elimination.
        double[,] start = { { 0, 0 }, { 6, 0 }, { 6, 4 }, { 0, 4 } }, end = { { 0.6, 0.3 }, { 5.1, 0.9 }, { 5.7, 3.8 }, { 0.2, 3.1 } };
        Tensor from = Tensor.From([.. start.Cast<double>()], [4, 2]), to = Tensor.From([.. end.Cast<double>()], [4, 2]);
        double[,] equations = SlowMatrices.Make(8, 8, (row, column) => Equation(row % 2, column, end[row / 2, 0], end[row / 2, 1], start[row / 2, row % 2]));
        double[,] t = SlowMatrices.Eliminate(equations, SlowMatrices.Make(8, 1, (row, _) => start[row / 2, row % 2])).X;
        yield return new OpCase("PerspectiveTransform", [Grid.Random(Images, 9)], inputs => inputs[0].PerspectiveTransform(from, to, fillValue: 3), grids => Grid.From(Images, i =>
        {
            double k = (t[6, 0] * i[2]) + (t[7, 0] * i[1]) + 1, x = ((t[0, 0] * i[2]) + (t[1, 0] * i[1]) + t[2, 0]) / k, y = ((t[3, 0] * i[2]) + (t[4, 0] * i[1]) + t[5, 0]) / k;
            return Read(new Grid([5, 7], [.. Enumerable.Range(0, 35).Select(place => grids[0][i[0], place / 7, place % 7, i[3]])]), [y, x], true, FillMode.Constant);
        }))
        { Types = OpCase.Computed, Tolerance = 40 };

        // Without strength nothing moves; the displacement itself is checked by its parts, noise, blur and sampling.
        yield return new OpCase("ElasticTransform without strength", [Grid.Random(Images, 9)], inputs => inputs[0].ElasticTransform(new RandomKey(3), alpha: 0), grids => grids[0]) { Tolerance = 4 };
        yield return new OpCase("ElasticTransform", [Grid.Random([1, 4, 5, 2], 9)], inputs => inputs[0].ElasticTransform(new RandomKey(3), alpha: 2, sigma: 1), grids =>
        {
            double[] noise = new RandomKey(3).Normal([1, 4, 5, 2]).Cast(DType.Float64).ToArray<double>();
            double Moved(int row, int column, int part) => 2 * Sum(7, 7, (r, c) => (row + r - 3, column + c - 3) is var (y, x) && y is >= 0 and < 4 && x is >= 0 and < 5 ? Weight(r, 7, 1) * Weight(c, 7, 1) * noise[(((y * 5) + x) * 2) + part] : 0);
            return Grid.From([1, 4, 5, 2], i => Read(new Grid([4, 5], [.. Enumerable.Range(0, 20).Select(place => grids[0][0, place / 5, place % 5, i[3]])]), [i[1] + Moved(i[1], i[2], 1), i[2] + Moved(i[1], i[2], 0)], true, FillMode.Reflect));
        })
        { Types = [DType.Float32], Tolerance = 40 };
    }

    private static IEnumerable<OpCase> Scaled()
    {
        foreach ((double scale, double shift, bool antialias) in ((double, double, bool)[])[(2, -0.5, true), (0.4, 1.3, true), (0.4, 0, false), (1, 2, true)])
        {
            foreach (Interpolation interpolation in (Interpolation[])[Interpolation.Bilinear, Interpolation.Bicubic, Interpolation.Lanczos3])
            {
                yield return new OpCase(FormattableString.Invariant($"ScaleAndTranslate {scale} {shift} {interpolation}{(antialias ? " antialias" : "")}"), [Grid.Random([2, 6, 3], 4)],
                    inputs => inputs[0].ScaleAndTranslate([2, 5, 3], [scale], [shift], [1], interpolation, antialias), grids => Grid.From([2, 5, 3], i =>
                    {
                        double place = ((i[1] + 0.5 - shift) / scale) - 0.5, width = antialias ? Math.Max(1, 1 / scale) : 1, sum = 0, total = 0;
                        for (int j = 0; j < 6; j++)
                        {
                            double weight = ResizeCases.Weight(interpolation, (j - place) / width);
                            sum += weight * grids[0][i[0], j, i[2]];
                            total += weight;
                        }

                        return place is < -0.5 or > 5.5 ? 0 : sum / total;
                    }))
                { Tolerance = 8 };
            }
        }

        // Keras's example.
        yield return new OpCase("ScaleAndTranslate of two axes", [Grid.From([3, 3], i => (i[0] * 3) + i[1])], inputs => inputs[0].ScaleAndTranslate([5, 5], [2, 2], [-0.5, -0.5], [0, 1]), grids => Grid.From([5, 5], i =>
            (grids[0][i[0] / 2, i[1] / 2] + grids[0][(i[0] + 1) / 2, i[1] / 2] + grids[0][i[0] / 2, (i[1] + 1) / 2] + grids[0][(i[0] + 1) / 2, (i[1] + 1) / 2]) / 4))
        { Tolerance = 4 };
    }

    private static double Equation(int part, int column, double x, double y, double target) => column switch
    {
        < 3 => part == 0 ? new[] { x, y, 1 }[column] : 0,
        < 6 => part == 1 ? new[] { x, y, 1 }[column - 3] : 0,
        6 => -x * target,
        _ => -y * target,
    };

    private static double Weight(int place, int size, double sigma)
    {
        double At(int i) => Math.Exp(-Math.Pow(i - ((size - 1) / 2.0), 2) / (2 * sigma * sigma));
        return At(place) / Enumerable.Range(0, size).Sum(At);
    }

    private static double Sum(int rows, int columns, Func<int, int, double> term) => Enumerable.Range(0, rows * columns).Sum(place => term(place / columns, place % columns));

    private static double Pixel(Grid images, int image, int row, int column, int channel, bool mirrors)
    {
        (int height, int width) = (images.Shape[1], images.Shape[2]);
        if (!mirrors)
            return row >= 0 && row < height && column >= 0 && column < width ? images[image, row, column, channel] : 0;
        return images[image, Back(row, height), Back(column, width), channel];

        static int Back(int place, int length) => place < 0 ? -place : place >= length ? (2 * length) - 2 - place : place;
    }

    // Window by window, with a filter of 4 and a deviation of 1.2.
    private static double Similarity(Grid x, Grid y, int image)
    {
        const double c1 = 0.02 * 0.02, c2 = 0.06 * 0.06;
        double total = 0;
        for (int row = 0; row < 2; row++)
        {
            for (int column = 0; column < 4; column++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    double Mean(Func<double, double, double> of) => Sum(4, 4, (r, c) => Weight(r, 4, 1.2) * Weight(c, 4, 1.2) * of(x[image, row + r, column + c, channel], y[image, row + r, column + c, channel]));
                    double first = Mean((a, _) => a), second = Mean((_, b) => b), covariance = Mean((a, b) => (a - first) * (b - second)), variances = Mean((a, b) => Math.Pow(a - first, 2) + Math.Pow(b - second, 2));
                    total += ((2 * first * second) + c1) * ((2 * covariance) + c2) / (((first * first) + (second * second) + c1) * (variances + c2));
                }
            }
        }

        return total / 24;
    }

    private static double Read(Grid x, double[] at, bool isLinear, FillMode fill)
    {
        if (!isLinear)
            return Element([.. at.Select(place => (int)Math.Round(place, MidpointRounding.AwayFromZero))]);
        double sum = 0;
        for (int corner = 0; corner < 1 << at.Length; corner++)
        {
            double weight = 1;
            int[] index = new int[at.Length];
            for (int axis = 0; axis < at.Length; axis++)
            {
                int lower = (int)Math.Floor(at[axis]), upper = corner >> axis & 1;
                index[axis] = lower + upper;
                weight *= upper == 1 ? at[axis] - lower : 1 - (at[axis] - lower);
            }

            sum += weight * Element(index);
        }

        return sum;

        double Element(int[] index)
        {
            int?[] inside = [.. index.Select((place, axis) => SamplingCases.Inside(place, x.Shape[axis], fill))];
            return inside.Any(place => place is null) ? 3 : x[[.. inside.Select(place => place!.Value)]];
        }
    }
}
