using Laminet.Tensors;

namespace Laminet.Metrics.Reports;

/// <summary>
/// Precision and recall of binary scores over a whole data set: exact, with a point for each score that occurs. As scikit-learn's <c>precision_recall_curve</c>.
/// </summary>
public sealed class PrecisionRecallCurve
{
    private PrecisionRecallCurve(double[] precisions, double[] recalls, double[] thresholds) => (Precisions, Recalls, Thresholds) = (precisions, recalls, thresholds);

    /// <summary>The share of targets with a score of at least each threshold that are positive; at the end 1, which has no threshold.</summary>
    public IReadOnlyList<double> Precisions { get; }

    /// <summary>The share of positive targets with a score of at least each threshold, falling from 1; at the end 0, which has no threshold.</summary>
    public IReadOnlyList<double> Recalls { get; }

    /// <summary>The scores that occur, rising; one fewer than points.</summary>
    public IReadOnlyList<double> Thresholds { get; }

    /// <summary>The average precision: each point's precision, weighted by the recall that is gained there. It does not interpolate, so it is not too good.</summary>
    public double AveragePrecision
    {
        get
        {
            double sum = 0;
            for (int i = 1; i < Recalls.Count; i++)
                sum += (Recalls[i - 1] - Recalls[i]) * Precisions[i - 1];
            return sum;
        }
    }

    /// <summary>The area under the curve by trapezoids. Between points it is too good; compare <see cref="AveragePrecision"/>.</summary>
    public double Area => -RocCurve.Trapezoids(Recalls, Precisions);

    /// <summary>The curve of predictions.</summary>
    /// <param name="targets">0 for negative, anything else for positive.</param>
    /// <param name="scores">As many numbers; the larger, the more likely positive.</param>
    /// <param name="sampleWeight">A weight for each; null for 1.</param>
    /// <exception cref="ArgumentException">No target is positive, or a score is NaN.</exception>
    /// <exception cref="ShapeException">There are not as many scores as targets.</exception>
    public static PrecisionRecallCurve Of(Tensor targets, Tensor scores, Tensor? sampleWeight = null)
    {
        RankedScores ranked = RankedScores.Of(nameof(PrecisionRecallCurve), targets, scores, sampleWeight);
        if (ranked.Positives <= 0)
            throw new ArgumentException($"{nameof(PrecisionRecallCurve)}: no target is positive, so there is no recall. Number the classes 0 and 1, and take a sample with both.", nameof(targets));
        (double[] right, double[] wrong) = (ranked.TruePositives, ranked.FalsePositives);
        double[] precisions = [.. right.Select((count, place) => count + wrong[place] == 0 ? 0 : count / (count + wrong[place])).Reverse(), 1];
        return new PrecisionRecallCurve(precisions, [.. right.Select(count => count / ranked.Positives).Reverse(), 0], [.. ranked.Thresholds.Reverse()]);
    }
}
