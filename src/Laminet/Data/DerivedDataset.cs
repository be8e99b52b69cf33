namespace Laminet.Data;

/// <summary>A transformation of another dataset; by default it has as many elements.</summary>
internal abstract class DerivedDataset(Dataset upstream) : Dataset
{
    public override int? Count => Upstream.Count;

    public override bool IsInfinite => Upstream.IsInfinite;

    internal override DatasetSize Size => Upstream.Size with { Elements = Count };

    protected Dataset Upstream { get; } = upstream;
}
