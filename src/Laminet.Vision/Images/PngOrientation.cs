using System.Buffers.Binary;

namespace Laminet.Vision.Images;

/// <summary>The orientation in a PNG file, which Skia does not read: the chunk eXIf, where it comes before the pixels. Source: PNG specification, third edition (W3C 2025).</summary>
internal static class PngOrientation
{
    private const int SignatureLength = 8, ChunkFrame = 12;

    /// <summary>1 to 8; 1 where nothing is said, or nothing that makes sense.</summary>
    public static int Of(ReadOnlySpan<byte> bytes)
    {
        for (int at = SignatureLength; bytes.Length - at >= ChunkFrame;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            ReadOnlySpan<byte> kind = bytes.Slice(at + 4, 4);
            if (length > (uint)(bytes.Length - at - ChunkFrame) || kind.SequenceEqual("IDAT"u8))
                return 1;
            if (kind.SequenceEqual("eXIf"u8))
                return TiffOrientation.Of(bytes.Slice(at + 8, (int)length));
            at += ChunkFrame + (int)length;
        }

        return 1;
    }
}
