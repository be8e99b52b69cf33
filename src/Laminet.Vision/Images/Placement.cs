namespace Laminet.Vision.Images;

/// <summary>
/// How an image is brought to a size, in numbers: a part of it is cut out, scaled, and laid on a canvas. The scaled part may be larger than the canvas. Pixels, boxes and masks are all placed by these numbers.
/// </summary>
/// <param name="Part">What is cut out.</param>
/// <param name="Scaled">The size it is scaled to.</param>
/// <param name="Top">The row of the canvas where the scaled part begins; negative where it is cut.</param>
/// <param name="Left">The column of the canvas where the scaled part begins.</param>
/// <param name="Canvas">The wanted size.</param>
internal readonly record struct Placement(Placement.Rectangle Part, (int Height, int Width) Scaled, int Top, int Left, (int Height, int Width) Canvas)
{
    /// <summary>Neighbouring rows and columns.</summary>
    internal readonly record struct Rectangle(int Top, int Left, int Height, int Width);

    public bool IsCovered => Top <= 0 && Left <= 0 && Top + Scaled.Height >= Canvas.Height && Left + Scaled.Width >= Canvas.Width;

    /// <summary>Whether an image of a size is cut or scaled at all.</summary>
    public bool IsScaled(int height, int width) => Part != new Rectangle(0, 0, height, width) || Scaled != (height, width);

    /// <summary>Whether a pixel of the canvas belongs to the image and not to the margin.</summary>
    public bool IsInside(int row, int column) => (uint)(row - Top) < (uint)Scaled.Height && (uint)(column - Left) < (uint)Scaled.Width;

    public static Placement Of(int height, int width, ImageReading reading)
    {
        Rectangle whole = new(0, 0, height, width);
        if (reading.Size is not { } size)
            return new(whole, (height, width), 0, 0, (height, width));
        switch (reading.Fit)
        {
            case ImageFit.Cover:
                // Keras's smart_resize: truncated, never above the image.
                int partHeight = Math.Clamp((int)((double)width * size.Height / size.Width), 1, height), partWidth = Math.Clamp((int)((double)height * size.Width / size.Height), 1, width);
                return new(new((height - partHeight) / 2, (width - partWidth) / 2, partHeight, partWidth), size, 0, 0, size);
            case ImageFit.Letterbox:
                double scale = Math.Min((double)size.Height / height, (double)size.Width / width);
                (int Height, int Width) scaled = (Rounded(height * scale, size.Height), Rounded(width * scale, size.Width));
                return new(whole, scaled, (size.Height - scaled.Height) / 2, (size.Width - scaled.Width) / 2, size);
            case ImageFit.CenterCrop:
                (int Height, int Width) larger = ShorterSide(height, width, reading.ShorterSide!.Value);
                return new(whole, larger, -Start(larger.Height, size.Height, CropRounding.HalfToEven), -Start(larger.Width, size.Width, CropRounding.HalfToEven), size);
            default:
                return new(whole, size, 0, 0, size);
        }
    }

    /// <summary>The size of an image whose shorter side gets a length; the longer one is truncated, as in torchvision.</summary>
    public static (int Height, int Width) ShorterSide(int height, int width, int side) => height <= width
        ? (side, Longer(width, height, side))
        : (Longer(height, width, side), side);

    /// <summary>Where the middle begins.</summary>
    public static int Start(int length, int crop, CropRounding rounding) => rounding switch
    {
        CropRounding.Down => (length - crop) / 2,
        _ => (int)Math.Round((length - crop) / 2.0, MidpointRounding.ToEven),
    };

    /// <summary>The same way for an image that was decoded at another size.</summary>
    public Placement From(int height, int width, int oldHeight, int oldWidth)
    {
        int top = (int)((long)Part.Top * height / oldHeight), left = (int)((long)Part.Left * width / oldWidth);
        int bottom = (int)((((long)Part.Top + Part.Height) * height + oldHeight - 1) / oldHeight), right = (int)((((long)Part.Left + Part.Width) * width + oldWidth - 1) / oldWidth);
        return this with { Part = new(top, left, Math.Min(bottom, height) - top, Math.Min(right, width) - left) };
    }

    /// <summary>A point of the image on the canvas. Points lie between pixels: 0 is the edge of the first one.</summary>
    public (double X, double Y) Map(double x, double y) =>
        (((x - Part.Left) * Scaled.Width / Part.Width) + Left, ((y - Part.Top) * Scaled.Height / Part.Height) + Top);

    private static int Longer(int longer, int shorter, int side) => (int)Math.Min(int.MaxValue, (long)side * longer / shorter);

    private static int Rounded(double length, int most) => Math.Clamp((int)Math.Round(length, MidpointRounding.AwayFromZero), 1, most);
}
