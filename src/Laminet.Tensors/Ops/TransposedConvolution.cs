using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Transposed convolution of images.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The transpose of a convolution, also called deconvolution: each pixel adds a copy of the kernel, times its value, to a larger image,
        /// T(i s + m d, j s + n d, f) += I(i, j, c) K(m, n, f, c). It is what the gradient of <see cref="Convolution"/> by the images computes, with the same kernel.
        /// Input (batch, height, width, channels), kernel (height, width, filters / groups, channels), output (batch, height', width', filters).
        /// Keras: <c>conv_transpose</c>; PyTorch: <c>nn.functional.conv_transpose2d</c>, with channels first; ONNX: <c>ConvTranspose</c>.
        /// </summary>
        /// <remarks>
        /// With a kernel of reach r = (k - 1) d + 1 and a step s, an axis of length l gives, as in Keras: valid, (l - 1) s + r + outputPadding, where the default adds
        /// max(s - r, 0); same, l s by default, otherwise (l - 1) s + r mod 2 + outputPadding; explicit, (l - 1) s + r - before - after + outputPadding, where the
        /// default adds 0, as in PyTorch. With same padding the rest is cut off evenly, the odd cell at the end.
        /// </remarks>
        /// <param name="kernel">The kernels.</param>
        /// <param name="strides">Steps of the output along height and width; 1 by default.</param>
        /// <param name="padding">The border that is cut off.</param>
        /// <param name="outputPadding">Cells added at the end to the smallest output that fits: several sizes have a convolution of the input's size. Below the step, or with explicit padding below the dilation as far as cells are cut off at the end, as in PyTorch and ONNX.</param>
        /// <param name="dilation">Distance between the kernel's cells; 1 by default.</param>
        /// <param name="groups">The number of independent groups into which channels and filters are split.</param>
        /// <exception cref="ShapeException">The shapes do not fit; the message says how to fix it.</exception>
        public Tensor TransposedConvolution(
            Tensor kernel, (int Height, int Width)? strides = null, Padding padding = default, (int Height, int Width)? outputPadding = null,
            (int Height, int Width)? dilation = null, int groups = 1)
        {
            const string Name = "TransposedConvolution";
            ArgumentNullException.ThrowIfNull(kernel);
            Window.RequireImages(Name, Shape);
            if (kernel.Rank != 4)
                throw new ShapeException($"{Name}: received a kernel of shape {kernel.Shape}; expected (height, width, filters / groups, channels).");
            Check.Float(Name, Spec);
            Check.SameType(Name, Spec, kernel.Spec);
            if (kernel.Shape[3] != Shape[3])
            {
                throw new ShapeException($"{Name}: the kernel {kernel.Shape} expects {kernel.Shape[3]} channels; the input {Shape} has {Shape[3]}. "
                    + "The last axis of the kernel counts the input's channels, the one before it the filters.");
            }

            if (groups < 1 || Shape[3] % groups != 0)
                throw new ShapeException($"{Name}: {groups} groups must divide the {Shape[3]} channels.");
            ((int Height, int Width) steps, (int Height, int Width) spacing) = (strides ?? (1, 1), dilation ?? (1, 1));
            ((int Before, int After) cutHeight, int height) = TransposedExtent.Of(
                Name, padding, 0, Shape[1], kernel.Shape[0], steps.Height, spacing.Height, outputPadding?.Height);
            ((int Before, int After) cutWidth, int width) = TransposedExtent.Of(
                Name, padding, 1, Shape[2], kernel.Shape[1], steps.Width, spacing.Width, outputPadding?.Width);
            Window window = new(kernel.Shape[0], kernel.Shape[1], steps.Height, steps.Width, spacing.Height, spacing.Width, cutHeight, cutWidth);
            return new ConvolutionInputGradient(window, groups, [Shape[0], height, width, kernel.Shape[2] * groups]).Apply(this, kernel);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>How long a transposed convolution makes an axis.</summary>
    internal static class TransposedExtent
    {
        /// <summary>The cells that are cut off before and after, and the length that is left.</summary>
        public static ((int Before, int After) Cut, int Length) Of(
            string operation, Padding padding, int axis, int length, int window, int stride, int dilation, int? outputPadding)
        {
            Window.Positive(operation, "the window", window);
            Window.Positive(operation, "the stride", stride);
            Window.Positive(operation, "the dilation", dilation);
            if (length == 0)
                throw new ShapeException($"{operation}: received an input with an axis of length 0; expected 1 or more.");
            if (padding == Padding.Causal)
                throw new ShapeException($"{operation}: received the padding causal; expected valid, same or explicit cells. Each cell adds to what comes after it, so nothing can be left out before.");
            // Cells beyond the step are some of those that would be cut off at the end.
            bool isExplicit = padding != Padding.Valid && padding != Padding.Same;
            (int Before, int After) border = isExplicit ? padding.Of(axis, length, window, stride, dilation) : default;
            int most = Math.Max(stride - 1, Math.Min(dilation - 1, stride - 1 + border.After));
            if (outputPadding is { } added && (added < 0 || added > most))
                throw new ShapeException($"{operation}: received the output padding {added} for a stride of {stride}; expected 0 to {most}. More cells would be reached by no position.");
            int reach = checked(((window - 1) * dilation) + 1), whole = checked(((length - 1) * stride) + reach);
            if (padding == Padding.Valid)
                return (default, checked(whole + (outputPadding ?? Math.Max(stride - reach, 0))));
            if (padding == Padding.Same)
            {
                int same = outputPadding is { } cells ? ((length - 1) * stride) + (reach % 2) + cells : checked(length * stride);
                int cut = Math.Max(0, whole - same);
                return ((cut / 2, cut - (cut / 2)), same > 0 ? same : throw TooSmall(same));
            }

            int left = whole - border.Before - border.After + (outputPadding ?? 0);
            border.After -= Math.Max(0, (outputPadding ?? 0) - (stride - 1));
            return (border, left > 0 ? left : throw TooSmall(left));

            ShapeException TooSmall(int size) => new($"{operation}: an axis of length {length} with a window of {reach}, a stride of {stride} and the padding {padding} "
                + $"would get the length {size}; expected 1 or more. Use less padding or a larger stride.");
        }
    }
}
