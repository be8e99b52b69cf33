using System.Buffers.Binary;
using System.IO.Compression;
using Laminet.Saving;

namespace Laminet.Formats.Watching;

/// <summary>Pictures of eight bits a channel as PNG files (ISO/IEC 15948), without filters.</summary>
internal static class PngImage
{
    private const int HeaderSize = 13, ChunkFrame = 12;

    /// <summary>The file of a picture.</summary>
    /// <param name="pixels">Row by row, with the channels of a pixel together.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">1: grey, 2: grey and alpha, 3: red, green, blue, 4: with alpha.</param>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int height, int width, int channels)
    {
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        Span<byte> header = stackalloc byte[HeaderSize];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 };
        Write(file, "IHDR"u8, header);
        using MemoryStream packed = new();
        using (ZLibStream compressor = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            int stride = width * channels;
            for (int row = 0; row < height; row++)
            {
                compressor.WriteByte(0);
                compressor.Write(pixels.Slice(row * stride, stride));
            }
        }

        Write(file, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        Write(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Write(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[ChunkFrame + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        Crc32 checksum = new();
        checksum.Add(chunk.AsSpan(4, 4 + data.Length));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), checksum.Value);
        file.Write(chunk);
    }
}
