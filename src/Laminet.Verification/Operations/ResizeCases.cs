namespace Laminet.Verification.Operations;

internal static class ResizeCases
{
    public static IEnumerable<OpCase> Rows()
    {
        foreach ((int[] image, (int Height, int Width) size) in new (int[], (int, int))[]
        {
            ([2, 3, 4, 2], (6, 7)), ([1, 7, 6, 3], (3, 4)), ([1, 5, 4, 1], (5, 1)), ([1, 1, 2, 2], (4, 2)),
        })
        {
            foreach (Interpolation interpolation in Enum.GetValues<Interpolation>())
            {
                foreach (bool antialias in new[] { false, true })
                {
                    yield return new OpCase(
                        $"Resize{OpCases.Text(image)}{size} {interpolation}{(antialias ? " antialias" : "")}", [Grid.Random(image, 4)],
                        inputs => inputs[0].Resize(size, interpolation, antialias),
                        grids => Line(Line(grids[0], 1, size.Height, interpolation, antialias), 2, size.Width, interpolation, antialias))
                    { Tolerance = 8 };
                }
            }
        }
    }

    private static Grid Line(Grid image, int axis, int length, Interpolation interpolation, bool antialias)
    {
        int old = image.Shape[axis];
        int[] shape = [.. image.Shape];
        shape[axis] = length;
        double scale = (double)old / length, width = antialias ? Math.Max(scale, 1) : 1;
        return Grid.From(shape, index =>
        {
            int[] at = [.. index];
            if (interpolation == Interpolation.Nearest)
            {
                at[axis] = (int)Math.Floor((index[axis] + 0.5) * scale);
                return image[at];
            }

            double sum = 0, total = 0;
            for (at[axis] = 0; at[axis] < old; at[axis]++)
            {
                double weight = Weight(interpolation, (((index[axis] + 0.5) * scale) - 0.5 - at[axis]) / width);
                sum += weight * image[at];
                total += weight;
            }

            return sum / total;
        });
    }

    internal static double Weight(Interpolation interpolation, double distance)
    {
        double x = Math.Abs(distance);
        return interpolation switch
        {
            Interpolation.Bilinear => x < 1 ? 1 - x : 0,
            Interpolation.Bicubic => x < 1 ? (1.5 * Math.Pow(x, 3)) - (2.5 * x * x) + 1 : x < 2 ? (-0.5 * Math.Pow(x, 3)) + (2.5 * x * x) - (4 * x) + 2 : 0,
            Interpolation.Lanczos3 => x < 3 ? Sinc(x) * Sinc(x / 3) : 0,
            // The old pixel to the right counts at the distance 1/2, that to the left does not.
            Interpolation.Box => distance is >= -0.5 and < 0.5 ? 1 : 0,
            _ => x < 5 ? Sinc(x) * Sinc(x / 5) : 0,
        };

        static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
    }
}
