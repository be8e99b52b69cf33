using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Laminet.Vision.Images;

/// <summary>
/// The orientation in a WebP file of which only the beginning was read: it lies behind the pixels. Of each chunk on the way only the head is read. Source: RFC 9649, WebP image format.
/// </summary>
internal static class WebPOrientation
{
    private const int HeadLength = 8, FirstChunk = 12, ExifFlag = 0x08;

    // More than animations have, so that no file keeps the reader busy for long; and more than EXIF data of a camera take.
    private const int MostChunks = 1 << 16, MostExif = 1 << 20;

    /// <summary>1 to 8; 1 where nothing is said, or nothing that makes sense.</summary>
    public static int Of(SafeFileHandle file)
    {
        Span<byte> head = stackalloc byte[FirstChunk + HeadLength + 1];
        if (RandomAccess.Read(file, head, 0) < head.Length || !head[FirstChunk..].StartsWith("VP8X"u8) || (head[^1] & ExifFlag) == 0)
            return 1;
        long end = Math.Min(RandomAccess.GetLength(file), HeadLength + (long)BinaryPrimitives.ReadUInt32LittleEndian(head[4..]));
        head = head[..HeadLength];
        long at = FirstChunk;
        for (int chunk = 0; chunk < MostChunks && end - at >= HeadLength && RandomAccess.Read(file, head, at) == HeadLength; chunk++)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            at += HeadLength;
            if (head.StartsWith("EXIF"u8))
            {
                byte[] exif = new byte[Math.Min(Math.Min(length, MostExif), Math.Max(end - at, 0))];
                return TiffOrientation.Of(exif.AsSpan(0, RandomAccess.Read(file, exif, at)));
            }

            // Of an odd length, a byte of padding follows.
            at += length + (length & 1L);
        }

        return 1;
    }

    /// <summary>Whether these bytes begin like a WebP file.</summary>
    public static bool IsWebP(ReadOnlySpan<byte> bytes) => bytes.Length >= FirstChunk && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8);
}
