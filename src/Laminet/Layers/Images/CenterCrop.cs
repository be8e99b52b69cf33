using Laminet.Configuration;

namespace Laminet.Layers;

/// <summary>
/// The middle of images, in training and otherwise. The window begins at floor((length - size) / 2), as in Keras. Of an image that is smaller in one direction, the largest
/// window of the size's shape, resized. Keras: <c>CenterCrop</c>.
/// </summary>
/// <param name="height">The height of the result.</param>
/// <param name="width">Its width.</param>
/// <param name="boundingBoxFormat">How bounding boxes are given.</param>
public sealed class CenterCrop(int height, int width, BoundingBoxFormat boundingBoxFormat = BoundingBoxFormat.Xyxy) : GeometricLayer(boundingBoxFormat)
{
    public int Height { get; } = Setting.Require(height, height >= 1, "1 or more");
    public int Width { get; } = Setting.Require(width, width >= 1, "1 or more");

    private protected override bool ActsInInference => true;

    private protected override ImageChange Change(ImageDraw draw) => Of(draw, (Height, Width));

    /// <summary>The middle of images; of smaller ones, the largest window of the size's shape.</summary>
    internal static ImageChange Of(ImageDraw draw, (int Height, int Width) size)
    {
        bool fits = draw.Height >= size.Height && draw.Width >= size.Width;
        return new CropAndResize(fits ? ((draw.Height - size.Height) / 2, (draw.Width - size.Width) / 2, size.Height, size.Width) : CropAndResize.Largest(draw.Height, draw.Width, size), size);
    }
}
