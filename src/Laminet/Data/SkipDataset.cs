namespace Laminet.Data;

/// <summary>All but the first elements of a dataset that cannot be read by position.</summary>
internal sealed class SkipDataset(Dataset upstream, int count) : DerivedDataset(upstream)
{
    public override int? Count => Upstream.Count is { } known ? Math.Max(0, known - count) : null;

    protected override IEnumerable<Batch> Enumerate(int epoch, int skip) =>
        Upstream.Batches(epoch, (int)Math.Min((long)count + skip, int.MaxValue));
}
