using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Tests.Compilation;

public class MemoryPlanTests
{
    [Fact]
    public void A_chain_of_reductions_and_products_takes_two_places_in_turn()
    {
        MemoryPlan plan = Plan(
            x =>
            {
                for (int step = 0; step < 10; step++)
                    x = x.MatMul(x);
                return x.Sum();
            },
            out _, 16, 16);
        Assert.Equal(2 * 16 * 16 * sizeof(float), plan.Bytes);
    }

    [Fact]
    public void An_elementwise_operation_writes_over_what_nobody_reads_any_more()
    {
        MemoryPlan plan = Plan(x => (x.MatMul(x) * x).MatMul(x), out Graph graph, 16, 16);
        Assert.Equal(plan.OffsetOf(graph.First<MatMul>()), plan.OffsetOf(graph.First<Fused>()));
        Assert.Equal(16 * 16 * sizeof(float), plan.Bytes);
    }

    [Fact]
    public void A_block_of_memory_that_is_too_large_for_its_tensors_is_told()
    {
        Region region = new(Graphs.Of(x => x.MatMul(x).MatMul(x), 16, 16));
        InsufficientMemoryException exception = Assert.Throws<InsufficientMemoryException>(() => region.Place(new WorkSpace(Tensor.Zeros([1]).Storage, 12_000_000_000)));
        Assert.Equal("This program needs a block of memory of more than 12.0 GB; in it a Float32 tensor can begin at most 2,147,483,647 elements from the start. Use smaller batches or shorter sequences.", exception.Message);
    }

    [Theory]
    // Read later; read backwards at the same time; a larger result; another type; an operation that reads its argument again.
    [InlineData("later")]
    [InlineData("backwards")]
    [InlineData("broadcast")]
    [InlineData("type")]
    [InlineData("tanh")]
    public void It_does_not_where_that_would_change_what_is_read(string why)
    {
        MemoryPlan plan = Plan(
            x =>
            {
                Tensor product = x.MatMul(x);
                return why switch
                {
                    "later" => product.Exp().MatMul(product),
                    "backwards" => (product * product.Transpose()).MatMul(x),
                    "broadcast" => (product.Reshape([16, 1, 16]) * x).MatMul(x),
                    "type" => product.Cast(DType.Float64).MatMul(x.Cast(DType.Float64)),
                    _ => product.Tanh().MatMul(x),
                };
            },
            out Graph graph, 16, 16);
        Operation made = graph.Operations.First(operation => operation.Primitive is Fused && plan.Holds(operation) && operation.Inputs.Any(input => plan.Layouts[input].Owner == graph.First<MatMul>()));
        long product = plan.OffsetOf(graph.First<MatMul>()), offset = plan.OffsetOf(made);
        Assert.True(offset >= product + graph.First<MatMul>().Bytes || offset + made.Bytes <= product, $"{made.Title} at {offset} writes over the product at {product}");
    }

    [Fact]
    public void A_convolution_writes_over_its_residual()
    {
        Graph graph = Compiler.Optimize(Graphs.Of(x => [(x[0].Convolution(x[1], padding: Padding.Same) + x[0].Sin()).Sum()], [1, 4, 4, 3], [3, 3, 3, 3]));
        MemoryPlan plan = new(graph);
        Assert.Equal(plan.OffsetOf(graph.First<Fused>()), plan.OffsetOf(graph.First<FoldedConvolution>()));
    }

    [Fact]
    public void A_convolution_does_not_write_over_a_residual_that_is_its_image_too()
    {
        Graph graph = Compiler.Optimize(Graphs.Of(x => [x[0].Sin() is var sine ? (sine.Convolution(x[1], padding: Padding.Same) + sine).Sum() : sine], [1, 4, 4, 3], [3, 3, 3, 3]));
        MemoryPlan plan = new(graph);
        Assert.NotEqual(plan.OffsetOf(graph.First<Fused>()), plan.OffsetOf(graph.First<FoldedConvolution>()));
    }

    [Fact]
    public void A_view_keeps_its_owner_alive()
    {
        MemoryPlan plan = Plan(
            x =>
            {
                Tensor view = x.MatMul(x).Slice(0, 8).Transpose();
                Tensor other = x.MatMul(x.MatMul(x));
                return view.MatMul(other.Slice(8));
            },
            out Graph graph, 16, 16);
        CheckLives(graph, plan, "view");
        Operation viewed = graph.First<MatMul>();
        Assert.All(
            graph.Operations.Where(operation => operation.Primitive is MatMul && operation != viewed && plan.Holds(operation)),
            operation => Assert.NotEqual(plan.OffsetOf(viewed), plan.OffsetOf(operation)));
    }

    [Fact]
    public void Results_parameters_and_constants_have_no_place_in_the_block()
    {
        MemoryPlan plan = Plan(x => x.Sin() + Tensor.Ones([3]), out Graph graph, 3);
        Assert.Equal(0, plan.Bytes);
        Assert.All(graph.Operations, operation => Assert.False(plan.Holds(operation)));
    }

    [Fact]
    public void In_random_functions_no_two_tensors_that_live_at_once_overlap()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            RandomFunction function = new(seed, seed % 2 == 0 ? DType.Float32 : DType.Float64);
            Graph graph = Compiler.Optimize(Tracer.Trace([.. function.Inputs(0).Select(input => input.Spec)], function.Run));
            CheckLives(graph, new MemoryPlan(graph), $"seed {seed}");
        }
    }

    private static MemoryPlan Plan(Func<Tensor, Tensor> function, out Graph graph, params int[] shape) =>
        new(graph = Compiler.Optimize(Graphs.Of(function, shape)));

    // From where a tensor is computed to where it, or a view of it, is read last. What is written over may end where its heir begins.
    private static void CheckLives(Graph graph, MemoryPlan plan, string what)
    {
        Dictionary<Operation, (int Begin, int End)> lives = [];
        for (int place = 0; place < graph.Operations.Count; place++)
        {
            Operation operation = graph.Operations[place];
            foreach (Operation result in operation.Kind == OperationKind.Computed ? plan.Results(operation) : [])
            {
                if (plan.Holds(result) && !plan.Keeps(result) && result.Bytes > 0)
                    lives[result] = (place, place);
            }


            foreach (Operation owner in operation.Inputs.Select(input => plan.Layouts[input].Owner).Where(lives.ContainsKey))
                lives[owner] = (lives[owner].Begin, place);
        }

        foreach (Operation owner in graph.Successions.Select(succession => plan.Layouts[succession.Value].Owner).Where(lives.ContainsKey))
            lives[owner] = (lives[owner].Begin, int.MaxValue);
        foreach ((Operation early, (int begin, int end)) in lives)
        {
            Assert.True(plan.OffsetOf(early) + early.Bytes <= plan.Bytes, $"{what}: {early.Title} hangs over the block's end");
            foreach ((Operation late, (int lateBegin, _)) in lives.Where(pair => pair.Value.Begin > begin && pair.Value.Begin <= end))
            {
                long first = plan.OffsetOf(early), second = plan.OffsetOf(late);
                bool apart = first + early.Bytes <= second || second + late.Bytes <= first;
                bool over = end == lateBegin && first == second && early.Bytes == late.Bytes && late.Producer.Primitive is Fused or FoldedConvolution or FoldedNormalize or Scan or While or UpdateAt or Tensors.Blocks.UpdateRule
                    && late.Producer.Inputs.Where(input => plan.Layouts[input].Owner == early).All(input => plan.Layouts[input].IsWhole);
                Assert.True(apart || over, $"{what}: {late.Title} at {second} overlaps {early.Title} at {first}");
            }
        }
    }
}
