using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Neighbouring pixels as channels, and back. Images are (batch, height, width, channels).</content>
public sealed partial class Tensor
{
    /// <summary>
    /// Channels as pixels: (batch, height, width, size² channels) to (batch, size height, size width, channels); the pixels of a block come before the channels. Keras: <c>depth_to_space</c>; PyTorch:
    /// <c>pixel_shuffle</c>, whose blocks come after the channels; ONNX: <c>DepthToSpace</c> of mode DCR. (Shi et al., "Real-time single image and video super-resolution using an efficient
    /// sub-pixel convolutional neural network", CVPR 2016.)
    /// </summary>
    /// <param name="size">The height and width of a block.</param>
    /// <exception cref="ShapeException">The channels do not divide.</exception>
    public Tensor DepthToSpace(int size)
    {
        Window.RequireImages("DepthToSpace", Shape);
        Window.Positive("DepthToSpace", "the size", size);
        (int batch, int height, int width, int channels) = (Shape[0], Shape[1], Shape[2], Shape[3]);
        int blocks = checked(size * size);
        if (channels % blocks != 0)
            throw new ShapeException($"DepthToSpace: received {Shape}; expected channels that divide by {blocks}, the pixels of a block.");
        return Reshape(batch, height, width, size, size, channels / blocks).Transpose(0, 1, 3, 2, 4, 5).Reshape(batch, height * size, width * size, channels / blocks);
    }

    /// <summary>
    /// Pixels as channels: the opposite of <see cref="DepthToSpace"/>, (batch, height, width, channels) to (batch, height / size, width / size, size² channels). Keras: <c>space_to_depth</c>; PyTorch:
    /// <c>pixel_unshuffle</c>, whose blocks come after the channels; ONNX: <c>SpaceToDepth</c>.
    /// </summary>
    /// <param name="size">The height and width of a block.</param>
    /// <exception cref="ShapeException">The height or the width does not divide.</exception>
    public Tensor SpaceToDepth(int size)
    {
        Window.RequireImages("SpaceToDepth", Shape);
        Window.Positive("SpaceToDepth", "the size", size);
        (int batch, int height, int width, int channels) = (Shape[0], Shape[1], Shape[2], Shape[3]);
        if (height % size != 0 || width % size != 0)
            throw new ShapeException($"SpaceToDepth: received {Shape}; expected a height and a width that divide by {size}.");
        return Reshape(batch, height / size, size, width / size, size, channels).Transpose(0, 1, 3, 2, 4, 5).Reshape(batch, height / size, width / size, size * size * channels);
    }

    /// <summary>
    /// The patches below a window that moves over images, as rows: (batch, positions, window height · window width · channels), positions from left to right and down. A convolution is their product with
    /// the kernel as a matrix. Keras: <c>unfold</c>; PyTorch: <c>nn.functional.unfold</c>, both with channels first, in the patches too, and the positions last.
    /// </summary>
    /// <param name="size">The window's height and width.</param>
    /// <param name="strides">Its steps; 1 by default.</param>
    /// <param name="padding">The border, of zeros.</param>
    /// <param name="dilation">The distance of the window's cells; 1 by default.</param>
    /// <exception cref="ShapeException">The window does not fit.</exception>
    public Tensor Unfold((int Height, int Width) size, (int Height, int Width)? strides = null, Padding padding = default, (int Height, int Width)? dilation = null)
    {
        Window window = Window.Of("Unfold", Shape, size, strides ?? (1, 1), dilation ?? (1, 1), padding);
        (int rows, int columns) = window.Positions("Unfold", Shape);
        Tensor padded = Pad([(0, 0), window.PadHeight, window.PadWidth, (0, 0)]);
        Tensor[] cells = [.. window.Cells().Select(cell => padded
            .Slice(cell.Row, cell.Row + ((rows - 1) * window.StrideHeight) + 1, window.StrideHeight, 1)
            .Slice(cell.Column, cell.Column + ((columns - 1) * window.StrideWidth) + 1, window.StrideWidth, 2))];
        return Concatenate(cells, -1).Reshape(Shape[0], rows * columns, size.Height * size.Width * Shape[3]);
    }

    /// <summary>
    /// The opposite of <see cref="Unfold"/>: patches added up where they lie, as gradients of a convolution are. Where patches overlap it is not the image but a multiple of it. Keras: <c>fold</c>;
    /// PyTorch: <c>nn.functional.fold</c>, both with channels first; ONNX: <c>Col2Im</c>.
    /// </summary>
    /// <param name="imageSize">The height and width of the images.</param>
    /// <param name="size">As it was.</param>
    /// <param name="strides">As it was.</param>
    /// <param name="padding">As it was.</param>
    /// <param name="dilation">As it was.</param>
    /// <returns>(batch, height, width, channels).</returns>
    /// <exception cref="ShapeException">The patches are not those of such images.</exception>
    public Tensor Fold((int Height, int Width) imageSize, (int Height, int Width) size, (int Height, int Width)? strides = null, Padding padding = default, (int Height, int Width)? dilation = null)
    {
        int cells = Math.Max(1, size.Height * size.Width);
        if (Rank != 3 || Shape[2] % cells != 0)
            throw new ShapeException($"Fold: received patches of shape {Shape}; expected (batch, positions, {cells} channels).");
        (int batch, int channels) = (Shape[0], Shape[2] / cells);
        Shape image = [batch, imageSize.Height, imageSize.Width, channels];
        Window window = Window.Of("Fold", image, size, strides ?? (1, 1), dilation ?? (1, 1), padding);
        (int rows, int columns) = window.Positions("Fold", image);
        if (rows * columns != Shape[1])
            throw new ShapeException($"Fold: received patches of shape {Shape}; the window has {rows} x {columns} positions in images of {imageSize.Height} x {imageSize.Width}.");
        int height = imageSize.Height + window.PadHeight.Before + window.PadHeight.After, width = imageSize.Width + window.PadWidth.Before + window.PadWidth.After;
        Tensor[] parts = Reshape(batch, rows, columns, cells * channels).Split(cells);
        Tensor sum = window.Cells().Zip(parts, (cell, part) => new Embed(1, cell.Row, window.StrideHeight, height, 0L)
            .Apply(new Embed(2, cell.Column, window.StrideWidth, width, 0L).Apply(part))).Aggregate((left, right) => left + right);
        return sum.Slice(window.PadHeight.Before, window.PadHeight.Before + imageSize.Height, axis: 1).Slice(window.PadWidth.Before, window.PadWidth.Before + imageSize.Width, axis: 2);
    }

    /// <summary>
    /// A depthwise convolution and then one of single pixels: <see cref="Convolution"/> with as many groups as channels, and a product with a matrix. Keras: <c>separable_conv</c> of images. (Chollet,
    /// "Xception", CVPR 2017.)
    /// </summary>
    /// <param name="depthwise">(height, width, channels, multiplier): the kernels of each channel.</param>
    /// <param name="pointwise">(channels · multiplier, filters), or with two axes of length 1 before.</param>
    /// <param name="strides">The steps; 1 by default.</param>
    /// <param name="padding">The border.</param>
    /// <param name="dilation">The distance of the kernel's cells.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public Tensor SeparableConvolution(Tensor depthwise, Tensor pointwise, (int Height, int Width)? strides = null, Padding padding = default, (int Height, int Width)? dilation = null)
    {
        ArgumentNullException.ThrowIfNull(depthwise);
        ArgumentNullException.ThrowIfNull(pointwise);
        Window.RequireImages("SeparableConvolution", Shape);
        int inner = depthwise.Length / Math.Max(1, depthwise.Shape[0] * depthwise.Shape[1]);
        if (depthwise.Rank != 4 || depthwise.Shape[2] != Shape[3] || pointwise.Rank < 2 || pointwise.Shape[-2] != inner)
        {
            throw new ShapeException($"SeparableConvolution: received images {Shape}, depthwise kernels {depthwise.Shape} and the matrix {pointwise.Shape}; "
                + "expected (batch, height, width, channels), (height, width, channels, multiplier) and (channels · multiplier, filters).");
        }

        Tensor kernel = depthwise.Reshape(depthwise.Shape[0], depthwise.Shape[1], 1, inner);
        return Convolution(kernel, strides: strides, padding: padding, dilation: dilation, groups: Shape[3]).MatMul(pointwise.Reshape(inner, pointwise.Shape[-1]));
    }
}
