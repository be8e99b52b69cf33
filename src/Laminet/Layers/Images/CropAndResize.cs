using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>A window of all images, in another size. A window may reach beyond the images, where a constant lies.</summary>
internal sealed class CropAndResize(
    (int Top, int Left, int Height, int Width) window, (int Height, int Width) size, Interpolation interpolation = Interpolation.Bilinear, bool antialias = false, double fillValue = 0) : ImageChange
{
    /// <summary>The largest window in the middle that has the shape of a size, by Keras's rounding.</summary>
    public static (int Top, int Left, int Height, int Width) Largest(int height, int width, (int Height, int Width) size)
    {
        (int h, int w) = (Math.Clamp((int)((long)width * size.Height / size.Width), 1, height), Math.Clamp((int)((long)height * size.Width / size.Height), 1, width));
        return ((height - h) / 2, (width - w) / 2, h, w);
    }

    /// <summary>The smallest window around the image that has the shape of a size.</summary>
    public static (int Top, int Left, int Height, int Width) Smallest(int height, int width, (int Height, int Width) size)
    {
        (int h, int w) = (Math.Max(height, (int)((long)width * size.Height / size.Width)), Math.Max(width, (int)((long)height * size.Width / size.Height)));
        return (-((h - height) / 2), -((w - width) / 2), h, w);
    }

    public override Tensor OfImages(Tensor images)
    {
        Tensor cut = Cut(images, fillValue);
        if (interpolation == Interpolation.Nearest || cut.DType.IsFloat() || IsSize(cut))
            return Resized(cut, interpolation, antialias);
        return Resized(cut.Cast(DType.Float32), interpolation, antialias).Round().Cast(images.DType);
    }

    public override Tensor OfMasks(Tensor masks) => Resized(Cut(masks, 0), Interpolation.Nearest, antialias: false);

    public override Tensor OfBoxes(Tensor corners)
    {
        double x = (double)size.Width / window.Width, y = (double)size.Height / window.Height;
        return (corners - Tensor.From([window.Left, window.Top, window.Left, window.Top]).Cast(corners.DType)) * Tensor.From([x, y, x, y]).Cast(corners.DType);
    }

    private Tensor Cut(Tensor images, double fill)
    {
        (int top, int left, int height, int width) = window;
        if (top < 0 || left < 0 || top + height > images.Shape[1] || left + width > images.Shape[2])
            return images.Pad([(0, 0), (-top, height + top - images.Shape[1]), (-left, width + left - images.Shape[2]), (0, 0)], fill);
        return images.Slice(top, top + height, axis: 1).Slice(left, left + width, axis: 2);
    }

    private bool IsSize(Tensor images) => images.Shape[1] == size.Height && images.Shape[2] == size.Width;

    private Tensor Resized(Tensor images, Interpolation by, bool antialias) => IsSize(images) ? images : images.Resize(size, by, antialias);
}
