using Laminet.Tensors;

namespace Laminet.Data;

// The design, in one screen.
//
// A dataset is a function (epoch, position) -> the rest of that epoch, as a sequence of batches. It has no cursor and no hidden
// random state, so "resume" is not a feature but the only way it can be read: whoever remembers two numbers, the epoch and how
// many elements were taken, gets the bits an uninterrupted run would have got. A class keeps the promise by implementing
// Enumerate(epoch, skip):
//
//   * what is random is a function of (seed, epoch, position), never of what was drawn before;
//   * an element's value is a function of (epoch, position), never of which thread computed it.
//
// There is one element type, Batch. A source gives batches of one example; Batch(size) regroups them. So a dataset without a call of
// Batch trains with batches of one instead of failing, and Map sees the same type before and after Batch.
//
// What it costs to skip:
//
//   * An OrderedDataset (arrays, lists, and Shuffle, Take, Skip of such) has an ExampleOrder: a source and a list of positions in
//     it. Skipping is an addition. From tensors Batch reads whole batches: one gather of rows, no tensor per example. The items of
//     a list are converted one by one, several at a time.
//   * Map, Batch, PaddedBatch without buckets, Prefetch, Take, Skip, and Repeat of a known number of elements hand the skip on to
//     what they stand on: nothing skipped is computed.
//   * The others read what they skip. A stream does not convert it. Shuffle with a buffer refills its buffer, PaddedBatch its
//     buckets; SkipFailures must know which examples fail; Repeat of an unknown number counts; FromBatches enumerates.

/// <summary>
/// A pipeline of training examples: a source (<see cref="FromTensors(Bundle{Tensor}, Bundle{Tensor}?, Bundle{Tensor}?)"/>, <c>From</c>) and
/// transformations, similar to tf.data. It is immutable, and any number of threads may read it at once. Reading can resume at any position
/// of an epoch and gives the same bits as an uninterrupted run.
/// </summary>
/// <example><code>
/// Dataset train = Dataset.FromTensors(images, labels).Shuffle(seed: 1).Batch(128)
///     .Map(batch => batch.WithX(batch.X.Cast(DType.Float32) / 255), parallelism: 2).Prefetch(2);
/// foreach (Batch batch in train.Batches(epoch: 0))
///     model.TrainOnBatch(batch.X, batch.Y!);
/// </code></example>
public abstract class Dataset
{
    /// <summary>How many elements (batches) an epoch has; null where that is unknown or there is no end.</summary>
    public abstract int? Count { get; }

    /// <summary>True if the data never ends, so that the caller must set the number of steps of an epoch.</summary>
    public virtual bool IsInfinite => false;

    /// <summary>The size, as far as it is known.</summary>
    internal virtual DatasetSize Size => new(Count);

    /// <summary>Throws if the data never ends, for callers that read to the end.</summary>
    internal void RequireEnd(string operation)
    {
        if (IsInfinite)
            throw new ArgumentException($"{operation}: received a data set that never ends (Repeat without a number). Set the length of an epoch: stepsPerEpoch in Fit, otherwise data.Take(steps).");
    }

    /// <summary>The elements of one epoch from a position on.</summary>
    /// <param name="epoch">Which epoch, from 0. Shuffles and random maps differ between epochs.</param>
    /// <param name="skip">How many elements of the epoch to skip.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public IEnumerable<Batch> Batches(int epoch = 0, int skip = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        return Enumerate(epoch, skip);
    }

    /// <summary>
    /// Implements <see cref="Batches"/>. The element at a position must not depend on <paramref name="skip"/>.
    /// </summary>
    protected abstract IEnumerable<Batch> Enumerate(int epoch, int skip);

    /// <summary>Examples from tensors: the slices along axis 0. The numbers are not copied.</summary>
    /// <param name="x">Inputs, shape <c>(examples, ...)</c>.</param>
    /// <param name="y">Targets, shape <c>(examples, ...)</c>.</param>
    /// <param name="sampleWeight">Weights in the loss, shape <c>(examples,)</c>.</param>
    /// <exception cref="ShapeException">The tensors have different numbers of examples, or there are none.</exception>
    public static Dataset FromTensors(Bundle<Tensor> x, Bundle<Tensor>? y = null, Bundle<Tensor>? sampleWeight = null) => FromTensors(new Batch(x, y, sampleWeight));

    /// <summary>The examples of one large batch, such as a part of a <see cref="DataSplit"/>.</summary>
    /// <exception cref="ShapeException">There are no examples.</exception>
    public static Dataset FromTensors(Batch examples) => new SourceDataset(new TensorSource(examples));

    /// <summary>Examples from a table, one for each row, and a target for each.</summary>
    /// <exception cref="ShapeException">There are not as many targets as rows, or no rows.</exception>
    public static Dataset FromArrays<T>(float[,] x, T[] y) where T : unmanaged => FromTensors(Tensor.From(x), Tensor.From(y));

    /// <summary>Examples from rows of equal length, and a target for each.</summary>
    /// <exception cref="ShapeException">The rows differ in length, there are not as many targets as rows, or no rows.</exception>
    public static Dataset FromArrays<T>(float[][] x, T[] y) where T : unmanaged => FromTensors(Tensor.FromArray(x), Tensor.From(y));

    /// <summary>Images as bytes, one after another, and their labels; gives UInt8 <c>(examples, height, width, channels)</c>.</summary>
    /// <param name="pixels">All images, each row-major and channels last.</param>
    /// <param name="imageShape">The shape of one image, such as <c>[28, 28, 1]</c>.</param>
    /// <param name="labels">The class of each image.</param>
    /// <exception cref="ShapeException">The bytes are not as many as labels times pixels, or there are none.</exception>
    public static Dataset FromImages(byte[] pixels, Shape imageShape, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return FromTensors(Tensor.From(pixels, [labels.Length, .. imageShape.Dimensions]), Tensor.From(labels));
    }

    /// <summary>
    /// Examples made from a sequence of items. A list or array is read by position: it is shuffled fully, and skipping costs
    /// nothing. Any other sequence is a stream: each epoch enumerates it again, and it must give the same items every time.
    /// </summary>
    /// <param name="items">File names, records, lines.</param>
    /// <param name="convert">Makes one example (without an axis for examples) from one item. Several threads may call it.</param>
    /// <param name="parallelism">How many items are converted at a time.</param>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    /// <exception cref="DatasetException">Thrown while reading: an item could not be converted. The message says which.</exception>
    public static Dataset From<T>(IEnumerable<T> items, Func<T, (Tensor X, Tensor? Y)> convert, int parallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(convert);
        return From(items, Several, parallelism);

        (Bundle<Tensor> X, Bundle<Tensor>? Y) Several(T item) => convert(item);
    }

    /// <summary>The same for examples of several inputs or targets.</summary>
    /// <inheritdoc cref="From{T}(IEnumerable{T}, Func{T, ValueTuple{Tensor, Tensor?}}, int)"/>
    public static Dataset From<T>(IEnumerable<T> items, Func<T, (Bundle<Tensor> X, Bundle<Tensor>? Y)> convert, int parallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(items);
        ItemConverter<T> converter = new(convert, parallelism);
        return items is IReadOnlyList<T> list ? new SourceDataset(new ListSource<T>(list, converter)) : new StreamDataset<T>(items, converter);
    }

    /// <summary>A sequence of batches. Each epoch enumerates it again, and it must give the same batches every time.</summary>
    /// <param name="batches">The batches.</param>
    public static Dataset FromBatches(IEnumerable<Batch> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return new SequenceDataset(batches);
    }

    /// <summary>Batches that arrive asynchronously, for instance from a network. Each epoch enumerates them again.</summary>
    /// <param name="batches">The batches.</param>
    public static Dataset FromBatches(IAsyncEnumerable<Batch> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return new AsyncSequenceDataset(batches);
    }

    /// <summary>Sequences of different lengths, such as the words of texts, with a target for each. Batch them with <see cref="PaddedBatch"/>.</summary>
    /// <param name="sequences">The sequences, with one number for each step.</param>
    /// <param name="y">Targets, one row for each sequence.</param>
    /// <exception cref="ArgumentException">There are no sequences.</exception>
    /// <exception cref="ShapeException">There are not as many targets as sequences.</exception>
    public static Dataset FromRagged<T>(IReadOnlyList<T[]> sequences, Bundle<Tensor>? y = null) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return FromRagged(sequences.Count, i => Tensor.From(sequences[i]), y);
    }

    /// <summary>Sequences of different lengths, each a tensor of shape <c>(length, ...)</c>, with a target for each. Batch them with <see cref="PaddedBatch"/>.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="y">Targets, one row for each sequence.</param>
    /// <exception cref="ArgumentException">There are no sequences.</exception>
    /// <exception cref="ShapeException">There are not as many targets as sequences.</exception>
    public static Dataset FromRagged(IReadOnlyList<Tensor> sequences, Bundle<Tensor>? y = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return FromRagged(sequences.Count, i => sequences[i], y);
    }

    private static Dataset FromRagged(int count, Func<int, Tensor> sequence, Bundle<Tensor>? y)
    {
        foreach (Tensor targets in y ?? [])
        {
            if (targets.Rank == 0 || targets.Shape[0] != count)
                throw new ShapeException($"Received {count} sequences and targets of shape {targets.Shape}; expected one row for each sequence.");
        }

        return From<int>([.. Enumerable.Range(0, count)], Example);

        (Bundle<Tensor> X, Bundle<Tensor>? Y) Example(int i) => (sequence(i), y?.Map(targets => targets.At(i)));
    }

    /// <summary>
    /// The elements in random order, another order in each epoch. Arrays and lists are shuffled fully, and every order is
    /// equally likely. A stream is shuffled through a buffer: a random element leaves it when the next one enters.
    /// </summary>
    /// <param name="seed">The seed of the orders: the same seed gives the same order in each epoch.</param>
    /// <param name="bufferSize">Elements in the buffer, for a stream; not used otherwise.</param>
    /// <exception cref="ArgumentException">The elements are a stream and no buffer size is given.</exception>
    public Dataset Shuffle(ulong seed, int? bufferSize = null)
    {
        if (this is OrderedDataset ordered)
            return new OrderShuffleDataset(ordered, new RandomKey(seed));
        return bufferSize is { } size
            ? new BufferShuffleDataset(this, new RandomKey(seed), Checked.Positive(size, "Shuffle", "buffer size"))
            : throw new ArgumentException("Shuffle: received no buffer size, and the elements cannot be read by position (a stream, or elements that "
                + "were batched or mapped already). Call Shuffle right after the source, or give bufferSize.", nameof(bufferSize));
    }

    /// <summary>Groups examples into batches.</summary>
    /// <param name="size">Examples per batch.</param>
    /// <param name="dropRemainder">Whether to drop the last batch if it has fewer examples.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is below 1.</exception>
    /// <exception cref="InvalidOperationException">Thrown while reading: the elements are batches already.</exception>
    public Dataset Batch(int size, bool dropRemainder = false) => new BatchDataset(this, Checked.Positive(size, "Batch", "batch size"), dropRemainder);

    /// <summary>
    /// Groups examples of different lengths into batches, padded at the end to the length of the longest. With buckets, a batch contains examples of similar length,
    /// padded to the length of their bucket, so that a model is compiled for few shapes and computes little padding.
    /// </summary>
    /// <remarks>
    /// These tensors are padded: the first input, tensors that have its length in every example of a batch (targets for each step), and tensors that differ in length within a batch. A layer such as Masking or
    /// Embedding(maskZero: true) can then mask the padding. With buckets, batches come in the order in which buckets are full: Predict then gives its rows in that order, and not in that of the examples.
    /// </remarks>
    /// <param name="size">Examples per batch.</param>
    /// <param name="buckets">Lengths, ascending. An example goes into the first bucket that is long enough for its first input. Null pads to the longest example of each batch.</param>
    /// <param name="paddingValue">The value of the padding.</param>
    /// <param name="dropRemainder">Whether to drop last batches that have fewer examples.</param>
    /// <exception cref="ArgumentException">The buckets do not ascend.</exception>
    /// <exception cref="ShapeException">Thrown while reading: an example is longer than the largest bucket, or differs in another axis.</exception>
    public Dataset PaddedBatch(int size, IReadOnlyList<int>? buckets = null, double paddingValue = 0, bool dropRemainder = false)
    {
        if (buckets is not null && (buckets.Count == 0 || buckets[0] < 1 || buckets.Zip(buckets.Skip(1)).Any(pair => pair.First >= pair.Second)))
            throw new ArgumentException($"PaddedBatch: received the buckets [{string.Join(", ", buckets)}]; expected lengths of 1 or more, ascending, as in [64, 128, 256].", nameof(buckets));
        return new PaddedBatchDataset(this, Checked.Positive(size, "PaddedBatch", "batch size"), buckets, paddingValue, dropRemainder);
    }

    /// <summary>Applies a function to each element. The results keep their order, whatever the parallelism is.</summary>
    /// <param name="function">A function of the batch alone. With <paramref name="parallelism"/> above 1 several threads call it.</param>
    /// <param name="parallelism">How many elements are computed at a time; 1 computes on the reader's thread.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="parallelism"/> is below 1.</exception>
    /// <exception cref="DatasetException">Thrown while reading, after all earlier elements were returned: the function failed. The message says at which position.</exception>
    public Dataset Map(Func<Batch, Batch> function, int parallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new MapDataset(this, (batch, _) => function(batch), default, Checked.Positive(parallelism, "Map", "parallelism"));
    }

    /// <summary>Applies a random function to each element, for data augmentation.</summary>
    /// <param name="function">A function of the batch and of a key for this element. Draw random numbers from the key, not from a generator.</param>
    /// <param name="seed">The seed of the keys. A key depends on seed, epoch and position alone.</param>
    /// <param name="parallelism">How many elements are computed at a time.</param>
    /// <inheritdoc cref="Map(Func{Batch, Batch}, int)" path="/exception"/>
    public Dataset Map(Func<Batch, RandomKey, Batch> function, ulong seed, int parallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new MapDataset(this, function, new RandomKey(seed), Checked.Positive(parallelism, "Map", "parallelism"));
    }

    /// <summary>
    /// Leaves out the examples that cannot be made, such as damaged files; the others keep their order and their targets. Call it after the source and <see cref="Shuffle"/>, before
    /// <see cref="Batch"/>. The number of elements is not known then. Resuming in the middle of an epoch makes the skipped examples again, since any of them may be a failure; to resume at once,
    /// remove what fails from the list beforehand.
    /// </summary>
    /// <typeparam name="TFailure">The exception to skip; others end the reading as before.</typeparam>
    /// <param name="report">Receives each failure, on the reader's thread and in order; the message says which item failed.</param>
    /// <param name="parallelism">How many examples are made at a time; null for as many as the source makes, such as the parallelism of <c>From</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="parallelism"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The elements cannot be read by position (a stream, or elements that were batched or mapped already).</exception>
    /// <exception cref="DatasetException">Thrown while reading: all examples of an epoch failed.</exception>
    public Dataset SkipFailures<TFailure>(Action<DatasetException>? report = null, int? parallelism = null) where TFailure : Exception =>
        this is OrderedDataset ordered
            ? new SkipFailuresDataset<TFailure>(ordered, report, parallelism is { } number ? Checked.Positive(number, "SkipFailures", "parallelism") : null)
            : throw new ArgumentException("SkipFailures: the elements cannot be read by position (a stream, or elements that were batched or mapped already). Call it right after the source and Shuffle.");

    /// <summary>Prepares elements in advance on a separate thread, which ends when the reader stops.</summary>
    /// <param name="count">How many elements to prepare in advance.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public Dataset Prefetch(int count) => new PrefetchDataset(this, Checked.Positive(count, "Prefetch", "count"));

    /// <summary>
    /// Several epochs as one: epoch e gives the epochs e * count, e * count + 1, ... of this dataset. Without a number it never ends.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public Dataset Repeat(int? count = null) =>
        new RepeatDataset(this, count is { } times ? Checked.Positive(times, "Repeat", "count") : null);

    /// <summary>
    /// The first elements of each epoch. For shuffled examples these are the same examples in every epoch, each time in another order. So Take and <see cref="Skip"/> with the
    /// same number split the data into two disjoint parts, one to train and one to validate.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public Dataset Take(int count)
    {
        Checked.Positive(count, "Take", "count");
        return this is OrderedDataset ordered ? new OrderSliceDataset(ordered, 0, count) : new TakeDataset(this, count);
    }

    /// <summary>All but the first elements of each epoch. For shuffled examples these are the same examples in every epoch; see <see cref="Take"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public Dataset Skip(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return this is OrderedDataset ordered ? new OrderSliceDataset(ordered, count, int.MaxValue) : new SkipDataset(this, count);
    }
}
