using System.Globalization;
using Laminet.Tensors;
using Laminet.Tests.Shared;
using Laminet.Vision.Images;

namespace Laminet.Vision.Tests.Images;

public class HostileTests
{
    // LAMINET_MUTATIONS sets how many.
    private static readonly int Mutations = int.Parse(Environment.GetEnvironmentVariable("LAMINET_MUTATIONS") ?? "10000", CultureInfo.InvariantCulture);

    public static TheoryData<string> Names => ["colours.jpg", "progressive.jpg", "colours.png", "lossless.webp", "colours.gif", "colours.bmp"];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_truncated_file_is_an_error_that_names_it(string name)
    {
        byte[] bytes = Golden.Bytes(name);
        // The last bytes are the end's mark or padding in some formats.
        foreach (int length in (int[])[1, 10, 30, bytes.Length / 2, bytes.Length * 3 / 4])
        {
            string message = Assert.Throws<ImageException>(() => Image.Decode(bytes.AsSpan(0, length), name: "photos/" + name)).Message;
            Assert.StartsWith($"Cannot read photos/{name}: ", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_PNG_of_sixteen_bits_that_is_cut_or_changed_is_an_error()
    {
        byte[] bytes = Golden.NumberBytes("rgb16");
        Assert.Contains("ends before the image does", Message(bytes[..^30]), StringComparison.Ordinal);
        byte[] changed = [.. bytes];
        changed[60] ^= 1;
        Assert.Equal("Cannot read the bytes: a checksum is wrong, so the file is damaged. Copy it again.", Message(changed));
    }

    [Fact]
    public void What_is_no_image_is_told()
    {
        Assert.Equal("Cannot read the bytes: it is empty. It may have been cut off in a download or a copy; get it again.", Message([]));
        Assert.Equal("Cannot read the bytes: it is no JPEG, PNG, WebP, GIF or BMP image, or its header is damaged (it begins with 68656C6C6F). Convert it to PNG or JPEG.", Message("hello"u8.ToArray()));
        using TemporaryFolder folder = new();
        Assert.StartsWith($"Cannot read {folder.Of("none.png")}: there is no such file. ", Assert.Throws<ImageException>(() => Image.Read(folder.Of("none.png"))).Message, StringComparison.Ordinal);
        Assert.Equal($"Cannot read {folder.Path}: it is a folder. Give a file, or use ImageFolder.", Assert.Throws<ImageException>(() => Image.Read(folder.Path)).Message);
    }

    [Fact]
    public void A_size_beyond_the_limit_is_refused_before_memory_is_taken()
    {
        byte[] png = Image.EncodePng(Tensor.Zeros([100, 200, 1], DType.UInt8));
        Assert.Equal("Cannot read the bytes: it claims 200 x 100 pixels, and at most 19,999 are read. If the file can be trusted, set ImageReading.Limits to more; else leave it out.",
            Message(png, new ImageReading { Limits = new ImageLimits(Pixels: 19_999) }));
        Assert.Equal(20_000, Image.Decode(png, new ImageReading { Color = ImageColor.Grey, Limits = new ImageLimits(Pixels: 20_000) }).Length);

        // A GIF that claims 65,535 x 65,535 pixels in 40 bytes.
        byte[] gif = Golden.Bytes("colours.gif");
        gif[6] = gif[7] = gif[8] = gif[9] = 255;
        Assert.Contains("65535 x 65535", Message(gif), StringComparison.Ordinal);

        Assert.Equal("Cannot read the bytes: it has more than 50 bytes. If the file can be trusted, set ImageReading.Limits to more; else leave it out.", Message(png, new ImageReading { Limits = new ImageLimits(FileBytes: 50) }));
        Assert.Contains("has more than 50 bytes", Assert.Throws<ImageException>(() => Image.Read(new MemoryStream(png), new ImageReading { Limits = new ImageLimits(FileBytes: 50) })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thin_image_does_not_become_huge()
    {
        byte[] png = Image.EncodePng(Tensor.Zeros([1, 30_000, 1], DType.UInt8));
        Assert.Contains("at a shorter side of 256", Message(png, new ImageReading { Size = (224, 224), Fit = ImageFit.CenterCrop, ShorterSide = 256 }), StringComparison.Ordinal);
    }

    // Both the file and the tensor are small enough; what lies between is not.
    [Fact]
    public void A_size_that_takes_too_much_on_the_way_is_refused()
    {
        byte[] column = Image.EncodePng(Tensor.Zeros([20_000, 1, 1], DType.UInt8)), row = Image.EncodePng(Tensor.Zeros([1, 20_000, 1], DType.UInt8)), sixteen = SixteenBitPng.Of(20_000, 1, 1, new ushort[20_000]);
        ImageLimits limits = new(Pixels: 1_000_000);
        Assert.Equal("Cannot read the bytes with Stretch to (4, 1000): this needs an image of 1000 x 20000 pixels, and at most 1,000,000 pixels are allowed. "
            + "Set another Size or Fit, or leave the file out; if it can be trusted, set ImageReading.Limits to more.", Message(column, new ImageReading { Size = (4, 1000), Limits = limits }));
        Assert.Contains("scaling a side from 20000 to 1000 pixels needs 808,000 weights, and at most 300,000 are allowed", Message(row, new ImageReading { Size = (1, 1000), Interpolation = Interpolation.Lanczos5, Limits = new ImageLimits(Pixels: 300_000) }), StringComparison.Ordinal);
        Assert.Contains("scaling a side from 20000 to 100 pixels needs 2,000,000 weights, and at most 1,000,000 are allowed", Message(sixteen, new ImageReading { Size = (100, 100), DType = DType.Float32, Limits = limits }), StringComparison.Ordinal);
        Assert.Equal(4000, Image.Decode(column, new ImageReading { Size = (4, 1000), Interpolation = Interpolation.Nearest, Color = ImageColor.Grey, Limits = limits }).Length);
        Assert.Equal(400, Image.Decode(sixteen, new ImageReading { Size = (4, 100), Color = ImageColor.Grey, DType = DType.Float32, Limits = limits }).Length);
    }

    [Theory]
    [InlineData(ImageFit.Stretch)]
    [InlineData(ImageFit.Cover)]
    [InlineData(ImageFit.Letterbox)]
    [InlineData(ImageFit.CenterCrop)]
    public void A_tensor_beyond_the_limit_is_refused(ImageFit fit)
    {
        foreach (byte[] bytes in (byte[][])[Image.EncodePng(Tensor.Zeros([1, 30, 1], DType.UInt8)), SixteenBitPng.Of(1, 30, 1, new ushort[30]), Image.EncodeJpeg(Tensor.Zeros([1, 30, 1], DType.UInt8))])
        {
            foreach (int side in (int[])[20_000, 50_000, int.MaxValue])
            {
                ImageReading reading = new() { Size = (side, side), Fit = fit, ShorterSide = fit == ImageFit.CenterCrop ? side : null, Reduced = true };
                foreach (DType dtype in (DType[])[DType.UInt8, DType.UInt16, DType.Float32])
                    Assert.Contains(" pixels, and at most 100,000,000 pixels are allowed.", Message(bytes, reading with { DType = dtype }), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Scans_without_end_are_refused()
    {
        byte[] bytes = Golden.Bytes("progressive.jpg");
        Assert.Contains("scans, and at most 3 are read", Message(bytes, new ImageReading { Limits = new ImageLimits(Scans: 3) }), StringComparison.Ordinal);
    }

    // Every change is either an image or an ImageException that names the file; nothing else is thrown, nothing crashes, nothing hangs.
    [Fact]
    public void Mutated_files_are_images_or_errors()
    {
        byte[][] files = [.. Golden.Files.Select(file => Golden.Bytes(file, "bytes")), .. Golden.Numbers.Select(file => Golden.Bytes(file, "bytes"))];
        Random random = new(1);
        int images = 0, errors = 0;
        for (int i = 0; i < Mutations; i++)
        {
            if (Survives(Mutated(files[i % files.Length], random)))
                images++;
            else
                errors++;
        }

        Assert.InRange(errors, Mutations / 10, Mutations);
        Assert.InRange(images, Mutations / 100, Mutations);
    }

    [SharedDataFact("data/hymenoptera/hymenoptera_data.tar.gz")]
    public void Mutated_photographs_are_images_or_errors()
    {
        Random random = new(2);
        int count = 0;
        foreach (byte[] photograph in Photographs.All().Take(40))
        {
            for (int i = 0; i < 10; i++, count++)
                Survives(Mutated(photograph, random));
        }

        Assert.Equal(400, count);
    }

    private static bool Survives(byte[] bytes)
    {
        bool isImage = false;
        ImageReading[] readings = [new() { Size = (8, 8), Reduced = true, Limits = new ImageLimits(Pixels: 4_000_000) }, new() { DType = DType.Float32, Color = ImageColor.Grey, Limits = new ImageLimits(Pixels: 4_000_000) }];
        foreach (ImageReading reading in readings)
        {
            try
            {
                Image.Decode(bytes, reading);
                isImage = true;
            }
            catch (ImageException exception)
            {
                Assert.StartsWith("Cannot read the bytes", exception.Message, StringComparison.Ordinal);
            }
        }

        try
        {
            Mask.Decode(bytes, "x", new ImageLimits(Pixels: 4_000_000), colors: null);
        }
        catch (ImageException exception)
        {
            Assert.StartsWith("Cannot read x: ", exception.Message, StringComparison.Ordinal);
        }

        return isImage;
    }

    private static byte[] Mutated(byte[] file, Random random)
    {
        byte[] bytes = [.. file];
        switch (random.Next(4))
        {
            case 0:
                bytes = bytes[..random.Next(bytes.Length)];
                break;
            case 1:
                // A part copied over another one.
                int length = random.Next(1, Math.Min(64, bytes.Length));
                bytes.AsSpan(random.Next(bytes.Length - length), length).CopyTo(bytes.AsSpan(random.Next(bytes.Length - length)));
                break;
            default:
                for (int changes = random.Next(1, 12); changes > 0; changes--)
                    bytes[random.Next(2) == 0 ? random.Next(Math.Min(bytes.Length, 64)) : random.Next(bytes.Length)] = random.Next(3) switch { 0 => 0, 1 => 255, _ => (byte)random.Next(256) };
                break;
        }

        return bytes;
    }

    private static string Message(byte[] bytes, ImageReading? reading = null) => Assert.Throws<ImageException>(() => Image.Decode(bytes, reading)).Message;
}
