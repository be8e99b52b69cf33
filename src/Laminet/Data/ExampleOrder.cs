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

    /// <summary>Whether many examples are read as fast as one, because they are rows of tensors.</summary>
    public bool HasRows => source is TensorSource;

    /// <summary>How many examples are made at a time.</summary>
    public int Parallelism => source.Parallelism;

    /// <summary>One example.</summary>
    public Batch Read(int place) => source.Read(positions is null ? start + place : positions[start + place]);

    /// <summary>Neighbouring examples of an order that <see cref="HasRows"/>.</summary>
    public Batch ReadRows(int first, int count)
    {
        TensorSource rows = (TensorSource)source;
        return positions is null ? rows.Read(start + first, count) : rows.Read(positions.AsSpan(start + first, count));
    }

    /// <summary>The examples from one on, one after another.</summary>
    public IEnumerable<Batch> Stream(int first)
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
