using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, a random window of each image, y(i, j) = x(top + i, left + j), all places equally likely. Otherwise, and for images that are smaller in one direction, the
/// largest window in the middle that has the size's shape, resized. Keras: <c>RandomCrop</c>.
/// </summary>
/// <param name="height">The height of the result.</param>
/// <param name="width">Its width.</param>
/// <param name="boundingBoxFormat">How bounding boxes are given.</param>
public sealed class RandomCrop(int height, int width, BoundingBoxFormat boundingBoxFormat = BoundingBoxFormat.Xyxy) : GeometricLayer(boundingBoxFormat)
{
    public int Height { get; } = Setting.Require(height, height >= 1, "1 or more");
    public int Width { get; } = Setting.Require(width, width >= 1, "1 or more");

    private protected override bool ActsInInference => true;

    private protected override ImageChange Change(ImageDraw draw)
    {
        if (!draw.Training || draw.Height < Height || draw.Width < Width)
            return new CropAndResize(CropAndResize.Largest(draw.Height, draw.Width, (Height, Width)), (Height, Width));
        Tensor top = draw.Whole(draw.Height - Height + 1), left = draw.Whole(draw.Width - Width + 1);
        return new Warp(Affine.Shift(-left, -top), size: (Height, Width));
    }
}
