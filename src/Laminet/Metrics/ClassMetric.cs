using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The share of rows of class scores (..., classes) that put the right class high enough.</summary>
/// <param name="name">The name shown in logs.</param>
/// <param name="sparse">True for targets that are class numbers (...) or (..., 1), false for scores (..., classes) themselves.</param>
public abstract class ClassMetric(string name, bool sparse) : MeanMetric(name)
{
    /// <summary>Whether the scores put the class high enough.</summary>
    /// <param name="label">The right class.</param>
    /// <param name="scores">One number per class; probabilities or logits.</param>
    protected abstract bool IsRight(int label, ReadOnlySpan<double> scores);

    /// <inheritdoc/>
    protected sealed override (double[] Values, Shape Shape) Measure(Tensor yTrue, Tensor yPred)
    {
        string who = GetType().Name;
        Tensor labels = sparse ? Targets.Labels(who, yTrue, yPred) : Targets.SameShape(who, yTrue, yPred).ArgMax();
        int[] classes = labels.ToArray<int>();
        double[] scores = Values.Of(yPred);
        double[] right = new double[classes.Length];
        int width = yPred.Shape[-1];
        for (int i = 0; i < right.Length; i++)
            right[i] = IsRight(classes[i], scores.AsSpan(i * width, width)) ? 1 : 0;
        return (right, labels.Shape);
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
