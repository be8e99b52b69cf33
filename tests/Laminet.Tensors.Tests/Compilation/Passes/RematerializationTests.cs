using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;
using Laminet.Tensors.Ops;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Compilation.Passes;

public class RematerializationTests
{
    private const int Side = 16;
    private const long Matrix = Side * Side * sizeof(float);

    [Fact]
    public void What_is_read_late_is_computed_again_from_what_is_there_anyway()
    {
        Graph kept = Graphs.Of(x => Late(x, product => product.Sin(), (sine, product) => sine.MatMul(product)), Side, Side), again = Run(kept);
        Assert.Equal("MatMul Sin MatMul MatMul MatMul Sum MatMul Sum Add", kept.Names());
        Assert.Equal("MatMul Sin MatMul MatMul MatMul Sum Sin MatMul Sum Add", again.Names());
        Assert.Equal((5 * Matrix, 4 * Matrix), (new Lifetimes(kept).PeakBytes, new Lifetimes(again).PeakBytes));
    }

    [Fact]
    public void All_that_read_it_late_read_the_same() =>
        Changed("MatMul Sin MatMul MatMul MatMul Sum Sin MatMul MatMul Sum Add", product => product.Sin(), (sine, product) => sine.MatMul(product).MatMul(sine));

    [Fact]
    public void A_view_of_it_is_made_again_too() =>
        Changed("MatMul Sin Transpose MatMul MatMul MatMul Sum Sin Transpose MatMul Sum Add", product => product.Sin().Transpose(), (view, product) => view.MatMul(product));

    [Fact]
    public void A_step_on_the_way_to_it_is_made_again_too() =>
        Changed("MatMul Sin Cos MatMul MatMul MatMul Sum Sin Cos MatMul Sum Add", product => product.Sin().Cos(), (cosine, product) => cosine.MatMul(product));

    [Fact]
    public void But_not_two_steps_in_a_row() =>
        Unchanged(product => product.Sin().Cos().Exp(), (exponential, product) => exponential.MatMul(product));

    [Fact]
    public void An_input_of_a_few_bytes_may_be_kept_for_it() =>
        Changed("MatMul Sum Multiply MatMul MatMul MatMul Sum Multiply MatMul Sum Add", product => product * product.Sum(), (scaled, product) => scaled.MatMul(product));

    [Fact]
    public void Not_where_a_large_input_would_be_kept_for_it() =>
        Unchanged(product => product.Sin(), (sine, _) => sine.MatMul(sine));

    [Fact]
    public void Not_what_takes_more_than_a_pass_over_memory() =>
        Unchanged(product => product.MatMul(product), (square, product) => square.MatMul(product));

    [Fact]
    public void What_it_is_computed_from_may_be_computed_again_in_its_turn()
    {
        Tensor? sine = null;
        Changed(
            "MatMul Sin Cos MatMul MatMul MatMul Sum Sin Cos MatMul MatMul MatMul Sum Add", product => (sine = product.Sin()).Cos(),
            (cosine, product) => cosine.MatMul(product).MatMul(sine!).MatMul(product));
    }

    // Where it is read late, it lies beside the product, two large tensors and so many rows of another; the peak before that are five.
    [Theory]
    [InlineData(Side, false)]
    [InlineData(Side * 3 / 4, false)]
    [InlineData(Side / 4, true)]
    public void Only_where_the_peak_falls_by_half_of_what_is_computed_again(int rows, bool changed)
    {
        Graph graph = Graphs.Of(
            x => Late(x, product => product.Sin(), (sine, product) =>
            {
                Tensor left = sine.MatMul(product), right = product.MatMul(sine);
                return sine.Slice(0, rows).MatMul(product).MatMul(left).MatMul(right);
            }),
            Side, Side);
        Assert.Equal(changed, Run(graph) != graph);
    }

    [Fact]
    public void Not_what_is_a_result()
    {
        Graph graph = Graphs.Of(x => Late(x, product => product.Sin(), (sine, product) => sine.MatMul(product)), Side, Side);
        graph = new Graph(graph.Parameters, [.. graph.Outputs, graph.First<Sin>()], graph.Successions, graph.HostCalls);
        Assert.Same(graph, Run(graph));
    }

    [Fact]
    public void Not_small_tensors()
    {
        Graph graph = Graphs.Of(x => Late(x, product => product.Sin(), (sine, product) => sine.MatMul(product)), Side, Side);
        Assert.Same(graph, Rematerialization.Run(graph));
        graph = Graphs.Of(x => Late(x, product => product.Sin(), (sine, product) => sine.MatMul(product)), 256, 256);
        Assert.NotSame(graph, Rematerialization.Run(graph));
    }

    [Fact]
    public void Dropped_and_normalised_activations_of_a_network_are_the_same_bits_again()
    {
        Tensor[] inputs = [new RandomKey(1).Normal([4, 6, 6, 8]), .. Enumerable.Range(2, 4).Select(seed => new RandomKey((ulong)seed).Normal([3, 3, 8, 8]))];
        Graph graph = Materialization.Run(Compiler.Optimize(Graphs.Of(Gradients, [.. inputs.Select(input => input.Shape.Dimensions.ToArray())]))), again = Run(graph);
        Assert.InRange(again.Operations.Count(operation => operation.Primitive is Normalize), graph.Operations.Count(operation => operation.Primitive is Normalize) + 1, 6);
        Assert.InRange(again.Operations.Count(operation => operation.Primitive is Dropout), graph.Operations.Count(operation => operation.Primitive is Dropout) + 1, 8);
        Assert.True(new MemoryPlan(Scheduling.Run(again)).Bytes < new MemoryPlan(Scheduling.Run(graph)).Bytes);
        foreach ((Tensor expected, Tensor actual) in graph.Run(inputs).Zip(again.Run(inputs)))
            Bits.Equal(expected, actual, "gradient");
    }

    // Layers of convolution, normalisation and relu, and of convolution, relu and dropout.
    private static Tensor[] Gradients(Tensor[] inputs)
    {
        (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
            kernels =>
            {
                Tensor x = inputs[0];
                for (int layer = 0; layer < kernels.Count; layer++)
                {
                    x = layer % 2 == 0
                        ? x.Convolution(kernels[layer], padding: Padding.Same).BatchNormalize(out _, out _, relu: true)
                        : x.Convolution(kernels[layer], padding: Padding.Same, relu: true).Dropout(new RandomKey((ulong)layer), 0.25);
                }

                return x.Square().Sum();
            },
            inputs[1..]);
        return [loss, .. gradients];
    }

    // What is made of a product is read now and, behind a peak of three large tensors, with the product again.
    private static Tensor Late(Tensor x, Func<Tensor, Tensor> make, Func<Tensor, Tensor, Tensor> read)
    {
        Tensor product = x.MatMul(x), made = make(product);
        Tensor early = made.MatMul(x);
        Tensor middle = early.MatMul(early.MatMul(x)).Sum();
        return read(made, product).Sum() + middle;
    }

    private static void Changed(string expected, Func<Tensor, Tensor> make, Func<Tensor, Tensor, Tensor> read)
    {
        Graph graph = Graphs.Of(x => Late(x, make, read), Side, Side), again = Run(graph);
        Assert.Equal(expected, again.Names());
        Tensor input = new RandomKey(1).Normal([Side, Side]);
        Bits.Equal(graph.Run(input)[0], again.Run(input)[0], "result");
    }

    private static void Unchanged(Func<Tensor, Tensor> make, Func<Tensor, Tensor, Tensor> read)
    {
        Graph graph = Graphs.Of(x => Late(x, make, read), Side, Side);
        Assert.Same(graph, Run(graph));
    }

    private static Graph Run(Graph graph) => Rematerialization.Run(graph, Matrix);
}
