using System.Runtime.InteropServices;

namespace Laminet.Tensors;

/// <content>Reads and writes numbers as bytes, directly between a stream and the memory of the tensor. File formats use this.</content>
public sealed partial class Tensor
{
    /// <summary>Reads a tensor from its little-endian, row-major bytes. The memory is allocated first, so check before that the stream has enough bytes.</summary>
    /// <exception cref="EndOfStreamException">The stream has too few bytes.</exception>
    public static Tensor Read(Stream stream, Shape shape, DType dtype)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Tensor tensor = Empty(shape, dtype);
        tensor.EachPart(stream.ReadExactly);
        return tensor;
    }

    /// <summary>Writes the numbers as little-endian bytes, in row-major order.</summary>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Contiguous().EachPart(part => stream.Write(part));
    }

    // In parts, because a span of bytes cannot be as long as the longest tensor.
    private void EachPart(SpanAction use)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Files hold little-endian numbers; this processor is big-endian and they are not converted.");
        Parts body = new(this, use);
        DTypes.BySize(DType, ref body);
        GC.KeepAlive(this);
    }

    private void EachPart<T>(SpanAction use) where T : unmanaged
    {
        const int most = 1 << 20;
        // In 64 bits: behind the longest tensor's last part no Int32 is left.
        for (long start = 0; start < Length; start += most)
            use(MemoryMarshal.AsBytes(Storage.Span<T>(Offset + (int)start, (int)Math.Min(most, Length - start))));
    }

    private readonly struct Parts(Tensor tensor, SpanAction use) : IMoveBody
    {
        public void Run<T>() where T : unmanaged => tensor.EachPart<T>(use);
    }

    private delegate void SpanAction(Span<byte> part);
}
