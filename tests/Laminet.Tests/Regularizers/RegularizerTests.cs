using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;

namespace Laminet.Tests.Regularizers;

public sealed class RegularizerTests
{
    private static readonly Tensor Weights = Tensor.From(new double[,] { { 1, -2 }, { 0, 3 } });

    [Fact]
    public void Penalties_are_sums()
    {
        Assert.Equal(0.01 * 6, new L1().Call(Weights).ToDouble(), 15);
        Assert.Equal(0.01 * 14, new L2().Call(Weights).ToDouble(), 15);
        Assert.Equal((0.5 * 6) + (0.25 * 14), new L1L2(0.5, 0.25).Call(Weights).ToDouble(), 15);
        Assert.Equal(0, new L1L2().Call(Weights).ToDouble());
        Assert.Equal(0, ((Regularizer)"l2").Call(Weights).Rank);
    }

    [Fact]
    public void Gradients_are_signs_and_values() =>
        Near.Equal([0.5 + 0.5, -0.5 - 1, 0, 0.5 + 1.5], Gradient.Of(new L1L2(0.5, 0.25).Call)(Weights), 1e-15);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Factors_that_are_none_are_refused(double factor)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new L1(factor));
        Assert.Throws<ArgumentOutOfRangeException>(() => new L2(factor));
        Assert.Throws<ArgumentOutOfRangeException>(() => new L1L2(0, factor));
    }
}
