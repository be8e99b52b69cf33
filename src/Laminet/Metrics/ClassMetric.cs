using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The fraction of rows of class scores (..., classes) that rank the correct class high enough.</summary>
/// <param name="name">The name shown in logs.</param>
/// <param name="sparse">True for targets that are class numbers (...) or (..., 1), false for scores (..., classes) themselves.</param>
public abstract class ClassMetric(string name, bool sparse) : MeanMetric(name)
{
    /// <summary>Whether the scores rank the class high enough: a truth value for each row, or 1 or 0.</summary>
    /// <param name="labels">The correct classes (...), Int32. A label may be outside the range of classes.</param>
    /// <param name="scores">One number per class (..., classes); probabilities or logits.</param>
    protected abstract Tensor IsRight(Tensor labels, Tensor scores);

    /// <inheritdoc/>
    protected sealed override Tensor Values(Tensor yTrue, Tensor yPred)
    {
        string who = GetType().Name;
        return IsRight(
            sparse ? Targets.Labels(who, yTrue, yPred) : Ordered(Targets.SameShape(who, yTrue, yPred)).ArgMax(),
            Ordered(yPred));
    }

    /// <summary>Whether the first largest score is the label's; NaN counts as largest and is never right.</summary>
    private protected static Tensor IsLargest(Tensor labels, Tensor scores) =>
        scores.ArgMax().Equal(labels).And(scores.Max(-1).IsNaN().Not());

    /// <summary>
    /// Whether fewer than k scores are above the label's, as in TensorFlow: equal scores count as within. Never where the
    /// label's score is not finite, or there is no such class.
    /// </summary>
    private protected static Tensor IsAmongLargest(Tensor labels, Tensor scores, int k)
    {
        int classes = scores.Shape[-1];
        Tensor rowStarts = (Tensor.Range(0, labels.Length) * classes).Reshape(labels.Shape);
        Tensor own = scores.Reshape([scores.Length]).Gather(rowStarts + labels.Clip(0, classes - 1));
        Tensor above = scores.Greater(own.ExpandDims(-1)).Cast(DType.Int32).Sum(-1);
        Tensor exists = labels.GreaterEqual(0).And(labels.Less(classes));
        return above.Less(k).And(own.IsFinite()).And(exists);
    }

    // Truth values have no order.
    private static Tensor Ordered(Tensor scores) => scores.DType == DType.Bool ? scores.Cast(DType.UInt8) : scores;
}
