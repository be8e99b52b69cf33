namespace Laminet.Data;

/// <summary>A transformation of another dataset; by default it has as many elements.</summary>
internal abstract class DerivedDataset(Dataset upstream) : Dataset
{
    public override int? Count => Upstream.Count;

    public override bool IsInfinite => Upstream.IsInfinite;

    internal override DatasetSize Size => Upstream.Size with { Elements = Count };

    protected Dataset Upstream { get; } = upstream;

    /// <summary>How many batches the examples make; null where their number is unknown.</summary>
    protected int? BatchCount(int size, bool dropRemainder) => Upstream.Count is not { } examples ? null
        : dropRemainder ? examples / size
        : (int)(((long)examples + size - 1) / size);

    /// <summary>The examples of batches, from a batch on. The remainder that is dropped is not made, where the number of examples is known.</summary>
    protected IEnumerable<Batch> ExamplesOfBatches(int epoch, int skip, int size, bool dropRemainder)
    {
        int first = (int)Math.Min((long)skip * size, int.MaxValue);
        if (!dropRemainder || BatchCount(size, dropRemainder) is not { } batches)
            return Upstream.Batches(epoch, first);
        int end = batches * size;
        return Upstream is OrderedDataset ordered ? ordered.Order(epoch).Slice(0, end).Stream(first) : Upstream.Batches(epoch, first).Take(Math.Max(0, end - first));
    }
}
