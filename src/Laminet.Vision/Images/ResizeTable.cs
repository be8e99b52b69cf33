using Laminet.Tensors;

namespace Laminet.Vision.Images;

/// <summary>
/// For each new pixel of a line the first of the old ones that count, and their weights as whole numbers of 2^-22, computed in the order in which Pillow computes them, so that the bits of
/// an image are Pillow's. Source: Pillow's Resample.c, read for its arithmetic; see also Turkowski 1990, "Filters for common resampling tasks".
/// </summary>
internal sealed class ResizeTable
{
    /// <summary>The bits behind the point of a weight: 32 less 8 of a pixel and 2 for sums beyond the range.</summary>
    public const int Bits = 22;

    private readonly int[] starts;
    private readonly int[] weights;

    /// <summary>The weights of <paramref name="length"/> new pixels from <paramref name="count"/> old ones.</summary>
    public ResizeTable(int count, int length, Interpolation interpolation)
    {
        double scale = (double)count / length, width = Math.Max(scale, 1), radius = interpolation.Radius() * width;
        Taps = TapsOf(count, radius);
        starts = new int[length];
        weights = new int[checked(length * Taps)];
        double inverse = 1 / width;
        Span<double> line = Taps <= 256 ? stackalloc double[Taps] : new double[Taps];
        for (int i = 0; i < length; i++)
        {
            double centre = (i + 0.5) * scale, sum = 0;
            int first = Math.Max((int)(centre - radius + 0.5), 0), number = Math.Min((int)(centre + radius + 0.5), count) - first;
            for (int j = 0; j < number; j++)
                sum += line[j] = interpolation.Weight((j + first - centre + 0.5) * inverse);
            // Not so far to the right that the last weights, which are 0, would belong to pixels behind the line.
            int shift = Math.Max(first + Taps - count, 0);
            starts[i] = Math.Max(first - shift, 0);
            for (int j = 0; j < number; j++)
            {
                double weight = sum == 0 ? line[j] : line[j] / sum;
                weights[(i * Taps) + first - starts[i] + j] = (int)((weight < 0 ? -0.5 : 0.5) + (weight * (1 << Bits)));
            }
        }
    }

    /// <summary>Weights for each new pixel, an even number: the last may be 0, of a pixel one behind the line.</summary>
    public int Taps { get; }

    public ReadOnlySpan<int> Starts => starts;

    public ReadOnlySpan<int> Weights => weights;

    /// <summary>The old pixel that each new one copies. The steps are added up, as Pillow does, which decides where a centre lies on a border.</summary>
    public static int[] Nearest(int count, int length)
    {
        int[] sources = new int[length];
        double step = (double)count / length, at = step * 0.5;
        for (int i = 0; i < length; i++, at += step)
            sources[i] = Math.Min((int)at, count - 1);
        return sources;
    }

    /// <summary>How many weights a table has.</summary>
    public static long Size(int count, int length, Interpolation interpolation) => (long)length * TapsOf(count, interpolation.Radius() * Math.Max((double)count / length, 1));

    // Even, so that two are read at a time; never more than there can be.
    private static int TapsOf(int count, double radius)
    {
        int taps = (int)Math.Min((Math.Ceiling(radius) * 2) + 1, count);
        return taps + (taps & 1);
    }
}
