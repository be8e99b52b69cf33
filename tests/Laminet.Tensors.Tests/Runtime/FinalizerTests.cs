using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Tests.Runtime;

/// <summary>A user's finalizers may use tensors, and the pool never waits for them.</summary>
[Collection("Engine settings")]
public class FinalizerTests
{
    private const int Length = 1 << 18;

    // Generous: what it guards against is waiting for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Finalizers_that_allocate_run_beside_a_thread_that_allocates()
    {
        // Tests before this one may have left a threshold from when much was live: the first collection lowers it.
        for (int before = BufferPool.Collections; BufferPool.Collections == before;)
            Tensor.Zeros([Length]);
        Counts counts = new();
        int collections = BufferPool.Collections;
        long most = 0;
        await Task.Run(() =>
        {
            // One at a time: no finalizer is left for the tests after this one.
            for (int dropped = 0, waited = 0; counts.Finalized < 10;)
            {
                if (dropped == counts.Finalized)
                {
                    Drop(counts);
                    dropped++;
                    waited = 0;
                }

                Tensor.Zeros([Length]);
                // If the pool collected while the object was made, the object is old by now, and only a full collection finds it.
                if (++waited % 2000 == 0)
                    GC.Collect();
                most = Math.Max(most, BufferPool.LiveBytes);
            }
        }).WaitAsync(Patience);
        Assert.True(BufferPool.Collections > collections + 5, "The pool has asked for no collections: the test shows nothing.");
        Assert.Equal(0, counts.Wrong);
        // 64 MB live in a finalizer, as much garbage, and the pool's own threshold.
        Assert.InRange(most, 0, 1L << 30);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Drop(Counts counts) => _ = new Allocating(counts);
    }

    [Fact]
    public async Task A_finalizer_may_wait_for_a_lock_of_the_thread_that_allocates()
    {
        Lock gate = new();
        Counts counts = new();
        await Task.Run(() =>
        {
            for (int dropped = 0; counts.Finalized < 3;)
            {
                if (dropped == counts.Finalized)
                {
                    Drop(gate, counts);
                    dropped++;
                }

                lock (gate)
                {
                    for (int i = 0; i < 300; i++)
                        Tensor.Zeros([Length]);
                }
            }
        }).WaitAsync(Patience);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Drop(Lock gate, Counts counts) => _ = new Locking(gate, counts);
    }

    [Fact]
    public void Buffers_come_back_although_no_finalizer_runs()
    {
        // The collector's thread is busy until the end of the test.
        using ManualResetEventSlim started = new(), end = new();
        Drop(started, end);
        try
        {
            // One collection right after the other would never let the collector's thread begin.
            do
                GC.Collect();
            while (!started.Wait(TimeSpan.FromMilliseconds(10)));
            long most = 0;
            for (int i = 0; i < 2000; i++)
            {
                Tensor.Zeros([Length]);
                most = Math.Max(most, BufferPool.LiveBytes);
            }

            Assert.InRange(most, 0, 1L << 30);
        }
        finally
        {
            end.Set();
            GC.WaitForPendingFinalizers();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Drop(ManualResetEventSlim started, ManualResetEventSlim end) => _ = new Waiting(started, end);
    }

    private sealed class Counts
    {
        public volatile int Finalized;
        public volatile int Wrong;
    }

    private sealed class Allocating(Counts counts)
    {
        private readonly Tensor held = Tensor.Full([Length], 1, DType.Float32);

        ~Allocating()
        {
            Tensor[] kept = [.. Enumerable.Range(0, 64).Select(i => Tensor.Full([Length], i, DType.Float32))];
            for (int i = 0; i < 64; i++)
                Tensor.Zeros([Length]);
            // Its own tensor is dead, too, but its buffer is not yet another tensor's.
            if (held.Sum().ToDouble() != Length || kept.Where((tensor, i) => tensor.Max().ToDouble() != i).Any())
                counts.Wrong++;
            counts.Finalized++;
        }
    }

    private sealed class Locking(Lock gate, Counts counts)
    {
        ~Locking()
        {
            lock (gate)
                counts.Finalized++;
        }
    }

    private sealed class Waiting(ManualResetEventSlim started, ManualResetEventSlim end)
    {
        ~Waiting()
        {
            started.Set();
            end.Wait(Patience);
        }
    }
}
