using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Pooling of images (batch, height, width, channels). Floating point only.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The largest number in each window. Padding is never the largest. Among equal numbers the first one gets the gradient.
        /// Keras: <c>max_pool</c>; PyTorch: <c>nn.functional.max_pool2d</c>, with channels first; ONNX: <c>MaxPool</c>.
        /// </summary>
        /// <param name="size">Height and width of the window.</param>
        /// <param name="strides">Steps; the window's size by default.</param>
        /// <param name="padding">The border; none by default.</param>
        /// <param name="dilation">Distance between the window's cells; 1 by default.</param>
        /// <param name="ceil">Whether a last window that is cut short at the end counts too, if it begins before the padding there.</param>
        /// <exception cref="ShapeException">The window does not fit.</exception>
        public Tensor MaxPool(
            (int Height, int Width) size, (int Height, int Width)? strides = null, Padding padding = default, (int Height, int Width)? dilation = null, bool ceil = false)
        {
            Window window = Window.Of("MaxPool", Shape, size, strides ?? size, dilation ?? (1, 1), padding);
            return new MaxPool(ceil ? window.Ceil(Shape) : window).Apply(this);
        }

        /// <summary>The mean of each window. Keras: <c>average_pool</c>; PyTorch: <c>nn.functional.avg_pool2d</c>, with channels first; ONNX: <c>AveragePool</c>.</summary>
        /// <param name="size">Height and width of the window.</param>
        /// <param name="strides">Steps; the window's size by default.</param>
        /// <param name="padding">The border; none by default.</param>
        /// <param name="countPadding">Whether padding cells count as zeros in the mean; Keras leaves them out.</param>
        /// <param name="dilation">Distance between the window's cells; 1 by default.</param>
        /// <param name="ceil">Whether a last window that is cut short at the end counts too, if it begins before the padding there. What it lacks counts in no mean.</param>
        /// <exception cref="ShapeException">The window does not fit.</exception>
        public Tensor AveragePool(
            (int Height, int Width) size, (int Height, int Width)? strides = null, Padding padding = default, bool countPadding = false,
            (int Height, int Width)? dilation = null, bool ceil = false)
        {
            Window window = Window.Of("AveragePool", Shape, size, strides ?? size, dilation ?? (1, 1), padding);
            return new AveragePool(ceil ? window.Ceil(Shape) : window, countPadding).Apply(this);
        }

        /// <summary>
        /// The largest number in each of a given number of windows, whatever the size of the images: window i of n along a length l holds the cells from
        /// floor(i l / n) to ceil((i + 1) l / n), excluded, as in PyTorch. Keras: <c>adaptive_max_pool</c>; PyTorch: <c>nn.functional.adaptive_max_pool2d</c>.
        /// </summary>
        /// <param name="outputs">How many windows there are along height and width.</param>
        /// <exception cref="ShapeException">A number is below 1, or the images are empty.</exception>
        public Tensor AdaptiveMaxPool((int Height, int Width) outputs) => new MaxPool(Window.OfAdaptive("AdaptiveMaxPool", Shape, outputs)).Apply(this);

        /// <summary>The mean of each of a given number of windows: those of <see cref="AdaptiveMaxPool"/>. Keras: <c>adaptive_average_pool</c>; PyTorch: <c>nn.functional.adaptive_avg_pool2d</c>.</summary>
        /// <param name="outputs">How many windows there are along height and width.</param>
        /// <exception cref="ShapeException">A number is below 1, or the images are empty.</exception>
        public Tensor AdaptiveAveragePool((int Height, int Width) outputs) =>
            new AveragePool(Window.OfAdaptive("AdaptiveAveragePool", Shape, outputs), CountPadding: false).Apply(this);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Images (batch, height, width, channels): the largest number in each window.</summary>
    /// <param name="Window">The window, its steps and its border.</param>
    public sealed record MaxPool(Window Window) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Pools.Infer(Name, Window, inputs[0]);

        internal override Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs) => [Reads.Example];

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.MaxPool(
            Pools.Geometry(Window, arguments.InputSpec(0).Shape, arguments.OutputSpec.Shape), arguments.InputTensor(0), arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            new MaxScatter(Window).Apply(arguments.Inputs[0], arguments.Upstream);
    }

    /// <summary>Inputs: images, one value a window. Adds each value where its window's largest element stands.</summary>
    /// <param name="Window">The window, its steps and its border.</param>
    public sealed record MaxScatter(Window Window) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.MaxScatter(
            Pools.Geometry(Window, arguments.InputSpec(0).Shape, arguments.InputSpec(1).Shape),
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor);

        // Where the largest stands is piecewise constant in the images.
        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments) =>
            input == 1 ? new MaxGather(Window).Apply(arguments.Inputs[0], arguments.Upstream) : null;
    }

    /// <summary>Inputs: images, values of the images' shape. Reads each window's value where the images' largest element stands.</summary>
    /// <param name="Window">The window, its steps and its border.</param>
    public sealed record MaxGather(Window Window) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Pools.Infer(Name, Window, inputs[0]);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.MaxGather(
            Pools.Geometry(Window, arguments.InputSpec(0).Shape, arguments.OutputSpec.Shape),
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments) =>
            input == 1 ? new MaxScatter(Window).Apply(arguments.Inputs[0], arguments.Upstream) : null;
    }

    /// <summary>Images (batch, height, width, channels): the mean of each window.</summary>
    /// <param name="Window">The window, its steps and its border.</param>
    /// <param name="CountPadding">Whether cells of the border count in the mean.</param>
    public sealed record AveragePool(Window Window, bool CountPadding) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Pools.Infer(Name, Window, inputs[0]);

        internal override Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs) => [Reads.Example];

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.AveragePool(
            Pools.Geometry(Window, arguments.InputSpec(0).Shape, arguments.OutputSpec.Shape),
            arguments.InputTensor(0), CountPadding, arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            new AveragePoolGradient(Window, CountPadding, arguments.Inputs[0].Shape).Apply(arguments.Upstream);
    }

    /// <summary>Input: one value a window. The gradient of the means by the images.</summary>
    /// <param name="Window">The window, its steps and its border.</param>
    /// <param name="CountPadding">Whether cells of the border count in the mean.</param>
    /// <param name="Image">The shape of the images.</param>
    public sealed record AveragePoolGradient(Window Window, bool CountPadding, Shape Image) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(Image, inputs[0].DType);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.AveragePoolGradient(
            Pools.Geometry(Window, Image, arguments.InputSpec(0).Shape), arguments.InputTensor(0), CountPadding, arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            new AveragePool(Window, CountPadding).Apply(arguments.Upstream);
    }

    internal static class Pools
    {
        public static TensorSpec Infer(string operation, Window window, TensorSpec image)
        {
            Check.Float(operation, image);
            (int Height, int Width) reach = (((window.Height - 1) * window.DilationHeight) + 1, ((window.Width - 1) * window.DilationWidth) + 1);
            if (Math.Max(window.PadHeight.Before, window.PadHeight.After) >= reach.Height || Math.Max(window.PadWidth.Before, window.PadWidth.After) >= reach.Width)
            {
                throw new ShapeException($"{operation}: padding {window.PadHeight} x {window.PadWidth} is not smaller than the window "
                    + $"{reach.Height} x {reach.Width}; a window would hold nothing but padding.");
            }

            (int height, int width) = window.Positions(operation, image.Shape);
            // A dilated window may have cells on both sides of a short image and none on it.
            PoolingGeometry cells = Geometry(window, image.Shape, [image.Shape[0], height, width, image.Shape[3]]);
            if ((window.DilationHeight > 1 && HasEmpty(height, cells.Rows)) || (window.DilationWidth > 1 && HasEmpty(width, cells.Columns)))
            {
                throw new ShapeException($"{operation}: with the dilation {window.DilationHeight} x {window.DilationWidth} and the padding {window.PadHeight} x {window.PadWidth}, a window over {image.Shape} "
                    + "would hold nothing but padding; expected at least one pixel in each. Use a smaller dilation or less padding.");
            }

            return new([image.Shape[0], height, width, image.Shape[3]], image.DType);
        }

        private static bool HasEmpty(int count, Func<int, WindowCells> cells) => Enumerable.Range(0, count).Select(cells).Any(one => one.First >= one.End);

        public static PoolingGeometry Geometry(Window window, Shape image, Shape output) => new(
            image[0], image[1], image[2], image[3], window.Height, window.Width, output[1], output[2],
            window.StrideHeight, window.StrideWidth, window.PadHeight.Before, window.PadWidth.Before)
        {
            DilationH = window.DilationHeight,
            DilationW = window.DilationWidth,
            BeyondH = window.Beyond.Height,
            BeyondW = window.Beyond.Width,
            IsAdaptive = window.Adaptive is not null,
        };
    }
}
