using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>Tensors as plain doubles, which metrics add up in.</summary>
internal static class Values
{
    public static double[] Of(Tensor tensor) => tensor.Cast(DType.Float64).ToArray<double>();

    /// <summary>One weight for each value of a shape; null for no weights, which stands for 1 everywhere.</summary>
    public static double[]? WeightsOf(string who, Tensor? weights, Shape values)
    {
        if (weights is null)
            return null;
        Shape outer = Targets.OuterAxes(who, weights.Shape, values);
        double[] given = Of(weights);
        if (given.Length == values.ElementCount)
            return given;
        double[] spread = new double[values.ElementCount];
        int repeat = values.ElementCount / Math.Max(1, outer.ElementCount);
        for (int i = 0; i < spread.Length; i++)
            spread[i] = given[i / repeat];
        return spread;
    }
}
