using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Tests.Compilation.Passes;

public class ElementwiseFusionTests
{
    [Fact]
    public void A_chain_is_one_operation() =>
        Check("Sin+Multiply+Add+Relu", x => [((x[0].Sin() * x[1]) + 1).Relu()], [4, 5], [5]);

    [Fact]
    public void One_operation_alone_is_prepared_too() => Check("Sin", x => [x[0].Sin()], [4]);

    [Fact]
    public void Branches_that_meet_are_one() =>
        Check("Sin+Cos+Square+Multiply+Add", x => [(x[0].Sin() * x[0].Cos().Square()) + x[1]], [4, 5], [4, 1]);

    [Fact]
    public void What_is_read_twice_within_the_chain_is_part_of_it() =>
        Check("Sin+Exp+Multiply", x => [x[0].Sin() is var sine ? sine * sine.Exp() : sine], [4]);

    [Fact]
    public void What_somebody_else_reads_stays_apart()
    {
        Check("Sin Exp Sum", x => [x[0].Sin() is var sine ? sine.Exp() : sine, sine.Sum()], [4]);
        Check("Sin Exp", x => [x[0].Sin() is var sine ? sine.Exp() : sine, sine], [4]);
        List<float> seen = [];
        Check(
            "Sin host call Exp",
            x =>
            {
                Tensor sine = x[0].Sin();
                Function.HostCall(values => seen.Add(values[0].ToArray<float>()[0]), [sine]);
                return [sine.Exp()];
            },
            [4]);
    }

    [Fact]
    public void What_is_smaller_than_the_result_is_computed_apart_and_broadcast() =>
        Check("Exp+Square Sin+Add", x => [x[0].Sin() + x[1].Exp().Square()], [4, 5], [5]);

    [Fact]
    public void A_chain_goes_through_types() =>
        Check("LessEqual+Select+Cast+Cast+Multiply", x => [Tensor.Where(x[0].LessEqual(x[1]), x[0], x[1]).Cast(DType.Float64).Cast(DType.Float32) * x[0]], [3, 1500], [3, 1]);

    [Fact]
    public void A_view_between_two_operations_parts_them() =>
        Check("Sin Transpose Exp", x => [x[0].Sin().Transpose().Exp()], [4, 5]);

    [Fact]
    public void A_chain_takes_at_most_so_many_steps_and_inputs()
    {
        Graph deep = Check(
            null,
            x =>
            {
                Tensor y = x[0];
                for (int step = 0; step < 60; step++)
                    y = step % 2 == 0 ? y.Sin() : y * x[0];
                return [y];
            },
            [5]);
        Assert.Equal(60, deep.Operations.Sum(Steps));
        Assert.Equal([12, 24, 24], deep.Operations.Where(operation => operation.Primitive is Fused).Select(Steps));

        int[][] shapes = [.. Enumerable.Range(0, 25).Select(_ => (int[])[5])];
        Graph wide = Check(null, x => [x.Aggregate((sum, next) => sum + next)], shapes);
        Assert.Equal(24, wide.Operations.Sum(Steps));
        Assert.All(wide.Operations, operation => Assert.InRange(operation.Inputs.Count, 0, 10));
    }

    [Theory]
    // Around a tile, around a task, several tasks, nothing, one.
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1025)]
    [InlineData(32 * 1024)]
    [InlineData((32 * 1024) + 1)]
    [InlineData(100_003)]
    public void Every_length_gives_the_bits_of_eager(int length) =>
        Check(
            "Sin+Less+Multiply+Abs+Sqrt+Select+Subtract+Tanh",
            x => [(Tensor.Where(x[0].Sin().Less(x[1]), x[0] * x[1], x[0].Abs().Sqrt()) - x[2]).Tanh()], [length], [1], [length]);

    [Fact]
    public void Operands_may_be_views_of_every_kind() =>
        Check(
            null,
            x => [(x[0].Transpose() * x[1].Flip(0)) + x[1].Slice(0, null, 3, 1).BroadcastTo([40, 3]) - x[2].BroadcastTo([40, 3])], [3, 40], [40, 3], [3]);

    private static int Steps(Operation operation) => operation.Primitive is Fused fused ? fused.Name.Split('+').Length : 0;

    // The pass alone, then the whole pipeline, against eager.
    private static Graph Check(string? expected, Func<Tensor[], Tensor[]> function, params int[][] shapes)
    {
        Graph graph = ElementwiseFusion.Run(Graphs.Of(function, shapes));
        if (expected is not null)
            Assert.Equal(expected, graph.Names());
        Graphs.AssertBitsOfEager(graph, function, shapes);
        return graph;
    }
}
