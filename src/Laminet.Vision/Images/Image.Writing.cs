using Laminet.Files;
using Laminet.Tensors;
using SkiaSharp;

namespace Laminet.Vision.Images;

/// <content>Images written.</content>
public static partial class Image
{
    /// <summary>Writes an image as PNG or JPEG; the file extension decides. If the write fails, the old file stays.</summary>
    /// <param name="path">The file: .png, .jpg or .jpeg.</param>
    /// <param name="image">(height, width, channels): UInt8, or floating point from 0 to 255, which is rounded and clipped. 1 channel is grey, 3 are RGB, 4 are RGBA (PNG alone).</param>
    /// <param name="quality">For JPEG, 1 to 100.</param>
    /// <exception cref="ArgumentException">The extension is another one, or the quality is out of its range.</exception>
    /// <exception cref="ShapeException">This is no image.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Tensor image, int quality = 90)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PNG" => EncodePng(image),
            ".JPG" or ".JPEG" => EncodeJpeg(image, quality),
            string other => throw new ArgumentException($"Image.Write: received the name {path}; expected one that ends in .png, .jpg or .jpeg, not '{other}'.", nameof(path)),
        };
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The image as the bytes of a PNG file: without loss.</summary>
    /// <param name="image">(height, width, channels): UInt8, or floating point from 0 to 255, which is rounded and clipped. 1 channel is grey, 3 are RGB, 4 are RGBA.</param>
    /// <exception cref="ShapeException">This is no image.</exception>
    public static byte[] EncodePng(Tensor image) => Encode(image, "EncodePng", pixmap => pixmap.Encode(SKPngEncoderOptions.Default));

    /// <summary>The image as the bytes of a JPEG file, with colours at half the resolution (4:2:0).</summary>
    /// <param name="image">(height, width, channels): UInt8, or floating point from 0 to 255, which is rounded and clipped. 1 channel is grey, 3 are RGB.</param>
    /// <param name="quality">1 to 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">The quality is out of its range.</exception>
    /// <exception cref="ShapeException">This is no image, or it has opacity, which JPEG does not store.</exception>
    public static byte[] EncodeJpeg(Tensor image, int quality = 90)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (quality is < 1 or > 100)
            throw new ArgumentOutOfRangeException(nameof(quality), $"EncodeJpeg: received the quality {quality}; expected 1 to 100.");
        if (image.Rank == 3 && image.Shape[2] == 4)
            throw new ShapeException($"EncodeJpeg: received an image of shape {image.Shape}; JPEG stores no opacity. Give the colours alone, image[.., .., ..3], or write PNG.");
        return Encode(image, "EncodeJpeg", pixmap => pixmap.Encode(new SKJpegEncoderOptions(quality)));
    }

    private static byte[] Encode(Tensor image, string operation, Func<SKPixmap, SKData?> encode)
    {
        RequireImage(image, operation);
        RequireChannels(image, operation);
        if (image.DType.IsFloat())
            image = image.Cast(DType.Float32).Round().Clip(0, byte.MaxValue).Cast(DType.UInt8);
        else if (image.DType != DType.UInt8)
            throw new DTypeException($"{operation}: received an image of {image.DType}; expected UInt8, or a floating-point type from 0 to 255. Cast it first.");
        using Pixels pixels = Pixels.Of(image);
        SKImageInfo info = new(pixels.Width, pixels.Height, pixels.Channels == 1 ? SKColorType.Gray8 : SKColorType.Rgba8888, pixels.HasAlpha ? SKAlphaType.Unpremul : SKAlphaType.Opaque);
        using SKImage copy = SKImage.FromPixelCopy(info, pixels.All);
        using SKPixmap pixmap = copy.PeekPixels();
        using SKData? data = encode(pixmap);
        return data?.ToArray() ?? throw new ShapeException($"{operation}: the encoder refused an image of shape {image.Shape}. JPEG holds at most 65,535 rows and columns.");
    }
}
