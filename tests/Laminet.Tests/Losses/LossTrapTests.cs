using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;
using Laminet.Verification;

namespace Laminet.Tests.Losses;

/// <summary>What other libraries' users stumbled over in losses.</summary>
public sealed class LossTrapTests
{
    private static readonly Tensor Logits = Tensor.From(new[] { 0.6, 0.3, 0.1, 0.2, 0.5, 0.3, 0.1, 0.2, 0.7 }, [1, 3, 3]).Log();

    [Fact]
    public void Regions_are_compared_over_the_batch_or_example_by_example()
    {
        Tensor y = Tensor.From(new double[] { 1, 1, 0, 0, 1, 1, 0, 0 }, [2, 2, 2, 1]), p = Tensor.From([0, 1, 0, 1, 0.4, 0, 0, 0.9], [2, 2, 2, 1]);
        Near.Equal(0.6164384, new Dice().Call(y, p).ToDouble(), 1e-7);
        Near.Equal([0.5, 0.75757576], new Dice([1, 2, 3], LossReduction.None).Call(y, p), 1e-7);
        Near.Equal([0.5, 0.75757576], new Tversky(axis: [1, 2, 3], reduction: LossReduction.None).Call(y, p), 1e-7);
        // Over the batch one true and nine missed elements give 2/11; the mean of two examples is 1/2.
        Tensor one = Tensor.From(new double[,] { { 1, 0, 0, 0, 0, 0, 0, 0, 0 }, { 1, 1, 1, 1, 1, 1, 1, 1, 1 } }), said = Tensor.From(new double[,] { { 1, 0, 0, 0, 0, 0, 0, 0, 0 }, { 0, 0, 0, 0, 0, 0, 0, 0, 0 } });
        Near.Equal(1 - (2 / 11.0), new Dice().Call(one, said).ToDouble(), 1e-7);
        Near.Equal(0.5, new Dice([1]).Call(one, said).ToDouble(), 1e-7);
    }

    [Fact]
    public void Weights_of_false_positives_and_of_misses_are_not_swapped()
    {
        Tensor y = Tensor.From(1.0, 0, 0), p = Tensor.From(1.0, 1, 0);
        Near.Equal(1 - (1 / 1.9), new Tversky(alpha: 0.9, beta: 0).Call(y, p).ToDouble(), 1e-6);
        Near.Equal(0, new Tversky(alpha: 0, beta: 0.9).Call(y, p).ToDouble(), 1e-6);
    }

    [Fact]
    public void A_focal_loss_weighs_classes_only_if_it_is_told_to()
    {
        Tensor y = Tensor.From(0.0, 1, 0, 0).Reshape([1, 4]), logits = Tensor.From([-1.6, 0.51, 2.94, -1.8]).Reshape([1, 4]);
        foreach (double alpha in new[] { 0.25, 0.9 })
            Near.Equal(0.69327894, new BinaryFocalCrossentropy(alpha: alpha, fromLogits: true).Call(y, logits).ToDouble(), 1e-7);
        Near.Equal(0.51168344, new BinaryFocalCrossentropy(applyClassBalancing: true, fromLogits: true).Call(y, logits).ToDouble(), 1e-7);
        Near.Equal(0.51168344, new BinaryFocalCrossentropy(applyClassBalancing: true).Call(y, logits.Sigmoid()).ToDouble(), 1e-7);
    }

    [Fact]
    public void A_focal_loss_of_certain_predictions_has_a_finite_gradient()
    {
        Tensor y = Tensor.From(new[,] { { 1f, 0, 1, 0 } }), logits = Tensor.From(new[,] { { 200f, -200, -200, 200 } });
        foreach (double gamma in new[] { 0, 0.5, 2 })
        {
            Assert.All(Gradient.Of(x => new BinaryFocalCrossentropy(gamma: gamma, fromLogits: true).Call(y, x))(logits).ToArray<float>(), slope => Assert.True(float.IsFinite(slope)));
            Assert.All(Gradient.Of(x => new CategoricalFocalCrossentropy(gamma: gamma, fromLogits: true).Call(Tensor.From(new[,] { { 1f, 0, 0, 0 } }), x))(logits).ToArray<float>(),
                slope => Assert.True(float.IsFinite(slope)));
        }

        // However wrong it is, it learns.
        Tensor wrong = Gradient.Of(x => new BinaryFocalCrossentropy().Call(y, x.Sigmoid()))(logits);
        Near.Equal([0, 0, -0.25, 0.25], wrong, 1e-5);
    }

    [Fact]
    public void Sequences_may_be_empty_in_ctc()
    {
        Tensor uniform = Tensor.Zeros([1, 2, 3], DType.Float64);
        Near.Equal(2 * Math.Log(3), new CTC().Call(Tensor.From(new[,] { { 0 } }), uniform).ToDouble(), 1e-12);
        Near.Equal(2 * Math.Log(3), new CTC().Call(Tensor.Zeros([1, 0], DType.Int32), uniform).ToDouble(), 1e-12);
        Near.Equal(Math.Log(3), new CTC().Call(Tensor.From(new[,] { { 1 } }), uniform).ToDouble(), 1e-12);
    }

    [Fact]
    public void Zeros_fill_up_labels_in_ctc_and_the_mean_is_over_the_batch()
    {
        Tensor logits = Tensor.Concatenate([Logits, Logits], 0), labels = Tensor.From(new[,] { { 1, 2 }, { 1, 0 } });
        Near.Equal([0.84629836, 1.80180981], new CTC(LossReduction.None).Call(labels, logits), 1e-8);
        Near.Equal((0.84629836 + 1.80180981) / 2, new CTC().Call(labels, logits).ToDouble(), 1e-8);
        // PyTorch's mean divides by the length, too.
        Near.Equal(0.42314918, new CTC().Call(labels.Slice(0, 1), Logits).ToDouble() / 2, 1e-8);
        Near.Equal([0.84629836, 1.80180981], new CTC(LossReduction.None).Call(labels.Pad([(0, 0), (0, 3)]).Cast(DType.UInt8), logits), 1e-8);
    }

    [Fact]
    public void Labels_of_ctc_are_checked()
    {
        ArgumentOutOfRangeException range = Assert.Throws<ArgumentOutOfRangeException>(() => new CTC().Call(Tensor.From(new[,] { { 1, 3 } }), Logits));
        Assert.StartsWith("CtcLoss: label 1 of sequence 0 is 3; there are 3 classes, 0 to 2, of which 0 is the blank. Number the labels from 1, and give the last layer one unit more than "
            + "there are labels.", range.Message, StringComparison.Ordinal);
        range = Assert.Throws<ArgumentOutOfRangeException>(() => new CTC().Call(Tensor.From(new[,] { { 1, -1 } }), Logits));
        Assert.StartsWith("CtcLoss: label 1 of sequence 0 is -1;", range.Message, StringComparison.Ordinal);
        range = Assert.Throws<ArgumentOutOfRangeException>(() => new CTC().Call(Tensor.From(new[,] { { 1, 0, 2 } }), Logits));
        Assert.StartsWith("CtcLoss: label 1 of sequence 0 is 0, and labels follow it; 0 is the blank and fills up rows at their end. Number the labels from 1.", range.Message, StringComparison.Ordinal);
        Assert.Equal("CTC: received labels of Float32 (1, 2); expected class numbers as Int32, Int64 or UInt8. Cast them.",
            Assert.Throws<DTypeException>(() => new CTC().Call(Tensor.Ones([1, 2]), Logits)).Message);
        Assert.Equal("CTC: received labels of shape (2, 2) for predictions of shape (1, 3, 3); expected labels (batch, longest) and logits (batch, steps, classes).",
            Assert.Throws<ShapeException>(() => new CTC().Call(Tensor.Ones([2, 2], DType.Int32), Logits)).Message);
        Assert.Equal("CtcLoss: received labels of shape (2, 2) for logits of shape (1, 3, 3); expected (batch, longest) and (batch, steps, classes).",
            Assert.Throws<ShapeException>(() => Logits.CtcLoss(Tensor.Ones([2, 2], DType.Int32))).Message);
    }

    [Fact]
    public void A_target_that_cannot_be_read_has_an_infinite_loss_and_no_gradient()
    {
        // Equal neighbours need a blank between them.
        Tensor labels = Tensor.From(new[,] { { 1, 1, 1 }, { 1, 2, 0 } }), logits = Tensor.Concatenate([Logits, Logits], 0);
        foreach (DType dtype in new[] { DType.Float64, DType.Float32 })
        {
            (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(inputs => new CTC().Call(labels, inputs[0]), logits.Cast(dtype));
            Assert.Equal(double.PositiveInfinity, loss.ToDouble());
            double[] slopes = gradients[0].Cast(DType.Float64).ToArray<double>();
            Assert.All(slopes[..9], slope => Assert.Equal(0, slope));
            Assert.Contains(slopes[9..], slope => slope != 0);
            Assert.All(slopes, slope => Assert.True(double.IsFinite(slope)));
        }

        Assert.Equal(double.PositiveInfinity, new CTC().Call(Tensor.From(new[,] { { 1 } }), Tensor.Zeros([1, 0, 3])).ToDouble());
        Assert.Equal(0, new CTC().Call(Tensor.From(new[,] { { 0 } }), Tensor.Zeros([1, 0, 3])).ToDouble());
    }

    [Fact]
    public void Long_sequences_neither_overflow_nor_underflow_in_ctc()
    {
        Tensor logits = new RandomKey(1).Normal([2, 3000, 5]) * 30, labels = (new RandomKey(2).Uniform([2, 400]) * 4).Cast(DType.Int32) + 1;
        (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(inputs => new CTC().Call(labels, inputs[0]), logits);
        Tensor exact = new CTC().Call(labels, logits.Cast(DType.Float64));
        Near.Equal(exact.ToDouble(), loss.ToDouble(), 1e-5);
        Assert.All(gradients[0].ToArray<float>(), slope => Assert.True(float.IsFinite(slope)));
        // Softmax and shares of classes both add up to 1.
        Near.Equal(new double[6000], gradients[0].Sum(-1).Reshape([6000]), 1e-4);
    }

    [Fact]
    public void A_mask_shortens_the_steps_of_ctc()
    {
        Tensor labels = Tensor.From(new[,] { { 1, 2 }, { 1, 0 } }), logits = new RandomKey(4).Normal([2, 5, 3], dtype: DType.Float64);
        Tensor mask = Tensor.From(new[,] { { true, true, true, true, true }, { true, true, true, false, false } });
        double expected = (new CTC().Call(labels.Slice(0, 1), logits.Slice(0, 1)).ToDouble() + new CTC().Call(labels.Slice(1), logits.Slice(1).Slice(0, 3, axis: 1)).ToDouble()) / 2;
        (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(inputs => new CTC().Call(labels, inputs[0], mask: mask), logits);
        Near.Equal(expected, loss.ToDouble(), 1e-12);
        Assert.All(gradients[0].At(1).Slice(3).Reshape([6]).ToArray<double>(), slope => Assert.Equal(0, slope));
        Assert.Equal("CTC: received a mask of shape (2, 4) for predictions of shape (2, 5, 3); expected one truth value a step, (batch, steps).",
            Assert.Throws<ShapeException>(() => new CTC().Call(labels, logits, mask: mask.Slice(0, 4, axis: 1))).Message);
    }

    [Fact]
    public void A_loss_is_divided_by_the_number_of_losses_and_a_metric_by_the_weights()
    {
        Tensor y = Tensor.From(1.0, 2), p = Tensor.From(2.0, 3), weights = Tensor.From(0.0, 1);
        Assert.Equal(0.5, new Laminet.Losses.MeanAbsoluteError().Call(y, p, weights).ToDouble());
        Assert.Equal(1, new Laminet.Losses.MeanAbsoluteError(LossReduction.MeanWithSampleWeight).Call(y, p, weights).ToDouble());
        Metric metric = "mae";
        metric.UpdateState(y, p, weights);
        Assert.Equal(1, metric.Result().ToDouble());
        Laminet.Losses.MeanAbsoluteError loss = new(LossReduction.MeanWithSampleWeight);
        Assert.Equal(1, loss.Call(y, p).ToDouble());
        (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(inputs => loss.Call(y, inputs[0], Tensor.From(0.0, 0)), p);
        Assert.Equal(0, value.ToDouble());
        Assert.Equal([0, 0], gradients[0].ToArray<double>());
    }

    [Fact]
    public void An_ignored_class_does_not_count_in_the_mean()
    {
        Tensor p = Tensor.From(new[,] { { 0.7, 0.2, 0.1 }, { 0.1, 0.8, 0.1 }, { 0.2, 0.2, 0.6 } }), y = Tensor.From(0, 255, 2);
        SparseCategoricalCrossentropy loss = new(ignoreClass: 255);
        Near.Equal(0.43375028, loss.Call(y, p).ToDouble(), 1e-8);
        LossMetric metric = new(new SparseCategoricalCrossentropy(ignoreClass: 255));
        metric.UpdateState(y, p);
        Near.Equal(0.43375028, metric.Result().ToDouble(), 1e-8);
        metric.UpdateState(y, p, Tensor.From(1, 5, 0));
        Near.Equal((0.86750057 + 0.35667494) / 3, metric.Result().ToDouble(), 1e-8);
        // Whatever the ignored row holds.
        Tensor spoiled = Tensor.From(new[,] { { 0.7, 0.2, 0.1 }, { double.NaN, 0.8, 0.1 }, { 0.2, 0.2, 0.6 } });
        (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(inputs => loss.Call(y, inputs[0]), spoiled);
        Near.Equal(0.43375028, value.ToDouble(), 1e-8);
        Assert.Equal([0, 0, 0], gradients[0].At(1).ToArray<double>());
        Assert.Equal(0, loss.Call(Tensor.From(255, 255, 255), p).ToDouble());
        Assert.Throws<ArgumentOutOfRangeException>(() => loss.Call(Tensor.From(0, 254, 2), p));
    }

    [Fact]
    public void Smoothing_counts_in_the_rows_that_count()
    {
        Tensor logits = Tensor.From(new[,] { { 1.0, 2 }, { 3, 0.4 } }), y = Tensor.From(new[,] { { 0.0, 1 }, { 0, 1 } });
        CategoricalCrossentropy loss = new(fromLogits: true, labelSmoothing: 0.1);
        Near.Equal(2.54164469, loss.Call(y, logits, mask: Tensor.From(false, true)).ToDouble(), 1e-7);
        Near.Equal(2.54164469, loss.Call(y.Slice(1), logits.Slice(1)).ToDouble(), 1e-7);
        Near.Equal(2.54164469, new CategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1, reduction: LossReduction.MeanWithSampleWeight).Call(y, logits, Tensor.From(0, 1)).ToDouble(), 1e-7);
    }

    [Fact]
    public void Smoothing_of_labels_by_number_is_that_of_one_hot_targets()
    {
        Tensor logits = Tensor.From(new[,] { { 1.0, 2, -1 }, { 3, 0.4, 7 } }), y = Tensor.From(1, 0), masked = Tensor.From(-1, 1), oneHot = y.OneHot(3, DType.Float64);
        foreach (double smoothing in (double[])[0.1, 1])
        {
            CategoricalCrossentropy dense = new(fromLogits: true, labelSmoothing: smoothing), shares = new(labelSmoothing: smoothing);
            SparseCategoricalCrossentropy loss = new(fromLogits: true, labelSmoothing: smoothing), ofShares = new(labelSmoothing: smoothing);
            Near.Equal(dense.Call(oneHot, logits).ToDouble(), loss.Call(y, logits).ToDouble(), 1e-12);
            Near.Equal(Gradient.Of(x => dense.Call(oneHot, x))(logits).ToArray<double>(), Gradient.Of(x => loss.Call(y, x))(logits), 1e-12);
            Tensor probabilities = Tensor.From(new[,] { { 0.2, 0.3, 0.5 }, { 0.1, 0.8, 0.1 } });
            Near.Equal(shares.Call(oneHot, probabilities).ToDouble(), ofShares.Call(y, probabilities).ToDouble(), 1e-12);
        }

        // Row A61 of the traps: over the rows that count, 0.333901 as in PyTorch; over three it would be 0.222600, with the uniform part of the third 0.309391. Classes weigh as examples do, as
        // in Keras: whole losses, so (l0 + 2 l1) / 3 (PyTorch weighs the uniform part class by class, 0.395560).
        Tensor tokens = Tensor.From(new[,] { { 2.0, 0, 0 }, { 0, 3, 0 }, { 1, 1, 1 } }), told = Tensor.From(0, 1, -1);
        Near.Equal(0.333901, new SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: -1, labelSmoothing: 0.1).Call(told, tokens).ToDouble(), 1e-6);
        Near.Equal(0, new SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: -1, labelSmoothing: 0.1).Call(Tensor.From(-1, -1, -1), tokens).ToDouble(), 0);
        double first = Math.Log(Math.Exp(2) + 2) - (2 * (0.9 + (0.1 / 3))), second = Math.Log(Math.Exp(3) + 2) - (3 * (0.9 + (0.1 / 3)));
        Near.Equal((first + (2 * second)) / 3, new SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: -1, labelSmoothing: 0.1, reduction: LossReduction.MeanWithSampleWeight).Call(told, tokens, Tensor.From(1.0, 2, 0)).ToDouble(), 1e-8);

        // The row that is left out counts nowhere.
        Near.Equal(2.54164469, new SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: -1, labelSmoothing: 0.1).Call(masked, Tensor.From(new[,] { { 1.0, 2 }, { 3, 0.4 } })).ToDouble(), 1e-7);
    }

    [Fact]
    public void Opposite_vectors_have_a_positive_cosine_loss()
    {
        Laminet.Losses.CosineSimilarity loss = new();
        Near.Equal(1, loss.Call(Tensor.From(new[,] { { 1.0, 1 } }), Tensor.From(new[,] { { -1.0, -1 } })).ToDouble(), 1e-15);
        Near.Equal(-1, loss.Call(Tensor.From(new[,] { { 0f, 2, 3 } }), Tensor.From(new[,] { { 0f, 2, 3 } })).ToDouble(), 1.2e-7);
        Assert.Equal(0, loss.Call(Tensor.From(new[,] { { 0.0, 0 } }), Tensor.From(new[,] { { 1.0, 2 } })).ToDouble());
        Assert.All(Gradient.Of(x => loss.Call(Tensor.From(new[,] { { 1.0, 2 } }), x))(Tensor.Zeros([1, 2], DType.Float64)).ToArray<double>(), slope => Assert.True(double.IsFinite(slope)));
    }

    [Fact]
    public void Large_errors_do_not_overflow_the_logarithm_of_a_cosine()
    {
        Near.Equal(1e30 - Math.Log(2), new LogCosh().Call(Tensor.From(0.0), Tensor.From(1e30)).ToDouble(), 1e-12);
        Near.Equal(88 - Math.Log(2), new LogCosh().Call(Tensor.From(100f), Tensor.From(12f)).ToDouble(), 1e-6);
    }

    [Fact]
    public void An_example_without_partners_does_not_count_in_the_circle()
    {
        Tensor p = Tensor.From(new double[,] { { 1, 0 }, { 0.8, 0.6 }, { 0, 1 } });
        (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(inputs => new Circle(gamma: 2).Call(Tensor.From(0, 0, 1), inputs[0]), p);
        double[] each = new Circle(gamma: 2, reduction: LossReduction.None).Call(Tensor.From(0, 0, 1), p).ToArray<double>();
        Assert.Equal(0, each[2]);
        Near.Equal((each[0] + each[1]) / 2, value.ToDouble(), 1e-12);
        Assert.All(gradients[0].ToArray<double>(), slope => Assert.True(double.IsFinite(slope)));
        // All of one class: there is nothing to keep apart.
        (value, gradients) = Gradient.ValueAndGradients(inputs => new Circle().Call(Tensor.From(1, 1, 1), inputs[0]), p);
        Assert.Equal(0, value.ToDouble());
        Assert.All(gradients[0].ToArray<double>(), slope => Assert.Equal(0, slope));
        Assert.Equal("Circle: received predictions of shape (3,); expected one embedding a row, (batch, n).",
            Assert.Throws<ShapeException>(() => new Circle().Call(Tensor.From(1, 1, 1), Tensor.Ones([3]))).Message);
    }

    [Fact]
    public void Token_losses_of_several_batches_are_averaged_over_tokens()
    {
        LossMetric metric = new(new Laminet.Losses.MeanAbsoluteError());
        metric.UpdateState(Tensor.From(0.0), Tensor.From(2.0));
        metric.UpdateState(Tensor.From(0.0, 0, 0), Tensor.From(1.0, 1, 1));
        Assert.Equal(1.25, metric.Result().ToDouble());
    }

    [Fact]
    public void Noisy_labels_with_probability_0_have_finite_slopes()
    {
        Tensor labels = Tensor.From(1), zero = Tensor.From(new[,] { { 1.0, 0 } }), logits = Tensor.From(new[,] { { 400.0, -400 } });
        CategoricalGeneralizedCrossEntropy loss = new(0.3);
        Assert.All(Gradient.Of(x => loss.Call(labels, x), Unconnected.Zeros)(zero).ToArray<double>(), slope => Assert.True(double.IsFinite(slope)));
        Assert.All(Gradient.Of(x => loss.Call(labels, x.Softmax()))(logits).ToArray<double>(), slope => Assert.True(double.IsFinite(slope)));
        Near.Equal(1 / 0.3, loss.Call(labels, logits.Softmax()).ToDouble(), 1e-12);
        Near.Equal(loss.Call(labels, logits / 200).ToDouble(), loss.Call(labels, logits / 200).ToDouble(), 1e-12);
        Tensor mild = logits / 200, plain = Tensor.From(mild.Softmax().ToArray<double>(), mild.Shape);
        Near.Equal(loss.Call(labels, plain).ToDouble(), loss.Call(labels, mild.Softmax()).ToDouble(), 1e-12);
    }

    [Fact]
    public void Wrong_shapes_of_several_inputs_are_told()
    {
        Assert.Equal("GaussianNLL: received predictions of shape (4, 3); expected an even last axis, n means and then n variances.",
            Assert.Throws<ShapeException>(() => new GaussianNLL().Call(Tensor.Zeros([4, 1]), Tensor.Zeros([4, 3]))).Message);
        Assert.StartsWith("GaussianNLL: received targets of shape (4, 3) for predictions of shape (4, 2)",
            Assert.Throws<ShapeException>(() => new GaussianNLL().Call(Tensor.Zeros([4, 3]), Tensor.Zeros([4, 4]))).Message, StringComparison.Ordinal);
        Assert.Equal("TripletMargin: received predictions of shape (4, 2, 5); expected (..., 3, n), the embeddings of anchor, positive and negative.",
            Assert.Throws<ShapeException>(() => new TripletMargin().Call(Tensor.Zeros([4]), Tensor.Zeros([4, 2, 5]))).Message);
        Assert.Equal("CosineEmbedding: received predictions of shape (4, 3, 5); expected (..., 2, n), the two embeddings of each pair.",
            Assert.Throws<ShapeException>(() => new CosineEmbedding().Call(Tensor.Zeros([4]), Tensor.Zeros([4, 3, 5]))).Message);
        Assert.Equal("CosineEmbedding: received targets of shape (3,) for predictions of shape (4, 2, 5); expected (4,), a 1 or -1 for each pair.",
            Assert.Throws<ShapeException>(() => new CosineEmbedding().Call(Tensor.Zeros([3]), Tensor.Zeros([4, 2, 5]))).Message);
        Assert.Equal("CategoricalFocalCrossentropy: received 2 weights alpha for predictions of 3 classes; expected one for all or one a class.",
            Assert.Throws<ShapeException>(() => new CategoricalFocalCrossentropy([0.5, 2]).Call(Tensor.Zeros([4, 3]), Tensor.Ones([4, 3]))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CategoricalGeneralizedCrossEntropy(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TripletMargin(p: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianNLL(epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineEmbedding(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryFocalCrossentropy(gamma: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Circle(margin: 1.5));
    }

    [Fact]
    public void A_weight_of_0_leaves_out_a_region_that_is_NaN()
    {
        Tensor y = Tensor.From(new[,] { { 1f, 0 }, { 1, float.NaN } }), p = Tensor.From(new[,] { { 0.5f, 0.5f }, { float.NaN, 1 } });
        (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(inputs => new Dice([1]).Call(y, inputs[0], Tensor.From(1f, 0)), p);
        Near.Equal(0.25, value.ToDouble(), 1e-6);
        Assert.All(gradients[0].ToArray<float>(), slope => Assert.True(float.IsFinite(slope)));
        // Weights between the axes of the sums would change other losses.
        Assert.False(new Dice([0]).LeavesOut([2, 2]));
        Assert.False(new Dice().LeavesOut([2, 2]));
        Assert.False(new Dice([1]).LeavesOut([2, 2, 3]));
        Assert.True(new Dice([-1, 1]).LeavesOut([2, 2, 3]));
    }

    [Theory]
    [InlineData("dice", "dice")]
    [InlineData("circle", "circle")]
    [InlineData("weighted", "mean_squared_error")]
    [InlineData("ignoring", "sparse_categorical_crossentropy")]
    public void A_loss_of_the_whole_batch_cannot_be_computed_within_a_memory_budget(string kind, string name)
    {
        Sequential model = new(1, new Input([4]), new Dense(64, "relu"), new Dense(3, "softmax"));
        Loss loss = kind == "weighted" ? new Laminet.Losses.MeanSquaredError(LossReduction.MeanWithSampleWeight)
            : kind == "ignoring" ? new SparseCategoricalCrossentropy(ignoreClass: 0) : kind;
        model.Compile("sgd", loss);
        Tensor x = new RandomKey(1).Normal([64, 4]), y = kind is "circle" or "ignoring" ? Tensor.Zeros([64], DType.Int32) : Tensor.Zeros([64, 3]);
        long budget = model.Plan(16).TrainingBytes!.Value + model.Plan(1).WeightBytes;
        ArgumentException exception = Assert.Throws<ArgumentException>(() => model.Fit(x, y, batchSize: 64, memoryBudget: budget));
        Assert.Equal($"Fit: received a memory budget, and the loss '{name}' of a batch cannot be computed from parts of it: its mean depends on which examples are together. "
            + "Leave the budget out, and use smaller batches or gradientAccumulation.", exception.Message);
    }
}
