namespace Laminet.Data;

/// <summary>Items in a list. Each is converted by itself when it is read.</summary>
internal sealed class ListSource<T> : ExampleSource
{
    private readonly IReadOnlyList<T> items;
    private readonly ItemConverter<T> converter;

    public ListSource(IReadOnlyList<T> items, ItemConverter<T> converter)
    {
        if (items.Count == 0)
            throw new ArgumentException("Received an empty list; a dataset needs at least one example. Check whether a folder is empty or a filter removed everything.", nameof(items));
        this.items = items;
        this.converter = converter;
    }

    public override int Count => items.Count;

    public override int Parallelism => converter.Parallelism;

    public override Batch Read(int position) => converter.Convert((items[position], position));

    // Not a batch at a time: at the end of each batch all threads would wait for the last example.
    public override IEnumerable<Batch> Stream(IEnumerable<int> positions) => converter.Convert(positions.Select(position => (items[position], position)));
}
