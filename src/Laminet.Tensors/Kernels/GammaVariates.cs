using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Random numbers of gamma distributions (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000), as logarithms: for a small shape they are below the smallest number.</summary>
internal static unsafe class GammaVariates
{
    // A stream that no other draw uses: these count blocks in the lower half with a small upper half.
    private const ulong Stream = 0x47414D4D_00000000;
    private const double Unit = 1.0 / (1L << 32);

    public static void Fill(ulong* keys, double* alpha, double* y, int length)
    {
        for (int i = 0; i < length; i++)
            y[i] = Log(alpha[i], keys[i]);
    }

    /// <summary>The logarithm of a number with the density x^(alpha - 1) exp(-x) / Gamma(alpha). NaN unless alpha is positive and finite.</summary>
    private static double Log(double alpha, ulong key)
    {
        if (!(alpha > 0 && double.IsFinite(alpha)))
            return double.NaN;
        // Gamma(alpha) = Gamma(alpha + 1) uniform^(1 / alpha).
        double d = alpha + (2.0 / 3), c = 1 / Math.Sqrt(9 * d);
        for (ulong attempt = 0; ; attempt++)
        {
            (uint first, uint second, uint third, uint fourth) = Philox.Block(key, attempt, Stream);
            double normal = Math.Sqrt(-2 * Math.Log(Uniform(first))) * Math.Cos(2 * Math.PI * Uniform(second)), root = 1 + (c * normal);
            if (root <= 0)
                continue;
            double v = root * root * root;
            if (Math.Log(Uniform(third)) < (0.5 * normal * normal) + (d * (1 - v + Math.Log(v))))
                return Math.Log(d) + Math.Log(v) + (Math.Log(Uniform(fourth)) / alpha);
        }

        static double Uniform(uint word) => (word + 0.5) * Unit;
    }
}
