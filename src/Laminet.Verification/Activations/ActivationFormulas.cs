using Laminet.Layers;
using Laminet.Verification.Golden;
using Laminet.Verification.Operations;

namespace Laminet.Verification.Activations;

/// <summary>The activations that are one formula of .NET's Math, at points on both sides of zero.</summary>
internal static class ActivationFormulas
{
    private static readonly Dictionary<string, Func<double, double>> Formulas = new()
    {
        ["linear"] = x => x,
        ["sigmoid"] = x => 1 / (1 + Math.Exp(-x)),
        ["tanh"] = Math.Tanh,
        ["softplus"] = x => Math.Log(1 + Math.Exp(x)),
        ["softsign"] = x => x / (1 + Math.Abs(x)),
        ["exponential"] = Math.Exp,
    };

    private static Tensor Points => (new Lcg(5).Tensor([37]) * 12) - 6;

    public static IEnumerable<Check> All() =>
        Formulas.SelectMany(pair => (Check[])
        [
            new(Family.Activations, pair.Key, CheckKind.Value, "values are those of the formula", _ => IsItsFormula(pair.Key, pair.Value)),
            new(Family.Activations, pair.Key, CheckKind.Gradient, "slopes are the finite differences", _ => Differences.Check(inputs => ((ActivationFunction)pair.Key).Call(inputs[0]), [Points], [0], 40, pair.Key)),
        ]);

    private static void IsItsFormula(string name, Func<double, double> formula)
    {
        double[] expected = [.. Points.ToArray<double>().Select(formula)];
        Near.Equal(expected, ((ActivationFunction)name).Call(Points), 1e-13, "in Float64, ");
        Near.Equal(expected, ((ActivationFunction)name).Call(Points.Cast(DType.Float32)), 2e-6, "in Float32, ");
    }
}
