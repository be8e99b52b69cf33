using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Tests.Data;

public class SkipFailuresTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Failures_are_left_out_in_order_and_reported_in_order(int parallelism)
    {
        List<string> reported = [];
        Dataset good = Numbers().Shuffle(1).SkipFailures<FormatException>(failure => reported.Add(failure.Message), parallelism);
        int[] all = Values(good.Batches(2));
        Assert.Null(good.Count);
        Assert.Equal([0, 1, 2, 4, 5, 6, 8, 9], all.Order());
        Assert.Equal(2, reported.Count);
        Assert.All(reported, message => Assert.Matches("^Item [37] of the dataset", message));
        // As in the order without failures.
        Assert.Equal(Values(Dataset.FromTensors(Tensor.Range(0, 10)).Shuffle(1).Batches(2)).Where(i => i is not (3 or 7)), all);
        for (int skip = 0; skip <= all.Length; skip++)
            Assert.Equal(all[skip..], Values(good.Batches(2, skip)));
    }

    [Fact]
    public void As_many_examples_are_made_at_a_time_as_the_source_makes()
    {
        using Barrier both = new(2);
        Dataset pairs = Dataset.From<int>([0, 1], i => both.SignalAndWait(TimeSpan.FromSeconds(20)) ? Number(i) : throw new TimeoutException(), parallelism: 2);
        Assert.Equal([0, 1], Values(pairs.SkipFailures<FormatException>().Batches()));
        Assert.Equal([1, 0], Values(pairs.Shuffle(3).SkipFailures<FormatException>().Batches()).OrderDescending());
        Assert.Throws<ArgumentOutOfRangeException>(() => pairs.SkipFailures<FormatException>(parallelism: 0));
    }

    [Fact]
    public void Other_failures_end_the_reading() =>
        Assert.StartsWith("Item 3 of the dataset (3) could not be converted: ", Assert.Throws<DatasetException>(() => Values(Numbers().SkipFailures<ArgumentException>().Batches())).Message, StringComparison.Ordinal);

    [Fact]
    public void An_epoch_of_failures_alone_is_an_error()
    {
        Dataset none = Dataset.From<int>([3, 7], Number).SkipFailures<FormatException>();
        Assert.StartsWith("Each of the 2 examples failed; the last: Item 1 of the dataset (7)", Assert.Throws<DatasetException>(() => Values(none.Batches())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_is_refused() =>
        Assert.StartsWith("SkipFailures: the elements cannot be read by position", Assert.Throws<ArgumentException>(() => Numbers().Batch(2).SkipFailures<FormatException>()).Message, StringComparison.Ordinal);

    private static Dataset Numbers() => Dataset.From<int>([.. Enumerable.Range(0, 10)], Number);

    private static (Tensor X, Tensor? Y) Number(int i) => i is 3 or 7 ? throw new FormatException("damaged") : (Tensor.Scalar(i), null);

    private static int[] Values(IEnumerable<Batch> batches) => [.. batches.Select(batch => batch.X.ToArray<int>()[0])];
}
