using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Tests.Data;

/// <summary>The promise every transformation makes: the rest of an epoch, taken up at any position, is the uninterrupted run's.</summary>
public class ResumeTests
{
    public static TheoryData<string> Pipelines => [.. All.Keys];

    private static Dictionary<string, Dataset> All { get; } = new()
    {
        ["tensors"] = Examples.Numbered(10),
        ["batch"] = Examples.Numbered(10).Batch(3),
        ["drop remainder"] = Examples.Numbered(10).Batch(3, dropRemainder: true),
        ["shuffle"] = Examples.Numbered(23).Shuffle(1).Batch(4),
        ["shuffle twice"] = Examples.Numbered(23).Shuffle(1).Skip(2).Take(20).Shuffle(2).Batch(4),
        ["list"] = Examples.List(10, parallelism: 2).Shuffle(1).Batch(3),
        ["stream"] = Examples.Stream(10).Batch(3),
        ["stream shuffle"] = Examples.Stream(17).Shuffle(1, bufferSize: 5).Batch(3),
        ["batches shuffled"] = Examples.Numbered(17).Batch(2).Shuffle(1, bufferSize: 4),
        ["map"] = Examples.Numbered(10).Shuffle(1).Batch(3).Map(batch => batch, parallelism: 3),
        ["map before batch"] = Examples.Numbered(10).Shuffle(1).Map(batch => batch, parallelism: 2).Batch(3),
        ["prefetch"] = Examples.Numbered(10).Shuffle(1).Batch(3).Map(batch => batch, parallelism: 2).Prefetch(2),
        ["repeat"] = Examples.Numbered(7).Shuffle(1).Batch(3).Repeat(3),
        ["repeat stream"] = Examples.Stream(7).ForgetCount(7).Shuffle(1, 3).Batch(3).Repeat(3),
        ["repeat before batch"] = Examples.Numbered(7).Shuffle(1).Repeat(3).Batch(4),
        ["endless, then take"] = Examples.Numbered(7).Shuffle(1).Batch(3).Repeat().Take(11),
        ["padded"] = Examples.List(10).Shuffle(1).PaddedBatch(3),
        ["padded, drop remainder"] = Examples.List(10).Shuffle(1).PaddedBatch(3, dropRemainder: true),
        ["buckets"] = Examples.List(10).Shuffle(1).PaddedBatch(3, buckets: [2]),
        ["list, drop remainder"] = Examples.List(10, parallelism: 2).Shuffle(1).Batch(3, dropRemainder: true),
        ["skip"] = Examples.Stream(20).Batch(2).Skip(3).Take(5),
    };

    [Theory, MemberData(nameof(Pipelines))]
    public void At_every_position_the_rest_is_the_uninterrupted_runs(string name)
    {
        Dataset dataset = All[name];
        for (int epoch = 0; epoch < 3; epoch++)
        {
            string[] whole = [.. dataset.Batches(epoch).Select(batch => Examples.Text([batch]))];
            Assert.NotEmpty(whole);
            if (dataset.Count is { } count)
                Assert.Equal(count, whole.Length);
            for (int skip = 0; skip <= whole.Length + 1; skip++)
                Assert.Equal(whole.Skip(skip), dataset.Batches(epoch, skip).Select(batch => Examples.Text([batch])));
        }
    }

    [Fact]
    public void A_random_map_draws_by_position_whatever_the_threads_and_the_start()
    {
        Dataset Noisy(int parallelism) => Examples.Numbered(20).Shuffle(1).Batch(2)
            .Map((batch, key) => batch.WithX(batch.X + key.Normal(batch.X.Shape)), seed: 9, parallelism);
        float[][] Values(Dataset dataset, int epoch, int skip) => [.. dataset.Batches(epoch, skip).Select(batch => batch.X.ToArray<float>())];

        float[][] whole = Values(Noisy(1), 1, 0);
        Assert.Equal(whole, Values(Noisy(4), 1, 0));
        Assert.Equal(whole[6..], Values(Noisy(4), 1, 6));
        Assert.NotEqual(whole, Values(Noisy(1), 2, 0));
        // Two positions never share their noise.
        Batch[] plain = [.. Examples.Numbered(20).Shuffle(1).Batch(2).Batches(1)];
        Assert.NotEqual(whole[0][0] - plain[0].X.ToArray<float>()[0], whole[1][0] - plain[1].X.ToArray<float>()[0]);
    }

    [Fact]
    public void Skipping_converts_nothing_that_was_skipped()
    {
        int converted = 0;
        (Tensor, Tensor?) Counting(int i)
        {
            Interlocked.Increment(ref converted);
            return Examples.Convert(i);
        }

        int[] items = [.. Enumerable.Range(0, 100)];
        Assert.Single(Dataset.From(items, Counting).Shuffle(1).Batch(10).Batches(0, 9));
        Assert.Equal(10, converted);
        Assert.Single(Dataset.From(items.Where(i => i >= 0), Counting).Batch(10).Batches(0, 9));
        Assert.Equal(20, converted);
        Assert.Single(Dataset.From(items, Counting).PaddedBatch(10).Batches(0, 9));
        Assert.Equal(30, converted);
    }

    [Theory, InlineData(1), InlineData(3)]
    public void A_remainder_that_is_dropped_is_not_converted(int parallelism)
    {
        int converted = 0;
        Dataset list = Dataset.From<int>([.. Enumerable.Range(0, 11)], Counting, parallelism);
        Assert.Equal(2, list.Shuffle(1).Batch(4, dropRemainder: true).Batches().Count());
        Assert.Equal(2, list.PaddedBatch(4, dropRemainder: true).Batches().Count());
        Assert.Single(list.Batch(4, dropRemainder: true).Batches(0, 1));
        Assert.Equal(8 + 8 + 4, converted);

        int mapped = 0;
        Assert.Equal(2, Examples.Numbered(11).Map(Mapped).Batch(4, dropRemainder: true).Batches().Count());
        Assert.Equal(8, mapped);

        (Tensor, Tensor?) Counting(int i)
        {
            Interlocked.Increment(ref converted);
            return Examples.Convert(i);
        }

        Batch Mapped(Batch batch)
        {
            mapped++;
            return batch;
        }
    }
}
