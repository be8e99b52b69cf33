using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The share of rows of class scores (..., classes) that put the right class high enough.</summary>
/// <param name="name">The name shown in logs.</param>
/// <param name="sparse">True for targets that are class numbers (...) or (..., 1), false for scores (..., classes) themselves.</param>
public abstract class ClassMetric(string name, bool sparse) : MeanMetric(name)
{
    private readonly Numbers targetNumbers = new(), scoreNumbers = new(), values = new();
    private Shape rows;

    /// <summary>Whether the scores put the class high enough.</summary>
    /// <param name="label">The right class.</param>
    /// <param name="scores">One number per class; probabilities or logits.</param>
    protected abstract bool IsRight(int label, ReadOnlySpan<double> scores);

    /// <inheritdoc/>
    protected sealed override ReadOnlySpan<double> Measure(Tensor yTrue, Tensor yPred, out Shape shape)
    {
        if (sparse)
            Targets.RequireLabels(GetType().Name, yTrue, yPred);
        else
            Targets.RequireSameShape(GetType().Name, yTrue, yPred);
        shape = RowsOf(yPred.Shape);
        int width = yPred.Shape[-1];
        ReadOnlySpan<double> targets = sparse ? targetNumbers.Of(yTrue) : targetNumbers.Of(yTrue, yPred.DType), scores = scoreNumbers.Of(yPred);
        Span<double> right = values.Room(shape.ElementCount);
        for (int i = 0; i < right.Length; i++)
        {
            int label = sparse ? (int)targets[i] : FirstLargest(targets.Slice(i * width, width));
            right[i] = IsRight(label, scores.Slice(i * width, width)) ? 1 : 0;
        }

        return right;
    }

    // Kept from batch to batch: it is a new array only where the batch has another shape.
    private Shape RowsOf(Shape predictions)
    {
        ReadOnlySpan<int> outer = predictions.Dimensions[..^1];
        return rows.Dimensions.SequenceEqual(outer) ? rows : rows = new Shape(outer);
    }

    // As ArgMax says: a NaN counts as largest.
    private static int FirstLargest(ReadOnlySpan<double> targets)
    {
        int largest = 0;
        for (int i = 1; i < targets.Length && !double.IsNaN(targets[largest]); i++)
        {
            if (double.IsNaN(targets[i]) || targets[i] > targets[largest])
                largest = i;
        }

        return largest;
    }

    /// <summary>Whether the first largest score is the label's; NaN counts as largest and is never right.</summary>
    private protected static bool IsLargest(int label, ReadOnlySpan<double> scores)
    {
        if ((uint)label >= (uint)scores.Length || double.IsNaN(scores[label]))
            return false;
        double own = scores[label];
        for (int i = 0; i < scores.Length; i++)
        {
            // Not "above": a NaN is neither above nor below.
            if (!(scores[i] < own) && (i < label || scores[i] != own))
                return false;
        }

        return true;
    }

    /// <summary>
    /// Whether fewer than k scores are above the label's, as in TensorFlow: equal scores count as within. Never where the
    /// label's score is not finite, or there is no such class.
    /// </summary>
    private protected static bool IsAmongLargest(int label, ReadOnlySpan<double> scores, int k)
    {
        if ((uint)label >= (uint)scores.Length || !double.IsFinite(scores[label]))
            return false;
        int above = 0;
        foreach (double score in scores)
        {
            if (score > scores[label])
                above++;
        }

        return above < k;
    }
}
