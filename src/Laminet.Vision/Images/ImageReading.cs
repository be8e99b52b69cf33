using Laminet.Tensors;

namespace Laminet.Vision.Images;

/// <summary>How images are read: the size, the channels and the element type of the tensors, and what a file may ask for.</summary>
/// <example><code>
/// var reading = new ImageReading { Size = (224, 224), Fit = ImageFit.CenterCrop, ShorterSide = 256 };
/// Tensor photo = Image.Read("bee.jpg", reading);   // UInt8 (224, 224, 3)
/// </code></example>
public sealed record ImageReading
{
    /// <summary>Images as they are stored, RGB, UInt8.</summary>
    public static ImageReading Default { get; } = new();

    /// <summary>Height and width of the tensor; null keeps those of the file.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>How an image is brought to <see cref="Size"/>.</summary>
    public ImageFit Fit { get; init; } = ImageFit.Stretch;

    /// <summary>For <see cref="ImageFit.CenterCrop"/>: the length of the shorter side before the middle is cut out, at least the larger side of <see cref="Size"/>.</summary>
    public int? ShorterSide { get; init; }

    /// <summary>For <see cref="ImageFit.Letterbox"/>: the value of the filling in every colour, 0 to 255; it is opaque.</summary>
    public byte Fill { get; init; }

    /// <summary>How pixels are made in another size; always antialiased, with Pillow's bits.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>The channels.</summary>
    public ImageColor Color { get; init; } = ImageColor.Rgb;

    /// <summary>
    /// UInt8 (0 to 255), UInt16 (0 to 65535) or Float32 (0 to 255). A PNG of 16 bits v is rounded to v / 257 for UInt8; UInt16 gives v and Float32 v / 257. In another size such an image is computed in floating
    /// point and clipped to the range; with opacity, colours are weighted by it. Other images have 8 bits, are resized in 8 bits, and are multiplied by 257 for UInt16.
    /// </summary>
    public DType DType { get; init; } = DType.UInt8;

    /// <summary>
    /// Whether a JPEG that becomes smaller is decoded at a reduced size: the smallest of 1/8, 2/8, ... of its size that is not below the target. This is faster, but the pixels differ a little from those of
    /// a full decode.
    /// </summary>
    public bool Reduced { get; init; }

    /// <summary>The limits for a file and for the images on the way to its size.</summary>
    public ImageLimits Limits { get; init; } = ImageLimits.Default;

    /// <summary>How many channels the tensors have.</summary>
    public int Channels => Color switch { ImageColor.Rgb => 3, ImageColor.Rgba => 4, _ => 1 };

    /// <summary>Checks the settings against each other.</summary>
    /// <exception cref="ArgumentException">They do not fit. The message says which.</exception>
    internal void Check()
    {
        if (Size is { } size && (size.Height < 1 || size.Width < 1))
            throw new ArgumentException($"ImageReading: received the size ({size.Height}, {size.Width}); height and width must be 1 or more.");
        if (DType is not (DType.UInt8 or DType.UInt16 or DType.Float32))
            throw new ArgumentException($"ImageReading: received the element type {DType}; expected UInt8, UInt16 or Float32. Cast the tensor afterwards.");
        if (Fit != ImageFit.CenterCrop)
        {
            if (ShorterSide is { } unused)
                throw new ArgumentException($"ImageReading: received the shorter side {unused} and the fit {Fit}; a shorter side goes with Fit = ImageFit.CenterCrop.");
            return;
        }

        if (Size is not { } crop || ShorterSide is not { } side || side < Math.Max(crop.Height, crop.Width))
        {
            throw new ArgumentException($"ImageReading: received the fit CenterCrop with {(Size is null ? "no size" : $"the size {Size}")} and {(ShorterSide is null ? "no shorter side" : $"the shorter side {ShorterSide}")}; "
                + "expected a size and a shorter side that is not below it, such as Size = (224, 224), ShorterSide = 256.");
        }
    }
}
