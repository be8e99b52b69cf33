using System.Buffers.Binary;
using Laminet.Files;
using Laminet.Tensors;

namespace Laminet.Plots;

/// <summary>
/// Images one after the other as an animated GIF that repeats. The colours are kept as they are, so there may be at most 256 of them. (Graphics Interchange Format, version 89a, CompuServe 1990; Welch, "A technique for
/// high-performance data compression", 1984.)
/// </summary>
/// <example><code>
/// Animation.Save("episode.gif", Tensor.Stack(frames), scale: 16, framesPerSecond: 12);
/// </code></example>
public static class Animation
{
    private const int LargestSide = 4096, MostColors = 256, MostCodes = 4096, LargestBlock = 255;

    /// <summary>Writes the animation. A failed write leaves the old file.</summary>
    /// <param name="path">The file: .gif.</param>
    /// <param name="frames">(frames, height, width, 1 or 3), UInt8; 1 channel is grey, 3 are RGB.</param>
    /// <param name="scale">How many pixels of the file a pixel is wide and high.</param>
    /// <param name="framesPerSecond">How fast it is shown, 0.01 to 50; the file holds hundredths of a second.</param>
    /// <exception cref="ArgumentException">The name does not end in .gif, or there are more than 256 colours.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The scale or the speed is out of its range.</exception>
    /// <exception cref="ShapeException">The shape is another one, or a side is longer than 4,096 pixels.</exception>
    /// <exception cref="DTypeException">The frames are not UInt8.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, Tensor frames, int scale = 1, double framesPerSecond = 10)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Path.GetExtension(path).Equals(".gif", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"Animation.Save: received the name {path}; expected one that ends in .gif.", nameof(path));
        byte[] bytes = ToGif(frames, scale, framesPerSecond);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The animation as the bytes of a GIF file.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <inheritdoc cref="Save" path="/exception"/>
    public static byte[] ToGif(Tensor frames, int scale = 1, double framesPerSecond = 10)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.DType != DType.UInt8)
            throw new DTypeException($"Animation: received frames of {frames.DType}; expected UInt8, 0 to 255. Cast them first.");
        if (frames.Rank != 4 || frames.Shape[3] is not (1 or 3) || frames.Shape.ElementCount == 0)
            throw new ShapeException($"Animation: received frames of shape {frames.Shape}; expected (frames, height, width, 1 or 3).");
        if (scale < 1 || (long)scale * Math.Max(frames.Shape[1], frames.Shape[2]) > LargestSide)
            throw new ArgumentOutOfRangeException(nameof(scale), $"Animation: received the scale {scale} for frames of {frames.Shape[1]} x {frames.Shape[2]}; expected 1 or more, and sides of at most {LargestSide} pixels.");
        if (!(framesPerSecond is >= 0.01 and <= 50))
            throw new ArgumentOutOfRangeException(nameof(framesPerSecond), FormattableString.Invariant($"Animation: received {framesPerSecond} frames per second; expected 0.01 to 50."));
        (int count, int height, int width) = (frames.Shape[0], frames.Shape[1], frames.Shape[2]);
        (byte[] pixels, int[] palette) = Indexed(frames);
        // 4 at least: a code size of 1 is not allowed.
        int bits = Math.Max(2, 32 - int.LeadingZeroCount(palette.Length - 1));
        using MemoryStream file = new();
        file.Write("GIF89a"u8);
        Write16(file, width * scale, height * scale);
        // A palette for all frames; no background, square pixels.
        file.Write([(byte)(0xF0 | (bits - 1)), 0, 0]);
        for (int place = 0; place < 1 << bits; place++)
        {
            int color = place < palette.Length ? palette[place] : 0;
            file.Write([(byte)(color >> 16), (byte)(color >> 8), (byte)color]);
        }

        // Repeats without end.
        file.Write([0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0]);
        for (int frame = 0; frame < count; frame++)
        {
            ReadOnlySpan<byte> own = pixels.AsSpan(frame * height * width, height * width);
            (int left, int top, int wide, int high) = Changed(own, frame == 0 ? [] : pixels.AsSpan((frame - 1) * height * width, height * width), width);
            byte[] enlarged = new byte[high * scale * wide * scale];
            for (int place = 0; place < enlarged.Length; place++)
                enlarged[place] = own[((top + (place / (wide * scale) / scale)) * width) + left + (place % (wide * scale) / scale)];
            file.Write([0x21, 0xF9, 4, 4]);
            Write16(file, (int)Math.Round(100 / framesPerSecond));
            file.Write([0, 0, 0x2C]);
            Write16(file, left * scale, top * scale, wide * scale, high * scale);
            file.Write([0, (byte)bits]);
            Compress(file, enlarged, bits);
        }

        file.WriteByte(0x3B);
        return file.ToArray();
    }

    // The part of a frame that is not as in the one before, which stays; a pixel where all is.
    private static (int Left, int Top, int Width, int Height) Changed(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> before, int width)
    {
        if (before.Length == 0)
            return (0, 0, width, frame.Length / width);
        (int left, int top, int right, int bottom) = (width, int.MaxValue, 0, 0);
        for (int place = 0; place < frame.Length; place++)
        {
            if (frame[place] == before[place])
                continue;
            (left, right) = (Math.Min(left, place % width), Math.Max(right, place % width));
            (top, bottom) = (Math.Min(top, place / width), place / width);
        }

        return left > right ? (0, 0, 1, 1) : (left, top, right - left + 1, bottom - top + 1);
    }

    // The place of each pixel's colour among all colours, and these as 0xRRGGBB.
    private static (byte[] Pixels, int[] Palette) Indexed(Tensor frames)
    {
        byte[] values = frames.ToArray<byte>();
        int channels = frames.Shape[3];
        byte[] pixels = new byte[values.Length / channels];
        Dictionary<int, byte> places = [];
        for (int pixel = 0; pixel < pixels.Length; pixel++)
        {
            ReadOnlySpan<byte> own = values.AsSpan(pixel * channels, channels);
            int color = (own[0] << 16) | (own[channels / 2] << 8) | own[^1];
            if (!places.TryGetValue(color, out byte place))
            {
                if (places.Count == MostColors)
                    throw new ArgumentException($"Animation: received frames of more than {MostColors} colours; a GIF holds at most that. Draw with fewer, or round them.", nameof(frames));
                places[color] = place = (byte)places.Count;
            }

            pixels[pixel] = place;
        }

        return (pixels, [.. places.Keys]);
    }

    // Lempel, Ziv and Welch: codes of growing size for strings seen before, the first bit lowest, in blocks of up to 255 bytes.
    private static void Compress(MemoryStream file, byte[] pixels, int bits)
    {
        int clear = 1 << bits, end = clear + 1, next = end + 1, size = bits + 1, held = 0, heldBits = 0;
        Dictionary<int, int> codes = [];
        List<byte> packed = [];
        Put(clear);
        int code = pixels[0];
        foreach (byte pixel in pixels.AsSpan(1))
        {
            int longer = (code << 8) | pixel;
            if (codes.TryGetValue(longer, out int known))
            {
                code = known;
                continue;
            }

            Put(code);
            code = pixel;
            if (next == MostCodes)
            {
                Put(clear);
                codes.Clear();
                (next, size) = (end + 1, bits + 1);
                continue;
            }

            // A reader knows this string one code later, and then counts on.
            if (next == 1 << size)
                size++;
            codes[longer] = next++;
        }

        Put(code);
        // Here too: a reader has one string more after the last code.
        if (next == 1 << size && next < MostCodes)
            size++;
        Put(end);
        if (heldBits > 0)
            packed.Add((byte)held);
        foreach (byte[] block in packed.Chunk(LargestBlock))
            file.Write([(byte)block.Length, .. block]);
        file.WriteByte(0);

        void Put(int value)
        {
            held |= value << heldBits;
            for (heldBits += size; heldBits >= 8; heldBits -= 8, held >>= 8)
                packed.Add((byte)held);
        }
    }

    private static void Write16(MemoryStream file, params ReadOnlySpan<int> numbers)
    {
        Span<byte> bytes = stackalloc byte[2];
        foreach (int number in numbers)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)number);
            file.Write(bytes);
        }
    }
}
