namespace Laminet.Verification.Operations;

/// <summary>Places that the data choose: convolution with moved cells, regions of images, and the gradients by coordinates and transforms.</summary>
internal static class RegionCases
{
    // Left, top, right, bottom: within the image, a part beyond its edges, small, and all beyond.
    private static readonly double[][] Boxes = [[0.61, 1.23, 4.17, 5.38], [-2.31, -0.87, 2.44, 3.19], [2.12, 2.71, 2.57, 2.93], [30.3, 31.2, 34.7, 39.9]];

    public static IEnumerable<OpCase> Rows() => [.. Sampled(), .. Deformed(), .. Regions()];

    private static IEnumerable<OpCase> Sampled()
    {
        foreach (FillMode fill in Enum.GetValues<FillMode>())
        {
            foreach (int channels in (int[])[2, 19])
            {
                Grid images = Grid.Random([2, 4, 5, channels], 6);
                // Well away from the pixels' centres, where the slopes jump.
                Grid places = Grid.From([2, 2, 3, 2], index => ((index[0] * 5) + (index[1] * 3) + (index[2] * 7) + (index[3] * 4)) % 9 - 2 + 0.17 + (0.11 * ((index[1] + (2 * index[2]) + index[3]) % 7)));
                yield return new OpCase($"SampleAt by coordinates {channels} {fill}", [images, places], x => x[0].SampleAt(x[1], fillMode: fill, fillValue: 3),
                    grids => Grid.From([2, 2, 3, channels], at => Bilinear(grids[0], at[0], grids[1][at[0], at[1], at[2], 0], grids[1][at[0], at[1], at[2], 1], at[3], fill, 3)))
                { Types = OpCase.Computed, Tolerance = 20 };
            }

            foreach ((int[] shape, Interpolation interpolation) in new (int[], Interpolation)[]
            {
                ([2, 4, 5, 2], Interpolation.Bicubic), ([1, 3, 5, 19], Interpolation.Bicubic), ([2, 2, 4, 3, 2], Interpolation.Bilinear), ([1, 3, 2, 3, 19], Interpolation.Bilinear), ([1, 2, 3, 4, 2], Interpolation.Bicubic),
            })
            {
                int axes = shape.Length - 2;
                Grid places = Grid.From([shape[0], .. axes == 3 ? [2] : Array.Empty<int>(), 2, 3, axes], index => (((index[0] * 5) + (index[^3] * 3) + (index[^2] * 7) + (index[^1] * 4)) % 9) - 2 + 0.17 + (0.11 * ((index[1] + (2 * index[^2]) + index[^1]) % 7)));
                yield return new OpCase($"SampleAt by coordinates{OpCases.Text(shape)} {interpolation} {fill}", [Grid.Random(shape, 6), places], x => x[0].SampleAt(x[1], interpolation, fill, 3),
                    grids => SamplingCases.AtPlaces(grids[0], grids[1], interpolation, fill))
                { Types = OpCase.Computed, Tolerance = 40 };
            }

            Grid transforms = new([2, 8], [0.83127, -0.41263, 0.37191, 0.52331, 1.13371, -0.71273, 0.013, -0.021, 1.11317, 0.23171, -0.91733, -0.17119, 0.92317, 0.41171, 0.05, 0.11]);
            yield return new OpCase($"AffineTransform by transforms {fill}", [Grid.Random([2, 4, 5, 2], 7), transforms], x => x[0].AffineTransform(x[1], fillMode: fill, fillValue: 3),
                grids => Grid.From([2, 4, 5, 2], at =>
                {
                    double T(int i) => grids[1][at[0], i];
                    double k = (T(6) * at[2]) + (T(7) * at[1]) + 1;
                    return Bilinear(grids[0], at[0], ((T(0) * at[2]) + (T(1) * at[1]) + T(2)) / k, ((T(3) * at[2]) + (T(4) * at[1]) + T(5)) / k, at[3], fill, 3);
                }))
            { Types = OpCase.Computed, Tolerance = 40 };
        }

        yield return new OpCase("SampleAt by coordinates, nearest of volumes", [Grid.Random([1, 3, 4, 5, 2], 6), Grid.Random([1, 2, 2, 3, 3], 3, 0.6, 1.4)], x => x[0].SampleAt(x[1], Interpolation.Nearest),
            grids => Grid.From([1, 2, 2, 3, 2], at => grids[0][0, 1, 1, 1, at[4]]))
        { Types = OpCase.Computed };
        yield return new OpCase("SampleAt by coordinates, nearest", [Grid.Random([1, 4, 5, 2], 6), Grid.Random([1, 2, 3, 2], 3, 0.6, 1.4)], x => x[0].SampleAt(x[1], Interpolation.Nearest), grids => Grid.From([1, 2, 3, 2], at => grids[0][0, 1, 1, at[3]]))
        { Types = OpCase.Computed };
    }

    private static IEnumerable<OpCase> Deformed()
    {
        foreach ((int channels, int filters, int groups, int sets, bool masked, bool bias, (int, int) strides, Padding padding, (int, int) dilation) in
            new (int, int, int, int, bool, bool, (int, int), Padding, (int, int))[]
            {
                (3, 2, 1, 1, false, false, (1, 1), Padding.Same, (1, 1)),
                (4, 6, 2, 2, true, true, (2, 1), Padding.Same, (1, 1)),
                (4, 2, 1, 4, true, false, (1, 1), Padding.Valid, (1, 2)),
                (6, 4, 2, 3, false, true, (1, 2), Padding.Explicit((1, 0), (0, 2)), (1, 1)),
            })
        {
            Grid image = Grid.Random([2, 4, 5, channels], 3), kernel = Grid.Random([2, 3, channels / groups, filters], 4);
            (int top, int height) = ConvolutionCases.Extent(padding, 0, 4, 2, strides.Item1, dilation.Item1);
            (int left, int width) = ConvolutionCases.Extent(padding, 1, 5, 3, strides.Item2, dilation.Item2);
            // Fractions from 0.15 to 0.85 of a pixel, of either sign.
            Grid offsets = Grid.From([2, height, width, sets * 12], at => ((at[0] + (2 * at[1]) + (3 * at[2]) + (5 * at[3])) % 4) - 2 + 0.15 + (0.1 * (((3 * at[1]) + at[2] + (5 * at[3])) % 8)));
            List<Grid> inputs = [image, kernel, offsets];
            int? maskAt = masked ? inputs.Count : null;
            if (masked)
                inputs.Add(Grid.Random([2, height, width, sets * 6], 8, 0.1, 1.2));
            int? biasAt = bias ? inputs.Count : null;
            if (bias)
                inputs.Add(Grid.Random([filters], 9));
            yield return new OpCase($"DeformableConvolution {channels} {filters} {groups} {sets}", [.. inputs],
                x => x[0].DeformableConvolution(x[1], x[2], maskAt is int m ? x[m] : null, biasAt is int b ? x[b] : null, strides, padding, dilation, groups),
                grids => Grid.From([2, height, width, filters], at =>
                {
                    double sum = biasAt is int b ? grids[b][at[3]] : 0;
                    for (int cell = 0; cell < 6; cell++)
                    {
                        for (int i = 0; i < channels / groups; i++)
                        {
                            int channel = (at[3] / (filters / groups) * (channels / groups)) + i, number = (channel / (channels / sets) * 6) + cell;
                            double y = (at[1] * strides.Item1) - top + (cell / 3 * dilation.Item1) + grids[2][at[0], at[1], at[2], 2 * number], x = (at[2] * strides.Item2) - left + (cell % 3 * dilation.Item2) + grids[2][at[0], at[1], at[2], (2 * number) + 1];
                            sum += grids[1][cell / 3, cell % 3, i, at[3]] * (maskAt is int m ? grids[m][at[0], at[1], at[2], number] : 1) * Bilinear(grids[0], at[0], x, y, channel, FillMode.Constant, 0);
                        }
                    }

                    return sum;
                }))
            { Types = OpCase.Computed, Tolerance = 60 };
        }
    }

    private static IEnumerable<OpCase> Regions()
    {
        int[] imageOfBox = [1, 0, 1, 0];
        Grid boxes = Grid.From([4, 4], index => Boxes[index[0]][index[1]]) with { Type = DType.Float64 }, owners = new Grid([4], [.. imageOfBox.Select(image => (double)image)], DType.Int32);
        foreach (int channels in (int[])[1, 3])
        {
            Grid images = Grid.Distinct([2, 7, 6, channels], 12);
            foreach ((bool aligned, int ratio, double scale) in new (bool, int, double)[] { (false, 0, 1), (true, 0, 1.3), (true, 2, 0.7), (false, 3, 1) })
            {
                foreach (bool largest in (bool[])[false, true])
                {
                    yield return new OpCase($"RoiAlign {channels} {aligned} {ratio}{(largest ? " largest" : "")}", [images, boxes, owners],
                        x => x[0].RoiAlign(x[1], (2, 3), x[2], scale, ratio, aligned, largest),
                        grids => Grid.From([grids[1].Shape[0], 2, 3, channels], at => Aligned(grids, at, (2, 3), scale, ratio, aligned, largest)))
                    { Types = OpCase.Floats, Tolerance = 20 };
                }
            }

            yield return new OpCase($"RoiPool {channels}", [images, boxes, owners], x => x[0].RoiPool(x[1], (2, 3), x[2], 1.1), grids => Grid.From([4, 2, 3, channels], at => Pooled(grids, at, 1.1)));
        }

        yield return new OpCase("RoiAlign of one image", [Grid.Random([1, 6, 6, 2], 3), new Grid([1, 4], [1, 1, 3, 4], DType.Int32)], x => x[0].RoiAlign(x[1], (1, 1)), grids => Grid.From([1, 1, 1, 2], at => Aligned([.. grids, new([1], [0])], at, (1, 1), 1, 0, false, false)))
        { Tolerance = 4 };
    }

    private static double Aligned(Grid[] grids, int[] at, (int Height, int Width) parts, double scale, int ratio, bool aligned, bool largest)
    {
        (double start, double size) Extent(int edge) => (
            (grids[1][at[0], edge] * scale) - (aligned ? 0.5 : 0),
            aligned ? (grids[1][at[0], edge + 2] - grids[1][at[0], edge]) * scale : Math.Max(1, (grids[1][at[0], edge + 2] - grids[1][at[0], edge]) * scale));
        ((double left, double width), (double top, double height)) = (Extent(0), Extent(1));
        int down = ratio > 0 ? ratio : (int)Math.Ceiling(height / parts.Height), across = ratio > 0 ? ratio : (int)Math.Ceiling(width / parts.Width);
        (double sum, double most) = (0, double.NegativeInfinity);
        for (int i = 0; i < down; i++)
        {
            for (int j = 0; j < across; j++)
            {
                double y = top + (height / parts.Height * (at[1] + ((i + 0.5) / down))), x = left + (width / parts.Width * (at[2] + ((j + 0.5) / across)));
                double[] corners = Corners(grids[0], (int)grids[2][at[0]], y, x, at[3]);
                sum += corners.Sum();
                most = Math.Max(most, corners.Max());
            }
        }

        return down * across == 0 ? 0 : largest ? most : sum / (down * across);
    }

    // The four neighbours times their weights.
    private static double[] Corners(Grid images, int image, double y, double x, int channel)
    {
        (int height, int width) = (images.Shape[1], images.Shape[2]);
        if (y < -1 || y > height || x < -1 || x > width)
            return [0];
        (y, x) = (Math.Clamp(y, 0, height - 1), Math.Clamp(x, 0, width - 1));
        (int top, int left) = ((int)y, (int)x);
        return
        [
            (1 - y + top) * (1 - x + left) * images[image, top, left, channel], (1 - y + top) * (x - left) * images[image, top, Math.Min(left + 1, width - 1), channel],
            (y - top) * (1 - x + left) * images[image, Math.Min(top + 1, height - 1), left, channel], (y - top) * (x - left) * images[image, Math.Min(top + 1, height - 1), Math.Min(left + 1, width - 1), channel],
        ];
    }

    private static double Pooled(Grid[] grids, int[] at, double scale)
    {
        (int From, int To) Part(int edge, int part, int parts, int length)
        {
            int first = (int)Math.Round(grids[1][at[0], edge] * scale, MidpointRounding.AwayFromZero), last = (int)Math.Round(grids[1][at[0], edge + 2] * scale, MidpointRounding.AwayFromZero);
            double share = Math.Max(last - first + 1, 1) / (double)parts;
            return (Math.Clamp(first + (int)Math.Floor((part * share) + 1e-9), 0, length), Math.Clamp(first + (int)Math.Ceiling(((part + 1) * share) - 1e-9), 0, length));
        }

        ((int left, int right), (int top, int bottom)) = (Part(0, at[2], 3, grids[0].Shape[2]), Part(1, at[1], 2, grids[0].Shape[1]));
        double most = double.NegativeInfinity;
        for (int i = top; i < bottom; i++)
        {
            for (int j = left; j < right; j++)
                most = Math.Max(most, grids[0][(int)grids[2][at[0]], i, j, at[3]]);
        }

        return double.IsNegativeInfinity(most) ? 0 : most;
    }

    private static double Bilinear(Grid images, int image, double x, double y, int channel, FillMode fill, double fillValue) =>
        SamplingCases.Read(images, image, [y, x], channel, Interpolation.Bilinear, fill, fillValue);
}
