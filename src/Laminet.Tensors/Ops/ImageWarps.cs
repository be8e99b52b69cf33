using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Images seen from the side, and drawn on rubber.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// Images (batch, height, width, channels) moved so that four points of each come to four others, and straight lines stay straight. Keras: <c>ops.image.perspective_transform</c>; torchvision: <c>perspective</c>.
    /// </summary>
    /// <remarks>Gradients flow to the images, not to the points.</remarks>
    /// <param name="startPoints">x and y of four points in the images, (batch, 4, 2), or (4, 2) for all.</param>
    /// <param name="endPoints">Where they come to, of the same shape.</param>
    /// <param name="interpolation"><see cref="Interpolation.Bilinear"/>, for floating-point types, or <see cref="Interpolation.Nearest"/>, for all types.</param>
    /// <param name="fillValue">The number beyond the edges.</param>
    /// <exception cref="ShapeException">These are no images, or the points do not fit.</exception>
    /// <exception cref="LinearAlgebraException">Three of the four end points lie on a line.</exception>
    public Tensor PerspectiveTransform(Tensor startPoints, Tensor endPoints, Interpolation interpolation = Interpolation.Bilinear, double fillValue = 0)
    {
        ArgumentNullException.ThrowIfNull(startPoints);
        ArgumentNullException.ThrowIfNull(endPoints);
        Window.RequireImages("PerspectiveTransform", Shape);
        Shape all = [Shape[0], 4, 2], one = [4, 2];
        if (startPoints.Shape != endPoints.Shape || (startPoints.Shape != all && startPoints.Shape != one))
            throw new ShapeException($"PerspectiveTransform: received points of shapes {startPoints.Shape} and {endPoints.Shape} for images of shape {Shape}; expected {all} or {one} twice.");
        return AffineTransform(Homography(startPoints.Cast(DType.Float64), endPoints.Cast(DType.Float64)), interpolation, FillMode.Constant, fillValue);
    }

    /// <summary>
    /// Images (batch, height, width, channels) as if drawn on rubber: each pixel is read from a place nearby, displaced by normal noise of deviation sigma that is blurred by a Gaussian of that deviation and multiplied by alpha. Keras:
    /// <c>ops.image.elastic_transform</c>. (Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to visual document analysis", 2003.)
    /// </summary>
    /// <param name="key">The key of the noise.</param>
    /// <param name="alpha">How strong.</param>
    /// <param name="sigma">How smooth, in pixels.</param>
    /// <param name="interpolation"><see cref="Interpolation.Bilinear"/>, for floating-point types, or <see cref="Interpolation.Nearest"/>, for all types.</param>
    /// <param name="fillMode">What lies beyond the edges.</param>
    /// <param name="fillValue">The number beyond the edges with <see cref="FillMode.Constant"/>.</param>
    /// <exception cref="ShapeException">These are no images.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Sigma is negative, or another interpolation.</exception>
    public Tensor ElasticTransform(
        RandomKey key, double alpha = 20, double sigma = 5, Interpolation interpolation = Interpolation.Bilinear, FillMode fillMode = FillMode.Reflect, double fillValue = 0)
    {
        Window.RequireImages("ElasticTransform", Shape);
        (int count, int height, int width) = (Shape[0], Shape[1], Shape[2]);
        int size = (int)(6 * sigma) | 1;
        Tensor noise = key.Normal([count, height, width, 2]) * sigma, moved = noise.GaussianBlur((size, size), (sigma, sigma)) * alpha;
        return SampleAt(moved + PixelPlaces(height, width), interpolation, fillMode, fillValue);
    }

    // x and y of each pixel.
    private static Tensor PixelPlaces(int height, int width) =>
        Stack([Range(0, width, DType.Float32).BroadcastTo([height, width]), Range(0, height, DType.Float32).ExpandDims(-1).BroadcastTo([height, width])], axis: -1);

    // The eight numbers that take (x, y) of an end point to its start point: two linear equations for each point, (..., 8).
    private static Tensor Homography(Tensor start, Tensor end)
    {
        Tensor x = end.Slice(0, 1, axis: -1), y = end.Slice(1, 2, axis: -1), one = x.OnesLike(), zero = x.ZerosLike();
        Tensor ofX = start.Slice(0, 1, axis: -1), ofY = start.Slice(1, 2, axis: -1);
        Tensor forX = Concatenate([x, y, one, zero, zero, zero, -(x * ofX), -(y * ofX)], -1), forY = Concatenate([zero, zero, zero, x, y, one, -(x * ofY), -(y * ofY)], -1);
        return Concatenate([forX, forY], -2).Solve(Concatenate([ofX, ofY], -2)).Squeeze(-1);
    }
}
