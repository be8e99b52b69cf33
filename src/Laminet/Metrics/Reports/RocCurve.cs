using System.Globalization;
using Laminet.Tensors;

namespace Laminet.Metrics.Reports;

/// <summary>
/// The receiver operating characteristic of binary scores over a whole data set: exact, with a point for each score that occurs. (<see cref="AUC"/> is the approximation that a
/// training accumulates.) As scikit-learn's <c>roc_curve</c>.
/// </summary>
public sealed class RocCurve
{
    private RocCurve(double[] falsePositiveRates, double[] truePositiveRates, double[] thresholds) =>
        (FalsePositiveRates, TruePositiveRates, Thresholds) = (falsePositiveRates, truePositiveRates, thresholds);

    /// <summary>The share of negative targets whose score is at least each threshold, from 0 to 1: background that is let through.</summary>
    public IReadOnlyList<double> FalsePositiveRates { get; }

    /// <summary>The share of positive targets whose score is at least each threshold, from 0 to 1: the efficiency for signal.</summary>
    public IReadOnlyList<double> TruePositiveRates { get; }

    /// <summary>The thresholds, falling; the first is infinity, above all scores.</summary>
    public IReadOnlyList<double> Thresholds { get; }

    /// <summary>
    /// The area under the curve, by trapezoids, which is exact: the probability that a positive target has a larger score than a negative one, where equal scores count half.
    /// </summary>
    public double Area => Trapezoids(FalsePositiveRates, TruePositiveRates);

    /// <summary>The curve of predictions.</summary>
    /// <param name="targets">0 for negative (background), anything else for positive (signal).</param>
    /// <param name="scores">As many numbers; the larger, the more likely positive. They need not be probabilities.</param>
    /// <param name="sampleWeight">A weight for each; null for 1.</param>
    /// <param name="dropIntermediate">Whether points on a straight line between others are left out, which changes neither the curve nor its area.</param>
    /// <exception cref="ArgumentException">All targets are of one class, or a score is NaN.</exception>
    /// <exception cref="ShapeException">There are not as many scores as targets.</exception>
    public static RocCurve Of(Tensor targets, Tensor scores, Tensor? sampleWeight = null, bool dropIntermediate = true)
    {
        RankedScores ranked = RankedScores.Of(nameof(RocCurve), targets, scores, sampleWeight);
        if (ranked.Positives <= 0 || ranked.Negatives <= 0)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{nameof(RocCurve)}: received {ranked.Positives} positive and {ranked.Negatives} negative targets, by weight; expected some of both. Number the classes 0 and 1, and take a sample with both."), nameof(targets));
        }

        int[] kept = [.. Enumerable.Range(0, ranked.Thresholds.Length).Where(place => !dropIntermediate || place == 0 || place == ranked.Thresholds.Length - 1
            || Bend(ranked.FalsePositives, place) != 0 || Bend(ranked.TruePositives, place) != 0)];
        return new RocCurve(
            [0, .. kept.Select(place => ranked.FalsePositives[place] / ranked.Negatives)],
            [0, .. kept.Select(place => ranked.TruePositives[place] / ranked.Positives)],
            [double.PositiveInfinity, .. kept.Select(place => ranked.Thresholds[place])]);

        static double Bend(double[] counts, int place) => counts[place + 1] - counts[place] - (counts[place] - counts[place - 1]);
    }

    /// <summary>How much background a threshold rejects that keeps a given share of the signal, in the terms of physics.</summary>
    /// <param name="signalEfficiency">The true positive rate, above 0 and at most 1.</param>
    /// <returns>
    /// At this efficiency, the background that is let through. Between two points of the curve it is interpolated linearly; where the curve rises steeply, at one
    /// efficiency the least background counts.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The efficiency is out of range.</exception>
    public BackgroundRejection RejectionAt(double signalEfficiency)
    {
        if (!(signalEfficiency is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(signalEfficiency), string.Create(CultureInfo.InvariantCulture,
                $"Received a signal efficiency of {signalEfficiency}; expected a number above 0 and at most 1, such as 0.9."));
        }

        int right = 1;
        while (TruePositiveRates[right] < signalEfficiency)
            right++;
        double from = TruePositiveRates[right - 1], to = TruePositiveRates[right], share = (signalEfficiency - from) / (to - from);
        double background = FalsePositiveRates[right - 1] + (share * (FalsePositiveRates[right] - FalsePositiveRates[right - 1]));
        return new BackgroundRejection(signalEfficiency, background, Thresholds[right]);
    }

    internal static double Trapezoids(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        double area = 0;
        for (int i = 1; i < x.Count; i++)
            area += (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2;
        return area;
    }
}
