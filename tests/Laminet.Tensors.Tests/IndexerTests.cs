using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests;

/// <summary>What rows of the table do not say of <c>x[...]</c> and <c>shape[...]</c>.</summary>
public class IndexerTests
{
    [Fact]
    public void A_part_shares_its_tensors_numbers()
    {
        Tensor x = Tensor.Range(0, 24).Reshape(2, 3, 4);
        foreach (Tensor part in (Tensor[])[x[1], x[^1, 1..], x[.., ^1], x[.., .., 2], x[0, .., 1..3], x[1, 2, 3]])
            Assert.Same(x.Storage, part.Storage);
        Assert.Same(x, x[..]);
        Assert.Same(x.Storage, x.At(1, axis: 1).Storage);
        Assert.Same(x.Storage, x.Transpose().ExpandDims(1).Storage);
    }

    [Fact]
    public void A_mask_that_is_known_chooses_within_a_compiled_function()
    {
        Tensor mask = Tensor.From(false, true);
        CompiledFunction function = Function.Compile(inputs => [inputs[0][mask] * 2]);
        Assert.Equal([6f, 8], function.Call([Tensor.From(new float[,] { { 1, 2 }, { 3, 4 } })])[0].ToArray<float>());
    }

    [Fact]
    public void A_layer_that_is_built_is_told_as_well() =>
        Assert.StartsWith("x[mask]: how many entries of the mask (2,)", Assert.Throws<InvalidOperationException>(() => Tensor.Ones([2])[Tensor.ShapeOnly([2], DType.Bool)]).Message, StringComparison.Ordinal);

    [Fact]
    public void Axes_of_a_shape_are_taken_like_parts_of_an_array()
    {
        Shape shape = [2, 3, 4];
        Assert.Equal(4, shape[^1]);
        Assert.Equal(4, shape[-1]);
        Assert.Equal(2, shape[0]);
        Assert.Equal(new Shape(3, 4), shape[1..]);
        Assert.Equal(new Shape(2, 3), shape[..^1]);
        Assert.Equal(Shape.Scalar, shape[1..1]);
        Assert.Equal(shape, shape[..]);
    }

    [Fact]
    public void An_index_says_what_it_takes()
    {
        AxisIndex last = -1, range = 1..^2;
        Assert.Equal("^1", last.ToString());
        Assert.Equal("1..^2", range.ToString());
        Assert.True(last.IsPosition && !range.IsPosition);
        Assert.True(last == ^1 && last != range && last.GetHashCode() == ((AxisIndex)(^1)).GetHashCode());
    }
}
