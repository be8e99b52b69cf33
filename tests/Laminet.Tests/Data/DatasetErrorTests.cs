using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Tests.Data;

public class DatasetErrorTests
{
    [Fact]
    public void Different_numbers_of_examples()
    {
        ShapeException exception = Assert.Throws<ShapeException>(() => Dataset.FromTensors(Tensor.Zeros([100, 4]), Tensor.Zeros([99])));
        Assert.Equal("Received X with 100 examples (shape (100, 4)) and Y with 99 (shape (99,)); axis 0 counts the examples and must be equal. "
            + "Check whether only one of them was cut or filtered.", exception.Message);
        Assert.Contains("SampleWeight with 3", Assert.Throws<ShapeException>(
            () => Dataset.FromTensors(Tensor.Zeros([4, 1]), sampleWeight: Tensor.Zeros([3]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scalar_has_no_examples() => Assert.Equal(
        "Received X of shape (); its first axis must count the examples. ExpandDims(0) makes a batch of one.",
        Assert.Throws<ShapeException>(() => Dataset.FromTensors(Tensor.Scalar(1f))).Message);

    [Fact]
    public void No_examples()
    {
        Assert.Equal("Received no examples: X has shape (0, 4). A dataset needs at least one; check whether a filter removed everything.",
            Assert.Throws<ShapeException>(() => Dataset.FromTensors(Tensor.Zeros([0, 4]))).Message);
        Assert.StartsWith("Received an empty list; a dataset needs at least one example.",
            Assert.Throws<ArgumentException>(() => Dataset.From(Array.Empty<int>(), Examples.Convert)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Repeat: received a dataset without elements,",
            Assert.Throws<InvalidOperationException>(() => Examples.Numbered(1).Skip(1).Repeat().Batches().First()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_make_no_sense()
    {
        Dataset dataset = Examples.Numbered(4);
        Assert.StartsWith("Batch: received the batch size 0; it must be 1 or more.",
            Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Batch(0)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Map: received the parallelism -1;",
            Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Map(batch => batch, -1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Prefetch(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Repeat(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Take(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Skip(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Batches(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Batches(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Examples.Stream(3).Shuffle(1, 0));
    }

    [Fact]
    public void A_stream_needs_a_buffer_to_shuffle() => Assert.StartsWith(
        "Shuffle: received no buffer size, and the elements cannot be read by position (a stream, or elements that were batched or mapped already). "
        + "Call Shuffle right after the source, or give bufferSize.",
        Assert.Throws<ArgumentException>(() => Examples.Numbered(9).Batch(3).Shuffle(1)).Message, StringComparison.Ordinal);

    [Fact]
    public void Batching_twice() => Assert.Equal(
        "Batch(2) received an element with 3 examples; it groups single examples. Call Batch once, and do not batch again after it.",
        Assert.Throws<InvalidOperationException>(() => Examples.Numbered(9).Batch(3).Batch(2).Batches().ToList()).Message);

    [Fact]
    public void Examples_of_which_only_some_have_targets() => Assert.StartsWith(
        "Received 3 examples of which 2 have Y; either all examples of a batch must have it or none.",
        Assert.Throws<ShapeException>(() => Dataset.From([0, 1, 2], i => (Tensor.From(1f), i == 1 ? null : Tensor.Scalar(i))).Batch(3).Batches().ToList()).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Ragged_rows() => Assert.StartsWith("Received rows of different lengths: row 0 has 2 numbers, row 1 has 1.",
        Assert.Throws<ShapeException>(() => Dataset.FromArrays([[1f, 2f], [3f]], [0, 1])).Message, StringComparison.Ordinal);
}
