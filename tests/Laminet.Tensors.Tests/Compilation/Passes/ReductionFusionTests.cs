using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Tests.Compilation.Passes;

[Collection("Engine settings")]
public class ReductionFusionTests
{
    [Fact]
    public void A_chain_that_only_a_reduction_reads_is_part_of_it() =>
        Check("Subtract+Square+Sum", x => [(x[0] - x[1]).Square().Sum()], [4, 5], [5]);

    [Fact]
    public void So_is_one_operation() => Check("Abs+Maximum", x => [x[0].Abs().Max(1)], [4, 5]);

    [Fact]
    public void What_somebody_else_reads_stays_apart()
    {
        Check("Abs Sum Exp", x => [x[0].Abs() is var size ? size.Sum() : size, size.Exp()], [4]);
        Check("Abs Sum", x => [x[0].Abs() is var size ? size.Sum() : size, size], [4]);
        Check("Abs Sum Maximum", x => [x[0].Abs() is var size ? size.Sum() : size, size.Max()], [4]);
    }

    [Fact]
    public void What_depends_on_its_neighbours_in_a_vector_stays_apart() => Check("Sin+Square Sum", x => [x[0].Sin().Square().Sum()], [40, 513]);

    [Fact]
    public void A_reduction_of_what_is_given_stays_as_it_is() => Check("Sum", x => [x[0].Sum()], [4, 5]);

    [Fact]
    public void The_chain_takes_no_place_in_memory()
    {
        MemoryPlan plan = Graphs.Program(ReductionFusion.Run(ElementwiseFusion.Run(Graphs.Of(x => x.Square().Sum(0).Sqrt(), 1000, 300)))).Plan;
        Assert.InRange(plan.Bytes, 0, 10_000);
    }

    [Theory]
    [MemberData(nameof(Stretches))]
    public void Every_shape_gives_the_bits_of_eager(int outer, int reduce, int inner) => Check(
        null,
        x =>
        [
            (x[0].Tanh() * x[1]).Exp().Sum(1), (x[0] - x[2]).Sigmoid().Max(1), (x[0] * 0.01).Exp().Product(1), (x[0] * 0.1).Tanh().Max(1),
            (x[0].Abs() + 0.5).Log().Max(1), (x[0].Abs() + 0.5).Pow(x[1]).Min(1), x[0].Softplus().Sum(1), (x[0].Cast(DType.Float64) * 0.1).Tanh().Exp().Max(1),
        ],
        [outer, reduce, inner], [inner], [reduce, 1]);

    public static TheoryData<int, int, int> Stretches()
    {
        TheoryData<int, int, int> shapes = [];
        // Lines shorter and longer than a block, rows that are folded, rows that come in parts, columns in several units; lengths around
        // a tile's, with ends shorter than a vector; nothing at all.
        (int, int, int)[] cases =
        [
            (1, 1, 1), (1, 3, 1), (2, 513, 1), (1, 1025, 1), (1, 1027, 1), (1, 9001, 1), (3, 4099, 1), (1, 70_000, 1), (1026, 1, 1),
            (4097, 5, 1), (300, 511, 1), (7, 40, 3), (1, 2050, 3), (5, 131, 17), (1, 129, 127), (2, 300, 128), (1, 260, 129), (3, 7, 511),
            (1, 5, 513), (2, 140, 1030), (1, 3, 20_011), (1, 1, 5000), (0, 4, 3), (2, 0, 0), (2, 4, 0),
        ];
        foreach ((int outer, int reduce, int inner) in cases)
            shapes.Add(outer, reduce, inner);
        return shapes;
    }

    [Fact]
    public void Numbers_of_other_types_and_views_are_reduced_too()
    {
        Check(null, x => [(x[0].Cast(DType.Float64) * 3).Sum(0)], [1500, 3]);
        Check(null, x => [(x[0] * 100).Cast(DType.Int32).Max(0), (x[0] * 100).Cast(DType.UInt8).Sum(0), x[0].Greater(0).Cast(DType.Int64).Sum()], [300, 700]);
        Check(null, x => [(x[0].Transpose() + x[0].BroadcastTo([40, 40]).Flip(0)).Sum(0)], [40, 40]);
        Check(null, x => [(x[0].Slice(1, null, 2, 1) + x[1]).Sum(0, keepDims: true)], [70, 301], [150]);
    }

    // The pass alone, then the whole pipeline on one thread and on three, against eager.
    private static void Check(string? expected, Func<Tensor[], Tensor[]> function, params int[][] shapes)
    {
        Graph graph = ReductionFusion.Run(ElementwiseFusion.Run(Graphs.Of(function, shapes)));
        if (expected is not null)
            Assert.Equal(expected, graph.Names());
        int before = Workers.Count;
        try
        {
            foreach (int threads in (int[])[1, 3])
            {
                Workers.Count = threads;
                Graphs.AssertBitsOfEager(graph, function, shapes);
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }
}
