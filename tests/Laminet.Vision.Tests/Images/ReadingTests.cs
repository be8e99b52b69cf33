using System.Text.Json;
using Laminet.Tensors;
using Laminet.Vision.Images;

namespace Laminet.Vision.Tests.Images;

public class ReadingTests
{
    private static readonly ImageReading Grey = new() { Color = ImageColor.Grey };

    public static TheoryData<string> Names => [.. Golden.Files.Select(file => file.GetProperty("name").GetString()!)];

    public static TheoryData<string> NumberNames => [.. Golden.Numbers.Select(file => file.GetProperty("name").GetString()!)];

    // Rows A1 and A3 are among them: orientations, CMYK.
    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_has_the_pixels_that_Pillow_reads(string name)
    {
        JsonElement file = Golden.File(name);
        byte[] bytes = Golden.Bytes(file, "bytes");
        int height = file.GetProperty("height").GetInt32(), width = file.GetProperty("width").GetInt32();
        Tensor image = Image.Decode(bytes);

        Assert.Equal(new Shape([height, width, 3]), image.Shape);
        Assert.Equal(Golden.Bytes(file, "rgb"), image.ToArray<byte>());
        Assert.Equal(Golden.Bytes(file, "grey"), Image.Decode(bytes, Grey).ToArray<byte>());
        ImageInfo info = Image.Info(bytes);
        Assert.Equal((height, width, file.TryGetProperty("orientation", out JsonElement orientation) ? orientation.GetInt32() : 1, 8), (info.Height, info.Width, info.Orientation, info.BitsPerChannel));
    }

    [Fact]
    public void The_formats_are_told_from_the_content()
    {
        Dictionary<string, ImageFormat> expected = new()
        {
            ["colours.jpg"] = ImageFormat.Jpeg,
            ["colours.png"] = ImageFormat.Png,
            ["lossless.webp"] = ImageFormat.WebP,
            ["colours.gif"] = ImageFormat.Gif,
            ["colours.bmp"] = ImageFormat.Bmp,
        };
        Assert.All(expected, pair => Assert.Equal(pair.Value, Image.Info(Golden.Bytes(pair.Key)).Format));
    }

    // Row A1.
    [Fact]
    public void An_orientation_is_applied_once()
    {
        Tensor upright = Image.Decode(Golden.Bytes("orientation6.png"), Grey);
        Assert.Equal([4, 0, 5, 1, 6, 2, 7, 3], upright.ToArray<byte>());
        byte[] again = Image.EncodePng(upright);
        Assert.Equal(1, Image.Info(again).Orientation);
        Assert.Equal([4, 0, 5, 1, 6, 2, 7, 3], Image.Decode(again, Grey).ToArray<byte>());
    }

    // Row A3.
    [Theory]
    [InlineData("cmyk.jpg", 116, 155, 136)]
    [InlineData("cmyk128.jpg", 63, 63, 63)]
    [InlineData("red_cmyk.jpg", 255, 0, 0)]
    public void Inks_are_multiplied(string name, int red, int green, int blue)
    {
        byte[] pixels = Image.Decode(Golden.Bytes(name)).ToArray<byte>();
        Assert.Equal([(byte)red, (byte)green, (byte)blue], pixels[..3]);
    }

    [Fact]
    public void Opacity_is_read_unmultiplied() =>
        Assert.Equal(Golden.Bytes(Golden.File("opacity.png"), "rgba"), Image.Decode(Golden.Bytes("opacity.png"), new ImageReading { Color = ImageColor.Rgba }).ToArray<byte>());

    // As Pillow's convert("RGB").resize(...): the opacity is gone before the size changes.
    [Fact]
    public void Opacity_that_is_left_out_weighs_no_colour()
    {
        byte[] eight = Golden.Bytes("opacity.png"), sixteen = Golden.NumberBytes("opacity16");
        foreach (ImageColor color in (ImageColor[])[ImageColor.Rgb, ImageColor.Grey])
        {
            ImageReading reading = new() { Color = color };
            Assert.Equal(Image.Resize(Image.Decode(eight, reading), (4, 3)).ToArray<byte>(), Image.Decode(eight, reading with { Size = (4, 3) }).ToArray<byte>());
            Assert.Equal(Image.Resize(Image.Decode(sixteen, reading), (4, 3)).ToArray<byte>(), Image.Decode(sixteen, reading with { Size = (4, 3) }).ToArray<byte>());
        }

        Assert.Equal(Image.Resize(Image.Decode(eight, new ImageReading { Color = ImageColor.Rgba }), (4, 3)).ToArray<byte>(), Image.Decode(eight, new ImageReading { Color = ImageColor.Rgba, Size = (4, 3) }).ToArray<byte>());
    }

    // Pillow gives the colour in the palette; Skia does not tell it.
    [Fact]
    public void An_invisible_pixel_of_a_GIF_is_black()
    {
        byte[] gif = Golden.Bytes("colours.gif");
        // Behind the header and the palette: its third colour becomes invisible.
        int place = 13 + (3 * (2 << (gif[10] & 7)));
        byte[] hidden = [.. gif[..place], 0x21, 0xF9, 4, 1, 0, 0, 2, 0, .. gif[place..]];
        byte[] before = Image.Decode(gif).ToArray<byte>(), after = Image.Decode(hidden).ToArray<byte>(), opacity = Image.Decode(hidden, new ImageReading { Color = ImageColor.Rgba })[.., .., 3].ToArray<byte>();
        Assert.Equal((byte[])[0, 255], opacity.Distinct().Order());
        Assert.Equal(before.Select((value, i) => opacity[i / 3] == 0 ? (byte)0 : value), after);
    }

    [Fact]
    public void An_opaque_image_has_the_opacity_255() =>
        Assert.All(Image.Decode(Golden.Bytes("colours.jpg"), new ImageReading { Color = ImageColor.Rgba }).ToArray<byte>().Where((_, i) => i % 4 == 3), alpha => Assert.Equal(255, alpha));

    // Row A2.
    [Fact]
    public void Sixteen_bits_are_rounded_to_eight_or_kept()
    {
        byte[] bytes = Golden.NumberBytes("line16");
        Assert.Equal(16, Image.Info(bytes).BitsPerChannel);
        Assert.Equal([0, 0, 1, 1, 1, 128, 255], Image.Decode(bytes, Grey).ToArray<byte>());
        Assert.Equal<ushort>([0, 128, 129, 255, 256, 32768, 65535], Image.Decode(bytes, Grey with { DType = DType.UInt16 }).ToArray<ushort>());
        Assert.Equal(128 / 257f, Image.Decode(bytes, Grey with { DType = DType.Float32 }).ToArray<float>()[1], 1e-6);
        Assert.Equal<ushort>([129, 129, 129], Image.Decode(bytes, new ImageReading { DType = DType.UInt16 }).ToArray<ushort>()[6..9]);
    }

    [Fact]
    public void Eight_bits_as_sixteen_are_multiplied_by_257()
    {
        byte[] bytes = Golden.Bytes("grey.png");
        byte[] eight = Image.Decode(bytes, Grey).ToArray<byte>();
        Assert.Equal(eight.Select(value => (ushort)(value * 257)), Image.Decode(bytes, Grey with { DType = DType.UInt16 }).ToArray<ushort>());
        Assert.Equal(eight.Select(value => (float)value), Image.Decode(bytes, Grey with { DType = DType.Float32 }).ToArray<float>());
    }

    [Theory]
    [MemberData(nameof(NumberNames))]
    public void The_numbers_of_a_PNG_are_read_as_written(string name)
    {
        JsonElement file = Golden.Numbers.Single(one => one.GetProperty("name").GetString() == name);
        PngSamples samples = PngSamples.Read(Golden.Bytes(file, "bytes"), name, ImageLimits.Default);
        Assert.Equal((samples.Height, samples.Width, samples.Channels), (Golden.Ints(file, "shape")[0], Golden.Ints(file, "shape")[1], Golden.Ints(file, "shape")[2]));
        Assert.Equal(Golden.Ints(file, "values"), samples.Values.Select(value => (int)value));
    }

    [Fact]
    public void Colours_of_sixteen_bits_are_rounded_each()
    {
        foreach (string name in (string[])["rgb16", "rgb16_interlaced", "opacity16"])
        {
            JsonElement file = Golden.Numbers.Single(one => one.GetProperty("name").GetString() == name);
            int channels = Golden.Ints(file, "shape")[2];
            byte[] expected = [.. Golden.Ints(file, "values").Select(value => (byte)Math.Round(value / 257.0))];
            byte[] received = Image.Decode(Golden.Bytes(file, "bytes"), new ImageReading { Color = channels == 4 ? ImageColor.Rgba : ImageColor.Rgb }).ToArray<byte>();
            Assert.Equal(expected, received);
        }
    }

    [Fact]
    public void Sixteen_bits_come_to_a_size_in_floating_point()
    {
        byte[] bytes = Golden.NumberBytes("rgb16");
        Tensor full = Image.Decode(bytes, new ImageReading { DType = DType.UInt16 }).Cast(DType.Float32);
        Tensor expected = Image.Resize(full, (4, 5)).Round().Clip(0, 65535).Cast(DType.UInt16);
        Assert.Equal(expected.ToArray<ushort>(), Image.Decode(bytes, new ImageReading { DType = DType.UInt16, Size = (4, 5) }).ToArray<ushort>());
    }

    [Fact]
    public void A_size_is_that_of_Resize_Letterbox_and_CenterCrop()
    {
        byte[] bytes = Image.EncodePng(Pattern.Rough(40, 60, 3));
        Tensor whole = Image.Decode(bytes);
        Same(Image.Resize(whole, (20, 21)), new ImageReading { Size = (20, 21) });
        Same(Image.Letterbox(whole, (20, 21), fill: 9), new ImageReading { Size = (20, 21), Fit = ImageFit.Letterbox, Fill = 9 });
        Same(Image.CenterCrop(Image.ResizeShorterSide(whole, 24), (20, 21), CropRounding.HalfToEven), new ImageReading { Size = (20, 21), Fit = ImageFit.CenterCrop, ShorterSide = 24 });
        // Keras's smart_resize: of 60 columns 42 = int(40 * 21 / 20), from (60 - 42) / 2 on.
        Same(Image.Resize(whole[.., 9..51], (20, 21)), new ImageReading { Size = (20, 21), Fit = ImageFit.Cover });
        Same(Image.Resize(whole, (20, 21), Interpolation.Lanczos3), new ImageReading { Size = (20, 21), Interpolation = Interpolation.Lanczos3 });

        void Same(Tensor expected, ImageReading reading)
        {
            Tensor received = Image.Decode(bytes, reading);
            Assert.Equal(expected.Shape, received.Shape);
            Assert.Equal(expected.ToArray<byte>(), received.ToArray<byte>());
        }
    }

    [Fact]
    public void A_reduced_decode_is_the_smallest_that_is_not_below_the_target()
    {
        byte[] bytes = Image.EncodeJpeg(Pattern.Smooth(375, 500));
        using Decoder decoder = Decoder.Open(bytes, "x", ImageLimits.Default);
        int Eighths(ImageReading reading) => decoder.EighthsFor(Placement.Of(375, 500, reading));
        // 375 * 5 / 8 = 234.4, 375 * 4 / 8 = 187.5.
        Assert.Equal(5, Eighths(new ImageReading { Size = (224, 224) }));
        Assert.Equal(4, Eighths(new ImageReading { Size = (188, 224) }));
        Assert.Equal(1, Eighths(new ImageReading { Size = (32, 32) }));
        Assert.Equal(8, Eighths(new ImageReading { Size = (400, 400) }));
        Assert.Equal(8, Eighths(ImageReading.Default));
        // The whole fits into 224 columns: 168 rows.
        Assert.Equal(4, Eighths(new ImageReading { Size = (224, 224), Fit = ImageFit.Letterbox }));
        Assert.Equal(6, Eighths(new ImageReading { Size = (224, 224), Fit = ImageFit.CenterCrop, ShorterSide = 256 }));
    }

    [Theory]
    [InlineData(ImageFit.Stretch)]
    [InlineData(ImageFit.Cover)]
    [InlineData(ImageFit.Letterbox)]
    [InlineData(ImageFit.CenterCrop)]
    public void A_reduced_decode_is_close_to_the_full_one(ImageFit fit)
    {
        byte[] bytes = Image.EncodeJpeg(Pattern.Smooth(300, 401), 95);
        ImageReading reading = new() { Size = (64, 72), Fit = fit, ShorterSide = fit == ImageFit.CenterCrop ? 80 : null };
        Tensor full = Image.Decode(bytes, reading with { DType = DType.Float32 }), reduced = Image.Decode(bytes, reading with { DType = DType.Float32, Reduced = true });
        Assert.Equal(full.Shape, reduced.Shape);
        Assert.InRange((full - reduced).Abs().Mean().Item<float>(), 1e-6, 3);
    }

    [Fact]
    public void What_is_written_is_read()
    {
        foreach (int channels in (int[])[1, 3, 4])
        {
            Tensor image = Pattern.Rough(7, 5, channels);
            ImageReading reading = new() { Color = channels switch { 1 => ImageColor.Grey, 3 => ImageColor.Rgb, _ => ImageColor.Rgba } };
            Assert.Equal(image.ToArray<byte>(), Image.Decode(Image.EncodePng(image), reading).ToArray<byte>());
        }

        Tensor smooth = Pattern.Smooth(40, 50);
        Tensor back = Image.Decode(Image.EncodeJpeg(smooth, 95));
        Assert.InRange((smooth.Cast(DType.Float32) - back.Cast(DType.Float32)).Abs().Mean().Item<float>(), 0, 3);
        Assert.Equal(ImageFormat.Jpeg, Image.Info(Image.EncodeJpeg(Pattern.Smooth(8, 8, 1))).Format);
        Assert.Equal([0, 128, 255], Image.Decode(Image.EncodePng(Tensor.From([-3f, 127.6f, 300f], [1, 3, 1])), Grey).ToArray<byte>());
    }

    [Fact]
    public void Files_and_streams_are_read_and_files_written()
    {
        using TemporaryFolder folder = new();
        string path = folder.Of("a.png");
        Tensor image = Pattern.Rough(9, 4, 3);
        Image.Write(path, image);
        Assert.Equal(image.ToArray<byte>(), Image.Read(path).ToArray<byte>());
        using FileStream stream = File.OpenRead(path);
        Assert.Equal(image.ToArray<byte>(), Image.Read(stream).ToArray<byte>());
        Image.Write(folder.Of("a.JPG"), image, quality: 50);
        Assert.Equal(new ImageInfo(9, 4, ImageFormat.Jpeg, 1, false, 8), Image.Info(folder.Of("a.JPG")));
        Assert.StartsWith("Image.Write: received the name ", Assert.Throws<ArgumentException>(() => Image.Write(folder.Of("a.tiff"), image)).Message, StringComparison.Ordinal);
        Assert.Equal("EncodeJpeg: received an image of shape (2, 2, 4); JPEG stores no opacity. Give the colours alone, image[.., .., ..3], or write PNG.",
            Assert.Throws<ShapeException>(() => Image.EncodeJpeg(Tensor.Zeros([2, 2, 4], DType.UInt8))).Message);
    }

    [Fact]
    public void A_long_header_is_read_to_its_end()
    {
        using TemporaryFolder folder = new();
        byte[] jpeg = Golden.Bytes("turned.jpg");
        // Two comments of 60,000 bytes after the first marker.
        byte[] comment = [0xFF, 0xFE, 0xEA, 0x62, .. new byte[60000]];
        File.WriteAllBytes(folder.Of("long.jpg"), [.. jpeg[..2], .. comment, .. comment, .. jpeg[2..]]);
        Assert.Equal(new ImageInfo(18, 13, ImageFormat.Jpeg, 6, false, 8), Image.Info(folder.Of("long.jpg")));
    }

    [Fact]
    public void Settings_that_do_not_fit_are_told()
    {
        byte[] bytes = Golden.Bytes("grey.png");
        Assert.Equal("ImageReading: received the size (0, 3); height and width must be 1 or more.", Message(new ImageReading { Size = (0, 3) }));
        Assert.Equal("ImageReading: received the element type Int64; expected UInt8, UInt16 or Float32. Cast the tensor afterwards.", Message(new ImageReading { DType = DType.Int64 }));
        Assert.Equal("ImageReading: received the fit CenterCrop with the size (9, 9) and no shorter side; expected a size and a shorter side that is not below it, such as Size = (224, 224), ShorterSide = 256.",
            Message(new ImageReading { Size = (9, 9), Fit = ImageFit.CenterCrop }));
        Assert.Equal("ImageReading: received the shorter side 5 and the fit Stretch; a shorter side goes with Fit = ImageFit.CenterCrop.", Message(new ImageReading { Size = (9, 9), ShorterSide = 5 }));

        string Message(ImageReading reading) => Assert.Throws<ArgumentException>(() => Image.Decode(bytes, reading)).Message;
    }
}
