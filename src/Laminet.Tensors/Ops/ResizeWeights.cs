using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>How much each old pixel of a line counts in each new one.</summary>
internal static class ResizeWeights
{
    /// <summary>The old pixel under the centre of a new one: floor((i + 1/2) old / length), in whole numbers, since rounding would move it where it falls on a border.</summary>
    public static int Nearest(int i, int old, int length) => (int)(((2L * i) + 1) * old / (2L * length));

    /// <summary>The weights of old pixels that lie a step of new ones apart, after a shift by so many new ones; those of a new one have the sum 1, and there are none where it lies beyond the old image.</summary>
    public static Bands Of(int old, int length, double step, double shift, Interpolation interpolation, bool antialias)
    {
        double width = antialias ? Math.Max(1, step) : 1, reach = interpolation.Radius() * width;
        Bands bands = new(length);
        for (int i = 0; i < length; i++)
        {
            double centre = ((i + 0.5 - shift) * step) - 0.5, sum = 0;
            if (!(centre >= -0.5 && centre <= old - 0.5))
            {
                bands.Add(0, []);
                continue;
            }

            int first = (int)Math.Max(0, Math.Floor(centre - reach)), last = (int)Math.Min(old - 1, Math.Ceiling(centre + reach));
            while (first < last && interpolation.Weight((first - centre) / width) == 0)
                first++;
            while (first < last && interpolation.Weight((last - centre) / width) == 0)
                last--;
            double[] weights = new double[last - first + 1];
            for (int j = first; j <= last; j++)
                sum += weights[j - first] = interpolation.Weight((j - centre) / width);
            for (int j = 0; j < weights.Length; j++)
                weights[j] /= sum;
            bands.Add(first, weights);
        }

        return bands;
    }
}
