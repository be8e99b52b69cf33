using System.Globalization;
using Laminet.Tensors;

namespace Laminet.Vision.Images;

/// <summary>From a file to a tensor: bytes, pixels, upright, channels, size.</summary>
internal static class ImageReader
{
    // One number of 16 bits is 257 of 8 bits: 65535 / 255.
    private const int SixteenToEight = 257;

    /// <summary>Reads a file.</summary>
    public static PlacedImage Read(string path, ImageReading reading) => Decode(Bytes(path, reading.Limits), path, reading);

    /// <summary>Reads the bytes of a file.</summary>
    public static PlacedImage Decode(ReadOnlySpan<byte> bytes, string name, ImageReading reading)
    {
        if (bytes.Length > reading.Limits.FileBytes)
            throw TooLong(name, reading.Limits);
        using Decoder decoder = Decoder.Open(bytes, name, reading.Limits);
        (int height, int width) = Orientations.Size(decoder.Orientation, decoder.Height, decoder.Width);
        Placement placement = Placement.Of(height, width, reading);
        Decoder.RequirePixels(placement.Scaled.Height, placement.Scaled.Width, $"{name} at a shorter side of {reading.ShorterSide}", reading.Limits);
        if (PngSamples.HasSixteenBits(bytes))
            return Placed(Sixteen(PngSamples.Read(bytes, name, reading.Limits), decoder.Orientation, placement, reading));
        int eighths = reading.Reduced ? decoder.EighthsFor(placement) : 8;
        Pixels pixels = decoder.Decode(eighths).Upright(decoder.Orientation);
        Placement actual = eighths == 8 ? placement : placement.From(pixels.Height, pixels.Width, height, width);
        return Placed(AsType(Eight(pixels, actual, reading), reading.DType));

        PlacedImage Placed(Tensor image) => new(image, (height, width), placement, reading.Limits);
    }

    /// <summary>What a header says, or null where these bytes do not hold one.</summary>
    public static ImageInfo? TryInfo(ReadOnlySpan<byte> bytes, string name)
    {
        using Decoder? decoder = Decoder.TryOpen(bytes, name);
        if (decoder is null)
            return null;
        (int height, int width) = Orientations.Size(decoder.Orientation, decoder.Height, decoder.Width);
        return new ImageInfo(height, width, decoder.Format, decoder.Orientation, decoder.HasAlpha, PngSamples.HasSixteenBits(bytes) ? 16 : 8);
    }

    /// <summary>A whole file, or its beginning.</summary>
    public static byte[] Bytes(string path, ImageLimits limits, int? most = null)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            if (!file.CanSeek)
                return Bytes(file, path, limits);
            if (file.Length > limits.FileBytes)
                throw TooLong(path, limits);
            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(file.Length, most ?? int.MaxValue));
            int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return read == bytes.Length ? bytes : bytes[..read];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageException($"Cannot read {path}: there is no such file. Check the path; it is taken from {Directory.GetCurrentDirectory()}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"Cannot read {path}: {(Directory.Exists(path) ? "it is a folder. Give a file, or use ImageFolder" : exception.Message.TrimEnd('.'))}.", exception);
        }
    }

    /// <summary>A stream to its end, or to the limit.</summary>
    public static byte[] Bytes(Stream stream, string name, ImageLimits limits)
    {
        using MemoryStream all = new();
        byte[] part = new byte[1 << 16];
        for (int read; (read = stream.Read(part)) > 0;)
        {
            all.Write(part, 0, read);
            if (all.Length > limits.FileBytes)
                throw TooLong(name, limits);
        }

        return all.ToArray();
    }

    // Takes the pixels.
    private static Tensor Eight(Pixels pixels, Placement placement, ImageReading reading)
    {
        if (reading.Color == ImageColor.Grey)
        {
            Pixels colours = pixels;
            pixels = colours.ToGrey();
            colours.Dispose();
        }

        if (placement.Part != new Placement.Rectangle(0, 0, pixels.Height, pixels.Width) || placement.Scaled != (pixels.Height, pixels.Width))
        {
            Pixels whole = pixels;
            pixels = PixelResize.Scale(whole, placement.Part, placement.Scaled, reading.Interpolation);
            whole.Dispose();
        }

        pixels = pixels.On(placement, reading.Fill);
        Tensor image = pixels.ToTensor(reading.Channels);
        pixels.Dispose();
        return image;
    }

    private static Tensor AsType(Tensor bytes, DType dtype) => dtype switch
    {
        DType.UInt8 => bytes,
        DType.Float32 => bytes.Cast(DType.Float32),
        _ => (bytes.Cast(DType.Int32) * SixteenToEight).Cast(DType.UInt16),
    };

    // Bits that Skia has no place for.
    private static Tensor Sixteen(PngSamples samples, int orientation, Placement placement, ImageReading reading)
    {
        ulong[] stored = Colours(samples);
        ulong[] upright = new ulong[stored.Length];
        Orientations.Apply<ulong>(stored, samples.Height, samples.Width, orientation, upright);
        (int height, int width) = Orientations.Size(orientation, samples.Height, samples.Width);
        if (reading.DType == DType.UInt8)
        {
            Pixels pixels = new(height, width, 4, hasAlpha: samples.Channels is 2 or 4 || samples.Transparent is not null);
            Span<byte> bytes = pixels.All;
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] = (byte)((Channel(upright[i / 4], i % 4) + (SixteenToEight / 2)) / SixteenToEight);
            return Eight(pixels, placement, reading);
        }

        int channels = reading.Channels;
        float[] numbers = new float[upright.Length * channels];
        for (int i = 0; i < numbers.Length; i++)
        {
            ulong pixel = upright[i / channels];
            numbers[i] = channels > 1 ? Channel(pixel, i % channels) : (float)((0.299 * Channel(pixel, 0)) + (0.587 * Channel(pixel, 1)) + (0.114 * Channel(pixel, 2)));
        }

        Tensor image = Image.Place(Tensor.From(numbers, [height, width, channels]), placement, reading.Interpolation, reading.Fill * SixteenToEight);
        return reading.DType == DType.UInt16 ? image.Round().Clip(0, ushort.MaxValue).Cast(DType.UInt16) : image / SixteenToEight;
    }

    private static int Channel(ulong pixel, int channel) => (ushort)(pixel >> (16 * channel));

    // Red, green, blue and opacity of each pixel, 16 bits each from below.
    private static ulong[] Colours(PngSamples samples)
    {
        ulong[] colours = new ulong[samples.Height * samples.Width];
        for (int i = 0; i < colours.Length; i++)
        {
            ReadOnlySpan<ushort> pixel = samples.Values.AsSpan(i * samples.Channels, samples.Channels);
            bool isColour = samples.Channels >= 3;
            ulong alpha = samples.Channels is 2 or 4 ? pixel[^1] : samples.Transparent is { } hidden && pixel.SequenceEqual(hidden) ? 0 : (ulong)ushort.MaxValue;
            colours[i] = pixel[0] | ((ulong)pixel[isColour ? 1 : 0] << 16) | ((ulong)pixel[isColour ? 2 : 0] << 32) | (alpha << 48);
        }

        return colours;
    }

    private static ImageException TooLong(string name, ImageLimits limits) => new(string.Create(CultureInfo.InvariantCulture,
        $"Cannot read {name}: it has more than {limits.FileBytes:N0} bytes. If the file can be trusted, set ImageReading.Limits to more; else leave it out."));
}
