using System.Buffers.Binary;

namespace Laminet.Vision.Images;

/// <summary>
/// What the markers of a JPEG file say. Of a progressive file that was cut off, Skia shows the scans that are there and reports no error. Source: ITU-T T.81, annex B.
/// </summary>
/// <param name="Scans">Passes over the pixels.</param>
/// <param name="IsCutOff">Whether the file is progressive and its end is missing.</param>
internal readonly record struct JpegMarkers(int Scans, bool IsCutOff)
{
    private const byte Prefix = 0xFF, Progressive = 0xC2, StartOfScan = 0xDA, End = 0xD9;

    public static JpegMarkers Of(ReadOnlySpan<byte> bytes)
    {
        bool isProgressive = false;
        // Segments, each with its length, up to the first scan: pictures in them have markers of their own.
        int at = 2;
        while (bytes.Length - at >= 4 && bytes[at] == Prefix && bytes[at + 1] != StartOfScan)
        {
            isProgressive |= bytes[at + 1] == Progressive;
            // A prefix may be repeated.
            at += bytes[at + 1] == Prefix ? 1 : 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
        }

        ReadOnlySpan<byte> scans = at < bytes.Length ? bytes[at..] : [];
        // Within a scan no byte but 0 and the restart markers follow FF.
        return new(scans.Count((ReadOnlySpan<byte>)[Prefix, StartOfScan]), isProgressive && scans.LastIndexOf((ReadOnlySpan<byte>)[Prefix, End]) <= scans.LastIndexOf((ReadOnlySpan<byte>)[Prefix, StartOfScan]));
    }
}
