using System.Globalization;
using Laminet.Tensors;

namespace Laminet.Metrics.Reports;

/// <summary>Binary targets by falling score: the weight of positive and of negative targets whose score is at least each score that occurs.</summary>
internal sealed class RankedScores
{
    private RankedScores(double[] thresholds, double[] truePositives, double[] falsePositives) =>
        (Thresholds, TruePositives, FalsePositives) = (thresholds, truePositives, falsePositives);

    /// <summary>The scores that occur, from the largest on.</summary>
    public double[] Thresholds { get; }

    public double[] TruePositives { get; }

    public double[] FalsePositives { get; }

    public double Positives => TruePositives[^1];

    public double Negatives => FalsePositives[^1];

    /// <exception cref="ArgumentException">There are no targets, or a score is NaN.</exception>
    public static RankedScores Of(string who, Tensor targets, Tensor scores, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(scores);
        if (targets.Length != scores.Length)
            Losses.Targets.RequireSameShape(who, targets, scores);
        double[] score = scores.Cast(DType.Float64).ToArray<double>();
        bool[] isPositive = targets.NotEqual(0).ToArray<bool>();
        double[]? weight = SampleWeights.For(who, sampleWeight, scores.Shape)?.BroadcastTo(scores.Shape).ToArray<double>();
        if (score.Length == 0)
            throw new ArgumentException($"{who}: received no targets; expected at least one.", nameof(targets));
        int wrong = Array.FindIndex(score, double.IsNaN);
        if (wrong >= 0)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{who}: the score at index {wrong} is NaN, so the scores have no order. Check the model's predictions."), nameof(scores));
        int[] order = [.. Enumerable.Range(0, score.Length).OrderByDescending(place => score[place])];
        List<double> thresholds = [], truePositives = [], falsePositives = [];
        double right = 0, wrongly = 0;
        for (int i = 0; i < order.Length; i++)
        {
            int place = order[i];
            if (isPositive[place])
                right += weight?[place] ?? 1;
            else
                wrongly += weight?[place] ?? 1;
            // Equal scores are above a threshold together.
            if (i + 1 < order.Length && score[order[i + 1]] == score[place])
                continue;
            thresholds.Add(score[place]);
            truePositives.Add(right);
            falsePositives.Add(wrongly);
        }

        return new RankedScores([.. thresholds], [.. truePositives], [.. falsePositives]);
    }
}
