using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Laminet.Tensors;

namespace Laminet.Zoo.Datasets;

/// <summary>
/// Reads the IDX format of the MNIST files (LeCun, Cortes, Burges, "The MNIST database of handwritten digits"), plain or gzipped:
/// two zero bytes, a type code, the number of axes, the axes' lengths as big-endian 32-bit integers, the numbers big-endian.
/// </summary>
/// <remarks>
/// A file may come from anywhere. Nothing is allocated before the header is found possible, and nothing is decompressed beyond what
/// the header declares.
/// </remarks>
public static class IdxReader
{
    /// <summary>The most bytes of numbers that are read unless another limit is given: 1 GiB.</summary>
    public const int DefaultByteLimit = 1 << 30;

    private const int MaxRank = 4;

    // No deflate stream expands further (RFC 1951: 258 bytes cost at least two bits), so a header that declares more lies.
    private const long MaxExpansion = 1032;

    /// <summary>The numbers of a file, with the type and the axes it declares.</summary>
    /// <param name="path">The file; gzip is recognised by its content, not by its name.</param>
    /// <param name="byteLimit">The most bytes of numbers to accept.</param>
    /// <exception cref="InvalidDataException">The file is not IDX, is damaged, or is larger than the limit; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Tensor Read(string path, int byteLimit = DefaultByteLimit)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path, byteLimit);
    }

    /// <summary>Reads from a stream that can seek; <paramref name="name"/> stands in messages.</summary>
    internal static Tensor Read(Stream stream, string name, int byteLimit = DefaultByteLimit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(byteLimit);
        try
        {
            return IsGzip(stream)
                ? ReadGzip(stream, name, byteLimit)
                : ReadContent(stream, name, byteLimit, available: stream.Length, exact: true);
        }
        catch (InvalidDataException exception) when (!exception.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{name}: the gzip stream is damaged ({exception.Message}) Fetch the file again.", exception);
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"{name}: received fewer bytes than the header declares; the file is cut short. Fetch it again.", exception);
        }
    }

    private static bool IsGzip(Stream stream)
    {
        Span<byte> start = stackalloc byte[2];
        bool gzip = stream.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start[0] == 0x1F && start[1] == 0x8B;
        stream.Position = 0;
        return gzip;
    }

    private static Tensor ReadGzip(Stream stream, string name, int byteLimit)
    {
        using GZipStream content = new(stream, CompressionMode.Decompress, leaveOpen: true);
        return ReadContent(content, name, byteLimit, available: stream.Length * MaxExpansion, exact: false);
    }

    private static Tensor ReadContent(Stream stream, string name, int byteLimit, long available, bool exact)
    {
        Span<byte> header = stackalloc byte[4 + (4 * MaxRank)];
        stream.ReadExactly(header[..4]);
        DType dtype = TypeOf(header, name);
        int rank = header[3];
        if (rank is 0 or > MaxRank)
            throw Invalid(name, $"received {rank} axes; expected 1 to {MaxRank}. The file is damaged or holds something else");
        stream.ReadExactly(header.Slice(4, 4 * rank));
        (Shape shape, int bytes) = ShapeOf(header.Slice(4, 4 * rank), dtype, name, byteLimit);

        long declared = 4 + (4 * rank) + (long)bytes;
        if (exact && available > declared)
            throw Trailing(name, shape, available - declared);
        if (available < declared)
            throw Invalid(name, string.Create(CultureInfo.InvariantCulture,
                $"received too few bytes for the {declared:N0} that its header declares for the shape {shape}; the file is cut short. Fetch it again"));
        byte[] content = new byte[bytes];
        stream.ReadExactly(content);
        // Reading on to the end also makes the gzip stream check its checksum.
        if (!exact && stream.ReadByte() >= 0)
            throw Trailing(name, shape, 1);
        return ToTensor(content, shape, dtype);
    }

    private static DType TypeOf(ReadOnlySpan<byte> magic, string name)
    {
        if (magic[0] != 0 || magic[1] != 0)
        {
            throw Invalid(name, $"received the first bytes {magic[0]:X2} {magic[1]:X2}; an IDX file begins with 00 00 and a gzip file with 1F 8B. "
                + "It may be an error page saved under this name; fetch it again");
        }

        return magic[2] switch
        {
            0x08 => DType.UInt8,
            0x0C => DType.Int32,
            0x0D => DType.Float32,
            0x0E => DType.Float64,
            byte code => throw Invalid(name, $"received the type code 0x{code:X2}; expected 0x08 (bytes), 0x0C (32-bit integers), 0x0D or 0x0E (floating point). "
                + "Write the file again with one of these types"),
        };
    }

    private static (Shape Shape, int Bytes) ShapeOf(ReadOnlySpan<byte> lengths, DType dtype, string name, int byteLimit)
    {
        int[] dimensions = new int[lengths.Length / 4];
        long bytes = dtype.Size();
        for (int axis = 0; axis < dimensions.Length; axis++)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(lengths[(4 * axis)..]);
            if (length == 0)
                throw Invalid(name, $"received length 0 for axis {axis}; the file declares no numbers. The file is damaged or empty");
            // Both factors are below 2^32 and the first not above the limit, so the product cannot overflow before it is compared.
            bytes *= length;
            if (bytes > byteLimit)
            {
                throw Invalid(name, string.Create(CultureInfo.InvariantCulture,
                    $"received a header that declares at least {bytes:N0} bytes; the limit is {byteLimit:N0}. The file is damaged, or raise byteLimit"));
            }

            dimensions[axis] = (int)length;
        }

        return (dimensions, (int)bytes);
    }

    private static Tensor ToTensor(byte[] content, Shape shape, DType dtype)
    {
        int size = dtype.Size();
        for (int start = 0; BitConverter.IsLittleEndian && size > 1 && start < content.Length; start += size)
            content.AsSpan(start, size).Reverse();
        return dtype switch
        {
            DType.UInt8 => Tensor.From(content, shape),
            DType.Int32 => Tensor.From<int>(MemoryMarshal.Cast<byte, int>(content), shape),
            DType.Float32 => Tensor.From<float>(MemoryMarshal.Cast<byte, float>(content), shape),
            _ => Tensor.From<double>(MemoryMarshal.Cast<byte, double>(content), shape),
        };
    }

    private static InvalidDataException Trailing(string name, Shape shape, long bytes) =>
        Invalid(name, string.Create(CultureInfo.InvariantCulture,
            $"received {bytes:N0} or more bytes after the numbers of the shape {shape}; the file ends there. The header or the file is damaged"));

    private static InvalidDataException Invalid(string name, string message) => new($"{name}: {message}.");
}
