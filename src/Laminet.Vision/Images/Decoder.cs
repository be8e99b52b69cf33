using System.Globalization;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Laminet.Vision.Images;

/// <summary>
/// An image file that Skia decodes (JPEG with libjpeg-turbo, PNG with libpng, WebP with libwebp). Skia first reads the header, and then writes the pixels into memory whose size was checked. It does not
/// convert colour spaces and does not turn images. The result code of Skia is the only sign of a truncated file.
/// </summary>
internal sealed class Decoder : IDisposable
{
    private const int Channels = 4;

    private readonly SKData data;
    private readonly SKCodec codec;
    private readonly string name;

    private Decoder(SKData data, SKCodec codec, string name, int orientation) => (this.data, this.codec, this.name, Orientation) = (data, codec, name, orientation);

    public ImageFormat Format => FormatOf(codec.EncodedFormat)!.Value;

    /// <summary>1 to 8, as EXIF counts.</summary>
    public int Orientation { get; }

    /// <summary>The stored rows.</summary>
    public int Height => codec.Info.Height;

    /// <summary>The stored columns.</summary>
    public int Width => codec.Info.Width;

    private string Truncated => $"Cannot read {name}: the file ends before the image does. It may have been cut off in a download or a copy; get it again.";

    public bool HasAlpha => codec.Info.AlphaType != SKAlphaType.Opaque;

    /// <summary>Reads the header.</summary>
    /// <param name="bytes">The file, or its beginning.</param>
    /// <param name="name">Its name in error messages.</param>
    /// <param name="limits">What it may ask for.</param>
    /// <exception cref="ImageException">It is no image, or asks for too much.</exception>
    public static Decoder Open(ReadOnlySpan<byte> bytes, string name, ImageLimits limits)
    {
        Decoder decoder = TryOpen(bytes, name) ?? throw NoImage(bytes, name);
        try
        {
            RequirePixels(decoder.Height, decoder.Width, name, limits);
            decoder.RequireScans(bytes, limits);
            return decoder;
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    /// <summary>What to say of bytes that cannot be opened.</summary>
    public static ImageException NoImage(ReadOnlySpan<byte> bytes, string name) => new(bytes.Length == 0
        ? $"Cannot read {name}: it is empty. It may have been cut off in a download or a copy; get it again."
        : $"Cannot read {name}: it is no JPEG, PNG, WebP, GIF or BMP image, or its header is damaged (it begins with {Convert.ToHexString(bytes[..Math.Min(bytes.Length, 8)])}). Convert it to PNG or JPEG.");

    /// <summary>Whether these bytes begin like a file of a format that is read.</summary>
    public static bool IsKnown(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) || PngSamples.IsPng(bytes) || WebPOrientation.IsWebP(bytes) || bytes.StartsWith("GIF8"u8) || bytes.StartsWith("BM"u8);

    /// <summary>The same, or null where these bytes are no image or not enough of it.</summary>
    public static Decoder? TryOpen(ReadOnlySpan<byte> bytes, string name)
    {
        SKData data = SKData.CreateCopy(bytes);
        SKCodec? codec = bytes.Length == 0 ? null : SKCodec.Create(data);
        if (codec is not null && FormatOf(codec.EncodedFormat) is not null)
        {
            int origin = codec.EncodedFormat == SKEncodedImageFormat.Png ? PngOrientation.Of(bytes) : (int)codec.EncodedOrigin;
            return new Decoder(data, codec, name, origin is >= 1 and <= 8 ? origin : 1);
        }

        codec?.Dispose();
        data.Dispose();
        return null;
    }

    /// <summary>The pixels as they are stored, or at a reduced size.</summary>
    /// <param name="eighths">How many eighths of the size; fewer than 8 for a JPEG alone.</param>
    /// <exception cref="ImageException">The file is damaged or ends too early.</exception>
    public Pixels Decode(int eighths = 8)
    {
        SKSizeI size = Reduced(eighths);
        Pixels pixels = new(size.Height, size.Width, Channels, HasAlpha);
        GCHandle pinned = GCHandle.Alloc(pixels.Buffer, GCHandleType.Pinned);
        SKCodecResult result;
        try
        {
            SKImageInfo info = new(size.Width, size.Height, SKColorType.Rgba8888, HasAlpha ? SKAlphaType.Unpremul : SKAlphaType.Opaque, null);
            result = codec.GetPixels(info, pinned.AddrOfPinnedObject(), info.RowBytes, SKCodecOptions.Default);
        }
        finally
        {
            pinned.Free();
        }

        if (result == SKCodecResult.Success)
            return pixels;
        pixels.Dispose();
        throw new ImageException(result switch
        {
            SKCodecResult.IncompleteInput => Truncated,
            SKCodecResult.ErrorInInput => $"Cannot read {name}: its pixels are damaged. Get the file again, or leave it out.",
            _ => $"Cannot read {name}: the decoder reports {result}. Convert the file to PNG or JPEG.",
        });
    }

    /// <summary>The size of the upright image when it is decoded at some eighths of its size.</summary>
    public (int Height, int Width) SizeAt(int eighths)
    {
        SKSizeI size = Reduced(eighths);
        return Orientations.Size(Orientation, size.Height, size.Width);
    }

    /// <summary>The fewest eighths in which no side is below what is wanted.</summary>
    public int EighthsFor(Placement placement)
    {
        if (Format != ImageFormat.Jpeg)
            return 8;
        (int oldHeight, int oldWidth) = SizeAt(8);
        for (int eighths = 1; eighths < 8; eighths++)
        {
            (int height, int width) = SizeAt(eighths);
            if ((long)height * placement.Part.Height / oldHeight >= placement.Scaled.Height && (long)width * placement.Part.Width / oldWidth >= placement.Scaled.Width)
                return eighths;
        }

        return 8;
    }

    public void Dispose()
    {
        codec.Dispose();
        data.Dispose();
    }

    /// <summary>Checks a size before memory is taken for it.</summary>
    public static void RequirePixels(long height, long width, string name, ImageLimits limits)
    {
        if (height * width > limits.MostPixels)
        {
            throw new ImageException(string.Create(CultureInfo.InvariantCulture,
                $"Cannot read {name}: it claims {width} x {height} pixels, and at most {limits.MostPixels:N0} are read. If the file can be trusted, set ImageReading.Limits to more; else leave it out."));
        }
    }

    private void RequireScans(ReadOnlySpan<byte> bytes, ImageLimits limits)
    {
        if (Format != ImageFormat.Jpeg)
            return;
        JpegMarkers markers = JpegMarkers.Of(bytes);
        if (markers.IsCutOff)
            throw new ImageException(Truncated);
        if (markers.Scans > limits.Scans)
        {
            throw new ImageException(
                $"Cannot read {name}: it has {markers.Scans} scans, and at most {limits.Scans} are read, because each takes as long as an image. If the file can be trusted, set ImageReading.Limits to more; else leave it out.");
        }
    }

    private SKSizeI Reduced(int eighths) => eighths == 8 ? new SKSizeI(Width, Height) : codec.GetScaledDimensions(eighths / 8f);

    private static ImageFormat? FormatOf(SKEncodedImageFormat format) => format switch
    {
        SKEncodedImageFormat.Jpeg => ImageFormat.Jpeg,
        SKEncodedImageFormat.Png => ImageFormat.Png,
        SKEncodedImageFormat.Webp => ImageFormat.WebP,
        SKEncodedImageFormat.Gif => ImageFormat.Gif,
        SKEncodedImageFormat.Bmp => ImageFormat.Bmp,
        _ => null,
    };
}
