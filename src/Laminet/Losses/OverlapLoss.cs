using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>A loss of how far two regions of a picture overlap, computed from sums over axes.</summary>
/// <param name="axis">The axes of the sums; null for all.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public abstract class OverlapLoss(IReadOnlyList<int>? axis, LossReduction reduction, string name) : Loss(reduction, name)
{
    public IReadOnlyList<int>? Axis { get; } = axis;

    internal override bool CountsExamplesAlike => Axis is not null && !Axis.Contains(0);

    // Only where all axes within an example are summed: a weight of an element between them would not say which elements to leave out.
    internal override bool LeavesOut(Shape predictions)
    {
        if (Axis is null)
            return false;
        int first = Axis.Min(predictions.Axis);
        return first > 0 && Axis.Select(predictions.Axis).Distinct().Count() == predictions.Rank - first;
    }

    /// <summary>The sum over the axes.</summary>
    protected Tensor Over(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Axis is null ? values.Sum() : values.Sum([.. Axis]);
    }
}
