namespace Laminet.Data;

/// <summary>Examples that can be read by position.</summary>
internal abstract class ExampleSource
{
    public abstract int Count { get; }

    /// <summary>How many examples are made at a time.</summary>
    public virtual int Parallelism => 1;

    /// <summary>One example.</summary>
    public abstract Batch Read(int position);

    /// <summary>Examples one after another.</summary>
    public virtual IEnumerable<Batch> Stream(IEnumerable<int> positions) => positions.Select(Read);
}
