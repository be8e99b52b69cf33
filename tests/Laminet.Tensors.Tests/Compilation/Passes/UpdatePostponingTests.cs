using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;

namespace Laminet.Tensors.Tests.Compilation.Passes;

public class UpdatePostponingTests
{
    private readonly Variable weights = new(Tensor.Ones([64, 64]), "weights");
    private readonly Variable other = new(Tensor.Ones([64, 1]), "other");

    [Fact]
    public void A_large_gradient_of_small_tensors_waits_until_what_lay_beside_it_is_gone()
    {
        Graph early = Graph((_, column, row) => Graphs.Update(weights, column.MatMul(row))), late = UpdatePostponing.Run(early);
        Assert.Equal("MatMul Sum Reshape Sum Reshape MatMul update Sum", early.Names());
        Assert.Equal("MatMul Sum Reshape Sum Reshape Sum MatMul update", late.Names());
        long sums = 2 * 64 * sizeof(float), large = 64 * 64 * sizeof(float);
        Assert.Equal((2 * large) + sums, new MemoryPlan(early).Bytes);
        Assert.Equal(large + sums, new MemoryPlan(late).Bytes);
    }

    [Fact]
    public void So_does_what_only_shapes_the_gradient() =>
        Assert.Equal("MatMul Sum Reshape Sum Reshape Sum MatMul Transpose Multiply update", UpdatePostponing.Run(
            Graph((_, column, row) => Graphs.Update(weights, column.MatMul(row).Transpose() * 2))).Names());

    [Fact]
    public void Not_where_its_inputs_would_be_kept_for_as_much() =>
        Unmoved((large, _, _) => Graphs.Update(weights, large.MatMul(large)));

    [Fact]
    public void Not_where_somebody_else_reads_the_gradient() =>
        Unmoved((_, column, row) =>
        {
            Tensor gradient = column.MatMul(row);
            Graphs.Update(weights, gradient);
            Graphs.Update(other, gradient.Sum(1, keepDims: true));
        });

    [Fact]
    public void Not_behind_what_reads_the_new_value()
    {
        Variable average = new(Tensor.Ones([64, 64]), "average");
        Graph late = UpdatePostponing.Run(Graph((_, column, row) =>
        {
            Graphs.Update(weights, column.MatMul(row));
            average.Assign((average.Value * 0.5) + weights.Value);
        }));
        Assert.InRange(late.Names().IndexOf("update", StringComparison.Ordinal), 0, late.Names().IndexOf("Add", StringComparison.Ordinal));
    }

    [Fact]
    public void Not_behind_the_change_of_a_variable_that_the_gradient_reads() =>
        Unmoved((large, _, row) =>
        {
            Graphs.Update(weights, other.Value.MatMul(row));
            Graphs.Update(other, large.Sum(1, keepDims: true));
        });

    // Updates are made from a large tensor and its sums; the large one is read again at the end.
    private static Graph Graph(Action<Tensor, Tensor, Tensor> updates) => Graphs.Of(
        x =>
        {
            Tensor large = x.MatMul(x);
            updates(large, large.Sum(1, keepDims: true), large.Sum(0, keepDims: true));
            return large.Sum();
        },
        64, 64);

    private static void Unmoved(Action<Tensor, Tensor, Tensor> updates)
    {
        Graph graph = Graph(updates);
        Assert.Equal(graph.Operations, UpdatePostponing.Run(graph).Operations);
    }
}
