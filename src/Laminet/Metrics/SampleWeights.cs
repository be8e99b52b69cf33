using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>What metrics that may be weighted share.</summary>
internal static class SampleWeights
{
    /// <summary>One weight for each value of a shape; null for no weights, which stands for 1 everywhere.</summary>
    public static double[]? Of(string who, Tensor? weights, Shape values)
    {
        if (weights is null)
            return null;
        Shape outer = Targets.OuterAxes(who, weights.Shape, values);
        double[] given = new double[weights.Length];
        weights.CopyToDoubles(given);
        if (given.Length == values.ElementCount)
            return given;
        double[] spread = new double[values.ElementCount];
        int repeat = values.ElementCount / Math.Max(1, outer.ElementCount);
        for (int i = 0; i < spread.Length; i++)
            spread[i] = given[i / repeat];
        return spread;
    }
}
