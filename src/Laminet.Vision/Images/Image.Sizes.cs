using Laminet.Tensors;

namespace Laminet.Vision.Images;

/// <content>Images in other sizes.</content>
public static partial class Image
{
    /// <summary>
    /// Changes the size of an image, with antialiasing: in a smaller image, a new pixel is the weighted mean of all old pixels under it. UInt8 images get the bits of Pillow's Image.resize: weights with 22
    /// fractional bits, rows first, rounded to 8 bits after each direction; with 4 channels, colours are weighted by their opacity. Float images are computed without rounding, each channel by itself (<see cref="Tensor.Resize"/>).
    /// </summary>
    /// <param name="image">(height, width, channels): UInt8 with 1, 3 or 4 channels, or floating point with any number of channels.</param>
    /// <param name="size">The new height and width.</param>
    /// <param name="interpolation">How the weights fall with the distance.</param>
    /// <exception cref="ShapeException">This is no image, a length is below 1, or the new image is too large for an array.</exception>
    /// <exception cref="DTypeException">The element type is another one.</exception>
    public static Tensor Resize(Tensor image, (int Height, int Width) size, Interpolation interpolation = Interpolation.Bilinear)
    {
        RequireImage(image, "Resize");
        RequireSize(size, "Resize");
        return Placed(image, new(new(0, 0, image.Shape[0], image.Shape[1]), size, 0, 0, size), interpolation, 0, "Resize");
    }

    /// <summary>The image with a shorter side of the given length; the longer one is truncated to whole pixels, as torchvision's Resize(side) does: 640 x 427 becomes 383 x 256.</summary>
    /// <param name="image">(height, width, channels).</param>
    /// <param name="side">The length of the shorter side.</param>
    /// <param name="interpolation">How the weights fall with the distance.</param>
    /// <inheritdoc cref="Resize" path="/exception"/>
    public static Tensor ResizeShorterSide(Tensor image, int side, Interpolation interpolation = Interpolation.Bilinear)
    {
        RequireImage(image, "ResizeShorterSide");
        return Resize(image, Placement.ShorterSide(image.Shape[0], image.Shape[1], side), interpolation);
    }

    /// <summary>The middle of an image.</summary>
    /// <param name="image">(height, width, channels), of any element type.</param>
    /// <param name="size">The height and width to keep, at most those of the image.</param>
    /// <param name="rounding">Where the middle begins when the margins cannot be equal.</param>
    /// <exception cref="ShapeException">This is no image, or it is smaller.</exception>
    public static Tensor CenterCrop(Tensor image, (int Height, int Width) size, CropRounding rounding = CropRounding.Down)
    {
        RequireImage(image, "CenterCrop");
        RequireSize(size, "CenterCrop");
        if (size.Height > image.Shape[0] || size.Width > image.Shape[1])
            throw new ShapeException($"CenterCrop: received the size {size} for an image of shape {image.Shape}, which is smaller. Resize it first, or use Letterbox.");
        int top = Placement.Start(image.Shape[0], size.Height, rounding), left = Placement.Start(image.Shape[1], size.Width, rounding);
        return image[top..(top + size.Height), left..(left + size.Width)];
    }

    /// <summary>The whole image, scaled by one factor, in the middle of a canvas. Where the margins cannot be equal the smaller one is above or left.</summary>
    /// <param name="image">(height, width, channels): UInt8 with 1, 3 or 4 channels, or floating point.</param>
    /// <param name="size">Height and width of the canvas.</param>
    /// <param name="fill">The value of the margins: of every channel of a float image, of the colours of a UInt8 image. There, margins are opaque.</param>
    /// <param name="interpolation">How the weights fall with the distance.</param>
    /// <inheritdoc cref="Resize" path="/exception"/>
    public static Tensor Letterbox(Tensor image, (int Height, int Width) size, byte fill = 0, Interpolation interpolation = Interpolation.Bilinear)
    {
        RequireImage(image, "Letterbox");
        RequireSize(size, "Letterbox");
        return Placed(image, Placement.Of(image.Shape[0], image.Shape[1], new ImageReading { Size = size, Fit = ImageFit.Letterbox }), interpolation, fill, "Letterbox");
    }

    private static Tensor Placed(Tensor image, Placement placement, Interpolation interpolation, byte fill, string operation)
    {
        PlacementLimits.Require(placement, image, interpolation, operation);
        return Place(image, placement, interpolation, fill);
    }

    /// <summary>Cuts an image, scales it and lays it on a canvas.</summary>
    internal static Tensor Place(Tensor image, Placement placement, Interpolation interpolation, int fill)
    {
        if (image.DType == DType.UInt8)
        {
            RequireChannels(image, "Resize");
            using Pixels source = Pixels.Of(image);
            using Pixels placed = PixelResize.Scale(source, placement.Part, placement.Scaled, interpolation).On(placement, (byte)fill);
            return placed.ToTensor(image.Shape[2]);
        }

        if (!image.DType.IsFloat())
            throw new DTypeException($"Resize: received an image of {image.DType}; expected UInt8 or a floating-point type. Cast it first.");
        Placement.Rectangle part = placement.Part;
        Tensor scaled = image[part.Top..(part.Top + part.Height), part.Left..(part.Left + part.Width)].ExpandDims(0).Resize(placement.Scaled, interpolation, antialias: true).At(0);
        int top = Math.Max(-placement.Top, 0), left = Math.Max(-placement.Left, 0);
        int height = Math.Min(scaled.Shape[0] - top, placement.Canvas.Height - Math.Max(placement.Top, 0)), width = Math.Min(scaled.Shape[1] - left, placement.Canvas.Width - Math.Max(placement.Left, 0));
        scaled = scaled[top..(top + height), left..(left + width)];
        int above = Math.Max(placement.Top, 0), before = Math.Max(placement.Left, 0);
        return placement.IsCovered ? scaled : scaled.Pad([(above, placement.Canvas.Height - above - height), (before, placement.Canvas.Width - before - width), (0, 0)], (double)fill);
    }

    private static void RequireImage(Tensor image, string operation)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Rank != 3 || image.Shape.ElementCount == 0)
            throw new ShapeException($"{operation}: received the shape {image.Shape}; expected one image (height, width, channels) with pixels. Take one of a batch with At(i).");
    }

    private static void RequireSize((int Height, int Width) size, string operation)
    {
        if (size.Height < 1 || size.Width < 1)
            throw new ShapeException($"{operation}: received the size ({size.Height}, {size.Width}); height and width must be 1 or more.");
    }

    private static void RequireChannels(Tensor image, string operation)
    {
        if (image.Shape[2] is not (1 or 3 or 4))
            throw new ShapeException($"{operation}: received a UInt8 image with {image.Shape[2]} channels (shape {image.Shape}); expected 1 (grey), 3 (RGB) or 4 (RGBA). Cast it to Float32 for other channels.");
    }
}
