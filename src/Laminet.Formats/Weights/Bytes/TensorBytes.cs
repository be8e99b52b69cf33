using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.Bytes;

/// <summary>Tensors from bytes of a file.</summary>
internal static class TensorBytes
{
    /// <summary>A shape from lengths that a file gives.</summary>
    /// <exception cref="InvalidDataException">No tensor can have the shape.</exception>
    public static TensorSpec Spec(ByteSource source, string tensor, IReadOnlyCollection<long> lengths, DType dtype)
    {
        try
        {
            Shape shape = new([.. lengths.Select(length => checked((int)length))]);
            _ = shape.ElementCount;
            return new TensorSpec(shape, dtype);
        }
        catch (Exception exception) when (exception is ShapeException or OverflowException)
        {
            throw source.Wrong($"the tensor '{tensor}' has a shape of [{string.Join(", ", lengths.Take(16))}], more than a tensor can hold ({exception.Message.TrimEnd('.')})", exception);
        }
    }

    /// <summary>How many bytes a tensor has.</summary>
    public static long Count(this TensorSpec spec) => spec.Shape.LongCount * spec.DType.Size();

    /// <summary>Reads a tensor from its little-endian, row-major bytes. Bytes of truth values are held to 0 and 1.</summary>
    public static Tensor Read(Stream stream, string source, string tensor, TensorSpec spec) => new SafeTensorsEntry(tensor, spec, 0, spec.Count()).Read(stream, source);

    /// <inheritdoc cref="Read(Stream, string, string, TensorSpec)"/>
    public static Tensor Read(byte[] bytes, string source, string tensor, TensorSpec spec) => Read(new MemoryStream(bytes), source, tensor, spec);

    /// <summary>Reverses the bytes of each number.</summary>
    public static void Swap(Span<byte> bytes, int size)
    {
        for (int place = 0; size > 1 && place + size <= bytes.Length; place += size)
            bytes.Slice(place, size).Reverse();
    }
}
