using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>What metrics that may be weighted share.</summary>
internal static class SampleWeights
{
    /// <summary>Weights as Float64 that broadcast to values of a shape; null for no weights, which stands for 1 everywhere.</summary>
    public static Tensor? For(string who, Tensor? weights, Shape values)
    {
        if (weights is null)
            return null;
        Shape outer = Targets.OuterAxes(who, weights.Shape, values);
        return weights.Cast(DType.Float64).Reshape([.. outer, .. Enumerable.Repeat(1, values.Rank - outer.Rank)]);
    }
}
