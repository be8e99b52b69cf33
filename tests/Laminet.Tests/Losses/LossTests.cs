using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Verification;
using Laminet.Verification.Losses;

namespace Laminet.Tests.Losses;

/// <summary>Shapes, weights, labels and extremes.</summary>
public sealed class LossTests
{
    [Fact]
    public void Targets_and_predictions_are_never_broadcast()
    {
        ShapeException exception = Assert.Throws<ShapeException>(() => new MeanSquaredError().Call(Tensor.Zeros([1, 4]), Tensor.Zeros([4, 1])));
        Assert.Equal("MeanSquaredError: received targets of shape (1, 4) for predictions of shape (4, 1); the shapes must be equal, since targets are not broadcast. "
            + "Reshape one of them: targets.Reshape([4, 1]).", exception.Message);
        // A number for each example fits an output of one unit, as in Keras: the mean of (1 - 1)², (2 - 3)².
        Assert.Equal(0.5f, new MeanSquaredError().Call(Tensor.From(1f, 2), Tensor.From(new[,] { { 1f }, { 3 } })).Item<float>());
        exception = Assert.Throws<ShapeException>(() => new CategoricalCrossentropy().Call(Tensor.Zeros([4]), Tensor.Zeros([4, 3])));
        Assert.EndsWith("For class numbers as targets use the 'Sparse' variant of the loss or metric, or convert them with OneHot.", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<ShapeException>(() => new MeanSquaredError().Call(Tensor.Zeros([4, 2]), Tensor.Zeros([5, 3])));
        Assert.EndsWith("Check the last layer's units and the data's labels.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sparse_labels_must_fit_the_rows()
    {
        SparseCategoricalCrossentropy loss = new();
        ShapeException exception = Assert.Throws<ShapeException>(() => loss.Call(Tensor.From(0, 1), Tensor.Ones([3, 4])));
        Assert.Equal("SparseCategoricalCrossentropy: received labels of shape (2,) for predictions of shape (3, 4); expected one label for each row "
            + "of 4 class scores, the shape (3,).", exception.Message);
        DTypeException type = Assert.Throws<DTypeException>(() => loss.Call(Tensor.Ones([3, 4]), Tensor.Ones([3, 4])));
        Assert.EndsWith("Cast them, or for one-hot targets use the categorical variant without 'Sparse'.", type.Message, StringComparison.Ordinal);
        type = Assert.Throws<DTypeException>(() => loss.Call(Tensor.From(0, 1, 2), Tensor.Ones([3, 4], DType.Int32)));
        Assert.Equal("SparseCategoricalCrossentropy: received predictions of Int32 (3, 4); expected Float32 or Float64. Cast them.", type.Message);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    public void A_label_outside_the_classes_is_named(int label)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(
            () => new SparseCategoricalCrossentropy().Call(Tensor.From(0, label, 2), Tensor.Ones([3, 4])));
        Assert.StartsWith($"SparseCategoricalCrossentropy: the label at index 1 is {label}; there are 4 classes, 0 to 3. "
            + "Give the last layer more units, or number the classes from 0.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_may_be_a_column_and_of_any_integer_type()
    {
        Tensor scores = new RandomKey(1).Normal([3, 300]), labels = Tensor.From(0, 255, 7);
        Loss loss = new SparseCategoricalCrossentropy(fromLogits: true);
        double expected = loss.Call(labels, scores).ToDouble();
        foreach (DType dtype in new[] { DType.Int32, DType.Int64, DType.UInt8 })
        {
            Assert.Equal(expected, loss.Call(labels.Cast(dtype), scores).ToDouble());
            Assert.Equal(expected, loss.Call(labels.Cast(dtype).Reshape([3, 1]), scores).ToDouble());
        }
    }

    [Fact]
    public void Shapes_without_numbers_give_a_shape()
    {
        foreach (Type type in Families.ClassesOf<Loss>())
        {
            (Tensor target, Tensor prediction) = LossExamples.Of(type.Name);
            Tensor result = Loss.Registry.Create(type.Name).Call(Tensor.ShapeOnly(target.Shape, target.DType), Tensor.ShapeOnly(prediction.Shape));
            Assert.True(result.IsShapeOnly);
            Assert.Equal(0, result.Rank);
        }
    }

    [Fact]
    public void A_weighted_loss_is_divided_by_the_number_of_losses()
    {
        Tensor target = Tensor.From(new double[,] { { 0, 0 }, { 1, 1 }, { 2, 2 } }), prediction = Tensor.From(new double[,] { { 1, 3 }, { 1, 3 }, { 5, 2 } });
        double[] losses = [5, 2, 4.5];
        Tensor weights = Tensor.From(2f, 0, 1);
        foreach (Tensor given in new[] { weights, weights.Reshape([3, 1]), weights.Cast(DType.Int32) })
        {
            Assert.Equal(((2 * losses[0]) + losses[2]) / 3, new MeanSquaredError().Call(target, prediction, given).ToDouble(), 12);
            Assert.Equal((2 * losses[0]) + losses[2], new MeanSquaredError(LossReduction.Sum).Call(target, prediction, given).ToDouble(), 12);
            Assert.Equal([2 * losses[0], 0, losses[2]], new MeanSquaredError(LossReduction.None).Call(target, prediction, given).ToArray<double>());
        }

        Assert.Equal(losses.Average() * 3, new MeanSquaredError().Call(target, prediction, Tensor.Scalar(3.0)).ToDouble(), 12);
        ShapeException exception = Assert.Throws<ShapeException>(() => new MeanSquaredError().Call(target, prediction, Tensor.Ones([2])));
        Assert.Equal("MeanSquaredError: received sample weights of shape (2,) for values of shape (3,); expected one weight, one for each sample, "
            + "or one for each value: the values' shape or its outer axes.", exception.Message);
    }

    [Fact]
    public void Weights_of_samples_count_for_every_step_of_a_sequence_even_where_broadcasting_would_align_them_with_the_steps()
    {
        Tensor prediction = Tensor.From(new double[,,] { { { 1 }, { 2 } }, { { 3 }, { 4 } } });
        double loss = new MeanSquaredError(LossReduction.Sum).Call(prediction.ZerosLike(), prediction, Tensor.From(1.0, 10)).ToDouble();
        Assert.Equal(1 + 4 + 90 + 160, loss);
        loss = new MeanSquaredError(LossReduction.Sum).Call(prediction.ZerosLike(), prediction, Tensor.From(new double[,] { { 1, 10 }, { 0, 1 } })).ToDouble();
        Assert.Equal(1 + 40 + 16, loss);
    }

    [Fact]
    public void Huge_logits_give_finite_losses_and_gradients()
    {
        Tensor logits = Tensor.From(new float[,] { { 1e4f, -1e4f, 0 }, { -1e30f, 1e30f, 3e38f } });
        Check(new SparseCategoricalCrossentropy(fromLogits: true), Tensor.From(1, 2), logits, 1e4);
        Check(new BinaryCrossentropy(fromLogits: true), Tensor.From(new float[,] { { 0, 1, 1 }, { 0, 1, 1 } }), logits, (2e4 + Math.Log(2)) / 6);
        // Far on the right side the loss is exp(-x), not 0.
        Assert.Equal(Math.Exp(-30), new BinaryCrossentropy(fromLogits: true).Call(Tensor.From(1f), Tensor.From(30f)).ToDouble(), 1e-16);

        static void Check(Loss loss, Tensor target, Tensor logits, double expected)
        {
            (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(inputs => loss.Call(target, inputs[0]), logits);
            Near.Equal(expected, value.ToDouble(), 1e-6);
            Assert.All(gradients[0].ToArray<float>(), slope => Assert.True(float.IsFinite(slope)));
        }
    }

    [Fact]
    public void A_class_masked_by_minus_infinity_does_not_spoil_the_loss()
    {
        Tensor logits = Tensor.From(new double[,] { { 0, double.NegativeInfinity, 0 } });
        foreach ((Loss loss, Tensor target) in new (Loss, Tensor)[]
        {
            (new SparseCategoricalCrossentropy(fromLogits: true), Tensor.From(2)),
            (new CategoricalCrossentropy(fromLogits: true), Tensor.From(new double[,] { { 0, 0, 1 } })),
        })
        {
            (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(inputs => loss.Call(target, inputs[0]), logits);
            Near.Equal(Math.Log(2), value.ToDouble(), 1e-12);
            Near.Equal([0.5, 0, -0.5], gradients[0], 1e-12);
        }
    }

    [Fact]
    public void Logits_of_zero_have_the_slope_of_the_logistic_function()
    {
        // A zero-initialised last layer starts here.
        Tensor gradient = Gradient.Of(x => new BinaryCrossentropy(fromLogits: true).Call(Tensor.From(0.0, 1), x))(Tensor.From(0.0, 0));
        Near.Equal([0.25, -0.25], gradient, 1e-12);
    }

    [Fact]
    public void Settings_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CategoricalCrossentropy(labelSmoothing: 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryCrossentropy(labelSmoothing: -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Huber(0));
    }
}
