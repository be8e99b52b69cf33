using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Images blurred by a Gaussian, with another deviation for each.</summary>
internal static class GaussianBlur
{
    // Channels beyond whole vectors would be rounded differently, so that an image's bits would depend on its place in the batch.
    private const int WidestVector = 16;

    /// <summary>
    /// Weights exp(-d^2 / (2 sigma^2)) at the distances d, with the sum 1, along rows and along columns. The batch lies among the channels, so that a depthwise convolution has a kernel for each example.
    /// </summary>
    /// <param name="images">(batch, height, width, channels).</param>
    /// <param name="sigma">The deviations down and to the right, (batch, 2); 0 blurs nothing.</param>
    /// <param name="size">How many pixels are weighted, odd numbers.</param>
    /// <param name="mirrors">Whether the image is mirrored beyond its edges, without the edge, as torchvision does; otherwise 0 lies there.</param>
    public static Tensor Of(Tensor images, Tensor sigma, (int Height, int Width) size, bool mirrors)
    {
        (int count, int height, int width, int channels) = (images.Shape[0], images.Shape[1], images.Shape[2], images.Shape[3]);
        int filters = count * channels, added = -filters & (WidestVector - 1);
        Tensor x = images.Transpose(1, 2, 0, 3).Reshape(1, height, width, filters).Pad([(0, 0), (0, 0), (0, 0), (0, added)]);
        x = Along(x, 1, Kernel(sigma.Slice(0, 1, axis: 1), size.Height), mirrors);
        x = Along(x, 2, Kernel(sigma.Slice(1, 2, axis: 1), size.Width), mirrors);
        return x.Slice(0, filters, axis: 3).Reshape(height, width, count, channels).Transpose(2, 0, 1, 3);

        // (size, channels of the convolution)
        Tensor Kernel(Tensor sigma, int length) =>
            Weights(sigma, length).Cast(images.DType).ExpandDims(-1).BroadcastTo([length, count, channels]).Reshape(length, filters).Pad([(0, 0), (0, added)]);
    }

    // (size, batch)
    private static Tensor Weights(Tensor sigma, int size)
    {
        // So small a deviation leaves weight to the middle alone, without a division of 0 by 0. In Float64: an exponential's last bit depends on its place in a vector, and what is rounded to Float32 does not.
        Tensor distances = Tensor.From([.. Enumerable.Range(0, size).Select(place => place - ((size - 1) / 2.0))]) / (sigma.Cast(DType.Float64) + 1e-6);
        Tensor weights = (distances.Square() * -0.5).Exp();
        return (weights / weights.Sum(1, keepDims: true)).Transpose();
    }

    private static Tensor Along(Tensor x, int axis, Tensor kernel, bool mirrors)
    {
        (int size, int filters) = (kernel.Shape[0], kernel.Shape[1]);
        if (mirrors)
            x = x.Gather(Tensor.From([.. Enumerable.Range(-(size / 2), x.Shape[axis] + size - 1).Select(place => Mirrored(place, x.Shape[axis]))]), axis);
        return x.Convolution(kernel.Reshape(axis == 1 ? [size, 1, 1, filters] : [1, size, 1, filters]), padding: PaddingAlong(axis, mirrors ? 0 : size / 2), groups: filters);

        static Padding PaddingAlong(int axis, int cells) => axis == 1 ? Padding.Explicit((cells, cells), (0, 0)) : Padding.Explicit((0, 0), (cells, cells));
    }

    private static int Mirrored(int place, int length)
    {
        int period = Math.Max(1, (2 * length) - 2), within = ((place % period) + period) % period;
        return within < length ? within : period - within;
    }
}
