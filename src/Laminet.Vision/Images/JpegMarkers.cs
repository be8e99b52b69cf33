using System.Buffers.Binary;

namespace Laminet.Vision.Images;

/// <summary>
/// What the markers of a JPEG file say. libjpeg decodes a file of several scans to its end before the first pixel is shown; if such a file was cut off, Skia shows the scans that are there and reports no
/// error. The file is walked as libjpeg walks it, so that both count the same scans. Source: ITU-T T.81, annex B.
/// </summary>
/// <param name="Scans">Passes over the pixels.</param>
/// <param name="IsCutOff">Whether the file has several scans and its end is missing.</param>
internal readonly record struct JpegMarkers(int Scans, bool IsCutOff)
{
    private const byte Prefix = 0xFF, Temporary = 0x01, FirstRestart = 0xD0, Start = 0xD8, End = 0xD9, StartOfScan = 0xDA;

    // Length (2), bits (1), height (2), width (2), then the number of components. In the header of a scan this number follows the length.
    private const int ComponentsOfFrame = 7, ComponentsOfScan = 2;

    public static JpegMarkers Of(ReadOnlySpan<byte> bytes)
    {
        int scans = 0, components = 0;
        bool isProgressive = false, isSplit = false, hasEnd = false;
        int at = 0;
        while (!hasEnd && TryNext(bytes, ref at, out byte marker))
        {
            if (marker is Temporary or (>= FirstRestart and <= Start))
                continue;
            hasEnd = marker == End;
            ReadOnlySpan<byte> segment = bytes[at..];
            if (hasEnd || segment.Length < 2)
                continue;
            if (marker == StartOfScan)
            {
                scans++;
                isSplit |= segment.Length > ComponentsOfScan && segment[ComponentsOfScan] < components;
            }
            else if (IsFrame(marker) && segment.Length > ComponentsOfFrame)
            {
                components = segment[ComponentsOfFrame];
                isProgressive |= marker is 0xC2 or 0xC6 or 0xCA or 0xCE;
            }

            // Pictures and other files in a segment have markers of their own: they are passed over with it.
            at += Math.Min(Math.Max((int)BinaryPrimitives.ReadUInt16BigEndian(segment), 2), segment.Length);
        }

        return new(scans, (isProgressive || isSplit) && !hasEnd);
    }

    // C4, C8 and CC are tables and an extension.
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    // The next marker is behind the next prefix that no 0 follows: within a scan FF is written as FF 00. A prefix may be repeated.
    private static bool TryNext(ReadOnlySpan<byte> bytes, ref int at, out byte marker)
    {
        marker = 0;
        while (marker is 0 or Prefix)
        {
            if (marker == 0)
            {
                int prefix = bytes[at..].IndexOf(Prefix);
                if (prefix < 0)
                    return false;
                at += prefix + 1;
            }

            if (at >= bytes.Length)
                return false;
            marker = bytes[at++];
        }

        return true;
    }
}
