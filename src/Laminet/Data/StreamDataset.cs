namespace Laminet.Data;

/// <summary>Items that can only be enumerated. Skipped items are read but not converted.</summary>
internal sealed class StreamDataset<T>(IEnumerable<T> items, ItemConverter<T> converter) : Dataset
{
    public override int? Count => items.TryGetNonEnumeratedCount(out int count) ? count : null;

    protected override IEnumerable<Batch> Enumerate(int epoch, int skip) =>
        converter.Convert(items.Select((item, position) => (item, position)).Skip(skip));
}
