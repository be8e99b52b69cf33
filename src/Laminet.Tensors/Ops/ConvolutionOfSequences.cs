using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Convolution of sequences: that of images of height 1, with the same kernels.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// S(i) = sum over m, c of I(i s + m d, c) K(m, c). Input (batch, length, channels), kernel (length, channels / groups, filters), output (batch, length',
    /// filters). Floating point only. PyTorch: <c>nn.functional.conv1d</c>, with channels first; ONNX: <c>Conv</c>.
    /// </summary>
    /// <param name="kernel">The kernels.</param>
    /// <param name="bias">Added to each filter's sequence; shape (filters,).</param>
    /// <param name="stride">The step.</param>
    /// <param name="padding">The border; none by default. With <see cref="Padding.Causal"/> an output does not depend on what comes after it.</param>
    /// <param name="dilation">Distance between the kernel's cells.</param>
    /// <param name="groups">The number of independent groups into which channels and filters are split.</param>
    /// <param name="relu">Whether max(0, .) is applied in the same pass.</param>
    /// <exception cref="ShapeException">The shapes do not fit; the message says how to fix it.</exception>
    public Tensor Convolution1D(
        Tensor kernel, Tensor? bias = null, int stride = 1, Padding padding = default, int dilation = 1, int groups = 1, bool relu = false)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (kernel.Rank != 3)
            throw new ShapeException($"Convolution1D: received a kernel of shape {kernel.Shape}; expected (length, channels / groups, filters).");
        _ = Window.LengthOf("Convolution1D", Shape);
        if (groups < 1 || Shape[2] % groups != 0 || kernel.Shape[1] != Shape[2] / groups)
        {
            throw new ShapeException($"Convolution1D: the kernel {kernel.Shape} expects {(long)kernel.Shape[1] * groups} channels in {groups} group(s); the input {Shape} has {Shape[2]}. "
                + "Sequences are channels-last: (batch, length, channels).");
        }

        Convolution convolution = new(Window.OfSequence("Convolution1D", Shape, kernel.Shape[0], stride, dilation, padding), groups, relu);
        (Tensor image, Tensor kernelOfImages) = (ExpandDims(1), kernel.ExpandDims(0));
        return (bias is null ? convolution.Apply(image, kernelOfImages) : convolution.Apply(image, kernelOfImages, bias)).Squeeze(1);
    }

    /// <summary>
    /// The transpose of a convolution of sequences; see <see cref="TransposedConvolution"/>.
    /// PyTorch: <c>nn.functional.conv_transpose1d</c>, with channels first; ONNX: <c>ConvTranspose</c>.
    /// </summary>
    /// <param name="kernel">The kernels, (length, filters / groups, channels).</param>
    /// <param name="stride">The step of the output.</param>
    /// <param name="padding">The border that is cut off.</param>
    /// <param name="outputPadding">Cells added to the shortest output that fits.</param>
    /// <param name="dilation">Distance between the kernel's cells.</param>
    /// <param name="groups">The number of independent groups into which channels and filters are split.</param>
    /// <exception cref="ShapeException">The shapes do not fit; the message says how to fix it.</exception>
    public Tensor TransposedConvolution1D(
        Tensor kernel, int stride = 1, Padding padding = default, int? outputPadding = null, int dilation = 1, int groups = 1)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (kernel.Rank != 3)
            throw new ShapeException($"TransposedConvolution1D: received a kernel of shape {kernel.Shape}; expected (length, filters / groups, channels).");
        _ = Window.LengthOf("TransposedConvolution1D", Shape);
        if (padding == Padding.Causal)
            throw new ShapeException("TransposedConvolution1D: received the padding causal; expected valid, same or explicit cells. Each cell adds to what comes after it, so nothing can be left out before.");
        if (kernel.Shape[2] != Shape[2])
            throw new ShapeException($"TransposedConvolution1D: the kernel {kernel.Shape} expects {kernel.Shape[2]} channels; the input {Shape} has {Shape[2]}. The last axis of the kernel counts the input's channels.");
        // Of the height 1 all paddings leave the height 1.
        Padding ofImages = padding.ExplicitCells is { } cells ? Padding.Explicit(default, cells.Width) : padding;
        return ExpandDims(1).TransposedConvolution(
            kernel.ExpandDims(0), (1, stride), ofImages, outputPadding is { } added ? (0, added) : null, (1, dilation), groups).Squeeze(1);
    }
}
