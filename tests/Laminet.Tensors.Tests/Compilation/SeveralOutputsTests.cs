using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Compilation;

/// <summary>What compilation makes of operations of several outputs.</summary>
public class SeveralOutputsTests
{
    private const int Rows = 64, Length = 256, K = 16;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_output_that_nothing_reads_has_no_buffer(int read)
    {
        Graph both = Optimized(x => [.. Outputs(x).Select(output => output.Cast(DType.Float64).Sin())], Rows, Length);
        Graph one = Optimized(x => [Outputs(x)[read].Cast(DType.Float64).Sin()], Rows, Length);
        Operation[] parts = [.. one.Operations.Where(operation => operation.Kind == OperationKind.Part)];
        Assert.Equal([read], parts.Select(part => part.Index));
        Lifetimes lifetimes = new(one);
        Assert.Equal(parts, lifetimes.Buffers.Keys);
        Assert.Equal(Rows * K * sizeof(int), lifetimes.PeakBytes);
        Assert.Equal(2 * Rows * K * sizeof(int), new Lifetimes(both).PeakBytes);

        static Tensor[] Outputs(Tensor x) => x.TopK(K) is var largest ? [largest.Values, largest.Indices] : [];
    }

    [Fact]
    public void A_split_takes_no_memory_and_its_gradient_is_one_concatenation()
    {
        Graph forward = Optimized(x => [x.Sin() is var y && y.Split([100, 56, 100]) is var parts ? (parts[0] * parts[2]).Sum() : y], Rows, Length);
        Assert.Equal([typeof(Fused)], [.. new Lifetimes(forward).Buffers.Keys.Select(operation => operation.Primitive!.GetType())]);

        Graph backward = Optimized(x => [Gradient.Of(y => y.Split([100, 56, 100]) is var parts ? (parts[0] * parts[2]).Sum() : y)(x)], Rows, Length);
        Assert.Single(backward.Operations, operation => operation.Primitive is Concatenate);
        Assert.DoesNotContain(backward.Operations, operation => operation.Primitive is Embed or Add);
        // The gradients of two parts; the zeros of the third have no buffer.
        Assert.Equal(2 * Rows * 100 * sizeof(float), new Lifetimes(backward).Buffers.Values.Sum(buffer => buffer.Bytes));
    }

    [Fact]
    public void The_parts_of_a_weight_are_views_of_the_weight()
    {
        Variable weights = new(new RandomKey(1).Normal([6, 8]), "weights");
        CompiledFunction function = Function.Compile(x => [x[0].MatMul(weights.Value.Split(2)[1])]);
        Tensor x = new RandomKey(2).Normal([3, 6]);
        Bits.Equal(x.MatMul(weights.Value.Split(2)[1]), function.Call(x)[0], "product");
        weights.Assign(weights.Value * 2);
        Bits.Equal(x.MatMul(weights.Value.Split(2)[1]), function.Call(x)[0], "product with new weights");
    }

    [Fact]
    public void A_frozen_scale_costs_no_gradient_of_it()
    {
        Graph graph = Optimized(
            x => [Gradient.Of(beta => x.Normalize(x.Sum(0), x.Square().Sum(0), beta: beta).Square().Sum())(Tensor.Zeros([Length]))], Rows, Length);
        Operation sums = Assert.Single(graph.Operations, operation => operation.Primitive is NormalizeSums);
        Assert.Equal([1], graph.Operations.Where(operation => operation.Kind == OperationKind.Part && operation.Inputs[0] == sums).Select(part => part.Index));
    }

    private static Graph Optimized(Func<Tensor, Tensor[]> function, params int[] shape) => Compiler.Optimize(Graphs.Of(inputs => function(inputs[0]), shape));
}
