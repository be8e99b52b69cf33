using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tests.Golden;

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

    [Fact]
    public void Orthogonal_is_the_mean_of_absolute_cosines()
    {
        Tensor matrix = ((new Lcg(1).Tensor([5, 3]) * 4) - 2) * Tensor.From([1, 0.1, 1]);
        Near.Equal(
            GoldenFile.Numbers(GoldenFile.Json("core.json")["constraints"]!["orthogonal"]),
            Tensor.Stack([new OrthogonalRegularizer().Call(matrix), new OrthogonalRegularizer(0.5, OrthogonalMode.Columns).Call(matrix), new OrthogonalRegularizer().Call(matrix.Slice(0, 2))]), 1e-14);
        Assert.Equal(0, new OrthogonalRegularizer().Call(Tensor.Ones([1, 4])).ToDouble());
        Assert.All(Gradient.Of(new OrthogonalRegularizer().Call)(Tensor.Zeros([3, 3])).ToArray<float>(), slope => Assert.True(float.IsFinite(slope)));
        Assert.Equal("OrthogonalRegularizer: received a tensor of shape (2, 2, 2); expected a matrix. Reshape the weights, or take L2.",
            Assert.Throws<ShapeException>(() => new OrthogonalRegularizer().Call(Tensor.Ones([2, 2, 2]))).Message);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Factors_that_are_none_are_refused(double factor)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new L1(factor));
        Assert.Throws<ArgumentOutOfRangeException>(() => new L2(factor));
        Assert.Throws<ArgumentOutOfRangeException>(() => new L1L2(0, factor));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OrthogonalRegularizer(factor));
    }
}
