using Laminet.Tensors.Compilation;
using Laminet.Tensors.Runtime;

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
            Function.Effect(values => seen += values[0].Length, [product.Transpose()]);
            return [product, product.Sum(0)];
        });
        Tensor x = new RandomKey(1).Normal([64, 64]), w = new RandomKey(2).Normal([64, 64]);
        for (int call = 0; call < 1000; call++)
            compiled.Call(x, w);
        (long live, long managed, long resident) = Measure();
        for (int call = 1000; call < 11_000; call++)
            compiled.Call(x, w);
        (long liveAfter, long managedAfter, long residentAfter) = Measure();
        Assert.InRange(liveAfter, 0, live + (1 << 20));
        Assert.InRange(managedAfter, 0, managed + (4 << 20));
        Assert.True(residentAfter <= resident + (64L << 20), $"The process grew from {resident:N0} to {residentAfter:N0} bytes.");
        Assert.Equal((11_000 * 64 * 64, 1), (seen, compiled.Traces));
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
