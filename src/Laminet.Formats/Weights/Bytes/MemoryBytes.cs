namespace Laminet.Formats.Weights.Bytes;

/// <summary>A part of a file that is in memory.</summary>
internal sealed class MemoryBytes(string name, byte[] bytes) : ByteSource(name, bytes.Length)
{
    protected override void ReadWithin(long offset, Span<byte> target) => bytes.AsSpan((int)offset, target.Length).CopyTo(target);
}
