using System.Text.Json;
using Laminet.Tensors.Ops;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Operations;

/// <summary>Special functions at points over their ranges, as mpmath computes them (Golden/make_special_golden.py), to a few units in the last place.</summary>
internal static class SpecialFunctionChecks
{
    private static readonly JsonElement Entries = GoldenFile.Element("special.json");

    // The units in the last place that are granted in float64, then in float32. Where a function has a zero between numbers, units of 1 around it.
    private static readonly Dictionary<string, (Func<Tensor, Tensor> Function, double Float64, double Float32)> Functions = new()
    {
        ["erf"] = (x => x.Erf(), 6, 6),
        ["erfc"] = (x => x.Erfc(), 10, 10),
        ["erfinv"] = (x => x.Erfinv(), 8, 1),
        ["log_gamma"] = (x => x.LogGamma(), 8, 1),
        ["digamma"] = (x => x.Digamma(), 16, 1),
        ["trigamma"] = (x => new Polygamma(1).Apply(x), 10, 1),
        ["tetragamma"] = (x => new Polygamma(2).Apply(x), 14, 1),
        ["expm1"] = (x => x.Expm1(), 4, 4),
        ["exp2"] = (x => x.Exp2(), 2, 2),
        ["log1p"] = (x => x.Log1p(), 4, 4),
        ["log2"] = (x => x.Log2(), 4, 4),
        ["log10"] = (x => x.Log10(), 4, 4),
        ["rsqrt"] = (x => x.Rsqrt(), 2, 2),
        ["softplus"] = (x => x.Softplus(), 4, 4),
        ["tan"] = (x => x.Tan(), 4, 4),
        ["asin"] = (x => x.Asin(), 2, 2),
        ["acos"] = (x => x.Acos(), 2, 2),
        ["atan"] = (x => x.Atan(), 2, 2),
        ["sinh"] = (x => x.Sinh(), 4, 4),
        ["cosh"] = (x => x.Cosh(), 4, 4),
        ["asinh"] = (x => x.Asinh(), 4, 4),
        ["acosh"] = (x => x.Acosh(), 4, 4),
        ["sinc"] = (x => x.Sinc(), 4, 1),
        ["i0"] = (x => x.I0(), 8, 1),
        ["i1"] = (x => x.I1(), 8, 1),
        ["j0"] = (x => x.J0(), 6, 1),
        ["j1"] = (x => x.J1(), 6, 1),
        ["y0"] = (x => x.Y0(), 6, 1),
        ["y1"] = (x => x.Y1(), 6, 1),
        ["k0"] = (x => x.K0(), 10, 1),
        ["k1"] = (x => x.K1(), 10, 1),
        ["k0e"] = (x => x.K0e(), 10, 1),
        ["k1e"] = (x => x.K1e(), 10, 1),
        ["erfcx"] = (x => x.Erfcx(), 10, 10),
        // Where it is tiny it is erfc of x/√2, whose rounding is magnified by x².
        ["log_ndtr"] = (x => x.LogNdtr(), 48, 48),
        ["atanh"] = (x => x.Atanh(), 4, 4),
    };

    /// <summary>What the file has numbers of.</summary>
    public static IEnumerable<string> Names => Entries.EnumerateObject().Select(entry => entry.Name);

    /// <summary>What has a tolerance.</summary>
    public static IEnumerable<string> Tested => Functions.Keys;

    public static IEnumerable<Check> All() =>
    [
        .. Names.Select(name => new Check(Family.Operations, Subject(name), CheckKind.Value, $"{name}: numbers are mpmath's to a few units in the last place", _ => HasItsLastDigits(name))),
        .. Ends.Select(end => new Check(Family.Operations, end.Subject, CheckKind.Value, "at the ends of its range it is the limit", _ => IsItsLimit(end.Expected, end.Function, end.X))),
        new(Family.Operations, nameof(Tensor.Erfinv), CheckKind.Value, "tiny numbers keep their digits", _ => ErfinvKeepsTinyNumbers()),
        .. Neighbours.Select(pair => new Check(Family.Operations, pair.Subject, CheckKind.Consistency, "an element's bits do not depend on its neighbours", _ => DependsOnNoNeighbours(pair.Function))),
    ];

    // As the method is called: log_gamma is LogGamma, and the derivatives of digamma are one primitive.
    private static string Subject(string name) => name is "trigamma" or "tetragamma"
        ? nameof(Polygamma)
        : string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static void HasItsLastDigits(string name)
    {
        (Func<Tensor, Tensor> function, double float64, double float32) = Functions[name];
        double[] x = Numbers("x"), expected = Numbers("y"), doubles = function(Tensor.From(x)).ToArray<double>();
        float[] floats = function(Tensor.From([.. x.Select(value => (float)value)])).ToArray<float>();
        List<string> wrong = [];
        for (int i = 0; i < x.Length; i++)
        {
            // Digamma's zero lies between numbers, where its slope is about 1; so do those of the logarithm of gamma below zero, and of Bessel functions.
            double size = name is "digamma" or "j0" or "j1" or "y0" or "y1" || (name == "log_gamma" && x[i] < 0) ? Math.Max(1, Math.Abs(expected[i])) : Math.Abs(expected[i]);
            double inDouble = Math.Abs(doubles[i] - expected[i]) / Math.BitIncrement(size) / 2.3e-16, inFloat = Math.Abs(floats[i] - expected[i]) / Math.BitIncrement(size) / 1.2e-7;
            if (!(inDouble <= float64) || (Math.Abs(expected[i]) is > 1.2e-38 and < 3e38 or 0 && (float)x[i] == x[i] && !(inFloat <= float32)))
                wrong.Add(FormattableString.Invariant($"{name}({x[i]:R}): expected {expected[i]:R}, received {doubles[i]:R}, wrong by {inDouble:F1} units, and {floats[i]:R}, by {inFloat:F1}"));
        }

        Expect.True(wrong.Count == 0, string.Join('\n', wrong));

        double[] Numbers(string part) => [.. Entries.GetProperty(name).GetProperty(part).EnumerateArray().Select(number => number.GetDouble())];
    }

    private const double Infinity = double.PositiveInfinity, NaN = double.NaN;

    private static readonly (string Subject, double[] Expected, Func<Tensor, Tensor> Function, double[] X)[] Ends =
    [
        (nameof(Tensor.Erf), [-1, 1, NaN, 0], x => x.Erf(), [-Infinity, Infinity, NaN, 0]),
        (nameof(Tensor.Erfc), [2, 0, NaN, 0, 1], x => x.Erfc(), [-Infinity, Infinity, NaN, 1e6, 0]),
        (nameof(Tensor.Erfinv), [-Infinity, Infinity, NaN, NaN, 0], x => x.Erfinv(), [-1, 1, 1.5, NaN, 0]),
        (nameof(Tensor.LogGamma), [Infinity, Infinity, Infinity, Infinity, NaN, 0, 0], x => x.LogGamma(), [0, -2, Infinity, -Infinity, NaN, 1, 2]),
        (nameof(Tensor.Digamma), [NaN, NaN, Infinity, NaN], x => x.Digamma(), [0, -3, Infinity, NaN]),
        (nameof(Tensor.J0), [0, 0, NaN, 1], x => x.J0(), [-Infinity, Infinity, NaN, 0]),
        (nameof(Tensor.J1), [0, 0, NaN, 0], x => x.J1(), [-Infinity, Infinity, NaN, 0]),
        (nameof(Tensor.Y0), [-Infinity, 0, NaN, NaN], x => x.Y0(), [0, Infinity, NaN, -1]),
        (nameof(Tensor.Y1), [-Infinity, 0, NaN, NaN], x => x.Y1(), [0, Infinity, NaN, -1]),
        (nameof(Tensor.K0), [Infinity, 0, NaN, NaN], x => x.K0(), [0, Infinity, NaN, -1]),
        (nameof(Tensor.K1e), [Infinity, 0, NaN, NaN], x => x.K1e(), [0, Infinity, NaN, -1]),
        (nameof(Tensor.Erfcx), [Infinity, 0, NaN], x => x.Erfcx(), [-Infinity, Infinity, NaN]),
        (nameof(Tensor.LogNdtr), [-Infinity, 0, NaN], x => x.LogNdtr(), [-Infinity, Infinity, NaN]),
        (nameof(Tensor.Expm1), [-1, Infinity, NaN, 0], x => x.Expm1(), [-Infinity, Infinity, NaN, 0]),
        (nameof(Tensor.Log1p), [-Infinity, Infinity, NaN, 0, NaN], x => x.Log1p(), [-1, Infinity, NaN, 0, -2]),
        (nameof(Tensor.Softplus), [0, Infinity, NaN, 1e4, 0], x => x.Softplus(), [-Infinity, Infinity, NaN, 1e4, -1e4]),
    ];

    private static void IsItsLimit(double[] expected, Func<Tensor, Tensor> function, double[] x)
    {
        Expect.Sequence(expected, function(Tensor.From(x)).ToArray<double>());
        Expect.Sequence(expected, function(Tensor.From(x).Cast(DType.Float32)).Cast(DType.Float64).ToArray<double>());
    }

    // SciPy once went through the normal distribution's quantile, which is 0 here (scipy#12758).
    private static void ErfinvKeepsTinyNumbers()
    {
        Expect.InRange(Tensor.Scalar(1e-20).Erfinv().ToDouble() - 8.86226925452758e-21, -1e-33, 1e-33);
        Expect.InRange(Tensor.Scalar(1e-10f).Erfinv().Item<float>() - 8.862269e-11f, -1e-17, 1e-17);
    }

    private static readonly (string Subject, Func<Tensor, Tensor> Function)[] Neighbours =
    [
        (nameof(Tensor.Erf), x => x.Erf()), (nameof(Tensor.Erfc), x => x.Erfc()), (nameof(Tensor.Erfcx), x => x.Erfcx()), (nameof(Tensor.Expm1), x => x.Expm1()), (nameof(Tensor.Log1p), x => x.Log1p()),
        (nameof(Tensor.Softplus), x => x.Softplus()),
    ];

    private static void DependsOnNoNeighbours(Func<Tensor, Tensor> function)
    {
        Tensor x = Tensor.Range(-500, 500, DType.Float64) / 70;
        double[] together = function(x).ToArray<double>();
        for (int i = 0; i < 1000; i += 37)
            Expect.Equal(together[i], function(x.Slice(i, i + 1)).Item<double>(), $"element {i}");
    }
}
