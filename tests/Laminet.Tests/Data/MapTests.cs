using Laminet.Data;

namespace Laminet.Tests.Data;

public class MapTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(7)]
    public void Results_keep_their_order_though_early_ones_take_longest(int parallelism)
    {
        Dataset slow = Examples.Numbered(24).Map(batch =>
        {
            Thread.Sleep(Examples.Numbers(batch)[0] % 3 == 0 ? 6 : 0);
            return batch;
        }, parallelism);
        Assert.Equal(Enumerable.Range(0, 24), Examples.Flat(slow.Batches()));
    }

    [Fact]
    public void Parallel_map_runs_as_many_at_a_time_as_it_was_told()
    {
        using Barrier both = new(2);
        Dataset dataset = Examples.Numbered(2).Map(batch => both.SignalAndWait(TimeSpan.FromSeconds(20)) ? batch : throw new TimeoutException(), parallelism: 2);
        Assert.Equal([0, 1], Examples.Flat(dataset.Batches()));
    }

    // The continuation of an await must not wait for a worker that waits for it.
    [Theory, InlineData(1), InlineData(2)]
    public async Task A_function_may_block_on_asynchronous_code(int parallelism)
    {
        Task<int[]> reading = Task.Run(() => Examples.Flat(Examples.Numbered(8).Map(batch => Later(batch).GetAwaiter().GetResult(), parallelism).Batches()));
        Assert.Equal(Enumerable.Range(0, 8), await reading.WaitAsync(TimeSpan.FromSeconds(60)));

        static async Task<Batch> Later(Batch batch)
        {
            await Task.Delay(1);
            return batch;
        }
    }

    [Theory, InlineData(1), InlineData(4)]
    public void A_failure_names_its_position_and_comes_after_what_was_before_it(int parallelism)
    {
        Dataset failing = Examples.Numbered(20).Map(batch => Examples.Numbers(batch)[0] >= 13 ? throw new FormatException("bad pixel") : batch, parallelism);
        List<int> seen = [];
        DatasetException exception = Assert.Throws<DatasetException>(() =>
        {
            foreach (Batch batch in failing.Batches(epoch: 2, skip: 5))
                seen.Add(Examples.Numbers(batch)[0]);
        });
        Assert.Equal([5, 6, 7, 8, 9, 10, 11, 12], seen);
        Assert.Equal("Map failed at element 13 of epoch 2: bad pixel", exception.Message);
        Assert.IsType<FormatException>(exception.InnerException);
    }

    [Theory, InlineData(1), InlineData(4)]
    public void A_source_that_fails_lets_what_came_before_through(int parallelism)
    {
        IEnumerable<int> Items()
        {
            for (int i = 0; i < 6; i++)
                yield return i;
            throw new IOException("disk gone");
        }

        List<int> seen = [];
        Assert.Throws<IOException>(() =>
        {
            foreach (Batch batch in Dataset.From(Items(), Examples.Convert).Map(batch => batch, parallelism).Batches())
                seen.Add(Examples.Numbers(batch)[0]);
        });
        Assert.Equal([0, 1, 2, 3, 4, 5], seen);
    }

    [Fact]
    public void An_item_that_cannot_be_converted_is_named()
    {
        Dataset files = Dataset.From(["a.png", "b.png"], name => name == "b.png" ? throw new IOException("not an image") : Examples.Convert(0));
        DatasetException exception = Assert.Throws<DatasetException>(() => files.Batch(2).Batches().ToList());
        Assert.Equal("Item 1 of the dataset (b.png) could not be converted: not an image", exception.Message);
    }

    [Fact]
    public void Null_from_a_map_is_told()
    {
        DatasetException exception = Assert.Throws<DatasetException>(() => Examples.Numbered(2).Map(_ => null!).Batches().ToList());
        Assert.Equal("Map failed at element 0 of epoch 0: the function returned null; it must return a batch.", exception.Message);
    }

    [Fact]
    public void Stopping_early_leaves_nothing_running()
    {
        int running = 0;
        Dataset dataset = Examples.Numbered(100).Map(batch =>
        {
            Interlocked.Increment(ref running);
            Thread.Sleep(5);
            Interlocked.Decrement(ref running);
            return batch;
        }, parallelism: 4);
        Assert.Equal(3, dataset.Batches().Take(3).Count());
        Assert.Equal(0, Volatile.Read(ref running));
    }
}
