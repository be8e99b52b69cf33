using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, rotates each image about its centre by a random angle a: counted from the centre, the pixel at (x, y) comes from (x cos(a) - y sin(a), x sin(a) + y cos(a));
/// otherwise does nothing. Keras: <c>RandomRotation</c>.
/// </summary>
/// <param name="factor">
/// The angle as a share of a full turn, counter-clockwise where positive: drawn between the two numbers, or from -factor to factor. 0.1 is up to 36 degrees to either side.
/// </param>
/// <param name="fillMode">What lies beyond the edges.</param>
/// <param name="interpolation">Bilinear or nearest.</param>
/// <param name="fillValue">The number beyond the edges with <see cref="FillMode.Constant"/>.</param>
/// <param name="boundingBoxFormat">How bounding boxes are given.</param>
public sealed class RandomRotation(
    Numbers factor, FillMode fillMode = FillMode.Reflect, Interpolation interpolation = Interpolation.Bilinear, double fillValue = 0,
    BoundingBoxFormat boundingBoxFormat = BoundingBoxFormat.Xyxy) : GeometricLayer(boundingBoxFormat)
{
    public Numbers Factor { get; } = DrawRange.Require(factor, -1, 1);
    public FillMode FillMode { get; } = fillMode;
    public Interpolation Interpolation { get; } = DrawRange.Require(interpolation);
    public double FillValue { get; } = fillValue;

    private protected override ImageChange Change(ImageDraw draw)
    {
        Tensor angle = draw.Uniform(DrawRange.Of(Factor, bothSides: true)) * (2 * Math.PI), cos = angle.Cos(), sin = angle.Sin();
        return new Warp(Affine.AboutCentre(cos, -sin, sin, cos, draw.Height, draw.Width), Interpolation, FillMode, FillValue);
    }
}
