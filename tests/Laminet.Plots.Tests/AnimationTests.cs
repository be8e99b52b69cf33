using Laminet.Tensors;
using SkiaSharp;

namespace Laminet.Plots.Tests;

/// <summary>What is written is read back by Skia, which has a GIF decoder of its own.</summary>
public sealed class AnimationTests
{
    // From a palette of 2 to one of 256; enough noise that the table of codes is full and begun anew several times; a single pixel.
    [Theory]
    [InlineData(3, 7, 5, 3, 2, 1)]
    [InlineData(4, 10, 10, 3, 6, 4)]
    [InlineData(2, 120, 170, 3, 256, 1)]
    [InlineData(2, 64, 64, 1, 200, 3)]
    [InlineData(1, 1, 1, 1, 1, 1)]
    public void Each_frame_is_read_back_as_it_was(int frames, int height, int width, int channels, int colors, int scale)
    {
        byte[] palette = (new RandomKey(1).Uniform([colors * channels]) * 256).Cast(DType.UInt8).ToArray<byte>();
        int[] picked = (new RandomKey(2).Uniform([frames * height * width]) * colors).Cast(DType.Int32).ToArray<int>();
        byte[] values = [.. picked.SelectMany(color => palette.AsSpan(color * channels, channels).ToArray())];
        byte[] gif = Animation.ToGif(Tensor.From(values, [frames, height, width, channels]), scale, framesPerSecond: 20);

        using SKCodec codec = SKCodec.Create(new SKMemoryStream(gif));
        Assert.Equal((SKEncodedImageFormat.Gif, frames, width * scale, height * scale), (codec.EncodedFormat, Math.Max(1, codec.FrameCount), codec.Info.Width, codec.Info.Height));
        Assert.All(codec.FrameInfo, info => Assert.Equal(50, info.Duration));
        SKImageInfo form = new(width * scale, height * scale, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (int frame = 0; frame < frames; frame++)
        {
            using SKBitmap bitmap = new(form);
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(form, bitmap.GetPixels(), new SKCodecOptions(frame)));
            for (int place = 0; place < height * width * scale * scale; place++)
            {
                (int row, int column) = (place / (width * scale), place % (width * scale));
                int first = ((((frame * height) + (row / scale)) * width) + (column / scale)) * channels;
                Assert.Equal(new SKColor(values[first], values[first + (channels / 2)], values[first + channels - 1]), bitmap.GetPixel(column, row));
            }
        }
    }

    // The file holds the part of a frame that changes: a pixel that moves, one that stays, one that goes back.
    [Fact]
    public void What_does_not_change_stays()
    {
        int[] places = [0, 13, 13, 59, 6, 0];
        byte[] values = new byte[places.Length * 60];
        foreach ((int frame, int place) in places.Index())
            (values[(frame * 60) + place], values[(frame * 60) + 30]) = (255, 100);
        byte[] gif = Animation.ToGif(Tensor.From(values, [places.Length, 6, 10, 1]), scale: 2);
        using SKCodec codec = SKCodec.Create(new SKMemoryStream(gif));
        SKImageInfo form = new(20, 12, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (int frame = 0; frame < places.Length; frame++)
        {
            using SKBitmap bitmap = new(form);
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(form, bitmap.GetPixels(), new SKCodecOptions(frame)));
            Assert.Equal(values.AsSpan(frame * 60, 60).ToArray(), Enumerable.Range(0, 60).Select(place => bitmap.GetPixel(2 * (place % 10), (2 * (place / 10)) + 1).Green));
        }
    }

    // A reader by the letter of the format: codes grow with the strings that it knows, and the last one is the end code, of the size that codes have by then.
    [Fact]
    public void The_codes_end_with_the_end_code_for_any_number_of_pixels()
    {
        for (int width = 1; width <= 300; width++)
        {
            byte[] gif = Animation.ToGif(Tensor.From([.. Enumerable.Range(0, width).Select(x => (byte)(x * 37 % 256))], [1, 1, width, 1]));
            int place = 13 + (3 << ((gif[10] & 7) + 1)) + 19 + 8 + 10, bits = gif[place++];
            List<byte> packed = [];
            for (; gif[place] > 0; place += gif[place] + 1)
                packed.AddRange(gif.AsSpan(place + 1, gif[place]));
            (int clear, int size, int known, int at, int pixels) = (1 << bits, bits + 1, 0, 0, 0);
            Dictionary<int, int> lengths = [];
            int before = -1;
            while (true)
            {
                Assert.True(at + size <= packed.Count * 8, $"width {width}: no end code");
                int code = Enumerable.Range(0, size).Sum(bit => ((packed[(at + bit) / 8] >> ((at + bit) % 8)) & 1) << bit);
                at += size;
                if (code == clear + 1)
                    break;
                if (code == clear)
                {
                    lengths.Clear();
                    (known, size, before) = (clear + 2, bits + 1, -1);
                    continue;
                }

                if (before >= 0 && known < 4096)
                    lengths[known++] = before + 1;
                before = code < clear ? 1 : lengths[code];
                pixels += before;
                if (known == 1 << size && size < 12)
                    size++;
            }

            Assert.Equal(width, pixels);
        }
    }

    [Fact]
    public void A_failed_save_leaves_the_old_file()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.gif");
        try
        {
            Animation.Save(path, Tensor.Zeros([2, 3, 4, 1], DType.UInt8));
            byte[] before = File.ReadAllBytes(path);
            Assert.Throws<ShapeException>(() => Animation.Save(path, Tensor.Zeros([3, 4, 1], DType.UInt8)));
            Assert.Equal(before, File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_repetition_is_short() => Assert.InRange(Animation.ToGif(Tensor.Zeros([10, 100, 100, 1], DType.UInt8)).Length, 100, 4000);

    [Fact]
    public void Wrong_use_is_explained()
    {
        Tensor frames = Tensor.Zeros([2, 4, 4, 3], DType.UInt8);
        Assert.Equal("Animation: received frames of Float32; expected UInt8, 0 to 255. Cast them first.", Assert.Throws<DTypeException>(() => Animation.ToGif(frames.Cast(DType.Float32))).Message);
        Assert.Equal("Animation: received frames of shape (4, 4, 3); expected (frames, height, width, 1 or 3).", Assert.Throws<ShapeException>(() => Animation.ToGif(frames.At(0))).Message);
        Assert.StartsWith("Animation: received the scale 2000 for frames of 4 x 4; expected 1 or more", Assert.Throws<ArgumentOutOfRangeException>(() => Animation.ToGif(frames, 2000)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Animation: received 60 frames per second; expected 0.01 to 50.", Assert.Throws<ArgumentOutOfRangeException>(() => Animation.ToGif(frames, 1, 60)).Message, StringComparison.Ordinal);
        Tensor colors = Tensor.From([.. Enumerable.Range(0, 257).SelectMany(color => (byte[])[(byte)color, (byte)(color / 256), 0])], [1, 1, 257, 3]);
        Assert.StartsWith("Animation: received frames of more than 256 colours; a GIF holds at most that.", Assert.Throws<ArgumentException>(() => Animation.ToGif(colors)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Animation.Save: received the name episode.png; expected one that ends in .gif.", Assert.Throws<ArgumentException>(() => Animation.Save("episode.png", frames)).Message, StringComparison.Ordinal);
    }
}
