using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>Some examples of a source in the order of one epoch. A null list of positions means: from the first on, as they lie.</summary>
internal sealed class ExampleOrder
{
    private readonly ExampleSource source;
    private readonly int[]? positions;
    private readonly int start;

    public ExampleOrder(ExampleSource source) : this(source, null, 0, source.Count) { }

    private ExampleOrder(ExampleSource source, int[]? positions, int start, int count)
    {
        this.source = source;
        this.positions = positions;
        this.start = start;
        Count = count;
    }

    public int Count { get; }

    public Batch Read(int first, int count) => positions is null
        ? source.Read(start + first, count)
        : source.Read(positions.AsSpan(start + first, count));

    /// <summary>The examples from one on, where the source makes them one by one; else null.</summary>
    public IEnumerable<Batch>? Stream(int first)
    {
        IEnumerable<int> rest = Enumerable.Range(start + first, Math.Max(0, Count - first));
        return source.Stream(positions is null ? rest : rest.Select(place => positions[place]));
    }

    public ExampleOrder Slice(int first, int count) => new(source, positions, start + first, count);

    public ExampleOrder Permute(RandomKey key)
    {
        int[] order = new int[Count];
        key.Permute(order);
        for (int i = 0; i < order.Length; i++)
            order[i] = positions is null ? start + order[i] : positions[start + order[i]];
        return new ExampleOrder(source, order, 0, Count);
    }
}
