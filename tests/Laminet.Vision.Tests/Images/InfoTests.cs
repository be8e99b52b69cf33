using System.Buffers.Binary;
using Laminet.Vision.Images;

namespace Laminet.Vision.Tests.Images;

public class InfoTests
{
    // Longer than any file that is read.
    private const long Huge = 300L << 20;

    private static readonly ImageInfo Turned = new(18, 13, ImageFormat.WebP, 8, false, 8);

    [Theory]
    [InlineData(100_000)]
    [InlineData(99_999)]
    public void The_orientation_of_a_WebP_file_lies_behind_its_pixels(int length)
    {
        using TemporaryFolder folder = new();
        byte[] file = WithChunk("JUNK", length);
        Assert.Equal(Turned, Image.Info(file));
        Assert.Equal(18, Image.Decode(file).Shape[0]);
        File.WriteAllBytes(folder.Of("turned.webp"), file);
        Assert.Equal(Turned, Image.Info(folder.Of("turned.webp")));
        // Only the flag in the first chunk says that there is an orientation.
        file[20] &= 0xF7;
        File.WriteAllBytes(folder.Of("none.webp"), file);
        Assert.Equal(Image.Info(file), Image.Info(folder.Of("none.webp")));
        Assert.Equal(1, Image.Info(file).Orientation);
    }

    [Fact]
    public void Of_a_huge_file_the_header_is_read()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["turned.jpg", "orientation6.png", "lossless.webp", "colours.gif", "colours.bmp"])
        {
            using (FileStream file = File.Create(folder.Of(name)))
            {
                file.Write(Golden.Bytes(name));
                file.SetLength(Huge);
            }

            Assert.Equal(Image.Info(Golden.Bytes(name)), Image.Info(folder.Of(name)));
            Assert.Contains("has more than 268,435,456 bytes", Assert.Throws<ImageException>(() => Image.Read(folder.Of(name))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_no_image_is_told_whatever_its_length()
    {
        using TemporaryFolder folder = new();
        using (FileStream file = File.Create(folder.Of("none.jpg")))
        {
            file.Write("hello"u8);
            file.SetLength(Huge);
        }

        Assert.StartsWith($"Cannot read {folder.Of("none.jpg")}: it is no JPEG, PNG, WebP, GIF or BMP image", Assert.Throws<ImageException>(() => Image.Info(folder.Of("none.jpg"))).Message, StringComparison.Ordinal);
        Assert.StartsWith("Cannot read the bytes: it is empty.", Assert.Throws<ImageException>(() => Image.Info([])).Message, StringComparison.Ordinal);
    }

    // A chunk in front of the last one, which holds the orientation.
    private static byte[] WithChunk(string kind, int length)
    {
        byte[] file = Golden.Bytes("turned.webp");
        int exif = file.AsSpan().LastIndexOf("EXIF"u8);
        byte[] chunk = [.. System.Text.Encoding.ASCII.GetBytes(kind), 0, 0, 0, 0, .. new byte[length + (length % 2)]];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), length);
        byte[] longer = [.. file[..exif], .. chunk, .. file[exif..]];
        BinaryPrimitives.WriteInt32LittleEndian(longer.AsSpan(4), longer.Length - 8);
        return longer;
    }
}
