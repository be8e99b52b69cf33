using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, slants each image: pixels move to the side by a share of their distance from the upper or left edge, so that the pixel at (x, y) comes from x' = x + a y and y'
/// = y + b x; otherwise does nothing. Keras: <c>RandomShear</c>.
/// </summary>
/// <param name="xFactor">The share of the height by which rows move: drawn between the two numbers, or from -factor to factor, and to either side with equal probability.</param>
/// <param name="yFactor">The share of the width by which columns move, likewise.</param>
/// <param name="interpolation">Bilinear or nearest.</param>
/// <param name="fillMode">What lies beyond the edges.</param>
/// <param name="fillValue">The number beyond the edges with <see cref="FillMode.Constant"/>.</param>
/// <param name="boundingBoxFormat">How bounding boxes are given.</param>
public sealed class RandomShear(
    Numbers? xFactor = null, Numbers? yFactor = null, Interpolation interpolation = Interpolation.Bilinear, FillMode fillMode = FillMode.Reflect, double fillValue = 0,
    BoundingBoxFormat boundingBoxFormat = BoundingBoxFormat.Xyxy) : GeometricLayer(boundingBoxFormat)
{
    public Numbers XFactor { get; } = DrawRange.Require(xFactor ?? 0, 0, 1, nameof(xFactor));
    public Numbers YFactor { get; } = DrawRange.Require(yFactor ?? 0, 0, 1, nameof(yFactor));
    public Interpolation Interpolation { get; } = DrawRange.Require(interpolation);
    public FillMode FillMode { get; } = fillMode;
    public double FillValue { get; } = fillValue;

    private protected override ImageChange Change(ImageDraw draw)
    {
        Tensor sign = draw.Sign(), x = draw.Uniform(DrawRange.Of(XFactor, bothSides: true)) * sign, y = draw.Uniform(DrawRange.Of(YFactor, bothSides: true)) * sign;
        return new Warp(Affine.Of(x.OnesLike(), x, x.ZerosLike(), y, y.OnesLike(), y.ZerosLike()), Interpolation, FillMode, FillValue);
    }
}
