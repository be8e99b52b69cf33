using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, shows each image from another side, with a probability: its corners move, each coordinate by a random share of itself of up to half the scale, and straight
/// lines stay straight; otherwise does nothing. The pixel at (x, y) comes from ((a x + b y + c) / w, (d x + e y + f) / w) with w = g x + h y + 1. As in Keras, what lies beyond
/// the edges is a constant, and the upper left corner stays. Keras: <c>RandomPerspective</c>.
/// </summary>
/// <param name="factor">The probability, for each image drawn between the two numbers, or from 0 to the factor.</param>
/// <param name="scale">How far corners move, 0 to 1.</param>
/// <param name="interpolation">Bilinear or nearest.</param>
/// <param name="fillValue">The number beyond the edges.</param>
/// <param name="boundingBoxFormat">How bounding boxes are given.</param>
public sealed class RandomPerspective(
    Numbers? factor = null, double scale = 1, Interpolation interpolation = Interpolation.Bilinear, double fillValue = 0,
    BoundingBoxFormat boundingBoxFormat = BoundingBoxFormat.Xyxy) : GeometricLayer(boundingBoxFormat)
{
    public Numbers Factor { get; } = DrawRange.Require(factor ?? 1, 0, 1, nameof(factor));
    public double Scale { get; } = Setting.Require(scale, scale is >= 0 and <= 1, "0 to 1");
    public Interpolation Interpolation { get; } = DrawRange.Require(interpolation);
    public double FillValue { get; } = fillValue;

    private protected override ImageChange Change(ImageDraw draw)
    {
        Tensor happens = draw.Happens(DrawRange.Of(Factor)), shares = draw.NextKeys().Uniform([8], 1 - (Scale / 2), 1 + (Scale / 2), draw.Type);
        (double right, double bottom) = (Math.Max(1, draw.Width - 1), Math.Max(1, draw.Height - 1));
        // Where the corners of the image are in the output: those of the unit square in the order (0, 0), (1, 0), (1, 1), (0, 1).
        Tensor corners = shares * Tensor.From([0, 0, right, 0, right, bottom, 0, bottom]).Cast(draw.Type);
        Tensor[] t = ToUnitSquare([.. Enumerable.Range(0, 8).Select(place => corners.Slice(place, place + 1, axis: 1))]);
        Tensor transforms = Tensor.Concatenate([t[0] * right, t[1] * right, t[2] * right, t[3] * bottom, t[4] * bottom, t[5] * bottom, t[6], t[7]], axis: 1);
        Tensor identity = Tensor.From([1.0, 0, 0, 0, 1, 0, 0, 0]).Cast(draw.Type);
        return new Warp(Tensor.Where(happens, transforms, identity), Interpolation, FillMode.Constant, FillValue);
    }

    /// <summary>
    /// The projective map, its eight numbers, that takes four corners x0, y0, ..., x3, y3 to those of the unit square: the inverse of the map from the square (Heckbert, "Fundamentals of texture
    /// mapping and image warping", 1989).
    /// </summary>
    internal static Tensor[] ToUnitSquare(Tensor[] corners)
    {
        (Tensor x0, Tensor y0, Tensor x1, Tensor y1) = (corners[0], corners[1], corners[2], corners[3]);
        (Tensor x2, Tensor y2, Tensor x3, Tensor y3) = (corners[4], corners[5], corners[6], corners[7]);
        (Tensor dx1, Tensor dy1, Tensor dx2, Tensor dy2) = (x1 - x2, y1 - y2, x3 - x2, y3 - y2);
        (Tensor sx, Tensor sy) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
        Tensor determinant = (dx1 * dy2) - (dx2 * dy1);
        (Tensor g, Tensor h) = (((sx * dy2) - (dx2 * sy)) / determinant, ((dx1 * sy) - (sx * dy1)) / determinant);
        (Tensor a, Tensor b, Tensor c) = (x1 - x0 + (g * x1), x3 - x0 + (h * x3), x0);
        (Tensor d, Tensor e, Tensor f) = (y1 - y0 + (g * y1), y3 - y0 + (h * y3), y0);
        // The inverse of [a b c; d e f; g h 1], with 1 in its last place.
        Tensor last = (a * e) - (b * d);
        return
        [
            (e - (f * h)) / last, ((c * h) - b) / last, ((b * f) - (c * e)) / last, ((f * g) - d) / last, (a - (c * g)) / last, ((c * d) - (a * f)) / last,
            ((d * h) - (e * g)) / last, ((b * g) - (a * h)) / last,
        ];
    }
}
