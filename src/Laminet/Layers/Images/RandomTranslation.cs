using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>In training, shifts each image by a random distance, y(i, j) = x(i - down, j - right); otherwise does nothing. Keras: <c>RandomTranslation</c>.</summary>
/// <param name="heightFactor">How far down, as a share of the height, up where negative: drawn between the two numbers, or from -factor to factor.</param>
/// <param name="widthFactor">How far to the right, as a share of the width, likewise.</param>
/// <param name="fillMode">What lies beyond the edges.</param>
/// <param name="interpolation">Bilinear or nearest.</param>
/// <param name="fillValue">The number beyond the edges with <see cref="FillMode.Constant"/>.</param>
/// <param name="boundingBoxFormat">How bounding boxes are given.</param>
public sealed class RandomTranslation(
    Numbers heightFactor, Numbers widthFactor, FillMode fillMode = FillMode.Reflect, Interpolation interpolation = Interpolation.Bilinear, double fillValue = 0,
    BoundingBoxFormat boundingBoxFormat = BoundingBoxFormat.Xyxy) : GeometricLayer(boundingBoxFormat)
{
    public Numbers HeightFactor { get; } = DrawRange.Require(heightFactor, -1, 1);
    public Numbers WidthFactor { get; } = DrawRange.Require(widthFactor, -1, 1);
    public FillMode FillMode { get; } = fillMode;
    public Interpolation Interpolation { get; } = DrawRange.Require(interpolation);
    public double FillValue { get; } = fillValue;

    private protected override ImageChange Change(ImageDraw draw)
    {
        Tensor down = draw.Uniform(DrawRange.Of(HeightFactor, bothSides: true)) * draw.Height, right = draw.Uniform(DrawRange.Of(WidthFactor, bothSides: true)) * draw.Width;
        return new Warp(Affine.Shift(right, down), Interpolation, FillMode, FillValue);
    }
}
