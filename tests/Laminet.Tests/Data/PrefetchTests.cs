using System.Runtime.CompilerServices;
using Laminet.Data;

namespace Laminet.Tests.Data;

public class PrefetchTests
{
    [Fact]
    public void It_gives_the_same_elements_made_on_another_thread()
    {
        HashSet<int> threads = [];
        Dataset dataset = Examples.Numbered(10).Map(batch => Noting(batch, threads)).Prefetch(3);
        Assert.Equal(Enumerable.Range(0, 10), Examples.Flat(dataset.Batches()));
        Assert.NotEqual(Environment.CurrentManagedThreadId, Assert.Single(threads));
    }

    [Fact]
    public void It_works_ahead_by_its_count_and_no_further()
    {
        int made = 0;
        Dataset dataset = Examples.Numbered(50).Map(batch => Counting(batch, ref made)).Prefetch(3);
        using IEnumerator<Batch> reader = dataset.Batches().GetEnumerator();
        Assert.True(reader.MoveNext());
        // One was taken, three lie ready, one waits for room.
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref made) == 5, TimeSpan.FromSeconds(20)));
        Thread.Sleep(30);
        Assert.Equal(5, Volatile.Read(ref made));
    }

    [Fact]
    public void Abandoned_it_stops_its_thread_at_once()
    {
        Thread? worker = null;
        for (int i = 0; i < 20; i++)
        {
            Dataset dataset = Examples.Numbered(1000).Map(batch =>
            {
                worker = Thread.CurrentThread;
                return batch;
            }).Prefetch(2);
            Assert.Single(dataset.Batches().Take(1));
            Assert.False(worker!.IsAlive);
        }
    }

    [Fact]
    public void An_enumerator_nobody_disposes_does_not_keep_its_thread()
    {
        Thread worker = Forget();
        Assert.True(SpinWait.SpinUntil(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !worker.IsAlive;
        }, TimeSpan.FromSeconds(20)));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Thread Forget()
        {
            Thread? worker = null;
            Dataset dataset = Examples.Numbered(1000).Map(batch =>
            {
                worker = Thread.CurrentThread;
                return batch;
            }).Prefetch(1);
            Assert.True(dataset.Batches().GetEnumerator().MoveNext());
            return worker!;
        }
    }

    [Fact]
    public void A_failure_arrives_in_its_place()
    {
        Dataset failing = Examples.Numbered(9).Map(batch => Examples.Numbers(batch)[0] == 4 ? throw new FormatException("bad") : batch).Prefetch(2);
        List<int> seen = [];
        DatasetException exception = Assert.Throws<DatasetException>(() =>
        {
            foreach (Batch batch in failing.Batches())
                seen.Add(Examples.Numbers(batch)[0]);
        });
        Assert.Equal([0, 1, 2, 3], seen);
        Assert.Contains("element 4 of epoch 0", exception.Message, StringComparison.Ordinal);
    }

    private static Batch Noting(Batch batch, HashSet<int> threads)
    {
        threads.Add(Environment.CurrentManagedThreadId);
        return batch;
    }

    private static Batch Counting(Batch batch, ref int made)
    {
        Interlocked.Increment(ref made);
        return batch;
    }
}
