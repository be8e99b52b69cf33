using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Images moved by projective transforms, (batch, 8), as <see cref="Tensor.AffineTransform"/> reads them: from a pixel of an output to the place in its image. Masks take the nearest
/// pixel, and 0 from beyond the edges of a constant. Boxes take the opposite way with their corners.
/// </summary>
internal sealed class Warp(Tensor transforms, Interpolation interpolation = Interpolation.Nearest, FillMode fillMode = FillMode.Constant, double fillValue = 0, (int Height, int Width)? size = null) : ImageChange
{
    public override Tensor OfImages(Tensor images) => images.AffineTransform(transforms, interpolation, fillMode, fillValue, size);

    public override Tensor OfMasks(Tensor masks) => masks.AffineTransform(transforms, Interpolation.Nearest, fillMode, 0, size);

    public override Tensor OfBoxes(Tensor corners)
    {
        // Edges count from the image's left and upper edges, pixels from the centre of the first: half a pixel apart.
        (Tensor left, Tensor top, Tensor right, Tensor bottom) = BoundingBoxes.Parts(corners - 0.5);
        (Tensor x, Tensor y) = Moved(Tensor.Concatenate([left, right, left, right]), Tensor.Concatenate([top, top, bottom, bottom]));
        return Tensor.Concatenate([x.Min(-1, keepDims: true), y.Min(-1, keepDims: true), x.Max(-1, keepDims: true), y.Max(-1, keepDims: true)]) + 0.5;
    }

    // By the inverse of the matrix [a0 a1 a2; b0 b1 b2; c0 c1 1], up to a factor, which the division takes away.
    private (Tensor X, Tensor Y) Moved(Tensor x, Tensor y)
    {
        Tensor[] t = [.. Enumerable.Range(0, 8).Select(place => transforms.Slice(place, place + 1, axis: 1).ExpandDims(-1))];
        (Tensor a0, Tensor a1, Tensor a2, Tensor b0, Tensor b1, Tensor b2, Tensor c0, Tensor c1) = (t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7]);
        Tensor k = (((b0 * c1) - (b1 * c0)) * x) + (((a1 * c0) - (a0 * c1)) * y) + ((a0 * b1) - (a1 * b0));
        return (
            (((b1 - (b2 * c1)) * x) + (((a2 * c1) - a1) * y) + ((a1 * b2) - (a2 * b1))) / k,
            ((((b2 * c0) - b0) * x) + ((a0 - (a2 * c0)) * y) + ((a2 * b0) - (a0 * b2))) / k);
    }
}

/// <summary>Affine transforms (batch, 8), from the pixel (x, y) of an output to the place in its image; made of numbers (batch, 1).</summary>
internal static class Affine
{
    /// <summary>x, y to (a0 x + a1 y + a2, b0 x + b1 y + b2).</summary>
    public static Tensor Of(Tensor a0, Tensor a1, Tensor a2, Tensor b0, Tensor b1, Tensor b2) =>
        Tensor.Concatenate([a0, a1, a2, b0, b1, b2, a0.ZerosLike(), a0.ZerosLike()], axis: 1);

    /// <summary>A linear map about the centre of images: their middle stays.</summary>
    public static Tensor AboutCentre(Tensor a0, Tensor a1, Tensor b0, Tensor b1, int height, int width)
    {
        (double x, double y) = ((width - 1) / 2.0, (height - 1) / 2.0);
        return Of(a0, a1, x - (a0 * x) - (a1 * y), b0, b1, y - (b0 * x) - (b1 * y));
    }

    /// <summary>Images shifted to the right and down, in pixels.</summary>
    public static Tensor Shift(Tensor right, Tensor down) => Of(right.OnesLike(), right.ZerosLike(), -right, right.ZerosLike(), right.OnesLike(), -down);
}
