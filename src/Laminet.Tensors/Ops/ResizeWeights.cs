namespace Laminet.Tensors.Ops;

/// <summary>How much each old pixel of a line counts in each new one.</summary>
internal static class ResizeWeights
{
    /// <summary>The old pixel under the centre of a new one: floor((i + 1/2) old / length), in whole numbers, since rounding would move it where it falls on a border.</summary>
    public static int Nearest(int i, int old, int length) => (int)(((2L * i) + 1) * old / (2L * length));

    /// <summary>Weights (length, old), each row of the sum 1.</summary>
    public static double[] Matrix(int old, int length, Interpolation interpolation, bool antialias) => Matrix(old, length, (double)old / length, 0, interpolation, antialias);

    /// <summary>Weights (length, old) of pixels that lie a step of old ones apart, after a shift by so many new ones; 0 for those beyond the old image.</summary>
    public static double[] Matrix(int old, int length, double step, double shift, Interpolation interpolation, bool antialias)
    {
        double width = antialias ? Math.Max(1, step) : 1;
        double[] weights = new double[(long)length * old];
        for (int i = 0; i < length; i++)
        {
            Span<double> row = weights.AsSpan(i * old, old);
            double centre = ((i + 0.5 - shift) * step) - 0.5, sum = 0;
            if (centre < -0.5 || centre > old - 0.5)
                continue;
            for (int j = 0; j < old; j++)
                sum += row[j] = interpolation.Weight((j - centre) / width);
            for (int j = 0; j < old; j++)
                row[j] /= sum;
        }

        return weights;
    }
}
