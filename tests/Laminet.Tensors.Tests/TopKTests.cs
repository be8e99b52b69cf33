namespace Laminet.Tensors.Tests;

/// <summary>What the table of operations does not say of <see cref="Tensor.TopK"/>: signed zeros, NaN, PyTorch's numbers.</summary>
public class TopKTests
{
    [Fact]
    public void Of_equal_elements_the_lower_index_comes_first()
    {
        (Tensor values, Tensor indices) = Tensor.From(1f, 3, -0f, 3, 0, 3, 0).TopK(6);
        Assert.Equal([3, 3, 3, 1, -0f, 0], values.ToArray<float>());
        Assert.Equal([1, 3, 5, 0, 2, 4], indices.ToArray<int>());
    }

    [Fact]
    public void NaN_counts_as_largest_as_in_ArgMax()
    {
        Tensor x = Tensor.From(1.0, double.NaN, double.PositiveInfinity, double.NaN, double.NegativeInfinity);
        (Tensor values, Tensor indices) = x.TopK(5);
        Assert.Equal([double.NaN, double.NaN, double.PositiveInfinity, 1, double.NegativeInfinity], values.ToArray<double>());
        Assert.Equal([1, 3, 2, 0, 4], indices.ToArray<int>());
        Assert.Equal(x.ArgMax().Item<int>(), indices.At(0).Item<int>());
    }

    // Golden numbers: torch.topk(torch.tensor([[0.5, 2.0, -1.0, 4.0], [7.0, 3.0, 5.0, 1.0]], requires_grad=True), 2), backward of sum(values * [[1, 2], [3, 4]]).
    [Fact]
    public void It_is_the_topk_of_PyTorch()
    {
        Tensor x = Tensor.From(new[,] { { 0.5f, 2, -1, 4 }, { 7, 3, 5, 1 } });
        (Tensor values, Tensor indices) = x.TopK(2);
        Assert.Equal([4, 2, 7, 5], values.ToArray<float>());
        Assert.Equal([3, 1, 0, 2], indices.ToArray<int>());
        Tensor gradient = Autodiff.Gradient.Of(y => (y.TopK(2).Values * Tensor.From(new[,] { { 1f, 2 }, { 3, 4 } })).Sum())(x);
        Assert.Equal([0, 2, 0, 1, 3, 0, 4, 0], gradient.ToArray<float>());
    }
}
