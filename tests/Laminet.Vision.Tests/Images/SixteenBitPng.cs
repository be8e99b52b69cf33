using System.Buffers.Binary;
using System.IO.Compression;

namespace Laminet.Vision.Tests.Images;

/// <summary>PNG files of 16 bits, which Skia does not write.</summary>
internal static class SixteenBitPng
{
    /// <summary>A file of the numbers (height, width, channels).</summary>
    public static byte[] Of(int height, int width, int channels, ReadOnlySpan<ushort> values)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (16, (byte)(channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 }));
        int stride = width * channels;
        byte[] lines = new byte[height * ((2 * stride) + 1)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(lines.AsSpan((2 * i) + (i / stride) + 1), values[i]);
        using MemoryStream packed = new();
        using (ZLibStream packing = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            packing.Write(lines);
        return [0x89, .. "PNG\r\n\x1A\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> content)
    {
        byte[] chunk = [0, 0, 0, 0, .. kind, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        uint sum = uint.MaxValue;
        foreach (byte one in chunk.AsSpan(4, chunk.Length - 8))
        {
            sum ^= one;
            for (int bit = 0; bit < 8; bit++)
                sum = (sum & 1) == 0 ? sum >> 1 : 0xEDB88320u ^ (sum >> 1);
        }

        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), ~sum);
        return chunk;
    }
}
