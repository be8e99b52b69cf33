using System.Globalization;
using Laminet.Tensors.Runtime;

namespace Laminet.Verification.Operations;

/// <summary>The generator by the known answers of its authors, and what is drawn with it by the moments of its distribution.</summary>
internal static class RandomChecks
{
    private static readonly RandomKey Key = new(20240229);

    public static IEnumerable<Check> All() =>
    [
        New(nameof(RandomKey.Uniform), "the generator gives the known answers of Random123", GivesKnownAnswers),
        New(nameof(RandomKey.Uniform), "moments are those of the distribution", () => HasMoments((count, type) => Key.Uniform([count], -3, 5, type), 1, 64 / 12.0, 0, -1.2)),
        New(nameof(RandomKey.Normal), "numbers are Box and Muller's, of pairs of uniform ones", AreBoxAndMullers),
        New(nameof(RandomKey.Normal), "moments are those of the distribution", () => HasMoments((count, type) => Key.Normal([count], 2, 3, type), 2, 9, 0, 0)),
        // Of the normal distribution cut at two deviations.
        New(nameof(RandomKey.TruncatedNormal), "moments are those of the distribution", () => HasMoments((count, type) => Key.TruncatedNormal([count], dtype: type), 0, 0.773741, 0, -0.634)),
        New(nameof(RandomKey.Bernoulli), "true comes as often as asked", IsTrueAsOftenAsAsked),
        New(nameof(RandomKeys.Gamma), "mean and variance are those of the distribution", HasGammasMoments),
        New(nameof(RandomKeys.Beta), "mean and variance are those of the distribution", HasBetasMoments),
        New(nameof(RandomKeys.Dirichlet), "shares have the sum 1, and the distribution's mean and variance", HasDirichletsMoments),
        New(nameof(RandomKey.Permutation), "each position comes once, and all orders are equally likely", IsAPermutation),
    ];

    private static Check New(string subject, string name, Action run) => new(Family.Operations, subject, CheckKind.Value, name, _ => run());

    // kat_vectors of Random123 1.14, philox4x32 10.
    private static void GivesKnownAnswers()
    {
        Expect.Equal((0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u), Philox.Block(0, 0, 0));
        Expect.Equal((0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu), Philox.Block(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue));
        Expect.Equal((0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u), Philox.Block(0x299f31d0a4093822, 0x85a308d3243f6a88, 0x0370734413198a2e));
        float[] drawn = Key.Uniform([4]).ToArray<float>();
        (uint a, uint b, uint c, uint d) = Philox.Block(Key.Seed, 0);
        Expect.Sequence(new[] { a, b, c, d }.Select(word => (word >> 8) / 16777216f), drawn, "the upper bits of a block");
    }

    private static void AreBoxAndMullers()
    {
        double[] uniform = Key.Uniform([5003], dtype: DType.Float64).ToArray<double>(), normal = Key.Normal([5003], dtype: DType.Float64).ToArray<double>();
        for (int i = 0; i + 1 < normal.Length; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - uniform[i])), angle = 2 * Math.PI * uniform[i + 1];
            Near.Equal(radius * Math.Cos(angle), normal[i], 1e-14, $"number {i}: ");
            Near.Equal(radius * Math.Sin(angle), normal[i + 1], 1e-14, $"number {i + 1}: ");
        }
    }

    private static void HasMoments(Func<int, DType, Tensor> draw, double mean, double variance, double skewness, double excess)
    {
        foreach (DType type in OpCase.Computed)
        {
            double[] values = draw(100_003, type).Cast(DType.Float64).ToArray<double>();
            double deviation = Math.Sqrt(variance), error = 5 / Math.Sqrt(values.Length);
            Expect.InRange((values.Average() - mean) / deviation, -error, error, $"{type}, mean less the expected one, in deviations");
            Expect.InRange(Moment(2) - 1, -1.5 * error, 1.5 * error, $"{type}, variance over the expected one, less 1");
            Expect.InRange(Moment(3) - skewness, -4 * error, 4 * error, $"{type}, skewness less the expected one");
            Expect.InRange(Moment(4) - 3 - excess, -10 * error, 10 * error, $"{type}, kurtosis less the expected one");

            double Moment(int power) => values.Average(value => Math.Pow((value - mean) / deviation, power));
        }
    }

    private static void HasGammasMoments()
    {
        const int count = 50_000;
        foreach (double alpha in (double[])[0.2, 1, 3.7])
        {
            string where = string.Create(CultureInfo.InvariantCulture, $"alpha {alpha}");
            Tensor gamma = RandomKeys.Split(Key, count).Gamma(Tensor.Full([count], alpha, DType.Float64));
            // Five standard errors; that of the variance by the fourth moment 3 alpha^2 + 6 alpha.
            Expect.InRange(gamma.Mean().ToDouble() - alpha, -5 * Math.Sqrt(alpha / count), 5 * Math.Sqrt(alpha / count), where + ", mean less alpha");
            double error = 5 * Math.Sqrt(((2 * alpha * alpha) + (6 * alpha)) / count);
            Expect.InRange(gamma.Variance().ToDouble() - alpha, -error, error, where + ", variance less alpha");
        }
    }

    private static void HasBetasMoments()
    {
        const int count = 50_000;
        Tensor beta = RandomKeys.Split(Key, count).Beta(Tensor.Full([count], 2, DType.Float64), Tensor.Full([count], 3, DType.Float64));
        Expect.InRange(beta.Mean().ToDouble(), 0.4 - 0.0045, 0.4 + 0.0045, "mean of Beta(2, 3)");
        Expect.InRange(beta.Variance().ToDouble(), 0.04 - 0.001, 0.04 + 0.001, "variance of Beta(2, 3)");
    }

    private static void HasDirichletsMoments()
    {
        const int count = 50_000;
        Tensor shares = RandomKeys.Split(Key, count).Dirichlet(3, 0.5, DType.Float64);
        Near.Equal([.. Enumerable.Repeat(1.0, count)], shares.Sum(1), 1e-12, "the sum of an example's shares: ");
        for (int part = 0; part < 3; part++)
        {
            Tensor share = shares.Slice(part, part + 1, axis: 1);
            Expect.InRange(share.Mean().ToDouble(), (1 / 3.0) - 0.0067, (1 / 3.0) + 0.0067, $"mean of part {part}");
            // (1/3) (2/3) / (3 alpha + 1).
            Expect.InRange(share.Variance().ToDouble(), 0.08889 - 0.0025, 0.08889 + 0.0025, $"variance of part {part}");
        }
    }

    private static void IsTrueAsOftenAsAsked()
    {
        Expect.True(Key.Bernoulli([1000], 1).All().Item<bool>(), "with the probability 1, expected true everywhere");
        Expect.True(!Key.Bernoulli([1000], 0).Any().Item<bool>(), "with the probability 0, expected true nowhere");
        Near.Equal(0.3, Key.Bernoulli([200_000], 0.3).Cast(DType.Float64).Mean().ToDouble(), 0.005, "the share of true: ");
    }

    private static void IsAPermutation()
    {
        foreach (int length in (int[])[0, 1, 2, 3, 10, 1000])
            Expect.Sequence(Enumerable.Range(0, length), Key.Permutation(length).ToArray<int>().Order(), $"{length} positions, sorted");
        Dictionary<string, int> counts = [];
        const int draws = 24_000;
        for (int draw = 0; draw < draws; draw++)
        {
            string order = string.Join("", Key.Fold((ulong)draw).Permutation(4).ToArray<int>());
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Expect.Equal(24, counts.Count, "orders of four positions");
        // 23 degrees of freedom: 49.7 is exceeded once in a thousand.
        Expect.InRange(counts.Values.Sum(count => Math.Pow(count - 1000.0, 2) / 1000), 6, 49.7, "chi square of the orders of four positions");
    }
}
