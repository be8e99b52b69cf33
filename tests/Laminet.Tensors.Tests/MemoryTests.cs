using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Tests;

[Collection("Engine settings")]
public class MemoryTests
{
    [Fact]
    public void Memory_stays_flat_over_ten_thousand_steps()
    {
        Tensor x = new RandomKey(1).Normal([32, 32]), w = new RandomKey(2).Normal([32, 32]);
        long most = 0;
        for (int step = 0; step < 1000; step++)
            Step();
        (long live, long managed, long resident) = Measure();
        for (int step = 1000; step < 10_000; step++)
        {
            Step();
            most = Math.Max(most, BufferPool.LiveBytes + BufferPool.FreeBytes);
        }

        (long liveAfter, long managedAfter, long residentAfter) = Measure();
        // Nothing is held on to, and what waits for the collector stays under the pool's threshold.
        Assert.InRange(liveAfter, 0, live + (1 << 20));
        Assert.InRange(managedAfter, 0, managed + (4 << 20));
        Assert.InRange(most, 0, 112L << 20);
        Assert.True(residentAfter <= resident + (64L << 20), $"The process grew from {resident:N0} to {residentAfter:N0} bytes.");

        void Step() => Gradient.Of(weights => (x.MatMul(weights).Tanh() + 1).Square().Mean())(w);

        static (long Live, long Managed, long Resident) Measure()
        {
            for (int i = 0; i < 2; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            return (BufferPool.LiveBytes, GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
        }
    }

    [Fact]
    public void Buffers_are_aligned()
    {
        foreach (long bytes in (long[])[0, 1, 63, 64, 65, 1000, 4097, 1 << 20])
        {
            nint pointer = BufferPool.Rent(bytes, out int sizeClass);
            Assert.Equal(0, pointer % BufferPool.Alignment);
            BufferPool.Return(pointer, sizeClass);
        }
    }

    [Fact]
    public void A_size_class_holds_what_was_asked_and_wastes_at_most_a_quarter()
    {
        Random random = new(1);
        IEnumerable<long> sizes = [.. Enumerable.Range(0, 5000).Select(bytes => (long)bytes), .. Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(random.NextDouble() * 31))];
        foreach (long bytes in sizes)
        {
            long held = BufferPool.SizeFor(bytes);
            Assert.True(held >= bytes, $"{bytes} bytes get {held}");
            Assert.True(held <= Math.Max(64, bytes + 64 + (bytes / 4)), $"{bytes} bytes get {held}");
        }
    }

    [Fact]
    public void A_request_beyond_memory_says_so_and_does_no_lasting_harm()
    {
        InsufficientMemoryException exception = Assert.Throws<InsufficientMemoryException>(() => BufferPool.Rent(1L << 46, out _));
        Assert.Matches("^No memory for a tensor of 70,368,744,177,664 bytes; [0-9,]+ bytes are in use. Use a smaller batch or a smaller model.$", exception.Message);

        // Were the threshold still that of the failed request, these 2 GB would not be collected on the way.
        long most = 0;
        for (int i = 0; i < 500; i++)
        {
            Tensor.Zeros([1 << 20]);
            most = Math.Max(most, BufferPool.LiveBytes);
        }

        Assert.InRange(most, 0, 1L << 30);
    }
}
