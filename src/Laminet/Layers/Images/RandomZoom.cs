using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, enlarges or shrinks what each image shows, about its centre: counted from there, the pixel at (x, y) comes from ((1 + w) x, (1 + h) y); otherwise does nothing.
/// The images' size stays. Keras: <c>RandomZoom</c>.
/// </summary>
/// <param name="heightFactor">
/// How much more of the height is seen: drawn between the two numbers, or from -factor to factor. 0.2 shows 1.2 of the height, smaller; -0.2 shows 0.8 of it, larger.
/// </param>
/// <param name="widthFactor">The same for the width; null zooms both alike.</param>
/// <param name="fillMode">What lies beyond the edges.</param>
/// <param name="interpolation">Bilinear or nearest.</param>
/// <param name="fillValue">The number beyond the edges with <see cref="FillMode.Constant"/>.</param>
/// <param name="boundingBoxFormat">How bounding boxes are given.</param>
public sealed class RandomZoom(
    Numbers heightFactor, Numbers? widthFactor = null, FillMode fillMode = FillMode.Reflect, Interpolation interpolation = Interpolation.Bilinear, double fillValue = 0,
    BoundingBoxFormat boundingBoxFormat = BoundingBoxFormat.Xyxy) : GeometricLayer(boundingBoxFormat)
{
    public Numbers HeightFactor { get; } = DrawRange.Require(heightFactor, -1, 1);
    public Numbers? WidthFactor { get; } = widthFactor is { } given ? DrawRange.Require(given, -1, 1, nameof(widthFactor)) : default(Numbers?);
    public FillMode FillMode { get; } = fillMode;
    public Interpolation Interpolation { get; } = DrawRange.Require(interpolation);
    public double FillValue { get; } = fillValue;

    private protected override ImageChange Change(ImageDraw draw)
    {
        Tensor height = Drawn(HeightFactor), width = WidthFactor is { } factor ? Drawn(factor) : height;
        return new Warp(Affine.AboutCentre(width, width.ZerosLike(), width.ZerosLike(), height, draw.Height, draw.Width), Interpolation, FillMode, FillValue);

        Tensor Drawn(Numbers factor) => draw.Uniform(DrawRange.Of(factor, bothSides: true)) + 1;
    }
}
