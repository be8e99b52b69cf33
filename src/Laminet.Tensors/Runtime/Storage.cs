namespace Laminet.Tensors.Runtime;

/// <summary>A buffer that one or more tensors look at. The collector returns it to the pool when no tensor does any more.</summary>
internal sealed unsafe class Storage
{
    private readonly nint pointer;
    private readonly int sizeClass;

    public Storage(long bytes)
    {
        pointer = BufferPool.Rent(bytes, out sizeClass);
        Bytes = bytes;
    }

    ~Storage()
    {
        // Zero when Rent threw: a half-made object is finalized too.
        if (pointer != 0)
            BufferPool.Return(pointer, sizeClass);
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
