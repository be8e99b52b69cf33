namespace Laminet.Tensors.Ops;

/// <summary>How much each old pixel of a line counts in each new one.</summary>
internal static class ResizeWeights
{
    /// <summary>The old pixel under the centre of a new one: floor((i + 1/2) old / length), in whole numbers, since rounding would move it where it falls on a border.</summary>
    public static int Nearest(int i, int old, int length) => (int)(((2L * i) + 1) * old / (2L * length));

    /// <summary>Weights (length, old), each row of the sum 1.</summary>
    public static double[] Matrix(int old, int length, Interpolation interpolation, bool antialias)
    {
        double step = (double)old / length, width = antialias ? Math.Max(1, step) : 1;
        double[] weights = new double[(long)length * old];
        for (int i = 0; i < length; i++)
        {
            Span<double> row = weights.AsSpan(i * old, old);
            double centre = ((i + 0.5) * step) - 0.5, sum = 0;
            for (int j = 0; j < old; j++)
                sum += row[j] = Weight(interpolation, Math.Abs(centre - j) / width);
            for (int j = 0; j < old; j++)
                row[j] /= sum;
        }

        return weights;
    }

    private static double Weight(Interpolation interpolation, double distance) => interpolation switch
    {
        Interpolation.Bilinear => Math.Max(0, 1 - distance),
        Interpolation.Bicubic => Cubic(distance),
        Interpolation.Lanczos3 => Lanczos(distance, 3),
        Interpolation.Lanczos5 => Lanczos(distance, 5),
        _ => throw new ArgumentOutOfRangeException(nameof(interpolation), $"Received the interpolation {interpolation}; expected one of {string.Join(", ", Enum.GetNames<Interpolation>())}."),
    };

    private static double Cubic(double x) => x switch
    {
        < 1 => (((1.5 * x) - 2.5) * x * x) + 1,
        < 2 => (((((-0.5 * x) + 2.5) * x) - 4) * x) + 2,
        _ => 0,
    };

    private static double Lanczos(double x, int radius) => x switch
    {
        0 => 1,
        _ when x > radius => 0,
        _ => radius * Math.Sin(Math.PI * x) * Math.Sin(Math.PI * x / radius) / (Math.PI * Math.PI * x * x),
    };
}
