using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>Targets and predictions that a metric compares along an axis.</summary>
internal static class Vectors
{
    /// <summary>Both as Float64, of one shape, with the axis at the end.</summary>
    public static (Tensor Targets, Tensor Predictions) Of(string who, Tensor yTrue, Tensor yPred, int axis)
    {
        Tensor targets = Targets.SameShape(who, yTrue, yPred);
        return (Last(targets), Last(yPred));

        Tensor Last(Tensor tensor) => Targets.WithLast(tensor, axis, yPred.Rank).Cast(DType.Float64);
    }
}
