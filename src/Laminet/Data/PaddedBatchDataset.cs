using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>
/// Groups examples of different lengths and pads them to one length: that of the longest, or that of their bucket. Which examples a batch of a bucket has depends on the
/// lengths of all examples before it, so these are read and grouped again after a resume, but not padded.
/// </summary>
internal sealed class PaddedBatchDataset(Dataset upstream, int size, IReadOnlyList<int>? buckets, double paddingValue, bool dropRemainder) : DerivedDataset(upstream)
{
    internal override DatasetSize Size => new(Count, Upstream.Count, size);

    // How many batches buckets make depends on the examples' lengths.
    public override int? Count => buckets is null ? BatchCount(size, dropRemainder) : null;

    protected override IEnumerable<Batch> Enumerate(int epoch, int skip)
    {
        List<Batch>[] waiting = [.. Enumerable.Range(0, buckets?.Count ?? 1).Select(_ => new List<Batch>())];
        IEnumerable<Batch> examples = buckets is null ? ExamplesOfBatches(epoch, skip, size, dropRemainder) : Upstream.Batches(epoch);
        if (buckets is null)
            skip = 0;
        foreach (Batch example in examples)
        {
            if (example.Count != 1)
            {
                throw new InvalidOperationException($"PaddedBatch({size}) received an element with {example.Count} examples; it groups single examples. "
                    + "Call it right after the source and Shuffle, and do not batch again after it.");
            }

            int place = BucketOf(example);
            waiting[place].Add(example);
            if (waiting[place].Count < size)
                continue;
            if (skip > 0)
                skip--;
            else
                yield return Padded(waiting[place], place);
            waiting[place].Clear();
        }

        for (int place = 0; place < waiting.Length && !dropRemainder; place++)
        {
            if (waiting[place].Count == 0)
                continue;
            if (skip > 0)
                skip--;
            else
                yield return Padded(waiting[place], place);
        }
    }

    private int BucketOf(Batch example)
    {
        if (buckets is null)
            return 0;
        int length = LengthOf(example.Inputs[0]);
        for (int place = 0; place < buckets.Count; place++)
        {
            if (length <= buckets[place])
                return place;
        }

        throw new ShapeException($"PaddedBatch received an example of length {length}; the largest bucket has {buckets[^1]}. Add a bucket, or cut the example by Map.");
    }

    private static int LengthOf(Tensor tensor) => tensor.Rank >= 2 ? tensor.Shape[1]
        : throw new ShapeException($"PaddedBatch received an example of shape {new Shape([.. tensor.Shape.Skip(1)])} as first input; expected (length, ...). For examples of one size use Batch.");

    // Padded is the first input, what has its length in every example (targets by step), and what differs in length within the batch. With buckets all
    // of it to the bucket's length, so that shapes repeat.
    private Batch Padded(List<Batch> examples, int bucket)
    {
        int[] lengths = [.. examples.Select(example => LengthOf(example.Inputs[0]))];
        return Data.Batch.Join(examples, Join);

        Tensor Join(IReadOnlyList<Tensor> tensors)
        {
            bool hasSteps = tensors[0].Rank >= 2;
            bool isBySteps = hasSteps && tensors.Select(tensor => tensor.Rank >= 2 ? tensor.Shape[1] : -1).SequenceEqual(lengths);
            if (!isBySteps && !(hasSteps && tensors.Any(tensor => tensor.Rank != tensors[0].Rank || tensor.Shape[1] != tensors[0].Shape[1])))
                return Tensor.Concatenate(tensors, axis: 0);
            if (tensors.FirstOrDefault(tensor => !tensor.Shape.Skip(2).SequenceEqual(tensors[0].Shape.Skip(2)) || tensor.Rank != tensors[0].Rank) is { } other)
                throw new ShapeException($"PaddedBatch received examples of shapes {Example(tensors[0])} and {Example(other)}; only the first axis, the length, may differ.");
            int length = Math.Max(buckets?[bucket] ?? 0, tensors.Max(LengthOf));
            return Tensor.Concatenate([.. tensors.Select(tensor => Extended(tensor, length))], axis: 0);
        }
    }

    private static Shape Example(Tensor tensor) => new([.. tensor.Shape.Skip(1)]);

    private Tensor Extended(Tensor tensor, int length)
    {
        (int, int)[] widths = [(0, 0), (0, length - tensor.Shape[1]), .. Enumerable.Repeat((0, 0), tensor.Rank - 2)];
        return tensor.Shape[1] == length ? tensor : tensor.DType.IsFloat() ? tensor.Pad(widths, paddingValue) : tensor.Pad(widths, (long)paddingValue);
    }
}
