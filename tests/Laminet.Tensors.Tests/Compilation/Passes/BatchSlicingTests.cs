using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;
using Laminet.Tensors.Devices;
using Laminet.Tensors.Ops;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Compilation.Passes;

public class BatchSlicingTests
{
    private readonly Variable kernel = new(new RandomKey(7).Uniform([3, 3, 4, 4], -1, 1), "kernel");
    private readonly Variable bias = new(new RandomKey(8).Uniform([4], -1, 1), "bias");
    private readonly Variable dense = new(new RandomKey(9).Uniform([100, 3], -1, 1), "dense");

    [Theory]
    // A slice each; slices of several, the last one shorter.
    [InlineData(5, 1, 5)]
    [InlineData(13, 3, 5)]
    [InlineData(9, 2, 5)]
    public void Large_maps_are_computed_for_a_few_examples_at_a_time(int batch, int examples, int slices)
    {
        // Image in, map out and map in, 20 x 20 x 4 each: 6,400 bytes an example, two of them at the peak.
        Graph graph = Check(x => Head(Layer(Layer(x[0]))), examples * 12_800, [batch, 20, 20, 4]);
        Assert.Equal(2 * slices, graph.Operations.Count(operation => operation.Primitive is Convolution or FoldedConvolution));
        // The small maps after the pooling are there for the whole batch.
        Assert.Equal([batch, 5, 5, 4], graph.First<Concatenate>().Spec.Shape);
        Assert.Single(graph.Operations, operation => operation.Primitive is MatMul);
    }

    [Fact]
    public void The_memory_of_the_batch_is_saved()
    {
        Graph graph = Traced(x => Head(Layer(Layer(x[0]))), [16, 20, 20, 4]);
        long before = new MemoryPlan(graph).Bytes, after = new MemoryPlan(BatchSlicing.Run(graph, 12_800)).Bytes;
        Assert.InRange(after, 12_800, before / 5);
    }

    [Fact]
    public void Residuals_branches_and_two_inputs_go_along()
    {
        Graph graph = Check(
            x =>
            {
                Tensor map = Layer(x[0]) + (x[1] * 2).Tanh();
                map = (Layer(map).Convolution(kernel.Value, padding: Padding.Same) + map).Relu();
                return Head(Tensor.Concatenate([map.Slice(0, 2, 1, 3), Layer(map).Slice(0, 2, 1, 3)], 3));
            },
            20_000, [6, 20, 20, 4], [6, 20, 20, 4]);
        Assert.Contains(graph.Operations, operation => operation.Primitive is Concatenate { Axis: 0 });
    }

    [Fact]
    public void Kernels_in_panels_and_scaled_sums_go_along()
    {
        Variable wide = new(new RandomKey(7).Uniform([3, 3, 4, 16], -1, 1), "wide"), factor = new(new RandomKey(8).Uniform([16], -1, 1), "factor");
        Graph whole = OperationsUpTo("slice the batch", x => x.Convolution(wide.Value, padding: Padding.Same).MaxPool((10, 10)) * factor.Value, [9, 20, 20, 4]);
        Graph sliced = BatchSlicing.Run(whole, 32_000);
        Assert.Contains(sliced.Operations, operation => operation.Form is not null);
        Assert.Contains(sliced.Operations, operation => operation.Primitive is Concatenate);
        Tensor images = new RandomKey(1).Uniform([9, 20, 20, 4], -1, 1);
        Bits.Equal(whole.Run(images)[0], sliced.Run(images)[0], "the result");
    }

    [Fact]
    public void A_batch_that_takes_little_memory_stays_whole() => AssertWhole(x => Head(Layer(Layer(x[0]))), 1 << 20, [8, 20, 20, 4]);

    [Fact]
    public void One_example_stays_whole() => AssertWhole(x => Head(Layer(Layer(x[0]))), 1, [1, 20, 20, 4]);

    [Fact]
    public void What_looks_across_the_batch_stays_whole()
    {
        AssertWhole(x => Head(Layer(x[0] - x[0].Mean(0, keepDims: true))), 10, [8, 20, 20, 4]);
        AssertWhole(x => Head(Layer(x[0].Flip(0))), 10, [8, 20, 20, 4]);
        // The second input has as many rows as there are examples, but is a kernel.
        AssertWhole(x => x[0].Convolution(x[1]).Max(), 10, [3, 20, 20, 4], [3, 3, 4, 5]);
    }

    [Fact]
    public void A_map_that_is_asked_for_stays_whole() => AssertWhole(x => Layer(x[0]), 10, [8, 20, 20, 4]);

    [Fact]
    public void A_function_that_changes_something_stays_whole()
    {
        Graph graph = ElementwiseFusion.Run(Tracer.Trace([new TensorSpec([8, 20, 20, 4], DType.Float32)], x =>
        {
            Tensor result = Head(Layer(x[0]));
            bias.Assign(result.Sum() + bias.Value);
            return [result];
        }));
        Assert.Same(graph, BatchSlicing.Run(graph, 10));
    }

    private Tensor Layer(Tensor x) => x.Convolution(kernel.Value, bias.Value, padding: Padding.Same, relu: true);

    private Tensor Head(Tensor map) => map.MaxPool((4, 4)).Reshape([map.Shape[0], 100]).MatMul(dense.Value);

    private static Graph Traced(Func<Tensor[], Tensor> function, params int[][] shapes) =>
        ElementwiseFusion.Run(EpilogueFolding.Run(Graphs.Of(x => [function(x)], shapes)));

    private static Graph OperationsUpTo(string pass, Func<Tensor, Tensor> function, int[] shape) => Compiler.PassesFor(Device.Cpu)
        .TakeWhile(item => item.Name != pass).Aggregate(Graphs.Of(function, shape), (graph, item) => item.Run(graph));

    private static void AssertWhole(Func<Tensor[], Tensor> function, long sliceBytes, params int[][] shapes)
    {
        Graph graph = Traced(function, shapes);
        Assert.Same(graph, BatchSlicing.Run(graph, sliceBytes));
    }

    // Maps as small as these are computed in the same way for any number of examples, to the same bits.
    private static Graph Check(Func<Tensor[], Tensor> function, long sliceBytes, params int[][] shapes)
    {
        Graph whole = Traced(function, shapes), sliced = BatchSlicing.Run(whole, sliceBytes);
        Tensor[] inputs = [.. shapes.Select((shape, i) => new RandomKey((ulong)i).Uniform(new Shape(shape), -1, 1))];
        CompiledProgram program = Graphs.Program(sliced);
        for (int call = 0; call < 2; call++)
            Bits.Equal(whole.Run(inputs)[0], program.Run(inputs)[0], "the result");
        return sliced;
    }
}
