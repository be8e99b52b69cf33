namespace Laminet.Data;

/// <summary>Groups examples. What lies in tensors is read a whole batch at a time.</summary>
internal sealed class BatchDataset(Dataset upstream, int size, bool dropRemainder) : DerivedDataset(upstream)
{
    public override int? Count => BatchCount(size, dropRemainder);

    internal override DatasetSize Size => new(Count, Upstream.Count, size);

    protected override IEnumerable<Batch> Enumerate(int epoch, int skip) => Upstream is OrderedDataset ordered && ordered.Order(epoch) is { HasRows: true } order
        ? Read(order, skip)
        : Collect(ExamplesOfBatches(epoch, skip, size, dropRemainder));

    private IEnumerable<Batch> Read(ExampleOrder order, int skip)
    {
        for (long start = (long)skip * size; start < order.Count; start += size)
        {
            int count = (int)Math.Min(size, order.Count - start);
            if (count == size || !dropRemainder)
                yield return order.ReadRows((int)start, count);
        }
    }

    private IEnumerable<Batch> Collect(IEnumerable<Batch> examples)
    {
        List<Batch> parts = new(Math.Min(size, 1024));
        foreach (Batch example in examples)
        {
            if (example.Count != 1)
            {
                throw new InvalidOperationException($"Batch({size}) received an element with {example.Count} examples; it groups single examples. "
                    + "Call Batch once, and do not batch again after it.");
            }

            parts.Add(example);
            if (parts.Count == size)
            {
                yield return Data.Batch.Concatenate(parts);
                parts.Clear();
            }
        }

        if (parts.Count > 0 && !dropRemainder)
            yield return Data.Batch.Concatenate(parts);
    }
}
