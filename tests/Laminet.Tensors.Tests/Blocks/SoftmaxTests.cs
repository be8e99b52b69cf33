using Laminet.Tensors.Autodiff;

namespace Laminet.Tensors.Tests.Blocks;

/// <summary>What the table of op cases cannot hold: numbers at the ends of their range.</summary>
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
}
