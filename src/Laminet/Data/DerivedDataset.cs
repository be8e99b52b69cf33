namespace Laminet.Data;

/// <summary>A transformation of another dataset; by default it has as many elements.</summary>
internal abstract class DerivedDataset(Dataset upstream) : Dataset
{
    public override int? Count => Upstream.Count;

    public override bool IsInfinite => Upstream.IsInfinite;

    protected Dataset Upstream { get; } = upstream;
}
