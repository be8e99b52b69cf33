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
