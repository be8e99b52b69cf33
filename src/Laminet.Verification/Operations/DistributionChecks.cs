using System.Text.Json;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Operations;

/// <summary>Random numbers in intervals of a distribution, by a chi square that SciPy's shares give (Golden/make_random_golden.py), and the keys that they depend on.</summary>
internal static class DistributionChecks
{
    private static readonly RandomKey Key = new(1_503);

    private static readonly JsonElement Golden = GoldenFile.Element("random.json");

    public static IEnumerable<Check> All() =>
    [
        .. Golden.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("name").GetString()! is var name
            ? New(name, $"{name} of {row.GetProperty("settings").GetRawText()}: shares of intervals are SciPy's", () => HasItsShares(name, row)) : null!),
        New(nameof(RandomKey.Categorical), "shares are softmax's, and a class of minus infinity is never drawn", DrawsByLogits),
        New(nameof(RandomKey.Poisson), "a number depends on its key and place alone, and out of range it is NaN", DependsOnItsPlace),
    ];

    private static Check New(string subject, string name, Action run) => new(Family.Operations, subject, CheckKind.Value, name, _ => run());

    private static void HasItsShares(string name, JsonElement row)
    {
        int draws = Golden.GetProperty("draws").GetInt32();
        double[] settings = Numbers("settings"), borders = Numbers("borders"), shares = Numbers("probabilities");
        Tensor[] tensors = [.. settings.Select(Tensor.Scalar)];
        // Another key for each row.
        RandomKey key = settings.Aggregate(Key, (all, setting) => all.Fold(BitConverter.DoubleToUInt64Bits(setting)));
        Tensor drawn = name switch
        {
            nameof(RandomKey.Poisson) => key.Poisson([draws], tensors[0]),
            nameof(RandomKey.Binomial) => key.Binomial([draws], tensors[0], tensors[1]),
            nameof(RandomKey.Gamma) => key.Gamma([draws], tensors[0]),
            nameof(RandomKey.Beta) => key.Beta([draws], tensors[0], tensors[1]),
            _ => key.RandInt([draws], (long)settings[0], (long)settings[1], DType.Int64).Cast(DType.Float64),
        };
        int[] counts = drawn.Digitize(Tensor.From(borders), right: true).BinCount(size: shares.Length).ToArray<int>();
        double square = counts.Zip(shares, (count, share) => Math.Pow(count - (draws * share), 2) / (draws * share)).Sum();
        Expect.InRange(square, 0, row.GetProperty("largest").GetDouble(), $"{name}: chi square of {shares.Length} intervals");

        double[] Numbers(string part) => [.. row.GetProperty(part).EnumerateArray().Select(number => number.GetDouble())];
    }

    private static void DrawsByLogits()
    {
        const int samples = 40_000;
        Tensor logits = Tensor.From(new double[,] { { 1000, 1000, 1000, 1000, 1000 }, { 0, Math.Log(2), Math.Log(3), double.NegativeInfinity, Math.Log(4) }, { double.NegativeInfinity, 0, double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity } });
        Tensor drawn = Key.Categorical(logits, samples);
        Expect.True(drawn.Spec == new TensorSpec([3, samples], DType.Int32), $"Categorical gave {drawn.Spec}");
        double[][] shares = [[0.2, 0.2, 0.2, 0.2, 0.2], [0.1, 0.2, 0.3, 0, 0.4], [0, 1, 0, 0, 0]];
        for (int row = 0; row < 3; row++)
        {
            int[] counts = drawn[row].BinCount(size: 5).ToArray<int>();
            for (int label = 0; label < 5; label++)
            {
                double share = shares[row][label], error = 5 * Math.Sqrt(share * (1 - share) / samples);
                Expect.InRange(((double)counts[label] / samples) - share, -error, error, $"row {row}, class {label}: the share less the expected one");
            }
        }
    }

    private static void DependsOnItsPlace()
    {
        Tensor rates = Tensor.From(1.0, 40, 3, 700), few = Key.Poisson([4], rates), more = Key.Poisson([2, 4], rates);
        Expect.Sequence(few.ToArray<double>(), more.Slice(0, 1).ToArray<double>(), "the first four numbers");
        Expect.True(Key.Poisson([3], Tensor.From(-1.0, double.NaN, double.PositiveInfinity)).IsNaN().All().Item<bool>(), "rates without a distribution: expected NaN");
        Expect.True(Key.Binomial([3], Tensor.From(-1.0, 5, 5), Tensor.From(0.5, 1.5, double.NaN)).IsNaN().All().Item<bool>(), "trials without a distribution: expected NaN");
        Expect.Sequence([0.0, 7, 0], Key.Binomial([3], Tensor.From(7.0, 7, 0), Tensor.From(0.0, 1, 0.5)).ToArray<double>(), "probabilities 0 and 1, no trials");
    }
}
