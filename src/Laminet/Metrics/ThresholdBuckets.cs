using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>Weights of predictions by the thresholds between which they lie: from them the counts at every threshold follow.</summary>
internal static class ThresholdBuckets
{
    /// <summary>For each bucket what those above it hold, along the last axis, by doubling: log n additions of vectors.</summary>
    public static Tensor Above(Tensor weights)
    {
        Tensor above = FromHigher(weights, 1);
        for (int reach = 1; reach < weights.Shape[-1]; reach *= 2)
            above += FromHigher(above, reach);
        return above;
    }

    private static Tensor FromHigher(Tensor weights, int by) => weights.Slice(by, axis: -1).Pad([.. Enumerable.Repeat((0, 0), weights.Rank - 1), (0, by)]);
}
