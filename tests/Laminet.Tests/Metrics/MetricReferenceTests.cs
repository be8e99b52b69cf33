using Laminet.Metrics;
using Laminet.Tensors;

namespace Laminet.Tests.Metrics;

/// <summary>Metrics against plain loops over doubles, on data full of ties, infinities, NaN and labels of no class.</summary>
public sealed class MetricReferenceTests
{
    private const int Classes = 5;
    private static readonly double[] Scores = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0, 1, 1, 2, 2, 3];
    private static readonly double[] Probabilities = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0, 0.1, 0.2, 0.25, 0.3, 0.5, 0.75, 0.8, 1, 1.5];
    private readonly Random random = new(3);

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void A_label_is_right_by_the_rules(DType dtype)
    {
        for (int row = 0; row < 600; row++)
        {
            // Few rows hold NaN.
            double[] scores = Draw(Scores, Classes, from: random.Next(4));
            int label = random.Next(-1, Classes + 1);
            Tensor labels = Tensor.From(label), given = Tensor.From(scores, [1, Classes]).Cast(dtype);
            Assert.Equal(IsLargest(label, scores), Of(new SparseCategoricalAccuracy(), labels, given));
            for (int k = 1; k <= Classes; k++)
                Assert.Equal(IsAmongLargest(label, scores, k), Of(new SparseTopKCategoricalAccuracy(k), labels, given));
            if (label is < 0 or >= Classes)
                continue;
            foreach (DType type in new[] { DType.Bool, DType.UInt8, DType.Int64, DType.Float64 })
            {
                Assert.Equal(IsLargest(label, scores), Of(new CategoricalAccuracy(), labels.OneHot(Classes, type), given));
                Assert.Equal(IsAmongLargest(label, scores, 2), Of(new TopKCategoricalAccuracy(2), labels.OneHot(Classes, type), given));
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(200)]
    public void Predictions_are_counted_in_the_bucket_of_their_highest_threshold(int thresholds)
    {
        double[] predictions = Draw(Probabilities, 300), targets = Draw([0, 1, 1, 3, double.NaN], 300), weights = Draw([0, 0.5, 1, 2], 300);
        double[] expected = new double[2 * (thresholds - 1)];
        for (int i = 0; i < predictions.Length; i++)
        {
            double bucket = double.IsNaN(predictions[i]) ? 0 : Math.Clamp(Math.Ceiling(predictions[i] * (thresholds - 1)) - 1, 0, thresholds - 2);
            expected[(targets[i] != 0 ? 0 : thresholds - 1) + (int)bucket] += weights[i];
        }

        AUC metric = new(thresholds);
        metric.UpdateState(Tensor.From(targets), Tensor.From(predictions), Tensor.From(weights));
        Assert.Equal(expected, metric.State[0].Value.ToArray<double>());
    }

    [Theory]
    [InlineData(DType.Float32, 0.3)]
    [InlineData(DType.Float64, 0.3)]
    [InlineData(DType.Int32, 0.5)]
    [InlineData(DType.Bool, 0.5)]
    public void Thresholds_are_compared_in_double_precision(DType dtype, double threshold)
    {
        // The Float32 next to 0.3 is above it.
        Tensor prediction = Tensor.From(Draw(Probabilities, 200)).Cast(dtype), target = Tensor.From(Draw([0, 1, 2], 200));
        double[] predictions = prediction.Cast(DType.Float64).ToArray<double>(), targets = target.Cast(dtype).Cast(DType.Float64).ToArray<double>();
        double[] counts = new double[3];
        int right = 0, equal = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            bool actual = targets[i] != 0, predicted = predictions[i] > threshold;
            if (actual || predicted)
                counts[actual ? (predicted ? 0 : 2) : 1]++;
            right += targets[i] == (predicted ? 1 : 0) ? 1 : 0;
            equal += targets[i] == predictions[i] ? 1 : 0;
        }

        Recall recall = new(threshold);
        recall.UpdateState(target, prediction);
        Assert.Equal(counts, recall.State.Select(variable => variable.Item<double>()));
        Assert.Equal(right / 200.0, Of(new BinaryAccuracy(threshold), target, prediction));
        Assert.Equal(equal / 200.0, Of(new Accuracy(), target, prediction));
    }

    [Fact]
    public void A_weight_counts_for_all_values_of_its_example()
    {
        Tensor target = Tensor.From(new[,] { { 0, 0 }, { 0, 0 } }), prediction = Tensor.From(new[,] { { 1f, 2 }, { 3, 5 } });
        Laminet.Metrics.MeanSquaredError metric = new();
        metric.UpdateState(target, prediction, Tensor.From(1, 3));
        Assert.Equal([(1 + 4) + (3 * (9 + 25)), 2 * (1 + 3)], metric.State.Select(variable => variable.Item<double>()));
        metric.UpdateState(target, prediction, Tensor.Scalar(2f));
        Assert.Equal([107 + (2 * 39), 8 + (2 * 4)], metric.State.Select(variable => variable.Item<double>()));
    }

    private double[] Draw(double[] numbers, int count, int from = 0) =>
        [.. Enumerable.Range(0, count).Select(_ => numbers[random.Next(from, numbers.Length)])];

    private static double Of(Metric metric, Tensor target, Tensor prediction)
    {
        metric.UpdateState(target, prediction);
        return metric.Result().ToDouble();
    }

    private static double IsLargest(int label, double[] scores)
    {
        if ((uint)label >= (uint)scores.Length || scores.Any(double.IsNaN))
            return 0;
        return Array.IndexOf(scores, scores.Max()) == label ? 1 : 0;
    }

    private static double IsAmongLargest(int label, double[] scores, int k) =>
        (uint)label < (uint)scores.Length && double.IsFinite(scores[label]) && scores.Count(score => score > scores[label]) < k ? 1 : 0;
}
