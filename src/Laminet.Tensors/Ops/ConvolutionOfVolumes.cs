using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>
/// Convolution of volumes. The kernel's planes become channels: each plane of the result is the convolution of an image that holds, beside each other, the
/// planes which the kernel meets. One convolution of images sums over them all, at its full speed.
/// </content>
public sealed partial class Tensor
{
    /// <summary>
    /// S(h, i, j) = sum over l, m, n, c of I(h s + l d, i s + m d, j s + n d, c) K(l, m, n, c). Input (batch, depth, height, width, channels), kernel (depth,
    /// height, width, channels / groups, filters), output (batch, depth', height', width', filters). Floating point only. It works in a copy of the input
    /// for each plane of the kernel. PyTorch: <c>nn.functional.conv3d</c>, with channels first; ONNX: <c>Conv</c>.
    /// </summary>
    /// <param name="kernel">The kernels.</param>
    /// <param name="bias">Added to each filter's volume; shape (filters,).</param>
    /// <param name="strides">Steps along depth, height and width; 1 by default.</param>
    /// <param name="padding">The border; none by default.</param>
    /// <param name="dilation">Distance between the kernel's cells; 1 by default.</param>
    /// <param name="groups">The number of independent groups into which channels and filters are split.</param>
    /// <param name="relu">Whether max(0, .) is applied in the same pass.</param>
    /// <exception cref="ShapeException">The shapes do not fit; the message says how to fix it.</exception>
    public Tensor Convolution3D(
        Tensor kernel, Tensor? bias = null, (int Depth, int Height, int Width)? strides = null, Padding padding = default,
        (int Depth, int Height, int Width)? dilation = null, int groups = 1, bool relu = false)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        Window.RequireVolumes("Convolution3D", Shape);
        if (kernel.Rank != 5)
            throw new ShapeException($"Convolution3D: received a kernel of shape {kernel.Shape}; expected (depth, height, width, channels / groups, filters).");
        int channels = Shape[4];
        if (groups < 1 || channels % groups != 0 || kernel.Shape[3] != channels / groups)
        {
            throw new ShapeException($"Convolution3D: the kernel {kernel.Shape} expects {(long)kernel.Shape[3] * groups} channels in {groups} group(s); "
                + $"the input {Shape} has {channels}. Volumes are channels-last: (batch, depth, height, width, channels).");
        }

        ((int Depth, int Height, int Width) steps, (int Depth, int Height, int Width) spacing) = (strides ?? (1, 1, 1), dilation ?? (1, 1, 1));
        Window.Positive("Convolution3D", "the stride of the depth", steps.Depth);
        Window.Positive("Convolution3D", "the dilation of the depth", spacing.Depth);
        Window.Positive("Convolution3D", "the depth of the kernel", kernel.Shape[0]);
        int taps = kernel.Shape[0], reach = checked(((taps - 1) * spacing.Depth) + 1);
        Tensor padded = Pad([(0, 0), padding.Of(2, Shape[1], taps, steps.Depth, spacing.Depth), (0, 0), (0, 0), (0, 0)]);
        if (padded.Shape[1] < reach)
        {
            throw new ShapeException($"Convolution3D: a window {reach} deep does not fit into the input {Shape}, {padded.Shape[1]} deep with padding. "
                + "Use a smaller window, Padding.Same, or deeper volumes.");
        }

        (int batch, int depth, int height, int width) = (Shape[0], ((padded.Shape[1] - reach) / steps.Depth) + 1, Shape[2], Shape[3]);
        Tensor[] planes = [.. Enumerable.Range(0, taps).Select(tap => padded
            .Slice(tap * spacing.Depth, (tap * spacing.Depth) + ((depth - 1) * steps.Depth) + 1, steps.Depth, axis: 1)
            .Reshape(batch, depth, height, width, groups, 1, channels / groups))];
        Tensor maps = Concatenate(planes, axis: 5).Reshape(batch * depth, height, width, taps * channels).Convolution(
            PlanesAsChannels(kernel), bias, (steps.Height, steps.Width), padding, (spacing.Height, spacing.Width), groups, relu);
        return maps.Reshape(batch, depth, maps.Shape[1], maps.Shape[2], maps.Shape[3]);
    }

    /// <summary>
    /// The transpose of a convolution of volumes; see <see cref="TransposedConvolution"/>.
    /// PyTorch: <c>nn.functional.conv_transpose3d</c>, with channels first; ONNX: <c>ConvTranspose</c>.
    /// </summary>
    /// <param name="kernel">The kernels, (depth, height, width, filters / groups, channels).</param>
    /// <param name="strides">Steps of the output along depth, height and width; 1 by default.</param>
    /// <param name="padding">The border that is cut off.</param>
    /// <param name="outputPadding">Cells added to the smallest output that fits.</param>
    /// <param name="dilation">Distance between the kernel's cells; 1 by default.</param>
    /// <param name="groups">The number of independent groups into which channels and filters are split.</param>
    /// <exception cref="ShapeException">The shapes do not fit; the message says how to fix it.</exception>
    public Tensor TransposedConvolution3D(
        Tensor kernel, (int Depth, int Height, int Width)? strides = null, Padding padding = default,
        (int Depth, int Height, int Width)? outputPadding = null, (int Depth, int Height, int Width)? dilation = null, int groups = 1)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        Window.RequireVolumes("TransposedConvolution3D", Shape);
        if (kernel.Rank != 5)
            throw new ShapeException($"TransposedConvolution3D: received a kernel of shape {kernel.Shape}; expected (depth, height, width, filters / groups, channels).");
        ((int Depth, int Height, int Width) steps, (int Depth, int Height, int Width) spacing) = (strides ?? (1, 1, 1), dilation ?? (1, 1, 1));
        (int batch, int depth, int taps, int filters) = (Shape[0], Shape[1], kernel.Shape[0], kernel.Shape[3]);
        ((int Before, int After) cut, int length) = TransposedExtent.Of(
            "TransposedConvolution3D", padding, 2, depth, taps, steps.Depth, spacing.Depth, outputPadding?.Depth);
        Tensor maps = Reshape(batch * depth, Shape[2], Shape[3], Shape[4]).TransposedConvolution(
            PlanesAsChannels(kernel), (steps.Height, steps.Width), padding, outputPadding is { } cells ? (cells.Height, cells.Width) : null,
            (spacing.Height, spacing.Width), groups);
        (int height, int width) = (maps.Shape[1], maps.Shape[2]);
        // Each plane of the kernel gives planes of the result, a step apart; those that fall on each other are added.
        int whole = Math.Max(((depth - 1) * steps.Depth) + ((taps - 1) * spacing.Depth) + 1, cut.Before + length);
        Tensor parts = maps.Reshape(batch, depth, height, width, groups, taps, filters);
        Tensor? sum = null;
        for (int tap = 0; tap < taps; tap++)
        {
            Tensor part = parts.Slice(tap, tap + 1, axis: 5).Reshape(batch, depth, height, width, groups * filters);
            Tensor placed = new Embed(1, tap * spacing.Depth, steps.Depth, whole, (Number)0.0).Apply(part);
            sum = sum is null ? placed : sum + placed;
        }

        return sum!.Slice(cut.Before, cut.Before + length, axis: 1);
    }

    // (depth, height, width, in, out) to (height, width, depth in, out).
    private static Tensor PlanesAsChannels(Tensor kernel) => kernel.Transpose(1, 2, 0, 3, 4)
        .Reshape(kernel.Shape[1], kernel.Shape[2], kernel.Shape[0] * kernel.Shape[3], kernel.Shape[4]);
}
