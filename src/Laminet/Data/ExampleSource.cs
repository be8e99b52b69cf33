namespace Laminet.Data;

/// <summary>Examples that can be read by position, many at once.</summary>
internal abstract class ExampleSource
{
    public abstract int Count { get; }

    /// <summary>Neighbouring examples.</summary>
    public abstract Batch Read(int start, int count);

    /// <summary>Examples in any order.</summary>
    public abstract Batch Read(ReadOnlySpan<int> positions);
}
