using Laminet.Tensors;

namespace Laminet.Vision.Images;

/// <summary>From a file to a tensor: bytes, pixels, upright, channels, size.</summary>
internal static class ImageReader
{
    /// <summary>Reads a file.</summary>
    public static PlacedImage Read(string path, ImageReading reading) => ImageFile.Read(path, reading.Limits, bytes => Decode(bytes, path, reading));

    /// <summary>Reads the bytes of a file.</summary>
    public static PlacedImage Decode(ReadOnlySpan<byte> bytes, string name, ImageReading reading)
    {
        if (bytes.Length > reading.Limits.FileBytes)
            throw ImageFile.TooLong(name, reading.Limits);
        return PngSamples.HasSixteenBits(bytes) ? DecodeSixteen(bytes, name, reading) : DecodeEight(bytes, name, reading);
    }

    private static PlacedImage DecodeEight(ReadOnlySpan<byte> bytes, string name, ImageReading reading)
    {
        using Decoder decoder = Decoder.Open(bytes, name, reading.Limits);
        (int Height, int Width) stored = decoder.SizeAt(8);
        Placement placement = Placement.Of(stored.Height, stored.Width, reading);
        int eighths = reading.Reduced ? decoder.EighthsFor(placement) : 8;
        (int Height, int Width) decoded = decoder.SizeAt(eighths);
        Placement actual = eighths == 8 ? placement : placement.From(decoded.Height, decoded.Width, stored.Height, stored.Width);
        PlacementLimits.Require(actual, reading, isFloat: false, name);
        Tensor image = Placed(decoder.Decode(eighths).Upright(decoder.Orientation), actual, reading);
        return new PlacedImage(AsType(image, reading.DType), stored, placement, reading.Limits);
    }

    // Skia cuts 16 bits to 8.
    private static PlacedImage DecodeSixteen(ReadOnlySpan<byte> bytes, string name, ImageReading reading)
    {
        int orientation = PngOrientation.Of(bytes);
        (int height, int width) = PngSamples.Size(bytes, name, reading.Limits);
        (int Height, int Width) stored = Orientations.Size(orientation, height, width);
        Placement placement = Placement.Of(stored.Height, stored.Width, reading);
        PlacementLimits.Require(placement, reading, isFloat: reading.DType != DType.UInt8, name);
        PngSamples samples = PngSamples.Read(bytes, name, reading.Limits);
        Tensor image = reading.DType == DType.UInt8
            ? Placed(SixteenBits.ToEight(samples).Upright(orientation), placement, reading)
            : SixteenBits.Placed(samples, orientation, placement, reading);
        return new PlacedImage(image, stored, placement, reading.Limits);
    }

    // Takes the pixels.
    private static Tensor Placed(Pixels pixels, Placement placement, ImageReading reading)
    {
        // Before the size changes: the opacity that is left out must not weigh colours in one size and not in another.
        if (reading.Color == ImageColor.Rgb)
            pixels.LeaveAlpha();
        else if (reading.Color == ImageColor.Grey)
        {
            Pixels colours = pixels;
            pixels = colours.ToGrey();
            colours.Dispose();
        }

        if (placement.IsScaled(pixels.Height, pixels.Width))
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
        _ => (bytes.Cast(DType.Int32) * SixteenBits.PerEight).Cast(DType.UInt16),
    };
}
