using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;
using CheckedKernels = Laminet.Tensors.Kernels.CheckedKernels;
using ConvolutionGeometry = Laminet.Tensors.Kernels.ConvolutionGeometry;

namespace Laminet.Tensors
{
    /// <content>Convolution of images.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// S(i, j) = sum over m, n, c of I(i s + m d, j s + n d, c) K(m, n, c): the cross-correlation that networks call convolution.
        /// Input (batch, height, width, channels), kernel (height, width, channels / groups, filters), output (batch, height', width',
        /// filters). Floating point only. Keras: <c>conv</c>, <c>depthwise_conv</c>; PyTorch: <c>nn.functional.conv2d</c>, with channels first; ONNX: <c>Conv</c>.
        /// </summary>
        /// <param name="kernel">The kernels, HWIO.</param>
        /// <param name="bias">Added to each filter's map; shape (filters,).</param>
        /// <param name="strides">Steps along height and width; 1 by default.</param>
        /// <param name="padding">The border; none by default.</param>
        /// <param name="dilation">Distance between the kernel's cells; 1 by default.</param>
        /// <param name="groups">The number of independent groups into which channels and filters are split; with one group per channel the convolution is "depthwise".</param>
        /// <param name="relu">Whether max(0, .) is applied in the same pass.</param>
        /// <exception cref="ShapeException">The shapes do not fit; the message says how to fix it.</exception>
        public Tensor Convolution(
            Tensor kernel, Tensor? bias = null, (int Height, int Width)? strides = null, Padding padding = default,
            (int Height, int Width)? dilation = null, int groups = 1, bool relu = false)
        {
            ArgumentNullException.ThrowIfNull(kernel);
            if (kernel.Rank != 4)
                throw new ShapeException($"Convolution: received a kernel of shape {kernel.Shape}; expected (height, width, channels / groups, filters).");
            Window window = Window.Of("Convolution", Shape, (kernel.Shape[0], kernel.Shape[1]), strides ?? (1, 1), dilation ?? (1, 1), padding);
            Convolution convolution = new(window, groups, relu);
            return bias is null ? convolution.Apply(this, kernel) : convolution.Apply(this, kernel, bias);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Inputs: images, kernel, optionally a bias. Linear in each of the first two, so the three records below differentiate each other.</summary>
    /// <param name="Window">The window, its steps and its border.</param>
    /// <param name="Groups">How many groups of channels do not see each other.</param>
    /// <param name="Relu">Whether max(0, .) follows.</param>
    public sealed record Convolution(Window Window, int Groups, bool Relu) : Primitive
    {
        /// <summary>Whether this process has made a convolution, so that its kernels are worth compiling before the first step.</summary>
        internal static volatile bool IsUsed;

        internal override bool WidensHalves => true;

        internal override Primitive? Absorb(Follower follower, ReadOnlySpan<TensorSpec> inputs)
        {
            if (follower == Follower.Bias)
                return inputs.Length == 2 && !Relu ? this : null;
            return new FoldedConvolution(this, HasBias: inputs.Length == 3).Absorb(follower, inputs);
        }

        internal override Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs) => new FoldedConvolution(this, HasBias: inputs.Length == 3).ByExample(inputs);

        internal override PreferredForm? CpuForm(int input, ReadOnlySpan<TensorSpec> inputs) => new FoldedConvolution(this, HasBias: inputs.Length == 3).CpuForm(input, inputs);

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            IsUsed = true;
            (Shape image, Shape kernel) = (inputs[0].Shape, inputs[1].Shape);
            Check.Float(Name, inputs[0]);
            Check.SameType(Name, inputs[0], inputs[1]);
            if (Groups < 1 || image[3] % Groups != 0 || kernel[3] % Groups != 0)
                throw new ShapeException($"Convolution: {Groups} groups must divide the {image[3]} channels and the {kernel[3]} filters.");
            if (kernel[2] != image[3] / Groups)
            {
                throw new ShapeException($"Convolution: the kernel {kernel} expects {(long)kernel[2] * Groups} channels in {Groups} group(s); "
                    + $"the input {image} has {image[3]}. Images are channels-last: (batch, height, width, channels).");
            }

            if (inputs.Length == 3 && inputs[2] != new TensorSpec([kernel[3]], inputs[0].DType))
                throw new ShapeException($"Convolution: received the bias {inputs[2]}; expected {new TensorSpec([kernel[3]], inputs[0].DType)}, one number a filter.");
            (int height, int width) = Window.Positions(Name, image);
            return new([image[0], height, width, kernel[3]], inputs[0].DType);
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.Convolution(
            Geometry(arguments.InputSpec(0).Shape, arguments.InputSpec(1).Shape, arguments.OutputSpec.Shape),
            arguments.InputTensor(0), arguments.InputTensor(1), null, arguments.Count == 3 ? arguments.InputTensor(2) : null, null, Relu, arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            Tensor upstream = Relu ? new ReluGradient().Apply(arguments.Upstream, arguments.Output) : arguments.Upstream;
            return input switch
            {
                0 => new ConvolutionInputGradient(Window, Groups, arguments.Inputs[0].Shape).Apply(upstream, arguments.Inputs[1]),
                1 => new ConvolutionKernelGradient(Window, Groups, arguments.Inputs[1].Shape).Apply(arguments.Inputs[0], upstream),
                _ => upstream.Sum([0, 1, 2]),
            };
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => Work(inputs[1].Shape, output.Shape);

        /// <summary>The operations of the convolution and of either gradient: each cell of the maps meets each cell of a kernel.</summary>
        internal static double Work(Shape kernel, Shape maps) => 2.0 * maps.ElementCount * kernel[0] * kernel[1] * kernel[2];

        /// <summary>What the kernels need to know, from the three shapes.</summary>
        internal ConvolutionGeometry Geometry(Shape image, Shape kernel, Shape output) => Window.Geometry(Groups, image, kernel, output);
    }

    /// <summary>Inputs: upstream gradient, kernel. Output: the gradient by the images.</summary>
    /// <param name="Window">The window, its steps and its border.</param>
    /// <param name="Groups">How many groups of channels do not see each other.</param>
    /// <param name="Image">The shape of the images.</param>
    public sealed record ConvolutionInputGradient(Window Window, int Groups, Shape Image) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(Image, inputs[0].DType);

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => Convolution.Work(inputs[1].Shape, inputs[0].Shape);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.ConvolutionInputGradient(
            Window.Geometry(Groups, Image, arguments.InputSpec(1).Shape, arguments.InputSpec(0).Shape),
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => input == 0
            ? new Convolution(Window, Groups, false).Apply(arguments.Upstream, arguments.Inputs[1])
            : new ConvolutionKernelGradient(Window, Groups, arguments.Inputs[1].Shape).Apply(arguments.Upstream, arguments.Inputs[0]);
    }

    /// <summary>Inputs: images, upstream gradient. Output: the gradient by the kernel.</summary>
    /// <param name="Window">The window, its steps and its border.</param>
    /// <param name="Groups">How many groups of channels do not see each other.</param>
    /// <param name="Kernel">The shape of the kernel.</param>
    public sealed record ConvolutionKernelGradient(Window Window, int Groups, Shape Kernel) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(Kernel, inputs[0].DType);

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => Convolution.Work(Kernel, inputs[1].Shape);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.ConvolutionKernelGradient(
            Window.Geometry(Groups, arguments.InputSpec(0).Shape, Kernel, arguments.InputSpec(1).Shape),
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => input == 0
            ? new ConvolutionInputGradient(Window, Groups, arguments.Inputs[0].Shape).Apply(arguments.Inputs[1], arguments.Upstream)
            : new Convolution(Window, Groups, false).Apply(arguments.Inputs[0], arguments.Upstream);
    }
}
