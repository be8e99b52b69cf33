using System.Globalization;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Fourier transforms. Complex numbers are pairs of tensors, as in Keras: the real and the imaginary parts.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The Fourier transform of complex numbers along the last axis: X(k) = sum over j of x(j) exp(-2 pi i jk/n). Any length n, in a time that grows as
        /// n log n. NumPy and PyTorch: <c>fft.fft</c>; Keras: <c>ops.fft</c>.
        /// </summary>
        /// <param name="real">The real parts.</param>
        /// <param name="imaginary">The imaginary parts, of the same shape and type.</param>
        /// <exception cref="ShapeException">The shapes differ, or the last axis is empty.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating-point.</exception>
        public static (Tensor Real, Tensor Imaginary) FFT(Tensor real, Tensor imaginary) => Transformed(real, imaginary, inverse: false);

        /// <summary>The inverse of <see cref="FFT"/>: x(j) = sum over k of X(k) exp(2 pi i jk/n) / n. NumPy and PyTorch: <c>fft.ifft</c>.</summary>
        /// <param name="real">The real parts.</param>
        /// <param name="imaginary">The imaginary parts, of the same shape and type.</param>
        /// <exception cref="ShapeException">The shapes differ, or the last axis is empty.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating-point.</exception>
        public static (Tensor Real, Tensor Imaginary) IFFT(Tensor real, Tensor imaginary) => Transformed(real, imaginary, inverse: true);

        /// <summary>The Fourier transform along the last two axes. NumPy and PyTorch: <c>fft.fft2</c>; Keras: <c>ops.fft2</c>.</summary>
        /// <param name="real">The real parts.</param>
        /// <param name="imaginary">The imaginary parts, of the same shape and type.</param>
        public static (Tensor Real, Tensor Imaginary) FFT2(Tensor real, Tensor imaginary) => OfPlanes(real, imaginary, inverse: false);

        /// <summary>The inverse of <see cref="FFT2"/>. NumPy and PyTorch: <c>fft.ifft2</c>; Keras: <c>ops.ifft2</c>.</summary>
        /// <param name="real">The real parts.</param>
        /// <param name="imaginary">The imaginary parts, of the same shape and type.</param>
        public static (Tensor Real, Tensor Imaginary) IFFT2(Tensor real, Tensor imaginary) => OfPlanes(real, imaginary, inverse: true);

        /// <summary>
        /// The Fourier transform of real numbers along the last axis: the first n/2 + 1 numbers of it, which the others mirror. NumPy and PyTorch:
        /// <c>fft.rfft</c>; Keras: <c>ops.rfft</c>.
        /// </summary>
        /// <param name="length">The length n of the transform: the axis is cut or filled with zeros to it. By default the axis's own.</param>
        /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
        /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
        public (Tensor Real, Tensor Imaginary) RFFT(int? length = null)
        {
            Check.Float("RFFT", Spec);
            Tensor[] parts = new RealFourier().ApplyAll(Fitted(this, Checked("RFFT", length ?? Shape[-1])));
            return (parts[0], parts[1]);
        }

        /// <summary>
        /// The inverse of <see cref="RFFT"/>. The imaginary parts of the first number and, if n is even, of the one at n/2 do not count. NumPy and PyTorch:
        /// <c>fft.irfft</c>; Keras: <c>ops.irfft</c>.
        /// </summary>
        /// <param name="real">The real parts, (..., n/2 + 1).</param>
        /// <param name="imaginary">The imaginary parts, of the same shape and type.</param>
        /// <param name="length">The length n of the result; by default the even one, 2 (bins - 1). Give it for an odd length. Bins are cut or filled with zeros to n/2 + 1.</param>
        /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
        /// <exception cref="ShapeException">The shapes differ.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating-point.</exception>
        public static Tensor IRFFT(Tensor real, Tensor imaginary, int? length = null)
        {
            ArgumentNullException.ThrowIfNull(real);
            ArgumentNullException.ThrowIfNull(imaginary);
            ComplexParts.Check("IRFFT", real.Spec, imaginary.Spec);
            if (length is null && real.Shape[-1] == 1)
                throw new ShapeException($"IRFFT: received one bin, numbers of shape {real.Shape}, and no length; the default 2 (bins - 1) is 0. Give the length: IRFFT(real, imaginary, 1).");
            int n = Checked("IRFFT", length ?? (2 * (real.Shape[-1] - 1)));
            return new InverseRealFourier(n).Apply(Fitted(real, (n / 2) + 1), Fitted(imaginary, (n / 2) + 1));
        }

        private static (Tensor Real, Tensor Imaginary) Transformed(Tensor real, Tensor imaginary, bool inverse)
        {
            ArgumentNullException.ThrowIfNull(real);
            ArgumentNullException.ThrowIfNull(imaginary);
            Tensor[] parts = new Fourier(inverse, inverse ? 1.0 / Math.Max(1, ComplexParts.Check(inverse ? "IFFT" : "FFT", real.Spec, imaginary.Spec)) : 1).ApplyAll(real, imaginary);
            return (parts[0], parts[1]);
        }

        private static (Tensor Real, Tensor Imaginary) OfPlanes(Tensor real, Tensor imaginary, bool inverse)
        {
            (Tensor re, Tensor im) = Transformed(real, imaginary, inverse);
            if (re.Rank < 2)
                throw new ShapeException($"{(inverse ? "IFFT2" : "FFT2")}: received {re.Shape}; expected two axes or more.");
            int across = re.Rank - 2;
            (re, im) = Transformed(re.SwappedWithLast(across), im.SwappedWithLast(across), inverse);
            return (re.SwappedWithLast(across), im.SwappedWithLast(across));
        }

        private static int Checked(string operation, int length) => length >= 1
            ? length
            : throw new ArgumentOutOfRangeException(nameof(length), string.Create(CultureInfo.InvariantCulture, $"{operation}: received the length {length}; expected 1 or more."));

        private static Tensor Fitted(Tensor x, int length) => x.Shape[-1] >= length
            ? x.Slice(0, length, axis: -1)
            : x.Pad([.. Enumerable.Repeat((0, 0), x.Rank - 1), (0, length - x.Shape[-1])]);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Inputs: real, imaginary. Along the last axis Scale times the transform, or with the sign of the exponent changed.</summary>
    /// <param name="IsInverse">Whether the exponent is positive.</param>
    /// <param name="Scale">A factor of the result.</param>
    public sealed record Fourier(bool IsInverse, double Scale) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            ComplexParts.Check(IsInverse ? "IFFT" : "FFT", inputs[0], inputs[1]);
            return [inputs[0], inputs[0]];
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => ComplexParts.Work(output.Shape.ElementCount, output.Shape[-1]);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.Fourier(FourierKind.Complex, IsInverse, arguments.InputSpec(0).Shape[-1], Scale,
            arguments.InputTensor(0), arguments.InputTensor(1), ComplexParts.Output(arguments, 0), ComplexParts.Output(arguments, 1));

        // The conjugate transpose of the matrix.
        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments) =>
            new Fourier(!IsInverse, Scale).ApplyAll(arguments.Upstreams[0] ?? arguments.Inputs[0].ZerosLike(), arguments.Upstreams[1] ?? arguments.Inputs[0].ZerosLike());
    }

    /// <summary>(..., n) to the real and the imaginary parts of its transform, (..., n/2 + 1).</summary>
    public sealed record RealFourier : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            TensorSpec part = new(inputs[0].Shape.With(-1, (inputs[0].Shape[-1] / 2) + 1), inputs[0].DType);
            return [part, part];
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => ComplexParts.Work(inputs[0].Shape.ElementCount, inputs[0].Shape[-1]) / 2;

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.Fourier(FourierKind.FromReal, false, arguments.InputSpec(0).Shape[-1], 1,
            arguments.InputTensor(0), null, ComplexParts.Output(arguments, 0), ComplexParts.Output(arguments, 1));

        // dx(j) = Re sum over the bins of (g + ih)(k) exp(2 pi i jk/n): the inverse, but that it counts those inside twice and divides by n.
        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Tensor x = arguments.Inputs[0], zero = arguments.Outputs[0].ZerosLike(), weights = ComplexParts.Weights(x.Shape[-1], x.DType, inside: 0.5);
            return [new InverseRealFourier(x.Shape[-1]).Apply((arguments.Upstreams[0] ?? zero) * weights, (arguments.Upstreams[1] ?? zero) * weights) * x.Shape[-1]];
        }
    }

    /// <summary>Inputs: real, imaginary (..., n/2 + 1). The real numbers, (..., n), whose transform they are the first part of.</summary>
    /// <param name="Length">n.</param>
    public sealed record InverseRealFourier(int Length) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(inputs[0].Shape.With(-1, Length), inputs[0].DType);

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => ComplexParts.Work(output.Shape.ElementCount, Length) / 2;

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.Fourier(FourierKind.ToReal, true, Length, 1.0 / Length,
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor, null);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Tensor[] parts = new RealFourier().ApplyAll(arguments.Upstream);
            Tensor weights = ComplexParts.Weights(Length, arguments.Upstream.DType, inside: 2) / Length;
            return [parts[0] * weights, parts[1] * weights];
        }
    }

    /// <summary>What the transforms share.</summary>
    internal static class ComplexParts
    {
        /// <summary>The length of the last axis of two parts that fit.</summary>
        public static int Check(string operation, TensorSpec real, TensorSpec imaginary)
        {
            Ops.Check.Float(operation, real);
            Ops.Check.SameType(operation, real, imaginary);
            if (real.Shape != imaginary.Shape)
                throw new ShapeException($"{operation}: received real parts of shape {real.Shape} and imaginary parts of shape {imaginary.Shape}; expected the same shape. ZerosLike makes imaginary parts for real numbers.");
            return real.Shape.Rank > 0 && real.Shape[-1] > 0
                ? real.Shape[-1]
                : throw new ShapeException($"{operation}: received numbers of shape {real.Shape}; expected (..., n) with n at least 1.");
        }

        // About five operations for each element and halving.
        public static double Work(double elements, int length) => 5 * elements * Math.Log2(Math.Max(2, length));

        /// <summary>An output, or room for one that nothing reads: both parts come together.</summary>
        public static Tensor Output(in KernelArguments arguments, int output) => arguments.Outputs[output]
            ?? Tensor.Empty(arguments.Outputs[1 - output]!.Shape, arguments.Outputs[1 - output]!.DType);

        /// <summary>For each bin 1 where it is its own mirror image, else another number.</summary>
        public static Tensor Weights(int length, DType type, double inside)
        {
            double[] weights = new double[(length / 2) + 1];
            Array.Fill(weights, inside);
            weights[0] = 1;
            if (length % 2 == 0)
                weights[^1] = 1;
            return Tensor.From(weights).Cast(type);
        }
    }
}
