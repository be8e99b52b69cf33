using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Images and volumes as patches, and back.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// The windows of images (batch, height, width, channels) as vectors: (batch, rows, columns, height of a patch · its width · channels), with the channels of a pixel beside each other. Keras:
    /// <c>ops.image.extract_patches</c>; TensorFlow: <c>image.extract_patches</c>; PyTorch: <c>nn.functional.unfold</c>, which puts the channels first.
    /// </summary>
    /// <param name="size">The height and width of a patch.</param>
    /// <param name="strides">From a patch to the next; by default the size, so that patches do not overlap.</param>
    /// <param name="dilation">The distance of the pixels in a patch; 1 by default.</param>
    /// <param name="padding">The border of zeros.</param>
    /// <exception cref="ShapeException">These are no images, or a patch does not fit.</exception>
    public Tensor ExtractPatches((int Height, int Width) size, (int Height, int Width)? strides = null, (int Height, int Width)? dilation = null, Padding padding = default)
    {
        Window.RequireImages("ExtractPatches", Shape);
        ((int down, int right), (int height, int width)) = (strides ?? size, dilation ?? (1, 1));
        return Patches("ExtractPatches", [size.Height, size.Width], [down, right], [height, width], padding);
    }

    /// <summary>The same of volumes, (batch, depth, height, width, channels). Keras: <c>ops.image.extract_patches_3d</c>.</summary>
    /// <param name="size">The depth, height and width of a patch.</param>
    /// <param name="strides">From a patch to the next; by default the size, so that patches do not overlap.</param>
    /// <param name="dilation">The distance of the elements in a patch; 1 by default.</param>
    /// <param name="padding">The border of zeros.</param>
    /// <exception cref="ShapeException">These are no volumes, or a patch does not fit.</exception>
    public Tensor ExtractPatches(
        (int Depth, int Height, int Width) size, (int Depth, int Height, int Width)? strides = null, (int Depth, int Height, int Width)? dilation = null, Padding padding = default)
    {
        Window.RequireVolumes("ExtractPatches", Shape);
        ((int deep, int down, int right), (int depth, int height, int width)) = (strides ?? size, dilation ?? (1, 1, 1));
        return Patches("ExtractPatches", [size.Depth, size.Height, size.Width], [deep, down, right], [depth, height, width], padding);
    }

    /// <summary>
    /// The images whose patches, without overlap, these are: the inverse of <see cref="ExtractPatches(ValueTuple{int, int}, ValueTuple{int, int}?, ValueTuple{int, int}?, Padding)"/>. Keras:
    /// <c>ops.image.reconstruct_patches</c>.
    /// </summary>
    /// <param name="size">The height and width of a patch.</param>
    /// <param name="outputSize">The height and width of the images, if the patches were taken with <see cref="Padding.Same"/>: the border is cut off. By default there is none.</param>
    /// <exception cref="ShapeException">The last axis is no multiple of the size, or the output size does not fit the patches.</exception>
    public Tensor ReconstructPatches((int Height, int Width) size, (int Height, int Width)? outputSize = null)
    {
        Window.RequireImages("ReconstructPatches", Shape);
        return Reconstructed([size.Height, size.Width], outputSize is (int height, int width) ? [height, width] : null);
    }

    /// <summary>The same for volumes.</summary>
    /// <param name="size">The depth, height and width of a patch.</param>
    /// <param name="outputSize">The depth, height and width of the volumes, if the patches were taken with <see cref="Padding.Same"/>. By default there is no border.</param>
    /// <exception cref="ShapeException">The last axis is no multiple of the size, or the output size does not fit the patches.</exception>
    public Tensor ReconstructPatches((int Depth, int Height, int Width) size, (int Depth, int Height, int Width)? outputSize = null)
    {
        Window.RequireVolumes("ReconstructPatches", Shape);
        return Reconstructed([size.Depth, size.Height, size.Width], outputSize is (int depth, int height, int width) ? [depth, height, width] : null);
    }

    private Tensor Patches(string operation, int[] size, int[] strides, int[] dilation, Padding padding)
    {
        Tensor x = this;
        int[] counts = new int[size.Length];
        for (int i = 0; i < size.Length; i++)
        {
            Window.Positive(operation, "a patch of length", size[i]);
            Window.Positive(operation, "a stride of", strides[i]);
            Window.Positive(operation, "a dilation of", dilation[i]);
            int axis = i + 1, length = Shape[axis], reach = ((size[i] - 1) * dilation[i]) + 1;
            // Padding counts height, width, depth.
            (int before, int after) = padding.Of(size.Length == 2 ? i : (i + 2) % 3, length, size[i], strides[i], dilation[i]);
            if (length + before + after < reach)
                throw new ShapeException($"{operation}: a patch of {reach} does not fit into axis {axis} of {Shape}, {length + before + after} long with padding. Use smaller patches, Padding.Same, or larger images.");
            counts[i] = ((length + before + after - reach) / strides[i]) + 1;
            x = x.Pad([.. Enumerable.Range(0, x.Rank).Select(other => other == axis ? (before, after) : (0, 0))]);
            // The pixels of one patch after those of the other; without overlap they lie so already.
            int count = counts[i] * size[i];
            (int step, int gap, int patch) = (strides[i], dilation[i], size[i]);
            x = step == patch && gap == 1
                ? x.Slice(0, count, axis: axis)
                : x.Gather(From([.. Enumerable.Range(0, count).Select(place => ((place / patch) * step) + ((place % patch) * gap))]), axis);
        }

        int channels = Shape[-1], axes = size.Length;
        Tensor apart = x.Reshape([Shape[0], .. Enumerable.Range(0, axes).SelectMany(i => (int[])[counts[i], size[i]]), channels]);
        Tensor together = apart.Transpose([0, .. Enumerable.Range(0, axes).Select(i => (2 * i) + 1), .. Enumerable.Range(0, axes).Select(i => (2 * i) + 2), (2 * axes) + 1]);
        return together.Reshape([Shape[0], .. counts, size.Aggregate(channels, (product, length) => product * length)]);
    }

    private Tensor Reconstructed(int[] size, int[]? outputSize)
    {
        int axes = size.Length, elements = size.Aggregate(1, (product, length) => product * length);
        if (elements < 1 || Shape[-1] % elements != 0)
            throw new ShapeException($"ReconstructPatches: received patches of shape {Shape} and the size ({string.Join(", ", size)}); expected a last axis that is a multiple of {elements}.");
        Tensor apart = Reshape([.. Shape[..^1], .. size, Shape[-1] / elements]);
        Tensor x = apart.Transpose([0, .. Enumerable.Range(0, axes).SelectMany(i => (int[])[i + 1, axes + i + 1]), (2 * axes) + 1])
            .Reshape([Shape[0], .. Enumerable.Range(0, axes).Select(i => Shape[i + 1] * size[i]), Shape[-1] / elements]);
        for (int i = 0; outputSize is not null && i < axes; i++)
        {
            int border = x.Shape[i + 1] - outputSize[i];
            if (border < 0 || border >= size[i])
                throw new ShapeException($"ReconstructPatches: received patches of shape {Shape}, the size ({string.Join(", ", size)}) and the output size ({string.Join(", ", outputSize)}); expected {x.Shape[i + 1] - size[i] + 1} to {x.Shape[i + 1]} along axis {i + 1}.");
            // As same padding adds it: the odd cell at the end.
            x = x.Slice(border / 2, (border / 2) + outputSize[i], axis: i + 1);
        }

        return x;
    }
}
