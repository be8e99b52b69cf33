namespace Laminet.Formats.Weights.Bytes;

/// <summary>Bytes that can be read at any place: a file, or a part of one in memory. Nothing is read, and no memory taken, beyond its end.</summary>
internal abstract class ByteSource(string name, long length) : IDisposable
{
    /// <summary>What messages call it.</summary>
    public string Name { get; } = name;

    public long Length { get; } = length;

    /// <summary>Reads bytes at a place.</summary>
    /// <exception cref="InvalidDataException">There are not so many.</exception>
    public void Read(long offset, Span<byte> target)
    {
        Require(offset, target.Length);
        ReadWithin(offset, target);
    }

    /// <inheritdoc cref="Read(long, Span{byte})"/>
    public byte[] Read(long offset, long count)
    {
        Require(offset, count);
        byte[] bytes = new byte[count <= Array.MaxLength ? count : throw Wrong($"{count} bytes in one piece are more than memory can hold")];
        ReadWithin(offset, bytes);
        return bytes;
    }

    /// <summary>A stream over a part.</summary>
    public Stream Open(long offset, long count)
    {
        Require(offset, count);
        return new ByteSourceStream(this, offset, count);
    }

    public InvalidDataException Wrong(string found, Exception? inner = null) => new($"{Name}: {found}. It is damaged, cut short or of another format; get or save it again.", inner);

    public virtual void Dispose()
    {
    }

    protected abstract void ReadWithin(long offset, Span<byte> target);

    private void Require(long offset, long count)
    {
        if (offset < 0 || count < 0 || offset > Length - count)
            throw Wrong($"{count} bytes at place {offset} are wanted, but there are {Length} in all");
    }
}
