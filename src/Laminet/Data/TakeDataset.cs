namespace Laminet.Data;

/// <summary>The first elements of a dataset that cannot be read by position.</summary>
internal sealed class TakeDataset(Dataset upstream, int count) : DerivedDataset(upstream)
{
    public override int? Count => Upstream.IsInfinite ? count : Upstream.Count is { } known ? Math.Min(known, count) : null;

    public override bool IsInfinite => false;

    protected override IEnumerable<Batch> Enumerate(int epoch, int skip) =>
        skip >= count ? [] : Upstream.Batches(epoch, skip).Take(count - skip);
}
