namespace Laminet.Formats.Weights.Bytes;

/// <summary>A part of a <see cref="ByteSource"/>, front to back.</summary>
internal sealed class ByteSourceStream(ByteSource source, long offset, long count) : Stream
{
    private long place;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => count;

    public override long Position { get => place; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int length = (int)Math.Min(buffer.Length, count - place);
        source.Read(offset + place, buffer[..length]);
        place += length;
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
