using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Tensors;

namespace Laminet.Tests.Metrics;

/// <summary>Shapes, ties, extremes and state.</summary>
public sealed class MetricTests
{
    [Fact]
    public void Targets_and_predictions_are_never_broadcast()
    {
        foreach (Metric metric in new Metric[] { "mse", "binary_accuracy", "categorical_accuracy", "auc", "precision", "Accuracy" })
            Assert.Throws<ShapeException>(() => metric.UpdateState(Tensor.Zeros([1, 4]), Tensor.Zeros([4, 1])));
        ShapeException exception = Assert.Throws<ShapeException>(() => ((Metric)"recall").UpdateState(Tensor.Zeros([1, 4]), Tensor.Zeros([4, 1])));
        Assert.StartsWith("Recall: received targets of shape (1, 4) for predictions of shape (4, 1)", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<ShapeException>(() => ((Metric)"mse").UpdateState(Tensor.Zeros([4, 2]), Tensor.Zeros([4, 2]), Tensor.Ones([2])));
        Assert.StartsWith("MeanSquaredError: received sample weights of shape (2,) for values of shape (4, 2)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Accuracy_by_string_looks_at_the_shapes()
    {
        Metric metric = "accuracy";
        Assert.Equal("accuracy", metric.Name);
        metric.UpdateState(Tensor.From(1, 0), Tensor.From(new[,] { { 0.2f, 0.8f }, { 0.4f, 0.6f } }));
        Assert.Equal(0.5, metric.Result().ToDouble());
        metric.UpdateState(Tensor.From(new byte[,] { { 1 }, { 1 } }), Tensor.From(new[,] { { 0.2f, 0.8f }, { 0.4f, 0.6f } }));
        Assert.Equal(0.75, metric.Result().ToDouble());
        metric.UpdateState(Tensor.From(new[,] { { 1f, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 } }), Tensor.From(new[,] { { 0.2f, 0.8f }, { 0.4f, 0.6f }, { 0, 1 }, { 0, 1 } }));
        Assert.Equal(3 / 8.0, metric.Result().ToDouble());
        metric.ResetState();
        metric.UpdateState(Tensor.From(new[,] { { 1 }, { 0 } }), Tensor.From(new[,] { { 0.7f }, { 0.6f } }));
        Assert.Equal(0.5, metric.Result().ToDouble());
    }

    [Fact]
    public void Accuracy_by_string_of_several_labels_is_their_mean()
    {
        // Probabilities 0.73, 0.73 and 0.27: of six labels five are right.
        Tensor targets = Tensor.From(new[,] { { 1f, 1, 0 }, { 1, 0, 0 } }), logits = Tensor.From(new[,] { { 1f, 1, -1 }, { 1, 1, -1 } });
        foreach (Tensor y in (Tensor[])[targets, targets.Cast(DType.Int32), targets.Cast(DType.Bool)])
        {
            Metric metric = "accuracy";
            metric.UpdateState(y, logits.Sigmoid());
            Assert.Equal(5 / 6.0, metric.Result().ToDouble(), 12);
        }

        foreach (bool eagerly in (bool[])[false, true])
        {
            Laminet.Layers.Dense last = new(3, "sigmoid", useBias: false, kernelInitializer: new Laminet.Initializers.Identity());
            Laminet.Training.Sequential model = new(new Laminet.Layers.Input([3]), last) { RunEagerly = eagerly };
            model.Compile(new Laminet.Optimizers.SGD(0), "bce", ["accuracy"]);
            Assert.Equal(5 / 6.0, model.Evaluate(logits, targets)["accuracy"], 12);
            Assert.Equal(5 / 6.0, model.TrainOnBatch(logits, targets)["accuracy"], 12);
        }

        // Probabilities of no sigmoid are scores of one class each.
        Metric classes = "accuracy";
        classes.UpdateState(targets, Tensor.From(new[,] { { 0.7f, 0.7f, 0.3f }, { 0.7f, 0.7f, 0.3f } }));
        Assert.Equal(1, classes.Result().ToDouble());
    }

    [Fact]
    public void Equal_scores_count_as_within_the_top_k_but_only_the_first_as_largest()
    {
        Tensor scores = Tensor.From(new[,] { { 1f, 1, 1, 0 } });
        Assert.Equal(1, Of(new SparseTopKCategoricalAccuracy(1), Tensor.From(2), scores));
        Assert.Equal(0, Of(new SparseTopKCategoricalAccuracy(3), Tensor.From(3), scores));
        Assert.Equal(0, Of(new SparseCategoricalAccuracy(), Tensor.From(2), scores));
        Assert.Equal(1, Of(new SparseCategoricalAccuracy(), Tensor.From(0), scores));
        Assert.Equal(0, Of(new SparseTopKCategoricalAccuracy(4), Tensor.From(0), Tensor.From(new[,] { { float.NaN, 1 } })));
        Assert.Equal(0, Of(new SparseCategoricalAccuracy(), Tensor.From(0), Tensor.From(new[,] { { float.NaN, 1 } })));
        Assert.Equal(0, Of(new SparseCategoricalAccuracy(), Tensor.From(1), Tensor.From(new[,] { { float.NaN, 1 } })));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TopKCategoricalAccuracy(0));
    }

    [Fact]
    public void Sequences_are_judged_step_by_step()
    {
        Tensor scores = Tensor.From(new[, ,] { { { 0f, 1 }, { 1, 0 } }, { { 0, 1 }, { 0, 1 } } });
        Assert.Equal(0.75, Of(new SparseCategoricalAccuracy(), Tensor.From(new[,] { { 1, 0 }, { 0, 1 } }), scores));
        // One weight for each sequence.
        SparseCategoricalAccuracy metric = new();
        metric.UpdateState(Tensor.From(new[,] { { 1, 0 }, { 0, 1 } }), scores, Tensor.From(3f, 1));
        Assert.Equal(7 / 8.0, metric.Result().ToDouble());
    }

    [Fact]
    public void Perfect_and_inverted_predictions_have_areas_of_one_and_zero()
    {
        Tensor target = Tensor.From(0, 0, 1, 1), prediction = Tensor.From(0f, 0.1f, 0.9f, 1);
        Assert.Equal(1, Of(new AUC(), target, prediction), 12);
        Assert.Equal(0, Of(new AUC(), target, 1 - prediction), 12);
        Assert.Equal(1, Of(new AUC(curve: Curve.PR), target, prediction), 12);
        Assert.Equal(1, Of(new AUC(fromLogits: true), target, (prediction - 0.5) * 20), 12);
        // Keras's own example.
        Assert.Equal(0.75, Of(new AUC(numThresholds: 3), Tensor.From(0, 0, 1, 1), Tensor.From(0, 0.5f, 0.3f, 0.9f)), 6);
        // Of one class there is no curve, of nothing there is 0 as for any metric.
        Assert.Equal(double.NaN, Of(new AUC(), Tensor.From(1, 1), Tensor.From(0.5f, 0.6f)));
        Assert.Equal(double.NaN, Of(new AUC(), Tensor.From(0, 0), Tensor.From(0.5f, 0.6f)));
        Assert.Equal(double.NaN, Of(new AUC(curve: Curve.PR), Tensor.From(0, 0), Tensor.From(0.5f, 0.6f)));
        Assert.Equal(1, Of(new AUC(curve: Curve.PR), Tensor.From(1, 1), Tensor.From(0.5f, 0.6f)), 12);
        Assert.Equal(0, new AUC().Result().ToDouble());
        Assert.Throws<ArgumentOutOfRangeException>(() => new AUC(1));
    }

    [Fact]
    public void A_mean_of_losses_weighs_batches_by_their_size()
    {
        Mean mean = new("loss");
        mean.Add(Tensor.Scalar(2f), 128);
        mean.Add(Tensor.Scalar(1f), 64);
        Assert.Equal(((2 * 128) + 64) / 192.0, mean.Result().ToDouble());
        mean.UpdateState(Tensor.From(0f), Tensor.From(5f));
        Assert.Equal(((2 * 128) + 64 + 5) / 193.0, mean.Result().ToDouble());
    }

    [Fact]
    public void A_loss_as_a_metric_is_divided_by_the_weights()
    {
        LossMetric metric = new(new Huber());
        Assert.Equal("huber_loss", metric.Name);
        metric.UpdateState(Tensor.From(0.0, 0), Tensor.From(1.0, 3), Tensor.From(1.0, 3));
        Assert.Equal((0.5 + (3 * 2.5)) / 4, metric.Result().ToDouble());
    }

    [Fact]
    public void A_state_of_another_metric_is_refused()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new Mean().Restore([Tensor.Scalar(1.0), Tensor.Scalar(2.0), Tensor.Scalar(3.0)]));
        Assert.StartsWith("The metric 'mean' keeps 2 variables; received 3 values. Check whether the values come from a metric with other settings.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_of_which_one_value_does_not_fit_is_not_put_back_in_part()
    {
        Mean metric = new();
        metric.Add(Tensor.Scalar(3.0));
        Assert.Throws<ShapeException>(() => metric.Restore([Tensor.Scalar(9.0), Tensor.From(1.0, 2)]));
        Assert.Throws<DTypeException>(() => metric.Restore([Tensor.Scalar(9.0), Tensor.Scalar(1f)]));
        Assert.Equal(3, metric.Result().ToDouble());
    }

    private static double Of(Metric metric, Tensor target, Tensor prediction)
    {
        metric.UpdateState(target, prediction);
        return metric.Result().ToDouble();
    }
}
