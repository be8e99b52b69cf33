using System.Globalization;
using System.Text.Json;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Operations;

/// <summary>Results as NumPy, SciPy and PyTorch compute them; Golden/make_operations_golden.py wrote the numbers.</summary>
internal static class ArrayGoldens
{
    private static readonly JsonElement Entries = GoldenFile.Element("operations.json");

    private static readonly Dictionary<string, (string Subject, Func<Tensor[], Tensor[]> Call)> Operations = new()
    {
        ["bitwise_and"] = (nameof(Tensor.BitwiseAnd), x => [x[0].BitwiseAnd(x[1])]),
        ["bitwise_or"] = (nameof(Tensor.BitwiseOr), x => [x[0].BitwiseOr(x[1])]),
        ["bitwise_xor"] = (nameof(Tensor.BitwiseXor), x => [x[0].BitwiseXor(x[1])]),
        ["bitwise_not"] = (nameof(Tensor.BitwiseNot), x => [x[0].BitwiseNot()]),
        ["left_shift"] = (nameof(Tensor.LeftShift), x => [x[0].LeftShift(x[1])]),
        ["right_shift"] = (nameof(Tensor.RightShift), x => [x[0].RightShift(x[1])]),
        ["gcd"] = (nameof(Tensor.Gcd), x => [x[0].Gcd(x[1])]),
        ["lcm"] = (nameof(Tensor.Lcm), x => [x[0].Lcm(x[1])]),
        ["fmod"] = (nameof(Tensor.FMod), x => [x[0].FMod(x[1])]),
        ["fmod_of_zero"] = (nameof(Tensor.FMod), x => [x[0].FMod(x[1])]),
        ["fmod_of_fractions"] = (nameof(Tensor.FMod), x => [x[0].FMod(x[1])]),
        ["ldexp"] = (nameof(Tensor.LdExp), x => [x[0].LdExp(x[1])]),
        ["nextafter"] = (nameof(Tensor.NextAfter), x => [x[0].NextAfter(x[1])]),
        ["nextafter_float32"] = (nameof(Tensor.NextAfter), x => [x[0].Cast(DType.Float32).NextAfter(x[1].Cast(DType.Float32))]),
        ["unique"] = (nameof(Tensor.Unique), x => Four(x[0].Unique())),
        ["unique_of_integers"] = (nameof(Tensor.Unique), x => Four(x[0].Unique())),
        ["isin"] = (nameof(Tensor.IsIn), x => [x[0].IsIn(x[1])]),
        ["digitize"] = (nameof(Tensor.Digitize), x => [x[0].Digitize(x[1])]),
        ["digitize_right"] = (nameof(Tensor.Digitize), x => [x[0].Digitize(x[1], right: true)]),
        ["histogram"] = (nameof(Tensor.Histogram), x => Two(x[0].Histogram())),
        ["histogram_of_a_range"] = (nameof(Tensor.Histogram), x => Two(x[0].Histogram(7, (-1, 1.5)))),
        ["histogram_weighted"] = (nameof(Tensor.Histogram), x => Two(x[0].Histogram(5, (-2, 2), x[1]))),
        ["histogram_of_equal"] = (nameof(Tensor.Histogram), x => Two(x[0].Histogram(4))),
        ["unravel_index"] = (nameof(Tensor.UnravelIndex), x => x[0].UnravelIndex([2, 3, 4])),
        ["ravel_multi_index"] = (nameof(Tensor.RavelMultiIndex), x => [Tensor.RavelMultiIndex(x, [2, 3, 4])]),
        ["select"] = (nameof(Tensor.Select), x => [Tensor.Select(x[..2], x[2..], 7)]),
        ["nanmedian"] = (nameof(Tensor.NanMedian), x => [x[0].NanMedian(1)]),
        ["nanpercentile"] = (nameof(Tensor.NanPercentile), x => [x[0].NanPercentile(80)]),
        ["nanargmax"] = (nameof(Tensor.NanArgMax), x => [x[0].NanArgMax(1)]),
        ["nanargmin"] = (nameof(Tensor.NanArgMin), x => [x[0].NanArgMin(1)]),
        ["nancumsum"] = (nameof(Tensor.NanCumSum), x => [x[0].NanCumSum(1)]),
        ["nancumprod"] = (nameof(Tensor.NanCumProd), x => [x[0].NanCumProd(0)]),
        ["angle"] = (nameof(Tensor.Angle), x => [Tensor.Angle(x[0], x[1])]),
        ["conj"] = (nameof(Tensor.Conj), x => Two(Tensor.Conj(x[0], x[1]))),
        ["isreal"] = (nameof(Tensor.IsReal), x => [Tensor.IsReal(x[0], x[1])]),
        ["polar"] = (nameof(Tensor.Polar), x => Two(Tensor.Polar(x[0], x[1]))),
        ["gammainc"] = (nameof(Tensor.GammaInc), x => [x[0].GammaInc(x[1])]),
        ["gammaincc"] = (nameof(Tensor.GammaIncC), x => [x[0].GammaIncC(x[1])]),
        ["betainc"] = (nameof(Tensor.BetaInc), x => [Tensor.BetaInc(x[0], x[1], x[2])]),
        ["kaiser_0"] = (nameof(Tensor.FromKaiserWindow), _ => [Tensor.FromKaiserWindow(12, 0)]),
        ["kaiser_5"] = (nameof(Tensor.FromKaiserWindow), _ => [Tensor.FromKaiserWindow(12, 5)]),
        ["kaiser_14"] = (nameof(Tensor.FromKaiserWindow), _ => [Tensor.FromKaiserWindow(12, 14)]),
        ["kaiser_periodic"] = (nameof(Tensor.FromKaiserWindow), _ => [Tensor.FromKaiserWindow(9, 8.6, periodic: true)]),
        ["bartlett"] = (nameof(Tensor.FromWindow), _ => [Tensor.FromWindow(SignalWindow.Bartlett, 11, periodic: false)]),
        ["bartlett_periodic"] = (nameof(Tensor.FromWindow), _ => [Tensor.FromWindow(SignalWindow.Bartlett, 10)]),
        ["depth_to_space"] = (nameof(Tensor.DepthToSpace), x => [x[0].DepthToSpace(2)]),
        ["space_to_depth"] = (nameof(Tensor.SpaceToDepth), x => [x[0].SpaceToDepth(2)]),
        ["unfold"] = (nameof(Tensor.Unfold), x => [x[0].Unfold((3, 2), (2, 1), Padding.Explicit((1, 1), (0, 0)), (1, 2))]),
        ["fold"] = (nameof(Tensor.Fold), x => [x[0].Fold((7, 6), (3, 2), (2, 1), Padding.Explicit((1, 1), (0, 0)), (1, 2))]),
        ["separable_convolution"] = (nameof(Tensor.SeparableConvolution), x => [x[0].SeparableConvolution(x[1], x[2])]),
        ["cdist_1"] = (nameof(Tensor.CDist), x => [x[0].CDist(x[1], 1)]),
        ["cdist_2"] = (nameof(Tensor.CDist), x => [x[0].CDist(x[1])]),
        ["cdist_3"] = (nameof(Tensor.CDist), x => [x[0].CDist(x[1], 3)]),
        ["cdist_inf"] = (nameof(Tensor.CDist), x => [x[0].CDist(x[1], double.PositiveInfinity)]),
        ["squared_distances"] = (nameof(Tensor.SquaredDistances), x => [x[0].SquaredDistances(x[1])]),
        ["psnr"] = (nameof(Tensor.Psnr), x => [x[0].Psnr(x[1], 255)]),
        ["segment_sum"] = (nameof(Tensor.SegmentSum), x => [x[0].SegmentSum(x[1])]),
        ["segment_prod"] = (nameof(Tensor.SegmentProd), x => [x[0].SegmentProd(x[1])]),
        ["segment_max"] = (nameof(Tensor.SegmentMax), x => [x[0].SegmentMax(x[1])]),
        ["segment_min"] = (nameof(Tensor.SegmentMin), x => [x[0].SegmentMin(x[1])]),
        ["divide_no_nan"] = (nameof(Tensor.DivideNoNan), x => [x[0].DivideNoNan(x[1])]),
    };

    public static IEnumerable<Check> All() =>
        from entry in Entries.EnumerateObject()
        let operation = Of(entry.Name)
        select new Check(Family.Operations, operation.Subject, CheckKind.Value, $"{entry.Name}: results are NumPy's, SciPy's or PyTorch's", _ => AreTheirs(entry.Name, entry.Value, operation.Call));

    private static (string Subject, Func<Tensor[], Tensor[]> Call) Of(string name)
    {
        string[] words = name.Split('_');
        return words switch
        {
            ["correlate", string mode, ..] => (nameof(Tensor.Correlate), x => [x[0].Correlate(x[1], Enum.Parse<CorrelationMode>(mode, ignoreCase: true))]),
            ["nanquantile", string method] => (nameof(Tensor.NanQuantile), x => [x[0].NanQuantile(0.3, 1, method: Enum.Parse<QuantileMethod>(method, ignoreCase: true))]),
            ["polygamma", string order] => (nameof(Tensor.Polygamma), x => [x[0].Polygamma(int.Parse(order, CultureInfo.InvariantCulture))]),
            _ => Operations[name],
        };
    }

    private static void AreTheirs(string name, JsonElement entry, Func<Tensor[], Tensor[]> call)
    {
        Tensor[] expected = [.. Arrays("outputs")], actual = call([.. Arrays("inputs")]);
        Expect.Equal(expected.Length, actual.Length, $"{name}: outputs");
        for (int i = 0; i < expected.Length; i++)
        {
            Expect.True(expected[i].Shape == actual[i].Shape, $"{name}: the shape of output {i} is {actual[i].Shape}, expected {expected[i].Shape}");
            double[] wanted = expected[i].Cast(DType.Float64).ToArray<double>(), numbers = actual[i].Cast(DType.Float64).ToArray<double>();
            for (int place = 0; place < wanted.Length; place++)
            {
                // Relative: small shares of a distribution have their digits too.
                bool isNear = wanted[place].Equals(numbers[place]) || Math.Abs(wanted[place] - numbers[place]) <= 2e-12 * (name.Contains("inc", StringComparison.Ordinal) ? 0 : 1) + (Math.Abs(wanted[place]) * 2e-12);
                Expect.True(isNear, FormattableString.Invariant($"{name}, output {i}: element {place} is {numbers[place]:R}, expected {wanted[place]:R}"));
            }
        }

        IEnumerable<Tensor> Arrays(string part) => entry.GetProperty(part).EnumerateArray().Select(Read);
    }

    private static Tensor[] Two((Tensor, Tensor) pair) => [pair.Item1, pair.Item2];

    private static Tensor[] Four((Tensor, Tensor, Tensor, Tensor) all) => [all.Item1, all.Item2, all.Item3, all.Item4];

    private static Tensor Read(JsonElement array)
    {
        int[] shape = [.. array.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        double[] values = [.. array.GetProperty("values").EnumerateArray().Select(value =>
            value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDouble())];
        return Tensor.From(values, shape).Cast(Enum.Parse<DType>(array.GetProperty("type").GetString()!));
    }
}
