using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Runtime;
using Laminet.Tests.Shared;

namespace Laminet.Tensors.Tests.Compilation;

[Collection("Engine settings")]
public class CompiledMemoryTests
{
    [Fact]
    public void Memory_stays_flat_over_ten_thousand_calls()
    {
        Variable average = new(Tensor.Zeros([64, 64]), "average");
        int seen = 0;
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            Tensor product = (inputs[0].MatMul(inputs[1]) + 1).Tanh();
            average.Assign((average.Value * 0.9) + (product * 0.1));
            Function.HostCall(values => seen += values[0].Length, [product.Transpose()]);
            return [product, product.Sum(0)];
        });
        Tensor x = new RandomKey(1).Normal([64, 64]), w = new RandomKey(2).Normal([64, 64]);
        // Until the pool has collected once: it lets garbage grow up to its threshold, and that much is not growth. Where the runtime's own
        // collections keep garbage below the threshold (tests before may have raised it) the pool has nothing to collect, however long one waits.
        int calls = 0;
        for (int collections = BufferPool.Collections; calls < 1000 || (BufferPool.Collections == collections && calls < 20_000); calls++)
            compiled.Call(x, w);
        (long live, long managed, long resident) = Measure();
        for (int last = calls + 10_000; calls < last; calls++)
            compiled.Call(x, w);
        (long liveAfter, long managedAfter, long residentAfter) = Measure();
        Assert.InRange(liveAfter, 0, live + (1 << 20));
        Assert.InRange(managedAfter, 0, managed + (4 << 20));
        Assert.True(residentAfter <= resident + (64L << 20), $"The process grew from {resident:N0} to {residentAfter:N0} bytes.");
        Assert.Equal((calls * 64 * 64, 1), (seen, compiled.Traces));
    }

    [Fact]
    public void A_program_keeps_the_weights_by_which_it_resizes()
    {
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            Tensor Sum(Tensor x) => x.Resize((5, 9)).Resize((20, 12), Interpolation.Bicubic, antialias: true).Square().Sum();
            return [Gradient.Of(Sum)(inputs[0])];
        });
        Tensor[] images = [new RandomKey(1).Normal([2, 8, 6, 3]), new RandomKey(2).Normal([2, 8, 6, 3])];
        float[] result = new float[2 * 8 * 6 * 3];
        Assert.Equal(0, Allocations.Of(call => compiled.CallInto<float>(result, images[call % 2])));
    }

    [Fact]
    public void A_call_that_returns_into_the_callers_memory_allocates_nothing()
    {
        Variable weight = new(Tensor.Ones([40, 40]), "weight"), sum = new(Tensor.Zeros([40]), "sum", trainable: false);
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            // Views of what comes from outside, products of transposed and stacked factors, copies with gaps, reductions, an update.
            Tensor x = inputs[0].Reshape([6, 40, 40]), y = x.MatMul(weight.Value, transposeOther: true).Relu();
            sum.Assign(sum.Value + y.Sum([0, 1]));
            Tensor joined = Tensor.Concatenate([y, x.Transpose([0, 2, 1])], 1).Pad([(0, 0), (1, 2), (0, 0)]);
            return [(joined.Softmax() * joined.ArgMax(1).Cast(DType.Float32).ExpandDims(1)).Max(0)];
        });
        Tensor[] batches = [new RandomKey(1).Normal([6, 1600]), new RandomKey(2).Normal([6, 1600])];
        float[] result = new float[83 * 40];
        Assert.Equal(0, Allocations.Of(call => compiled.CallInto<float>(result, batches[call % 2])));
        // A variable that somebody reads gets a new tensor, once.
        Tensor read = sum.Value;
        float[] numbers = read.ToArray<float>();
        compiled.CallInto<float>(result, batches[0]);
        Assert.Equal(numbers, read.ToArray<float>());
        Assert.NotEqual(numbers, sum.Value.ToArray<float>());
    }

    // By the formula of each matrix the gradient were a stack as large as all inputs times the units, and then its sum.
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void The_gradient_by_a_factor_of_all_products_is_one_product(bool left, bool right)
    {
        const int Count = 50, Rows = 8, Inner = 32, Columns = 64;
        TensorSpec stack = new(left ? [Count, Inner, Rows] : [Count, Rows, Inner], DType.Float32), factor = new(right ? [Columns, Inner] : [Inner, Columns], DType.Float32);
        CompiledFunction compiled = Function.Compile(inputs =>
            [.. Gradient.ValueAndGradients(all => inputs[0].MatMul(all[0], left, right).Square().Sum(), inputs[1]).Gradients]);
        long products = (long)Count * Rows * Columns * sizeof(float), inputs = (long)Count * Rows * Inner * sizeof(float);
        Assert.InRange(compiled.Plan(stack, factor).Bytes, 0, (2 * products) + (left ? 2 * inputs : 0) + 1024);
    }

    private static (long Live, long Managed, long Resident) Measure()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        BufferPool.Trim();
        return (BufferPool.LiveBytes, GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
    }
}
