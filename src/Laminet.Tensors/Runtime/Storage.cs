namespace Laminet.Tensors.Runtime;

/// <summary>A buffer that one or more tensors share. The pool takes it back when the collector has found that no tensor uses it any more.</summary>
internal sealed unsafe class Storage
{
    private readonly nint pointer;

    public Storage(long bytes)
    {
        pointer = BufferPool.Rent(bytes, out int sizeClass);
        Bytes = bytes;
        BufferOwners.Add(this, pointer, sizeClass);
    }

    /// <summary>Bytes asked for.</summary>
    public long Bytes { get; }

    /// <summary>The buffer's first byte. Valid only while this object is reachable: callers keep the tensor alive.</summary>
    public byte* Pointer => (byte*)pointer;

    /// <summary>Some of the buffer, in elements. Valid only while this object is reachable.</summary>
    public Span<T> Span<T>(int start, int length) where T : unmanaged
    {
        if (start < 0 || length < 0 || ((long)start + length) * sizeof(T) > Bytes)
            throw new ArgumentOutOfRangeException(nameof(length), $"{length} elements from {start} lie outside a buffer of {Bytes} bytes.");
        return new Span<T>((T*)pointer + start, length);
    }
}
