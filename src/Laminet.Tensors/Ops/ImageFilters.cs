using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Blur, edges and the likeness of images.</content>
public sealed partial class Tensor
{
    // Channels beyond whole vectors would be rounded differently, so that an image's bits would depend on its place in the batch.
    private const int WidestVector = 16;

    /// <summary>
    /// Images (batch, height, width, channels) blurred by a Gaussian: weights exp(-d² / (2 sigma²)) at the distances d, with the sum 1, along rows and along columns. Beyond the edges lies 0. Keras:
    /// <c>ops.image.gaussian_blur</c>.
    /// </summary>
    /// <param name="size">How many pixels are weighted; (3, 3) by default.</param>
    /// <param name="sigma">The deviations down and to the right, in pixels; (1, 1) by default. 0 blurs nothing.</param>
    /// <exception cref="ShapeException">These are no images, or a length is below 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A deviation is negative.</exception>
    /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
    public Tensor GaussianBlur((int Height, int Width)? size = null, (double Down, double Right)? sigma = null)
    {
        RequireBlur(size ?? (3, 3));
        (double down, double right) = sigma ?? (1, 1);
        if (!(down >= 0 && right >= 0))
            throw new ArgumentOutOfRangeException(nameof(sigma), FormattableString.Invariant($"GaussianBlur: received the deviations ({down}, {right}); expected 0 or more."));
        Tensor Kernel(double deviation, int length) => Gaussian(From([deviation], [1, 1]), length).Cast(DType).BroadcastTo([length, Shape[3]]);
        return Filtered(Kernel(down, size?.Height ?? 3), 1, false, isValid: false).Filtered(Kernel(right, size?.Width ?? 3), 2, false, isValid: false);
    }

    /// <summary>The same with another deviation for each image.</summary>
    /// <param name="sigma">The deviations down and to the right, (batch, 2).</param>
    /// <param name="size">How many pixels are weighted, odd numbers if the image is mirrored.</param>
    /// <param name="mirrors">Whether the image is mirrored beyond its edges, without the edge, as torchvision does; otherwise 0 lies there.</param>
    /// <exception cref="ShapeException">These are no images, or the deviations do not fit.</exception>
    /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
    public Tensor GaussianBlur(Tensor sigma, (int Height, int Width) size, bool mirrors = false)
    {
        ArgumentNullException.ThrowIfNull(sigma);
        RequireBlur(size);
        (int count, int height, int width, int channels) = (Shape[0], Shape[1], Shape[2], Shape[3]);
        if (sigma.Rank != 2 || sigma.Shape[0] != count || sigma.Shape[1] != 2)
            throw new ShapeException($"GaussianBlur: received deviations of shape {sigma.Shape} for images of shape {Shape}; expected ({count}, 2).");
        // The batch lies among the channels, so that a depthwise convolution has a kernel for each example.
        int filters = count * channels, added = -filters & (WidestVector - 1);
        Tensor x = Transpose(1, 2, 0, 3).Reshape(1, height, width, filters).Pad([(0, 0), (0, 0), (0, 0), (0, added)]);
        x = x.Filtered(Kernel(0, size.Height), 1, mirrors, isValid: false).Filtered(Kernel(1, size.Width), 2, mirrors, isValid: false);
        return x.Slice(0, filters, axis: 3).Reshape(height, width, count, channels).Transpose(2, 0, 1, 3);

        Tensor Kernel(int place, int length) => Gaussian(sigma.Slice(place, place + 1, axis: 1), length).Cast(DType).ExpandDims(-1).BroadcastTo([length, count, channels]).Reshape(length, filters).Pad([(0, 0), (0, added)]);
    }

    /// <summary>
    /// How images (batch, height, width, channels) change down and to the right: (batch, height, width, channels, 2), by the kernels [-1 -2 -1; 0 0 0; 1 2 1] and its transpose. Beyond the edges the image is mirrored, without
    /// the edge. Keras: <c>ops.image.sobel_edges</c>; TensorFlow: <c>image.sobel_edges</c>. (Sobel and Feldman, "A 3x3 isotropic gradient operator for image processing", 1968.)
    /// </summary>
    /// <exception cref="ShapeException">These are no images.</exception>
    /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
    public Tensor SobelEdges()
    {
        Check.Float("SobelEdges", Spec);
        Window.RequireImages("SobelEdges", Shape);
        Tensor Kernel(params double[] weights) => From(weights, [3, 1]).Cast(DType).BroadcastTo([3, Shape[3]]);
        (Tensor slope, Tensor mean) = (Kernel(-1, 0, 1), Kernel(1, 2, 1));
        return Stack([Filtered(slope, 1, true, isValid: false).Filtered(mean, 2, true, isValid: false), Filtered(mean, 1, true, isValid: false).Filtered(slope, 2, true, isValid: false)], -1);
    }

    /// <summary>
    /// The structural similarity of two batches of images (batch, height, width, channels), (batch): the mean over places and channels of (2 m1 m2 + c1) (2 s12 + c2) / ((m1² + m2² + c1) (s1² + s2² + c2)), with means,
    /// variances and the covariance weighted by a Gaussian, c1 = (k1 L)² and c2 = (k2 L)². From -1 to 1, and 1 for equal images. Keras: <c>ops.image.ssim</c>. (Wang, Bovik, Sheikh and Simoncelli, "Image quality
    /// assessment: from error visibility to structural similarity", 2004.)
    /// </summary>
    /// <param name="other">The other images.</param>
    /// <param name="maxValue">L, the largest value a pixel may have: 255 for bytes.</param>
    /// <param name="filterSize">How many pixels the Gaussian weights along each axis; the images are not smaller.</param>
    /// <param name="filterSigma">Its deviation.</param>
    /// <param name="k1">Keeps dark places from weighing much.</param>
    /// <param name="k2">Keeps even places from weighing much.</param>
    /// <exception cref="ShapeException">These are no images of one shape, or they are smaller than the filter.</exception>
    /// <exception cref="DTypeException">The numbers are not floating-point ones, or of two types.</exception>
    public Tensor SSIM(Tensor other, double maxValue = 1, int filterSize = 11, double filterSigma = 1.5, double k1 = 0.01, double k2 = 0.03)
    {
        ArgumentNullException.ThrowIfNull(other);
        Check.Float("SSIM", Spec);
        Check.SameType("SSIM", Spec, other.Spec);
        Window.RequireImages("SSIM", Shape);
        Window.Positive("SSIM", "a filter of size", filterSize);
        if (other.Shape != Shape || Shape[1] < filterSize || Shape[2] < filterSize)
            throw new ShapeException($"SSIM: received images of shapes {Shape} and {other.Shape} and a filter of size {filterSize}; expected equal shapes, not smaller than the filter.");
        Tensor kernel = Gaussian(From([filterSigma], [1, 1]), filterSize).Cast(DType).BroadcastTo([filterSize, Shape[3]]);
        Tensor Mean(Tensor x) => x.Filtered(kernel, 1, false, isValid: true).Filtered(kernel, 2, false, isValid: true);
        (double c1, double c2) = (k1 * maxValue * (k1 * maxValue), k2 * maxValue * (k2 * maxValue));
        (Tensor first, Tensor second) = (Mean(this), Mean(other));
        (Tensor squares, Tensor product) = (first.Square() + second.Square(), first * second);
        Tensor variances = Mean(Square() + other.Square()) - squares, covariance = Mean(this * other) - product;
        return (((2 * product) + c1) * ((2 * covariance) + c2) / ((squares + c1) * (variances + c2))).Mean([1, 2, 3]);
    }

    private void RequireBlur((int Height, int Width) size)
    {
        Check.Float("GaussianBlur", Spec);
        Window.RequireImages("GaussianBlur", Shape);
        Window.Positive("GaussianBlur", "a height of", size.Height);
        Window.Positive("GaussianBlur", "a width of", size.Width);
    }

    // Weights (size, batch) for deviations (batch, 1).
    private static Tensor Gaussian(Tensor sigma, int size)
    {
        // So small a deviation leaves weight to the middle alone, without a division of 0 by 0. In Float64: an exponential's last bit depends on its place in a vector, and what is rounded to Float32 does not.
        Tensor distances = From([.. Enumerable.Range(0, size).Select(place => place - ((size - 1) / 2.0))]) / sigma.Cast(DType.Float64).Clip(1e-6, double.MaxValue);
        Tensor weights = (distances.Square() * -0.5).Exp();
        return (weights / weights.Sum(1, keepDims: true)).Transpose();
    }

    // A depthwise convolution with kernels (size, channels) along one axis.
    private Tensor Filtered(Tensor kernel, int axis, bool mirrors, bool isValid)
    {
        (int size, int filters) = (kernel.Shape[0], kernel.Shape[1]);
        Tensor x = mirrors ? Gather(From([.. Enumerable.Range(-(size / 2), Shape[axis] + size - 1).Select(place => Mirrored(place, Shape[axis]))]), axis) : this;
        (int Before, int After) border = mirrors || isValid ? default : ((size - 1) / 2, size / 2);
        Padding padding = axis == 1 ? Padding.Explicit(border, (0, 0)) : Padding.Explicit((0, 0), border);
        return x.Convolution(kernel.Reshape(axis == 1 ? [size, 1, 1, filters] : [1, size, 1, filters]), padding: padding, groups: filters);
    }

    private static int Mirrored(int place, int length)
    {
        int period = Math.Max(1, (2 * length) - 2), within = ((place % period) + period) % period;
        return within < length ? within : period - within;
    }
}
