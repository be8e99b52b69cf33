using Laminet.Vision.Images;

namespace Laminet.Vision.Tests.Images;

public class JpegMarkersTests
{
    // A scan header, or what looks like one.
    private static readonly byte[] Scan = [0xFF, 0xDA];

    [Fact]
    public void What_lies_behind_the_end_is_no_part_of_the_image()
    {
        foreach (string name in (string[])["colours.jpg", "progressive.jpg"])
        {
            byte[] bytes = Golden.Bytes(name);
            byte[] behind = [.. Enumerable.Repeat(Scan, 1000).SelectMany(two => two)];
            Assert.Equal(JpegMarkers.Of(bytes), JpegMarkers.Of([.. bytes, .. behind]));
            Assert.Equal(Image.Decode(bytes).ToArray<byte>(), Image.Decode([.. bytes, .. behind]).ToArray<byte>());
            // As phones append a video or a second picture.
            Assert.Equal(Image.Decode(bytes).ToArray<byte>(), Image.Decode([.. bytes, .. bytes[..^2]]).ToArray<byte>());
        }
    }

    [Fact]
    public void A_segment_is_passed_over_wherever_it_lies()
    {
        byte[] bytes = Golden.Bytes("progressive.jpg");
        byte[] comment = [0xFF, 0xFE, 0x02, 0x02, .. Enumerable.Repeat(Scan, 256).SelectMany(two => two)];
        int second = bytes.AsSpan().LastIndexOf(Scan);
        byte[] changed = [.. bytes[..second], .. comment, .. bytes[second..]];
        Assert.Equal(JpegMarkers.Of(bytes), JpegMarkers.Of(changed));
        Assert.Equal(Image.Decode(bytes).ToArray<byte>(), Image.Decode(changed).ToArray<byte>());
        // The end of a picture in a comment is not the end of the file.
        byte[] cut = [.. bytes[..second], 0xFF, 0xFE, 0x00, 0x04, 0xFF, 0xD9];
        Assert.True(JpegMarkers.Of(cut).IsCutOff);
        Assert.Contains("ends before the image does", Assert.Throws<ImageException>(() => Image.Decode(cut)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Restart_markers_stuffed_bytes_and_repeated_prefixes_are_no_scans()
    {
        byte[] header = [0xFF, 0xD8, 0xFF, 0xFF, 0xC2, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];
        byte[] scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 0x12, 0xFF, 0, 0xDA, 0xFF, 0xD0, 0x34, 0xFF, 0xFF, 0xD7, 0xFF, 0, 0xFF, 0, 0xD9];
        Assert.Equal(new JpegMarkers(2, IsCutOff: false), JpegMarkers.Of([.. header, .. scan, .. scan, 0xFF, 0xFF, 0xD9]));
        Assert.Equal(new JpegMarkers(2, IsCutOff: true), JpegMarkers.Of([.. header, .. scan, .. scan, 0xFF]));
        Assert.Equal(new JpegMarkers(0, IsCutOff: false), JpegMarkers.Of([]));
    }

    // Each colour has a scan of its own, without being progressive; libjpeg waits for all of them.
    [Fact]
    public void A_file_with_a_scan_for_each_colour_is_read_and_its_end_is_missed()
    {
        byte[][] scans = [.. Enumerable.Range(1, 3).Select(colour => (byte[])[0xFF, 0xDA, 0, 8, 1, (byte)colour, 0, 0, 63, 0, 0x3F])];
        byte[] tables = [0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64), .. Codes(0x00), .. Codes(0x10)];
        byte[] frame = [0xFF, 0xC0, 0, 17, 8, 0, 8, 0, 8, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
        byte[] whole = [0xFF, 0xD8, .. tables, .. frame, .. scans.SelectMany(scan => scan), 0xFF, 0xD9];
        Assert.Equal(Enumerable.Repeat((byte)128, 64), Image.Decode(whole, new ImageReading { Color = ImageColor.Grey }).ToArray<byte>());
        byte[] cut = whole[..^(2 + scans[2].Length)];
        Assert.Equal(new JpegMarkers(2, IsCutOff: true), JpegMarkers.Of(cut));
        Assert.Contains("ends before the image does", Assert.Throws<ImageException>(() => Image.Decode(cut)).Message, StringComparison.Ordinal);

        // One code of one bit, for the number 0.
        static byte[] Codes(byte table) => [0xFF, 0xC4, 0, 20, table, 1, .. new byte[15], 0];
    }
}
