using System.Buffers.Binary;

namespace Laminet.Vision.Images;

/// <summary>The orientation in EXIF data, which are a TIFF directory. Source: TIFF 6.0; Exif 2.3, tag 0x0112.</summary>
internal static class TiffOrientation
{
    private const int EntryLength = 12;
    private const ushort OrientationTag = 0x0112, Short = 3;

    /// <summary>1 to 8; 1 where nothing is said, or nothing that makes sense.</summary>
    public static int Of(ReadOnlySpan<byte> tiff)
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
