using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Random counts, each a function of its key and settings alone: from the distribution function where the mean is small, by transformed rejection where it is not (Hörmann 1993).</summary>
internal static class CountVariates
{
    // Streams that no other draw uses: these count blocks in the lower half with a small upper half.
    private const ulong PoissonStream = 0x504F4953_00000000, BinomialStream = 0x42494E4F_00000000;

    // Below this mean the distribution function is added up.
    private const double Few = 10;

    /// <summary>A number of events whose mean is a rate; NaN unless the rate is 0 or more and finite. (Hörmann, "The transformed rejection method for generating Poisson random variables".)</summary>
    public static double Poisson(double rate, ulong key)
    {
        if (!(rate >= 0 && double.IsFinite(rate)))
            return double.NaN;
        if (rate < Few)
            return Searched(Uniforms(key, 0, PoissonStream).First, Math.Exp(-rate), count => rate / count, double.PositiveInfinity);
        double root = Math.Sqrt(rate), b = 0.931 + (2.53 * root), a = -0.059 + (0.02483 * b), inverse = 1.1239 + (1.1328 / (b - 3.4)), inner = 0.9277 - (3.6224 / (b - 2));
        for (ulong attempt = 0; ; attempt++)
        {
            (double first, double v) = Uniforms(key, attempt, PoissonStream);
            double u = first - 0.5, edge = 0.5 - Math.Abs(u), count = Math.Floor((((2 * a / edge) + b) * u) + rate + 0.43);
            if (edge >= 0.07 && v <= inner)
                return count;
            if (count < 0 || (edge < 0.013 && v > edge))
                continue;
            if (Math.Log(v * inverse / ((a / (edge * edge)) + b)) <= (count * Math.Log(rate)) - rate - SpecialFunctions.LogGamma(count + 1))
                return count;
        }
    }

    /// <summary>How many of so many trials succeed; NaN unless there are 0 or more, finitely many, and the probability is from 0 to 1. (Hörmann, "The generation of binomial random variates".)</summary>
    public static double Binomial(double trials, double probability, ulong key)
    {
        if (!(trials >= 0 && double.IsFinite(trials) && probability is >= 0 and <= 1))
            return double.NaN;
        double n = Math.Floor(trials), p = Math.Min(probability, 1 - probability), successes = p == 0 ? 0 : Rarer(n, p, key);
        return probability > 0.5 ? n - successes : successes;
    }

    private static double Rarer(double n, double p, ulong key)
    {
        double odds = p / (1 - p);
        if (n * p < Few)
            return Searched(Uniforms(key, 0, BinomialStream).First, Math.Exp(n * double.LogP1(-p)), count => (n - count + 1) / count * odds, n);
        double deviation = Math.Sqrt(n * p * (1 - p)), b = 1.15 + (2.53 * deviation), a = -0.0873 + (0.0248 * b) + (0.01 * p), inner = 0.92 - (4.2 / b), alpha = (2.83 + (5.1 / b)) * deviation;
        double mode = Math.Floor((n + 1) * p), atMode = SpecialFunctions.LogGamma(mode + 1) + SpecialFunctions.LogGamma(n - mode + 1);
        for (ulong attempt = 0; ; attempt++)
        {
            (double first, double v) = Uniforms(key, attempt, BinomialStream);
            double u = first - 0.5, edge = 0.5 - Math.Abs(u), count = Math.Floor((((2 * a / edge) + b) * u) + (n * p) + 0.5);
            if (edge >= 0.07 && v <= inner)
                return count;
            if (count < 0 || count > n)
                continue;
            if (Math.Log(v * alpha / ((a / (edge * edge)) + b)) <= atMode - SpecialFunctions.LogGamma(count + 1) - SpecialFunctions.LogGamma(n - count + 1) + ((count - mode) * Math.Log(odds)))
                return count;
        }
    }

    // The least count whose share of the distribution, with all below, is above a uniform number. Each probability is the one before times a ratio.
    private static double Searched(double uniform, double probability, Func<double, double> ratio, double last)
    {
        double count = 0;
        for (; uniform > probability && count < last && probability > 0; probability *= ratio(count))
        {
            uniform -= probability;
            count++;
        }

        return count;
    }

    // Two numbers in (0, 1) of 53 bits.
    private static (double First, double Second) Uniforms(ulong key, ulong attempt, ulong stream)
    {
        (uint a, uint b, uint c, uint d) = Philox.Block(key, attempt, stream);
        return (Of(a, b), Of(c, d));

        static double Of(uint high, uint low) => ((((ulong)high << 20) | (low >> 12)) + 0.5) * (1.0 / (1UL << 52));
    }
}
