using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;
using Laminet.Tensors.Ops;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Compilation.Passes;

/// <summary>Operations on numbers run while tracing; these graphs, written down by hand, are as other passes may leave them.</summary>
public class ConstantFoldingTests
{
    [Fact]
    public void What_depends_on_constants_alone_is_computed_once()
    {
        Tensor numbers = Tensor.From(3f, 4);
        Operation constant = new(OperationKind.Constant, numbers.Spec, 0) { Constant = numbers };
        Operation parameter = new(OperationKind.Parameter, numbers.Spec, 1);
        Operation flipped = Computed(new Slice(0, 1, -1, 2), [Computed(new Exp(), [constant], 2)], 3);
        Graph graph = ConstantFolding.Run(new Graph([parameter], [Computed(new Add(), [parameter, flipped], 4)], [], []));
        Assert.Equal("Add", graph.Names());
        Bits.Equal(Tensor.From(1f, 2) + numbers.Exp().Flip(), graph.Run(Tensor.From(1f, 2))[0], "result");
    }

    [Fact]
    public void A_variable_is_no_constant()
    {
        Variable variable = new(Tensor.From(1f, 2), "v");
        Assert.Equal("Exp Add", ConstantFolding.Run(Graphs.Of(x => x + variable.Value.Exp(), 2)).Names());
    }

    [Theory]
    [InlineData(1 << 10, "")]
    [InlineData(1 << 20, "Exp")]
    public void A_large_result_of_little_is_not_stored(int length, string expected)
    {
        Tensor numbers = Tensor.Scalar(1f).BroadcastTo([length]);
        Operation small = new(OperationKind.Constant, new TensorSpec([1], DType.Float32), 0) { Constant = Tensor.From(1f) };
        Operation broadcast = Computed(new BroadcastTo([length]), [small], 1);
        Graph graph = ConstantFolding.Run(new Graph([], [Computed(new Exp(), [broadcast], 2)], [], []));
        Assert.Equal(expected.Length == 0 ? "" : $"BroadcastTo {expected}", graph.Names());
        Bits.Equal(numbers.Exp(), graph.Run()[0], "result");
    }

    private static Operation Computed(Primitive primitive, IReadOnlyList<Operation> inputs, int number) =>
        new(OperationKind.Computed, primitive.Infer([.. inputs.Select(input => input.Spec)]), number) { Primitive = primitive, Inputs = inputs };
}
