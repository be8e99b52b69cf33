using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Tests.Data;

public class DatasetTests
{
    [Fact]
    public void Batches_group_neighbours_and_the_last_may_be_smaller()
    {
        Dataset dataset = Examples.Numbered(7).Batch(3);
        Assert.Equal("0 1 2|3 4 5|6", Examples.Text(dataset.Batches()));
        Assert.Equal(3, dataset.Count);
        Assert.Equal([3, 2], dataset.Batches().First().X.Shape);
    }

    [Fact]
    public void Without_Batch_elements_are_batches_of_one()
    {
        Assert.Equal("0|1|2", Examples.Text(Examples.Numbered(3).Batches()));
        Assert.Equal("0|1|2", Examples.Text(Examples.Stream(3).Batches()));
    }

    [Fact]
    public void DropRemainder_leaves_the_smaller_batch_out()
    {
        foreach (Dataset dataset in new[] { Examples.Numbered(7), Examples.Stream(7) })
            Assert.Equal("0 1 2|3 4 5", Examples.Text(dataset.Batch(3, dropRemainder: true).Batches()));
        Assert.Equal(2, Examples.Numbered(7).Batch(3, dropRemainder: true).Count);
        Assert.Equal(2, Examples.Numbered(6).Batch(3, dropRemainder: true).Count);
    }

    [Fact]
    public void A_stream_a_list_and_tensors_give_the_same_batches()
    {
        string expected = Examples.Text(Examples.Numbered(11).Batch(4).Batches());
        Assert.Equal(expected, Examples.Text(Examples.Stream(11).Batch(4).Batches()));
        Assert.Equal(expected, Examples.Text(Examples.Stream(11, parallelism: 3).Batch(4).Batches()));
        Assert.Equal(expected, Examples.Text(Examples.List(11, parallelism: 3).Batch(4).Batches()));
    }

    [Fact]
    public void Shuffle_is_a_permutation_that_differs_between_epochs_and_seeds_and_comes_again()
    {
        Dataset dataset = Examples.Numbered(100).Shuffle(7).Batch(8);
        int[] first = Examples.Flat(dataset.Batches(0));
        Assert.Equal(Enumerable.Range(0, 100), first.Order());
        Assert.Equal(first, Examples.Flat(dataset.Batches(0)));
        Assert.Equal(first, Examples.Flat(Examples.Numbered(100).Shuffle(7).Batch(13).Batches(0)));
        Assert.NotEqual(first, Examples.Flat(dataset.Batches(1)));
        Assert.NotEqual(first, Examples.Flat(Examples.Numbered(100).Shuffle(8).Batch(8).Batches(0)));
        Assert.NotEqual(Enumerable.Range(0, 100), first);
    }

    [Fact]
    public void A_list_shuffles_as_fully_as_tensors() => Assert.Equal(
        Examples.Flat(Examples.Numbered(50).Shuffle(3).Batches(2)),
        Examples.Flat(Examples.List(50).Shuffle(3).Batches(2)));

    [Fact]
    public void A_stream_shuffles_within_its_buffer()
    {
        Dataset dataset = Examples.Stream(100).Shuffle(7, bufferSize: 10);
        int[] order = Examples.Flat(dataset.Batches());
        Assert.Equal(Enumerable.Range(0, 100), order.Order());
        Assert.NotEqual(Enumerable.Range(0, 100), order);
        // What leaves at a position entered the buffer at most nine places later.
        Assert.All(order.Index(), pair => Assert.True(pair.Item <= pair.Index + 10));
        Assert.NotEqual(order, Examples.Flat(dataset.Batches(1)));
    }

    [Fact]
    public void A_buffer_as_large_as_the_stream_reaches_every_place()
    {
        HashSet<int> firsts = [.. Enumerable.Range(0, 200).Select(epoch => Examples.Flat(Examples.Stream(6).Shuffle(1, 6).Batches(epoch))[0])];
        Assert.Equal(6, firsts.Count);
    }

    [Fact]
    public void Take_and_Skip_cut_before_and_after_batching()
    {
        Dataset numbers = Examples.Numbered(10), stream = Examples.Stream(10);
        Assert.Equal("2 3 4|5 6", Examples.Text(numbers.Skip(2).Take(5).Batch(3).Batches()));
        Assert.Equal("2 3 4|5 6", Examples.Text(stream.Skip(2).Take(5).Batch(3).Batches()));
        Assert.Equal("3 4 5|6 7 8", Examples.Text(numbers.Batch(3).Skip(1).Take(2).Batches()));
        Assert.Equal((5, 2, 0), (numbers.Skip(5).Take(9).Count, numbers.Batch(3).Skip(1).Take(2).Count, numbers.Skip(11).Count));
        Assert.Empty(numbers.Skip(11).Batches());
    }

    [Fact]
    public void Skip_after_Shuffle_takes_what_the_first_epochs_order_has_there()
    {
        Dataset shuffled = Examples.Numbered(20).Shuffle(5);
        int[] part = [.. Examples.Flat(shuffled.Batches()).Skip(4).Take(9)];
        Assert.Equal(part, Examples.Flat(shuffled.Skip(4).Take(9).Batches()));
        Assert.Equal(part.Order(), Examples.Flat(shuffled.Skip(4).Take(9).Batches(3)).Order());
    }

    [Fact]
    public void Repeat_gives_epoch_after_epoch()
    {
        Dataset once = Examples.Numbered(6).Shuffle(5).Batch(4), twice = once.Repeat(2);
        Assert.Equal(4, twice.Count);
        Assert.Equal(Examples.Text(once.Batches(2).Concat(once.Batches(3))), Examples.Text(twice.Batches(1)));
    }

    [Fact]
    public void Repeat_without_a_number_never_ends_until_Take()
    {
        Dataset endless = Examples.Numbered(6).Shuffle(5).Batch(4).Repeat();
        Assert.True(endless.IsInfinite);
        Assert.Null(endless.Count);
        Assert.False(endless.Take(9).IsInfinite);
        Assert.Equal(9, endless.Take(9).Count);
        Assert.Equal(9, endless.Take(9).Batches().Count());
        Assert.NotEqual(Examples.Text(endless.Take(9).Batches(0)), Examples.Text(endless.Take(9).Batches(1)));
    }

    [Fact]
    public void Count_is_null_where_nobody_knows()
    {
        Assert.Null(Examples.Stream(5).ForgetCount(5).Batch(2).Count);
        Assert.Equal(3, Examples.List(5).Batch(2).Prefetch(1).Count);
    }

    [Fact]
    public void Arrays_and_images_become_tensors()
    {
        Batch rows = Dataset.FromArrays([[1f, 2f], [3f, 4f]], [5, 6]).Batch(2).Batches().Single();
        Assert.Equal([1f, 2f, 3f, 4f], rows.X.ToArray<float>());
        Assert.Equal([5, 6], rows.Y!.ToArray<int>());
        Batch table = Dataset.FromArrays(new float[,] { { 1, 2 }, { 3, 4 } }, [5f, 6f]).Batch(2).Batches().Single();
        Assert.Equal(DType.Float32, table.Y!.DType);
        Batch images = Dataset.FromImages([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 1], [0, 1]).Batch(2).Batches().Single();
        Assert.Equal([2, 2, 2, 1], images.X.Shape);
        Assert.Equal(DType.UInt8, images.X.DType);
    }

    [Fact]
    public void A_transposed_source_gives_the_right_rows()
    {
        Tensor x = Tensor.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }).Transpose();
        Assert.Equal([2f, 5f], Dataset.FromTensors(x).Batches(0, 1).First().X.ToArray<float>());
    }

    [Fact]
    public void Parts_of_shuffled_examples_never_meet()
    {
        Dataset shuffled = Dataset.FromTensors(Tensor.Range(0, 20)).Shuffle(1), train = shuffled.Take(15), validation = shuffled.Skip(15);
        int[] held = [.. Numbers(validation, 0).Order()];
        Assert.Equal(Enumerable.Range(0, 20).Except(held), Numbers(train, 0).Order());
        for (int epoch = 1; epoch < 4; epoch++)
        {
            Assert.Equal(held, Numbers(validation, epoch).Order());
            Assert.Equal(Enumerable.Range(0, 20).Except(held), Numbers(train, epoch).Order());
            Assert.NotEqual(Numbers(train, epoch - 1), Numbers(train, epoch));
        }

        static int[] Numbers(Dataset data, int epoch) => [.. data.Batches(epoch).Select(batch => batch.X.ToArray<int>()[0])];
    }
}
