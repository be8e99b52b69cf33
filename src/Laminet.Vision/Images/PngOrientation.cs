using System.Buffers.Binary;

namespace Laminet.Vision.Images;

/// <summary>
/// The orientation in a PNG file, which Skia does not read: the chunk eXIf, where it comes before the pixels. Source: PNG specification, third edition (W3C 2025); TIFF 6.0, whose directory the chunk holds.
/// </summary>
internal static class PngOrientation
{
    private const int SignatureLength = 8, ChunkFrame = 12, EntryLength = 12;
    private const ushort OrientationTag = 0x0112, Short = 3;

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
                return OfTiff(bytes.Slice(at + 8, (int)length));
            at += ChunkFrame + (int)length;
        }

        return 1;
    }

    private static int OfTiff(ReadOnlySpan<byte> tiff)
    {
        const int headerLength = 8;
        bool isLittle = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < headerLength || !(isLittle || tiff.StartsWith("MM\0*"u8)))
            return 1;
        uint directory = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > (uint)tiff.Length - 2)
            return 1;
        int entries = Word(tiff[(int)directory..], isLittle);
        ReadOnlySpan<byte> rest = tiff[((int)directory + 2)..];
        for (int i = 0; i < entries && rest.Length >= EntryLength; i++, rest = rest[EntryLength..])
        {
            if (Word(rest, isLittle) == OrientationTag && Word(rest[2..], isLittle) == Short)
                return Word(rest[8..], isLittle) is var orientation and >= 1 and <= 8 ? orientation : 1;
        }

        return 1;
    }

    private static ushort Word(ReadOnlySpan<byte> bytes, bool isLittle) => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
