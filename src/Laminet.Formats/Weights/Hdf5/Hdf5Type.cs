using System.Buffers.Binary;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.Hdf5;

/// <summary>An element type of HDF5.</summary>
/// <param name="Size">The bytes of an element.</param>
/// <param name="DType">The type of numbers; null if it is no number that a tensor can hold.</param>
/// <param name="IsBigEndian">Whether the bytes of a number are in the other order.</param>
/// <param name="Text">Whether and how it is a text.</param>
/// <param name="IsOpaque">Whether it is bytes without a meaning, as Keras writes bfloat16.</param>
internal sealed record Hdf5Type(int Size, DType? DType, bool IsBigEndian, Hdf5Text Text, bool IsOpaque)
{
    private const int MostDepth = 4;

    /// <summary>Reads a datatype message.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Hdf5Type Read(ReadOnlySpan<byte> message, int depth = 0)
    {
        if (message.Length < 8 || depth > MostDepth)
            throw new InvalidDataException("an element type is cut short or nested too deep");
        int kind = message[0] & 15, bits = message[1], size = BinaryPrimitives.ReadInt32LittleEndian(message[4..]);
        if (size <= 0)
            throw new InvalidDataException($"an element type has {size} bytes");
        ReadOnlySpan<byte> rest = message[8..];
        bool isBigEndian = (bits & 1) != 0;
        return kind switch
        {
            0 => new Hdf5Type(size, Integer(size, (bits & 8) != 0, rest), isBigEndian, Hdf5Text.None, false),
            1 => new Hdf5Type(size, (bits & 64) != 0 ? null : Floating(size, rest), isBigEndian, Hdf5Text.None, false),
            3 => new Hdf5Type(size, null, false, Hdf5Text.Fixed, false),
            5 => new Hdf5Type(size, null, false, Hdf5Text.None, true),
            // h5py's truth values are an enumeration of FALSE and TRUE over one byte.
            8 => new Hdf5Type(size, size == 1 && rest.IndexOf("FALSE"u8) >= 0 && rest.IndexOf("TRUE"u8) >= 0 ? Tensors.DType.Bool : Read(rest, depth + 1).DType, false, Hdf5Text.None, false),
            9 => new Hdf5Type(size, null, false, (bits & 15) == 1 ? Hdf5Text.Variable : Hdf5Text.None, false),
            _ => new Hdf5Type(size, null, false, Hdf5Text.None, false),
        };
    }

    // Offset 0 and as many bits as the bytes have: the numbers of processors.
    private static DType? Integer(int size, bool isSigned, ReadOnlySpan<byte> rest) =>
        rest.Length < 4 || BinaryPrimitives.ReadUInt16LittleEndian(rest) != 0 || BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) != size * 8L ? null : (size, isSigned) switch
        {
            (1, true) => Tensors.DType.Int8,
            (2, true) => Tensors.DType.Int16,
            (4, true) => Tensors.DType.Int32,
            (8, true) => Tensors.DType.Int64,
            (1, false) => Tensors.DType.UInt8,
            (2, false) => Tensors.DType.UInt16,
            (4, false) => Tensors.DType.UInt32,
            (8, false) => Tensors.DType.UInt64,
            _ => null,
        };

    private static DType? Floating(int size, ReadOnlySpan<byte> rest) => rest.Length < 12 ? null : (size, ExponentBits: rest[5], MantissaBits: rest[7]) switch
    {
        (2, 5, 10) => Tensors.DType.Float16,
        (2, 8, 7) => Tensors.DType.BFloat16,
        (4, 8, 23) => Tensors.DType.Float32,
        (8, 11, 52) => Tensors.DType.Float64,
        _ => null,
    };
}

/// <summary>How a type of HDF5 holds texts.</summary>
internal enum Hdf5Text
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>In so many bytes.</summary>
    Fixed,

    /// <summary>In a heap, by a reference.</summary>
    Variable,
}
