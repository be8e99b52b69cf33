namespace Laminet.Data;

/// <summary>Lets a thread of its own work ahead of the reader.</summary>
internal sealed class PrefetchDataset(Dataset upstream, int count) : DerivedDataset(upstream)
{
    protected override IEnumerable<Batch> Enumerate(int epoch, int skip)
    {
        using PrefetchQueue queue = new(Upstream.Batches(epoch, skip), count);
        while (queue.TryTake(out Batch? batch))
            yield return batch;
    }
}
