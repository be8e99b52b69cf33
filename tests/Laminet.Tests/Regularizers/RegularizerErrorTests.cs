using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Tests.Regularizers;

/// <summary>What regularizers refuse. Their numbers are checks of Laminet.Verification.</summary>
public class RegularizerErrorTests
{
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

    [Fact]
    public void Only_matrices_have_orthogonal_rows() => Assert.Equal(
        "OrthogonalRegularizer: received a tensor of shape (2, 2, 2); expected a matrix. Reshape the weights, or take L2.",
        Assert.Throws<ShapeException>(() => new OrthogonalRegularizer().Call(Tensor.Ones([2, 2, 2]))).Message);
}
