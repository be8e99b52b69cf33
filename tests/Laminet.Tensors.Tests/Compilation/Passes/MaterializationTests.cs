using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Compilation.Passes;

public class MaterializationTests
{
    [Fact]
    public void A_kernel_that_does_not_walk_strides_gets_a_copy()
    {
        Check("Transpose Copy Sum", x => [x[0].Transpose().Sum(0)], [3, 4]);
        Check("Transpose Copy Convolution", x => [x[0].Transpose(0, 2, 1, 3).Convolution(x[1])], [1, 4, 5, 2], [2, 2, 2, 3]);
    }

    [Fact]
    public void A_kernel_that_walks_strides_gets_the_view()
    {
        Check("Transpose Sin", x => [x[0].Transpose().Sin()], [3, 4]);
        Check("Transpose MatMul", x => [x[0].MatMul(x[0].Transpose())], [3, 4]);
        Check("Slice Concatenate", x => [Tensor.Concatenate([x[0].Flip(0), x[0]], 1)], [3, 4]);
    }

    [Fact]
    public void A_reshape_of_what_lies_in_another_order_gets_a_copy_and_others_do_not()
    {
        Check("Transpose Copy Reshape Sin", x => [x[0].Transpose().Reshape([12]).Sin()], [3, 4]);
        Check("BroadcastTo Copy Reshape Sin", x => [x[0].BroadcastTo([2, 3]).Reshape([6]).Sin()], [3]);
        Check("Reshape Sin", x => [x[0].Reshape([12]).Sin()], [3, 4]);
        Check("Slice Reshape Sin", x => [x[0].Slice(1).Reshape([8]).Sin()], [3, 4]);
    }

    [Fact]
    public void A_view_whose_numbers_lie_in_order_is_not_copied()
    {
        Check("Slice Sum", x => [x[0].Slice(1).Sum(1)], [3, 4]);
        Check("Transpose Sum", x => [x[0].Transpose(1, 0, 2).Sum(2)], [1, 3, 4]);
    }

    [Fact]
    public void A_result_has_memory_of_its_own()
    {
        Check("Copy", x => [x[0]], [3]);
        Check("Sin Reshape Copy", x => [x[0].Sin().Reshape([3, 1])], [3]);
        Check("Sin Copy", x => [x[0].Sin() is var sine ? sine : sine, sine], [3]);
        Check("Copy", _ => [Tensor.From(1f, 2)], [3]);
    }

    [Fact]
    public void A_variable_gets_a_copy_of_what_may_change_before_or_is_not_the_programs()
    {
        Variable first = new(Tensor.From(1f, 2), "first"), second = new(Tensor.From(3f, 4), "second"), third = new(Tensor.From(5f, 6), "third");
        Graph graph = Materialization.Run(Graphs.Of(
            x =>
            {
                Tensor sine = x[0].Sin();
                first.Assign(second.Value.Flip());
                second.Assign(x[0]);
                third.Assign(sine);
                return [sine];
            },
            [2]));
        Assert.Equal("Sin Slice Copy Copy Copy", graph.Names());
        Assert.Equal("Sin", Materialization.Run(Graphs.Of(
            x =>
            {
                first.Assign(x[0].Sin());
                return [];
            },
            [2])).Names());
    }

    private static void Check(string expected, Func<Tensor[], Tensor[]> function, params int[][] shapes)
    {
        Graph graph = Materialization.Run(Graphs.Of(function, shapes));
        Assert.Equal(expected, graph.Names());
        Tensor[] inputs = [.. shapes.Select((shape, i) => new RandomKey((ulong)i).Uniform(new Shape(shape)))];
        IReadOnlyList<Tensor> outputs = graph.Run(inputs);
        Tensor[] wanted = function(inputs);
        for (int i = 0; i < wanted.Length; i++)
        {
            Bits.Equal(wanted[i], outputs[i], $"output {i}");
            Assert.DoesNotContain(inputs.Concat(outputs.Take(i)), tensor => ReferenceEquals(tensor.Storage, outputs[i].Storage));
        }
    }
}
