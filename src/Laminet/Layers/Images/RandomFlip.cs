using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, mirrors images, each with probability 1/2: y(i, j) = x(i, width - 1 - j), or x(height - 1 - i, j); otherwise does nothing. (Keras 3 mirrors along both axes or
/// along none; here each is drawn.) Keras: <c>RandomFlip</c>.
/// </summary>
/// <param name="mode">Along which axes.</param>
/// <param name="boundingBoxFormat">How bounding boxes are given.</param>
public sealed class RandomFlip(FlipMode mode = FlipMode.HorizontalAndVertical, BoundingBoxFormat boundingBoxFormat = BoundingBoxFormat.Xyxy) : GeometricLayer(boundingBoxFormat)
{
    public FlipMode Mode { get; } = mode;

    private protected override ImageChange Change(ImageDraw draw)
    {
        Tensor one = Tensor.Ones([draw.Count, 1], draw.Type);
        Tensor x = Mode == FlipMode.Vertical ? one : draw.Sign(), y = Mode == FlipMode.Horizontal ? one : draw.Sign();
        return new Warp(Affine.AboutCentre(x, one.ZerosLike(), one.ZerosLike(), y, draw.Height, draw.Width));
    }
}
