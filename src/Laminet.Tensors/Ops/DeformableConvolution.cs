using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Convolution whose cells are moved by the data: samples at the moved places, and the product of a convolution of 1 x 1 cell.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// S(i, j) = sum over t, c of M(i, j, t) I(i s + m_t d + Δy(i, j, t), j s + n_t d + Δx(i, j, t), c) K(m_t, n_t, c): a convolution that reads the image, between pixels by bilinear interpolation, at places which
    /// offsets have moved, and which a mask may weigh. Beyond its edges the image is 0. Input (batch, height, width, channels), kernel (height, width, channels / groups, filters), output (batch, height', width',
    /// filters). Floating point only; gradients flow to all tensors. It works in a copy of the input for each cell of the kernel. PyTorch: <c>torchvision.ops.deform_conv2d</c>, with channels first; ONNX:
    /// <c>DeformConv</c>. Papers: Dai et al. 2017, "Deformable Convolutional Networks"; with a mask, Zhu et al. 2019, "Deformable ConvNets v2".
    /// </summary>
    /// <param name="kernel">The kernels, HWIO.</param>
    /// <param name="offsets">
    /// Δy and Δx, in pixels, of each cell for each output: (batch, height', width', sets * cells * 2). The channels of the image are split into so many sets, each with offsets of its own; the cells are in the
    /// kernel's order, y before x. This is the order of PyTorch's channels, so that a convolution which gives the offsets can take over its weights.
    /// </param>
    /// <param name="mask">What each sample is multiplied by: (batch, height', width', sets * cells); 1 by default.</param>
    /// <param name="bias">Added to each filter's map; shape (filters,).</param>
    /// <param name="strides">Steps along height and width; 1 by default.</param>
    /// <param name="padding">The border; none by default.</param>
    /// <param name="dilation">Distance between the kernel's cells; 1 by default.</param>
    /// <param name="groups">The number of independent groups into which channels and filters are split.</param>
    /// <exception cref="ShapeException">The shapes do not fit; the message says how to fix it.</exception>
    /// <exception cref="DTypeException">Numbers are not floating-point ones, or the image, the kernel, the mask and the bias have different types.</exception>
    public Tensor DeformableConvolution(
        Tensor kernel, Tensor offsets, Tensor? mask = null, Tensor? bias = null, (int Height, int Width)? strides = null, Padding padding = default, (int Height, int Width)? dilation = null, int groups = 1)
    {
        const string operation = "DeformableConvolution";
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(offsets);
        Check.Float(operation, Spec);
        Check.Float(operation, offsets.Spec);
        foreach (Tensor? other in (Tensor?[])[kernel, mask, bias])
        {
            if (other is not null)
                Check.SameType(operation, Spec, other.Spec);
        }

        if (kernel.Rank != 4)
            throw new ShapeException($"{operation}: received a kernel of shape {kernel.Shape}; expected (height, width, channels / groups, filters).");
        Window window = Window.Of(operation, Shape, (kernel.Shape[0], kernel.Shape[1]), strides ?? (1, 1), dilation ?? (1, 1), padding);
        (int height, int width) = window.Positions(operation, Shape);
        (int batch, int channels, int cells, int filters) = (Shape[0], Shape[3], window.Height * window.Width, kernel.Shape[3]);
        if (groups < 1 || channels % groups != 0 || filters % groups != 0 || kernel.Shape[2] != channels / groups)
        {
            throw new ShapeException($"{operation}: received an input of shape {Shape} and a kernel of shape {kernel.Shape} for {groups} group(s); "
                + "expected (batch, height, width, channels) and (height, width, channels / groups, filters), with channels and filters that the groups divide.");
        }

        if (bias is not null && bias.Shape != [filters])
            throw new ShapeException($"{operation}: received a bias of shape {bias.Shape}; expected ({filters}), a number for each filter.");
        int sets = SetsOf(offsets.Shape);
        if (mask is not null && mask.Shape != [batch, height, width, sets * cells])
            throw new ShapeException($"{operation}: received a mask of shape {mask.Shape} for offsets of shape {offsets.Shape}; expected ({batch}, {height}, {width}, {sets * cells}), half as many numbers as offsets.");

        // A set's channels become an image of their own, which is read at (height', width' * cells) places.
        DType precise = SampleImages.PlacesFor(DType);
        Tensor moved = offsets.Cast(precise).Reshape(batch, height, width, sets, cells, 2).Flip(-1) + CellPlaces(window, height, width, precise);
        Tensor places = moved.Transpose(0, 3, 1, 2, 4, 5).Reshape(batch * sets, height, width * cells, 2);
        Tensor images = Reshape(batch, Shape[1], Shape[2], sets, channels / sets).Transpose(0, 3, 1, 2, 4).Reshape(batch * sets, Shape[1], Shape[2], channels / sets);
        Tensor samples = images.SampleAt(places);
        if (mask is not null)
            samples *= mask.Reshape(batch, height, width, sets, cells).Transpose(0, 3, 1, 2, 4).Reshape(batch * sets, height, width * cells, 1);
        // Each group's samples lie in the order of its kernel: cells, then channels.
        Tensor maps = samples.Reshape(batch, sets, height, width, cells, channels / sets).Transpose(0, 2, 3, 4, 1, 5)
            .Reshape(batch, height, width, cells, groups, channels / groups).Transpose(0, 1, 2, 4, 3, 5).Reshape(batch, height, width, cells * channels);
        return maps.Convolution(kernel.Reshape(1, 1, cells * (channels / groups), filters), bias, groups: groups);

        int SetsOf(Shape shape)
        {
            if (shape.Rank != 4 || shape[..3] != [batch, height, width] || shape[3] == 0 || shape[3] % (2 * cells) != 0)
            {
                throw new ShapeException($"{operation}: received offsets of shape {shape} for an input of shape {Shape} and a kernel of {window.Height} x {window.Width} cells; "
                    + $"expected ({batch}, {height}, {width}, {2 * cells}), y and x for each cell, or a multiple of {2 * cells} channels for sets of channels with their own offsets.");
            }

            return channels % (shape[3] / (2 * cells)) == 0 ? shape[3] / (2 * cells) : throw new ShapeException(
                $"{operation}: received offsets of shape {shape}, which are for {shape[3] / (2 * cells)} sets of channels; the input {Shape} has {channels} channels, which so many sets do not divide.");
        }
    }

    // x and y that the kernel's cells have without offsets: (height', width', 1, cells, 2).
    private static Tensor CellPlaces(Window window, int height, int width, DType dtype)
    {
        Tensor y = Along(height, window.StrideHeight, window.PadHeight.Before).Reshape(height, 1, 1, 1) + (Range(0, window.Height, dtype) * window.DilationHeight).Reshape(1, 1, window.Height, 1);
        Tensor x = Along(width, window.StrideWidth, window.PadWidth.Before).Reshape(1, width, 1, 1) + (Range(0, window.Width, dtype) * window.DilationWidth).Reshape(1, 1, 1, window.Width);
        Shape all = [height, width, window.Height, window.Width];
        return Stack([x.BroadcastTo(all), y.BroadcastTo(all)], -1).Reshape(height, width, 1, window.Height * window.Width, 2);

        Tensor Along(int count, int stride, int before) => (Range(0, count, dtype) * stride) - before;
    }
}
