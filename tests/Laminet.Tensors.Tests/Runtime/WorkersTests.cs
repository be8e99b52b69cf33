using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Tests.Runtime;

[Collection("Engine settings")]
public sealed class WorkersTests : IDisposable
{
    private readonly int before = Workers.Count;

    public void Dispose() => Workers.Count = before;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void EveryTaskRunsOnce(int threads)
    {
        Workers.Count = threads;
        for (int round = 0; round < 2000; round++)
        {
            var runs = new int[round % 23];
            Workers.For(runs.Length, i => Interlocked.Increment(ref runs[i]));
            Assert.All(runs, count => Assert.Equal(1, count));
        }
    }

    // More tasks than the word of a region has places for: some are claimed together.
    [Theory]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(200_001)]
    public void EveryOneOfManyTasksRunsOnce(int tasks)
    {
        foreach (int threads in (int[])[2, 3, 5])
        {
            Workers.Count = threads;
            var runs = new int[tasks];
            Workers.For(tasks, i => Interlocked.Increment(ref runs[i]));
            Assert.DoesNotContain(runs, count => count != 1);
            int before = 0;
            Assert.Throws<InvalidOperationException>(() => Workers.For(tasks, i => throw new InvalidOperationException($"{Interlocked.Increment(ref before)}")));
            Assert.InRange(before, 1, threads);
        }
    }

    [Fact]
    public void SleepingWorkersWake()
    {
        Workers.Count = 3;
        for (int round = 0; round < 20; round++)
        {
            int sum = 0;
            Workers.For(10, i => Interlocked.Add(ref sum, i));
            Assert.Equal(45, sum);
            Thread.Sleep(2);
        }
    }

    [Fact]
    public void NestedRegionsRunInline()
    {
        Workers.Count = 2;
        int sum = 0;
        Workers.For(8, _ =>
        {
            int thread = Environment.CurrentManagedThreadId;
            Workers.For(8, _ =>
            {
                Assert.Equal(thread, Environment.CurrentManagedThreadId);
                Interlocked.Increment(ref sum);
            });
        });
        Assert.Equal(64, sum);
    }

    [Fact]
    public void CallersOnSeveralThreadsDoNotDisturbEachOther()
    {
        Workers.Count = 2;
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int round = 0; round < 500; round++)
            {
                int sum = 0;
                Workers.For(7, i => Interlocked.Add(ref sum, i));
                Assert.Equal(21, sum);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    [Fact]
    public void AnExceptionReachesTheCallerAndThePoolLivesOn()
    {
        Workers.Count = 2;
        for (int round = 0; round < 50; round++)
        {
            var thrown = Assert.Throws<InvalidOperationException>(
                () => Workers.For(20, i => { if (i == 11) throw new InvalidOperationException("eleven"); }));
            Assert.Equal("eleven", thrown.Message);
        }
        int runs = 0;
        Workers.For(5, _ => Interlocked.Increment(ref runs));
        Assert.Equal(5, runs);
    }

    [Fact]
    public void AtLeastOneThreadIsAsked() => Assert.Throws<ArgumentOutOfRangeException>(() => Workers.Count = 0);
}
