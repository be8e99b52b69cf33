using Laminet.Data;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Tests.Data;

public sealed class DataPositionTests
{
    private static readonly Dataset Twelve = Batches(12, 4);

    [Fact]
    public void From_any_place_the_rest_follows()
    {
        int[] all = [.. Read(new DataPosition(), Twelve, 3)];
        Assert.Equal(36, all.Length);
        for (int done = 0; done <= 9; done++)
        {
            DataPosition position = new() { Epoch = done / 3, Batch = done % 3 };
            Assert.Equal(all[(done * 4)..], Read(position, Twelve, 3));
            Assert.Equal((3, 0), (position.Epoch, position.Batch));
        }

        // As it is saved in the body of an epoch's last batch.
        Assert.Equal(all[12..], Read(new DataPosition { Batch = 3 }, Twelve, 3));
    }

    [Fact]
    public void A_negative_position_of_a_changed_file_is_told()
    {
        foreach (string name in (string[])["epoch", "batch"])
        {
            DataPosition position = new();
            ((IHasState)position).State.First(pair => pair.Name == name).Variable.Assign(Tensor.Scalar(-1));
            Assert.Contains("expected 0 or more", Assert.Throws<InvalidOperationException>(() => position.Batches(Twelve, 2).First()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void In_the_body_its_batch_is_counted()
    {
        DataPosition position = new();
        List<(int, int)> seen = [];
        foreach (Batch _ in position.Batches(Twelve, 2))
            seen.Add((position.Epoch, position.Batch));
        Assert.Equal([(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3)], seen);
    }

    [Fact]
    public void A_loop_that_is_left_goes_on_where_it_was()
    {
        DataPosition position = new();
        List<int> read = [];
        while (position.Epoch < 2)
            read.AddRange(position.Batches(Twelve, 2).Take(2).SelectMany(batch => batch.X.ToArray<int>()));
        Assert.Equal(Read(new DataPosition(), Twelve, 2), read);
    }

    [Fact]
    public void Data_without_an_end_is_one_epoch()
    {
        DataPosition position = new();
        Dataset endless = Twelve.Repeat();
        int[] first = [.. position.Batches(endless).Take(5).SelectMany(batch => batch.X.ToArray<int>())];
        Assert.Equal((0, 5), (position.Epoch, position.Batch));
        int[] rest = [.. position.Batches(endless).Take(4).SelectMany(batch => batch.X.ToArray<int>())];
        Assert.Equal(endless.Batches().Take(9).SelectMany(batch => batch.X.ToArray<int>()), [.. first, .. rest]);
    }

    [Theory]
    [InlineData(16, 4, "elements = 3; received data with elements = 4")]
    [InlineData(11, 4, "examples = 12; received data with examples = 11")]
    [InlineData(12, 5, "batch_size = 4; received data with batch_size = 5")]
    public void Data_of_another_size_is_told_within_an_epoch(int count, int size, string reason)
    {
        DataPosition position = new();
        _ = position.Batches(Twelve, 5).Take(4).Count();
        Assert.Equal((1, 1), (position.Epoch, position.Batch));
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Read(position, Batches(count, size), 5).Count());
        Assert.StartsWith("The position is batch 1 of epoch 1 in data with ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        // As the message says.
        position.Batch = 0;
        Assert.Equal(count * 4, Read(position, Batches(count, size), 5).Count());
    }

    [Fact]
    public void A_position_that_is_moved_while_it_is_read_is_told()
    {
        DataPosition position = new();
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (Batch _ in position.Batches(Twelve, 3))
                position.Epoch = 2;
        });
        Assert.StartsWith("The position was moved to epoch 2, batch 1, while its batches were read, at epoch 0, batch 1.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_numbers_are_told()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataPosition { Epoch = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataPosition { Batch = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataPosition().Batches(Twelve, -1));
        DataPosition position = new();
        CompiledFunction function = Function.Compile(_ => [Tensor.Scalar(position.Epoch)]);
        Assert.Contains("a function is being compiled", Assert.Throws<InvalidOperationException>(() => function.Call()).Message, StringComparison.Ordinal);
    }

    private static Dataset Batches(int count, int size) => Dataset.FromTensors(Tensor.Range(0, count)).Shuffle(seed: 1).Batch(size);

    private static IEnumerable<int> Read(DataPosition position, Dataset data, int epochs) => position.Batches(data, epochs).SelectMany(batch => batch.X.ToArray<int>());
}
