using Laminet.Tensors;

namespace Laminet.Vision.Images;

/// <summary>
/// Images as tensors (height, width, channels): JPEG, PNG, WebP, GIF and BMP from files, streams and bytes; PNG and JPEG written; sizes changed with Pillow's bits. No file is
/// trusted: <see cref="ImageLimits"/> limit what it can cost, and a damaged or truncated file gives an <see cref="ImageException"/> that names it.
/// </summary>
/// <example><code>
/// Tensor bee = Image.Read("bee.jpg", new ImageReading { Size = (224, 224), Fit = ImageFit.Letterbox });
/// Image.Write("small.png", Image.Resize(bee, (64, 64), Interpolation.Lanczos3));
/// </code></example>
public static partial class Image
{
    /// <summary>Reads an image file and turns it upright by the orientation that a camera wrote into it.</summary>
    /// <param name="path">The file. Its format is detected from the content.</param>
    /// <param name="reading">Size, channels, element type and limits; null for the image as it is stored, RGB, UInt8.</param>
    /// <returns>(height, width, channels).</returns>
    /// <exception cref="ImageException">The file cannot be read. The message names it.</exception>
    public static Tensor Read(string path, ImageReading? reading = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ImageReader.Read(path, Checked(reading)).Image;
    }

    /// <summary>Reads an image from a stream, from its position to its end.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="reading">Size, channels, element type and limits.</param>
    /// <param name="name">Its name in error messages.</param>
    /// <inheritdoc cref="Read(string, ImageReading?)"/>
    public static Tensor Read(Stream stream, ImageReading? reading = null, string name = "the stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        reading = Checked(reading);
        return ImageReader.Decode(ImageFile.Bytes(stream, name, reading.Limits), name, reading).Image;
    }

    /// <summary>Reads an image from the bytes of a file.</summary>
    /// <param name="bytes">The bytes of the whole file.</param>
    /// <param name="reading">Size, channels, element type and limits.</param>
    /// <param name="name">Its name in error messages.</param>
    /// <inheritdoc cref="Read(string, ImageReading?)"/>
    public static Tensor Decode(ReadOnlySpan<byte> bytes, ImageReading? reading = null, string name = "the bytes") => ImageReader.Decode(bytes, name, Checked(reading)).Image;

    /// <summary>What the header of a file says: size, format, orientation. No pixel is decoded. Of most files the first 64 KB are read, never more than 32 MB, whatever the length of the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ImageException">The file cannot be read. The message names it.</exception>
    public static ImageInfo Info(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return HeaderReader.Read(path);
    }

    /// <summary>The same of the bytes of a file.</summary>
    /// <param name="bytes">The bytes of the file. Its beginning is enough, but for the orientation of a WebP file, which lies at the end.</param>
    /// <param name="name">Its name in error messages.</param>
    /// <inheritdoc cref="Info(string)"/>
    public static ImageInfo Info(ReadOnlySpan<byte> bytes, string name = "the bytes") => HeaderReader.Read(bytes, name);

    private static ImageReading Checked(ImageReading? reading)
    {
        reading ??= ImageReading.Default;
        reading.Check();
        return reading;
    }
}
