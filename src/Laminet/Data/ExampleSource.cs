namespace Laminet.Data;

/// <summary>Examples that can be read by position, many at once.</summary>
internal abstract class ExampleSource
{
    public abstract int Count { get; }

    /// <summary>Neighbouring examples.</summary>
    public abstract Batch Read(int start, int count);

    /// <summary>Examples in any order.</summary>
    public abstract Batch Read(ReadOnlySpan<int> positions);

    /// <summary>Examples one after another, where the source makes them one by one; null where many at once are faster.</summary>
    public virtual IEnumerable<Batch>? Stream(IEnumerable<int> positions) => null;
}
