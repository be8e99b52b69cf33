namespace Laminet.Tensors.Compilation;

/// <summary>Memory that one tensor, or several one after the other, have for a while.</summary>
internal sealed class PlannedBuffer(long bytes, int start)
{
    public long Bytes { get; } = bytes;

    /// <summary>The place in the order of the operation that writes it first.</summary>
    public int Start { get; } = start;

    /// <summary>The place of the last that reads it.</summary>
    public int End { get; set; }

    /// <summary>Where in the block it begins.</summary>
    public long Offset { get; set; }
}
