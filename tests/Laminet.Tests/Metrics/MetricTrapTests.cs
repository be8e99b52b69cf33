using Laminet.Metrics;
using Laminet.Metrics.Reports;
using Laminet.Tensors;
using Laminet.Verification;

namespace Laminet.Tests.Metrics;

/// <summary>What other libraries' users stumbled over in metrics.</summary>
public sealed class MetricTrapTests
{
    [Fact]
    public void Targets_without_variance_have_a_score()
    {
        Assert.Equal(1, Of(new R2Score(), Tensor.From(2.0, 2), Tensor.From(2.0, 2)));
        Assert.Equal(0, Of(new R2Score(), Tensor.From(2.0, 2), Tensor.From(2.0, 3)));
        // One such output does not spoil the mean, nor one batch the next.
        Assert.Equal(1, Of(new R2Score(numOutputs: 2), Tensor.From(new[,] { { 1.0, 5 }, { 2, 5 } }), Tensor.From(new[,] { { 1.0, 5 }, { 2, 5 } })));
        Assert.Equal(0, Of(new R2Score(ClassAggregation.VarianceWeightedAverage), Tensor.From(2.0, 2), Tensor.From(2.0, 3)));
        R2Score metric = new();
        metric.UpdateState(Tensor.From(2.0, 2), Tensor.From(2.0, 2));
        metric.UpdateState(Tensor.From(1.0, 3), Tensor.From(1.0, 4));
        Near.Equal(0.5, metric.Result().ToDouble(), 1e-12);
    }

    [Fact]
    public void Targets_far_from_0_keep_their_variance()
    {
        Tensor y = Tensor.From(1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4), p = y + 0.5;
        R2Score metric = new();
        metric.UpdateState(y.Slice(0, 1), p.Slice(0, 1));
        metric.UpdateState(y.Slice(1), p.Slice(1));
        Near.Equal(1 - (1 / 5.0), metric.Result().ToDouble(), 1e-9);
    }

    [Fact]
    public void The_adjusted_score_needs_more_examples_than_inputs()
    {
        Tensor y = Tensor.From(1.0, 2, 3, 4), p = Tensor.From(1.0, 2, 3, 5);
        Near.Equal(0.8, Of(new R2Score(), y, p), 1e-12);
        Near.Equal(1 - (0.2 * 3 / 2), Of(new R2Score(numRegressors: 1), y, p), 1e-12);
        Near.Equal(0.8, Of(new R2Score(numRegressors: 3), y, p), 1e-12);
    }

    [Fact]
    public void An_ignored_class_is_none_of_the_classes()
    {
        Assert.Equal(0.5, Of(new MeanIoU(3, ignoreClass: 255), Tensor.From(0, 1, 2, 255), Tensor.From(0, 1, 1, 1)), 12);
        // A class that is nowhere is left out.
        Assert.Equal(7 / 12.0, Of(new MeanIoU(3), Tensor.From(0, 0, 1, 1), Tensor.From(0, 1, 1, 1)), 12);
        Assert.Equal(0, Of(new IoU(3, [2]), Tensor.From(0, 0, 1, 1), Tensor.From(0, 1, 1, 1)));
        // What is no class counts nowhere.
        Assert.Equal(1, Of(new MeanIoU(2), Tensor.From(0, -1, 7), Tensor.From(0, 1, 1)));
    }

    [Fact]
    public void Equal_scores_count_half_in_the_area_under_the_curve()
    {
        Tensor y = Tensor.From(1, 0, 0, 1), scores = Tensor.From(0.2, 0.5, 0.9, 0.9);
        Assert.Equal(0.375, RocCurve.Of(y, scores).Area, 12);
        Assert.Equal(0.375, Of(new AUC(), y, scores), 12);
        Assert.Equal(0.375, Of(new AUC(thresholds: [0.1, 0.3, 0.6]), y, scores), 12);
    }

    [Fact]
    public void The_average_of_F1_is_the_mean_of_the_classes_scores()
    {
        Tensor y = Tensor.From(0, 1, 2, 0).OneHot(3), p = Tensor.From(0, 1, 0, 1).OneHot(3);
        Near.Equal(0.38888889, Of(new F1Score(3, Averaging.Macro), y, p), 1e-8);
        Near.Equal(0.41666667, Of(new F1Score(3, Averaging.Weighted), y, p), 1e-8);
        Near.Equal(0.5, Of(new F1Score(3, Averaging.Micro), y, p), 1e-12);
    }

    [Fact]
    public void A_row_of_zeros_chooses_no_class()
    {
        F1Score metric = new(2, Averaging.None);
        metric.UpdateState(Tensor.From(new[,] { { 1, 0 }, { 0, 1 } }), Tensor.From(new[,] { { 0f, 0 }, { 0, 1 } }));
        Assert.Equal([0, 1], metric.Result().ToArray<double>());
    }

    [Fact]
    public void A_score_equal_to_the_kth_is_within_the_top_k()
    {
        Tensor p = Tensor.From(new[,] { { 0.1639f, 0.1967f, 0.2131f, 0.2295f, 0.1967f } });
        Assert.Equal(1, Of(new SparseTopKCategoricalAccuracy(3), Tensor.From(4), p));
        Assert.Equal(1, Of(new SparseTopKCategoricalAccuracy(3), Tensor.From(1), p));
        Assert.Equal(0, Of(new SparseTopKCategoricalAccuracy(2), Tensor.From(4), p));
        // As one of exactly k predictions the first of equal ones counts.
        Assert.Equal(1, Of(new Recall(topK: 3), Tensor.From(1).OneHot(5), p));
        Assert.Equal(0, Of(new Recall(topK: 3), Tensor.From(4).OneHot(5), p));
    }

    [Fact]
    public void The_best_recall_is_looked_for_at_all_thresholds()
    {
        Tensor y = Tensor.From(0, 0, 1, 1, 1, 1), p = Tensor.From(0.1, 0.8, 0.9, 0.3, 1, 0.95);
        Assert.Equal(1, Of(new RecallAtPrecision(0.75), y, p));
        Assert.Equal(0.75, Of(new RecallAtPrecision(0.81), y, p));
        Assert.Equal(0, Of(new PrecisionAtRecall(0.5), Tensor.From(0, 0), Tensor.From(0.2, 0.7)));
    }

    [Fact]
    public void Batches_are_weighed_by_their_weights()
    {
        Metric metric = new Mean();
        metric.UpdateState(Tensor.Zeros([2]), Tensor.From(1.0, 2), Tensor.From(1.0, 3));
        metric.UpdateState(Tensor.Zeros([1]), Tensor.From(3.0), Tensor.From(0.5));
        Near.Equal(8.5 / 4.5, metric.Result().ToDouble(), 1e-12);
        foreach ((Metric root, double expected) in new (Metric, double)[] { ("rmse", Math.Sqrt((1 + (3 * 4) + (0.5 * 9)) / 4.5)), (new LossMetric(new Laminet.Losses.MeanSquaredError()), (1 + (3 * 4) + (0.5 * 9)) / 4.5) })
        {
            root.UpdateState(Tensor.Zeros([2], DType.Float64), Tensor.From(1.0, 2), Tensor.From(1.0, 3));
            root.UpdateState(Tensor.Zeros([1], DType.Float64), Tensor.From(3.0), Tensor.From(0.5));
            Near.Equal(expected, root.Result().ToDouble(), 1e-12);
        }
    }

    [Fact]
    public void A_constant_row_has_no_correlation_but_a_concordance()
    {
        Tensor y = Tensor.From(new[,] { { 1.0, 2 } }), p = Tensor.From(new[,] { { 3.0, 3 } });
        Assert.True(double.IsNaN(Of(new PearsonCorrelation(), y, p)));
        Assert.Equal("all targets or all predictions of an example were equal, so there is no correlation", new PearsonCorrelation().WhyNaN());
        Assert.Equal(0, Of(new ConcordanceCorrelation(), y, p));
    }

    [Fact]
    public void A_sum_takes_numbers_one_by_one()
    {
        Sum sum = new();
        sum.Add(Tensor.Scalar(2f), 3);
        sum.Add(Tensor.Scalar(4));
        Assert.Equal(10, sum.Result().ToDouble());
        sum.UpdateState(Tensor.Zeros([2]), Tensor.From(1.0, double.NaN), Tensor.From(2, 0));
        Assert.Equal(12, sum.Result().ToDouble());
    }

    [Fact]
    public void Names_of_losses_are_metrics()
    {
        Metric metric = "bce";
        Assert.Equal("bce", metric.Name);
        metric.UpdateState(Tensor.From(1.0, 0), Tensor.From(0.5, 0.5));
        Near.Equal(Math.Log(2), metric.Result().ToDouble(), 1e-12);
    }

    [Fact]
    public void Wrong_settings_and_shapes_are_told()
    {
        Tensor y = Tensor.Zeros([4, 3]), p = Tensor.Ones([4, 3]);
        Assert.Equal("F1Score: received predictions of shape (4, 3); expected 5 classes on the last axis, as numClasses says.", Told(new F1Score(5), y, p));
        Assert.Equal("R2Score: received predictions of shape (4, 3); expected 1 numbers an example, as numOutputs says.", Told(new R2Score(), y, p));
        Assert.Equal("Precision: received classId = 3 for predictions of shape (4, 3); expected an index of the last axis.", Told(new Precision(classId: 3), y, p));
        Assert.Equal("Recall: received topK = 4 for predictions of shape (4, 3); a row has 3 classes.", Told(new Recall(topK: 4), y, p));
        Assert.Equal("AUC: received predictions of shape (4, 3); expected (batch, 2), as numLabels says.", Told(new AUC(multiLabel: true, numLabels: 2), y, p));
        Assert.Equal("AUC: received 2 label weights for predictions of shape (4, 3); expected one for each column.", Told(new AUC(labelWeights: [1, 2]), y, p));
        Assert.StartsWith("MeanIoU: received targets of shape (4,) for predictions of shape (4, 3)", Told(new MeanIoU(3), y.At(0, 1), p), StringComparison.Ordinal);
        Assert.StartsWith("Received targetClassIds = [0, 3]; expected one or more of the 3 classes, 0 to 2.", Assert.Throws<ArgumentOutOfRangeException>(() => new IoU(3, [0, 3])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received thresholds = [0.5, 1.5]; expected one or more numbers from 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => new Precision([0.5, 1.5])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received numLabels = ; expected the number of labels, which multiLabel needs.", Assert.Throws<ArgumentOutOfRangeException>(() => new AUC(multiLabel: true)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received numLabels = 3; expected null, since it belongs to multiLabel.", Assert.Throws<ArgumentOutOfRangeException>(() => new AUC(numLabels: 3)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PrecisionAtRecall(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FBetaScore(3, beta: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new F1Score(3, threshold: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new R2Score(numRegressors: -1));

        static string Told(Metric metric, Tensor y, Tensor p) => Assert.Throws<ShapeException>(() => metric.UpdateState(y, p)).Message;
    }

    [Fact]
    public void Of_several_labels_one_without_both_classes_has_no_area()
    {
        AUC metric = new(multiLabel: true, numLabels: 2);
        Assert.True(double.IsNaN(Of(metric, Tensor.From(new[,] { { 1, 1 }, { 0, 1 } }), Tensor.From(new[,] { { 0.9, 0.8 }, { 0.1, 0.3 } }))));
        Assert.Equal("all targets of a label were of one class, so there is no ROC curve", metric.WhyNaN());
    }

    private static double Of(Metric metric, Tensor target, Tensor prediction)
    {
        metric.UpdateState(target, prediction);
        return metric.Result().ToDouble();
    }
}
