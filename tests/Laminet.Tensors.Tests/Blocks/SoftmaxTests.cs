using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Tests.Kernels;

namespace Laminet.Tensors.Tests.Blocks;

/// <summary>What the table of op cases cannot hold: numbers at the ends of their range.</summary>
[Collection("Engine settings")]
public sealed class SoftmaxTests
{
    private const double Infinity = double.PositiveInfinity;

    [Fact]
    public void Huge_numbers_do_not_overflow()
    {
        Tensor x = Tensor.From(new float[,] { { 3e38f, 0, -3e38f }, { -3e38f, -3e38f, -3e38f } });
        float third = 1f / 3;
        // TensorPrimitives' exp(0f) is one unit in the last place above 1 in vectors, 1 in what is left over.
        Assert.All(x.Softmax().ToArray<float>().Zip([1, 0, 0, third, third, third]), pair => Assert.Equal(pair.Second, pair.First, 2e-7f));
        Assert.Equal(-MathF.Log(3), x.LogSoftmax().ToArray<float>()[4], 1e-6f);
        Assert.Equal(0, x.LogSoftmax().ToArray<float>()[0], 2e-7f);
        // In double the range is double's.
        Assert.Equal([0.5, 0.5, 0], Tensor.From(-1e300, -1e300, -1.7e308).Softmax().ToArray<double>());
    }

    [Fact]
    public void What_is_masked_out_has_no_share_and_no_slope()
    {
        Tensor x = Tensor.From(new double[,] { { 0, -Infinity, 0 }, { -Infinity, -Infinity, -Infinity } });
        Assert.Equal([0.5, 0, 0.5, 0, 0, 0], x.Softmax().ToArray<double>());
        Assert.Equal([-Math.Log(2), -Infinity, -Math.Log(2), -Infinity, -Infinity, -Infinity], x.LogSoftmax().ToArray<double>());
        Tensor slope = Gradient.Of(input => (input.Softmax() * Tensor.From(1.0, 2, 3)).Sum())(x);
        Assert.Equal([-0.5, 0, 0.5, 0, 0, 0], slope.ToArray<double>());
    }

    [Fact]
    public void NaN_shows() => Assert.All(Tensor.From(1, double.NaN).Softmax().ToArray<double>(), value => Assert.True(double.IsNaN(value)));

    [Fact]
    public void A_masked_class_takes_no_part_in_a_cross_entropy()
    {
        Tensor x = Tensor.From(new double[,] { { 0, -Infinity, 0 }, { -Infinity, 1, -Infinity } });
        Assert.Equal([Math.Log(2), 0], x.SparseCrossEntropy(Tensor.From(2, 1)).ToArray<double>());
        Assert.Equal([Math.Log(2), 0], x.CrossEntropy(Tensor.From(new double[,] { { 0.5, 0, 0.5 }, { 0, 1, 0 } })).ToArray<double>());
        Tensor slope = Gradient.Of(input => input.SparseCrossEntropy(Tensor.From(2, 1)))(x);
        Assert.Equal([0.5, 0, -0.5, 0, 0, 0], slope.ToArray<double>());
    }

    [Fact]
    public void Labels_and_targets_must_fit()
    {
        Tensor x = Tensor.Ones([2, 3]);
        Assert.Equal("SparseCrossEntropy: received labels of shape (3,) for logits of shape (2, 3); expected (2,).",
            Assert.Throws<ShapeException>(() => x.SparseCrossEntropy(Tensor.From(0, 1, 2))).Message);
        Assert.Equal("SparseCrossEntropy: received labels of Int64 (2,); expected class numbers as Int32. Cast them.",
            Assert.Throws<DTypeException>(() => x.SparseCrossEntropy(Tensor.From(0L, 1L))).Message);
        Assert.Equal("CrossEntropy: received targets of shape (3,) for logits of shape (2, 3); they must be equal.",
            Assert.Throws<ShapeException>(() => x.CrossEntropy(Tensor.Ones([3]))).Message);
        Assert.StartsWith("Loss: the label at index 1 is 3; there are 3 classes, 0 to 2.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.From(0, 3).CheckedLabels(3, "Loss")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_give_the_same_bits_for_any_number_of_threads_and_alone()
    {
        Tensor x = new RandomKey(3).Normal([700, 37]), labels = Tensor.Zeros([700], DType.Int32);
        EngineSettings.AtEveryLevel(() => x.Softmax().ToArray<float>(), [.. x.Cast(DType.Float64).Softmax().ToArray<double>()], 1e-6, "softmax");
        EngineSettings.AtEveryLevel(() => Gradient.Of(y => y.SparseCrossEntropy(labels))(x).ToArray<float>(),
            [.. Gradient.Of(y => y.SparseCrossEntropy(labels))(x.Cast(DType.Float64)).ToArray<double>()], 1e-6, "gradient");
    }
}
