using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Pooling of images (batch, height, width, channels). Floating point only.</content>
    public sealed partial class Tensor
    {
        /// <summary>The largest number in each window. Padding is never the largest. Among equal numbers the first one gets the gradient.</summary>
        /// <param name="size">Height and width of the window.</param>
        /// <param name="strides">Steps; the window's size by default.</param>
        /// <param name="padding">The border; none by default.</param>
        public Tensor MaxPool((int Height, int Width) size, (int Height, int Width)? strides = null, Padding padding = default) =>
            new MaxPool(Window.Of("MaxPool", Shape, size, strides ?? size, (1, 1), padding)).Apply(this);

        /// <summary>The mean of each window.</summary>
        /// <param name="size">Height and width of the window.</param>
        /// <param name="strides">Steps; the window's size by default.</param>
        /// <param name="padding">The border; none by default.</param>
        /// <param name="countPadding">Whether padding cells count as zeros in the mean; Keras leaves them out.</param>
        public Tensor AveragePool(
            (int Height, int Width) size, (int Height, int Width)? strides = null, Padding padding = default, bool countPadding = false) =>
            new AveragePool(Window.Of("AveragePool", Shape, size, strides ?? size, (1, 1), padding), countPadding).Apply(this);
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
            if (window.PadHeight.Before >= window.Height || window.PadHeight.After >= window.Height
                || window.PadWidth.Before >= window.Width || window.PadWidth.After >= window.Width)
            {
                throw new ShapeException($"{operation}: padding {window.PadHeight} x {window.PadWidth} is not smaller than the window "
                    + $"{window.Height} x {window.Width}; a window would hold nothing but padding.");
            }

            (int height, int width) = window.Positions(operation, image.Shape);
            return new([image.Shape[0], height, width, image.Shape[3]], image.DType);
        }

        public static PoolingGeometry Geometry(Window window, Shape image, Shape output) => new(
            image[0], image[1], image[2], image[3], window.Height, window.Width, output[1], output[2],
            window.StrideHeight, window.StrideWidth, window.PadHeight.Before, window.PadWidth.Before);
    }
}
