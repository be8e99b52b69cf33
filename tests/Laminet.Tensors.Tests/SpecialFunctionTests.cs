using System.Text.Json;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Tests;

/// <summary>Special functions at points over their ranges, as mpmath computes them (Golden/make_special_golden.py), to a few units in the last place.</summary>
public class SpecialFunctionTests
{
    private static readonly JsonElement Entries =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "special.json"))).RootElement;

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
        ["atanh"] = (x => x.Atanh(), 4, 4),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Fact]
    public void Every_function_of_the_file_is_tested() => Assert.Equal(Entries.EnumerateObject().Select(entry => entry.Name).Order(), Functions.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Numbers_are_exact_to_a_few_units_in_the_last_place(string name)
    {
        (Func<Tensor, Tensor> function, double float64, double float32) = Functions[name];
        double[] x = Numbers("x"), expected = Numbers("y"), doubles = function(Tensor.From(x)).ToArray<double>();
        float[] floats = function(Tensor.From([.. x.Select(value => (float)value)])).ToArray<float>();
        List<string> wrong = [];
        for (int i = 0; i < x.Length; i++)
        {
            // Digamma's zero lies between numbers, where its slope is about 1; so do those of the logarithm of gamma below zero.
            double size = name == "digamma" || (name == "log_gamma" && x[i] < 0) ? Math.Max(1, Math.Abs(expected[i])) : Math.Abs(expected[i]);
            double inDouble = Math.Abs(doubles[i] - expected[i]) / Math.BitIncrement(size) / 2.3e-16, inFloat = Math.Abs(floats[i] - expected[i]) / Math.BitIncrement(size) / 1.2e-7;
            if (!(inDouble <= float64) || (Math.Abs(expected[i]) is > 1.2e-38 and < 3e38 or 0 && (float)x[i] == x[i] && !(inFloat <= float32)))
                wrong.Add($"{name}({x[i]:R}): expected {expected[i]:R}, received {doubles[i]:R}, wrong by {inDouble:F1} units, and {floats[i]:R}, by {inFloat:F1}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        double[] Numbers(string part) => [.. Entries.GetProperty(name).GetProperty(part).EnumerateArray().Select(number => number.GetDouble())];
    }

    [Fact]
    public void Ends_of_ranges_are_as_the_functions_limits()
    {
        const double infinity = double.PositiveInfinity;
        Equal([-1, 1, double.NaN, 0], x => x.Erf(), [-infinity, infinity, double.NaN, 0]);
        Equal([2, 0, double.NaN, 0, 1], x => x.Erfc(), [-infinity, infinity, double.NaN, 1e6, 0]);
        Equal([-infinity, infinity, double.NaN, double.NaN, 0], x => x.Erfinv(), [-1, 1, 1.5, double.NaN, 0]);
        Equal([infinity, infinity, infinity, infinity, double.NaN, 0, 0], x => x.LogGamma(), [0, -2, infinity, -infinity, double.NaN, 1, 2]);
        Equal([double.NaN, double.NaN, infinity, double.NaN], x => x.Digamma(), [0, -3, infinity, double.NaN]);
        Equal([-1, infinity, double.NaN, 0], x => x.Expm1(), [-infinity, infinity, double.NaN, 0]);
        Equal([-infinity, infinity, double.NaN, 0, double.NaN], x => x.Log1p(), [-1, infinity, double.NaN, 0, -2]);
        Equal([0, infinity, double.NaN, 1e4, 0], x => x.Softplus(), [-infinity, infinity, double.NaN, 1e4, -1e4]);

        static void Equal(double[] expected, Func<Tensor, Tensor> function, double[] x)
        {
            Assert.Equal(expected, function(Tensor.From(x)).ToArray<double>());
            Assert.Equal(expected, function(Tensor.From(x).Cast(DType.Float32)).Cast(DType.Float64).ToArray<double>());
        }
    }

    // SciPy once went through the normal distribution's quantile, which is 0 here (scipy#12758).
    [Fact]
    public void The_inverse_of_the_error_function_keeps_tiny_numbers()
    {
        Assert.Equal(8.86226925452758e-21, Tensor.Scalar(1e-20).Erfinv().ToDouble(), 1e-33);
        Assert.Equal(8.862269e-11f, Tensor.Scalar(1e-10f).Erfinv().Item<float>(), 1e-17f);
    }

    [Fact]
    public void An_elements_bits_do_not_depend_on_its_neighbours()
    {
        Tensor x = Tensor.Range(-500, 500, DType.Float64) / 70;
        foreach (Func<Tensor, Tensor> function in (Func<Tensor, Tensor>[])[x => x.Erf(), x => x.Erfc(), x => x.Expm1(), x => x.Log1p(), x => x.Softplus()])
        {
            double[] together = function(x).ToArray<double>();
            for (int i = 0; i < 1000; i += 37)
                Assert.Equal(together[i], function(x.Slice(i, i + 1)).Item<double>());
        }
    }
}
