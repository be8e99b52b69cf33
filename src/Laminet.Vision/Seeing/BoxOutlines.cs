using Laminet.Configuration;
using Laminet.Metrics.Detection;
using Laminet.Tensors;

namespace Laminet.Vision.Seeing;

/// <summary>Boxes drawn on an image: what a detector found, or what it should find.</summary>
/// <example><code>
/// Tensor photo = Image.Read("cat.jpg");
/// FoundBox[] found = [new FoundBox(new Box(40, 30, 200, 180), Class: 0, Score: 0.9)];   // as a detector gives them
/// Image.Write("found.png", BoxOutlines.Over(photo, found));
/// </code></example>
public static class BoxOutlines
{
    // Colours that the colour-blind tell apart (Okabe and Ito, "Color universal design", 2008), without black; the eighth class begins again.
    private static readonly (byte Red, byte Green, byte Blue)[] Colours =
        [(213, 94, 0), (0, 114, 178), (0, 158, 115), (240, 228, 66), (204, 121, 167), (86, 180, 233), (230, 159, 0)];

    /// <summary>The outlines of detections over an image, the best on top.</summary>
    /// <inheritdoc cref="Over(Tensor, IEnumerable{TrueBox}, int)"/>
    public static Tensor Over(Tensor image, IEnumerable<FoundBox> boxes, int thickness = 2)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        return Over(image, boxes.OrderBy(one => one.Score).Select(one => new TrueBox(one.Box, one.Class)), thickness);
    }

    /// <summary>The outlines of objects over an image, in a colour for each class. A line lies inside its box, whose sides are rounded to whole pixels; what lies outside the image is cut off.</summary>
    /// <param name="image">(height, width, channels) of 1 or 3 channels: UInt8, or floating point from 0 to 255.</param>
    /// <param name="boxes">The boxes, in pixels of the image; later ones are drawn over earlier ones.</param>
    /// <param name="thickness">How many pixels wide a line is, 1 or more.</param>
    /// <returns>UInt8 (height, width, 3).</returns>
    /// <exception cref="ShapeException">This is no image.</exception>
    /// <exception cref="ArgumentException">A side is no finite number, or the class is below 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The thickness is below 1.</exception>
    public static Tensor Over(Tensor image, IEnumerable<TrueBox> boxes, int thickness = 2)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(boxes);
        Setting.Require(thickness, thickness >= 1, "1 or more");
        if (image.Rank != 3 || image.Shape[2] is not (1 or 3) || image.Shape.ElementCount == 0)
            throw new ShapeException($"{nameof(BoxOutlines)}: received an image of shape {image.Shape}; expected (height, width, 1 or 3).");
        (int height, int width) = (image.Shape[0], image.Shape[1]);
        byte[] pixels = image.Cast(DType.Float32).Round().Clip(0.0, byte.MaxValue).Cast(DType.UInt8).BroadcastTo([height, width, 3]).ToArray<byte>();
        foreach (TrueBox one in boxes)
        {
            if (one.Class < 0 || !double.IsFinite(one.Box.Left + one.Box.Top + one.Box.Right + one.Box.Bottom))
                throw new ArgumentException($"{nameof(BoxOutlines)}: received {one}; expected finite sides and a class of 0 or more.", nameof(boxes));
            (int left, int right) = (Pixel(one.Box.Left, width), Pixel(one.Box.Right, width));
            (int top, int bottom) = (Pixel(one.Box.Top, height), Pixel(one.Box.Bottom, height));
            for (int y = Math.Max(0, top); y < Math.Min(height, bottom); y++)
            {
                bool isAcross = y - top < thickness || bottom - y <= thickness;
                for (int x = Math.Max(0, left); x < Math.Min(width, right); x++)
                {
                    if (isAcross || x - left < thickness || right - x <= thickness)
                        (pixels[((y * width) + x) * 3], pixels[(((y * width) + x) * 3) + 1], pixels[(((y * width) + x) * 3) + 2]) = Colours[one.Class % Colours.Length];
                }
            }
        }

        return Tensor.From(pixels, [height, width, 3]);

        // Far outside the image all places are the same: no line is seen.
        int Pixel(double side, int length) => (int)Math.Round(Math.Clamp(side, -thickness - 1.0, length + thickness + 1.0));
    }
}
