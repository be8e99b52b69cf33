using System.Globalization;
using System.Numerics;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;
using Laminet.Tensors.Runtime;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors
{
    /// <content>Cutting signals into overlapping frames, and spectra of the frames.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The numbers of a window, a vector in Float64. NumPy: <c>hanning</c>, <c>hamming</c>, <c>blackman</c>, <c>bartlett</c>; Keras: <c>hanning</c>, <c>hamming</c>, <c>blackman</c>, <c>bartlett</c>, all symmetric;
        /// PyTorch: <c>hann_window</c>, <c>hamming_window</c>, <c>blackman_window</c>, <c>bartlett_window</c>; ONNX: <c>HannWindow</c>, <c>HammingWindow</c>, <c>BlackmanWindow</c>. For Kaiser's see
        /// <see cref="FromKaiserWindow"/>.
        /// </summary>
        /// <param name="window">Which.</param>
        /// <param name="length">How many.</param>
        /// <param name="periodic">Whether it is one period of the cosines (n = length), as for spectra; otherwise it is symmetric (n = length - 1), as for filters. SciPy:
        /// <c>get_window(..., fftbins=periodic)</c>.</param>
        /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
        public static Tensor FromWindow(SignalWindow window, int length, bool periodic = true)
        {
            double[] numbers = new double[Checked("FromWindow", length)];
            double step = 2 * Math.PI / Math.Max(1, periodic ? length : length - 1);
            for (int j = 0; j < length; j++)
            {
                numbers[j] = length == 1 ? 1 : window switch
                {
                    SignalWindow.Hann => 0.5 - (0.5 * Math.Cos(step * j)),
                    SignalWindow.Hamming => 0.54 - (0.46 * Math.Cos(step * j)),
                    SignalWindow.Blackman => 0.42 - (0.5 * Math.Cos(step * j)) + (0.08 * Math.Cos(2 * step * j)),
                    SignalWindow.Bartlett => 1 - Math.Abs((step * j / Math.PI) - 1),
                    SignalWindow.None => 1,
                    _ => throw new ArgumentOutOfRangeException(nameof(window), $"FromWindow: received the window {window}; expected one of {string.Join(", ", Enum.GetNames<SignalWindow>())}."),
                };
            }

            return From(numbers);
        }

        /// <summary>
        /// Frames of a length, each a stride after the one before, along the last axis: (..., samples) to (..., 1 + (samples - length)/stride, length). What is left
        /// at the end is in no frame. Keras: <c>ops.extract_sequences</c>; PyTorch: <c>unfold</c>.
        /// </summary>
        /// <param name="length">The length of a frame.</param>
        /// <param name="stride">From the beginning of a frame to that of the next.</param>
        /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
        /// <exception cref="ShapeException">The axis is shorter than a frame.</exception>
        public Tensor Frames(int length, int stride)
        {
            if (length < 1 || stride < 1)
                throw new ArgumentOutOfRangeException(length < 1 ? nameof(length) : nameof(stride), string.Create(CultureInfo.InvariantCulture, $"Frames: received the length {length} and the stride {stride}; expected 1 or more."));
            return new Frames(length, stride).Apply(this);
        }

        /// <summary>
        /// The spectra of windowed frames: (..., samples) to real and imaginary parts, (..., frames, fftLength/2 + 1). Keras: <c>ops.stft</c>; PyTorch: <c>stft</c>, whose last
        /// two axes are the other way round.
        /// </summary>
        /// <param name="sequenceLength">How many samples the window covers.</param>
        /// <param name="sequenceStride">From the beginning of a frame to that of the next.</param>
        /// <param name="fftLength">The length of a frame and of its transform; the window lies in its middle.</param>
        /// <param name="window">The window, periodic. For none, every sample of the frame counts.</param>
        /// <param name="center">Whether the signal is continued by its mirror image, fftLength/2 at both ends, so that frame t is centred on sample t sequenceStride.</param>
        /// <exception cref="ArgumentOutOfRangeException">A length is below 1, or the transform is shorter than the window.</exception>
        /// <exception cref="ShapeException">The signal is too short.</exception>
        /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
        public (Tensor Real, Tensor Imaginary) STFT(int sequenceLength, int sequenceStride, int fftLength, SignalWindow window = SignalWindow.Hann, bool center = true)
        {
            Check.Float("STFT", Spec);
            Tensor weights = FrameWindow("STFT", sequenceLength, sequenceStride, fftLength, window).Cast(DType);
            Tensor frames = (center ? Mirrored(fftLength / 2) : this).Frames(fftLength, sequenceStride);
            return (window == SignalWindow.None ? frames : frames * weights).RFFT();
        }

        /// <summary>
        /// The signal of which these are the spectra (see <see cref="STFT"/>): windowed inverse transforms are added up and divided by the sum of the squared windows. It is
        /// exact where that is not 0. Keras: <c>ops.istft</c>; PyTorch: <c>istft</c>.
        /// </summary>
        /// <param name="real">The real parts, (..., frames, fftLength/2 + 1).</param>
        /// <param name="imaginary">The imaginary parts, of the same shape and type.</param>
        /// <param name="sequenceLength">As it was.</param>
        /// <param name="sequenceStride">As it was.</param>
        /// <param name="fftLength">As it was.</param>
        /// <param name="length">How many samples the signal has; by default as many as the frames hold, without the mirror images.</param>
        /// <param name="window">As it was.</param>
        /// <param name="center">As it was.</param>
        /// <exception cref="ArgumentOutOfRangeException">A length is below 1, or the transform is shorter than the window.</exception>
        /// <exception cref="ShapeException">The shapes do not fit.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating-point.</exception>
        public static Tensor ISTFT(
            Tensor real, Tensor imaginary, int sequenceLength, int sequenceStride, int fftLength, int? length = null, SignalWindow window = SignalWindow.Hann, bool center = true)
        {
            ArgumentNullException.ThrowIfNull(real);
            ArgumentNullException.ThrowIfNull(imaginary);
            ComplexParts.Check("ISTFT", real.Spec, imaginary.Spec);
            if (length is { } samples)
                _ = Checked("ISTFT", samples);
            Tensor weights = FrameWindow("ISTFT", sequenceLength, sequenceStride, fftLength, window);
            if (real.Rank < 2 || real.Shape[-1] != (fftLength / 2) + 1)
                throw new ShapeException($"ISTFT: received spectra of shape {real.Shape} for an fftLength of {fftLength}; expected (..., frames, {(fftLength / 2) + 1}).");
            OverlapAdd add = new(sequenceStride);
            Tensor sum = add.Apply(IRFFT(real, imaginary, fftLength) * weights.Cast(real.DType));
            Tensor norm = add.Apply(weights.Square().BroadcastTo([real.Shape[-2], fftLength]));
            Tensor signal = sum / Where(norm.Greater(1e-10), norm, norm.OnesLike()).Cast(real.DType);
            int start = center ? fftLength / 2 : 0, end = length is null ? signal.Shape[-1] - start : (int)Math.Min((long)start + length.Value, signal.Shape[-1]);
            Tensor part = signal.Slice(start, Math.Max(start, end), axis: -1);
            return length is null ? part : Fitted(part, length.Value);
        }

        private static Tensor FrameWindow(string operation, int sequenceLength, int sequenceStride, int fftLength, SignalWindow window)
        {
            if (sequenceLength < 1 || sequenceStride < 1 || fftLength < sequenceLength)
            {
                throw new ArgumentOutOfRangeException(nameof(fftLength), string.Create(CultureInfo.InvariantCulture,
                    $"{operation}: received sequenceLength = {sequenceLength}, sequenceStride = {sequenceStride} and fftLength = {fftLength}; expected 1 or more, and an fftLength of at least sequenceLength."));
            }

            if (window == SignalWindow.None)
                return FromWindow(window, fftLength);
            int before = (fftLength - sequenceLength) / 2;
            return FromWindow(window, sequenceLength).Pad([(before, fftLength - sequenceLength - before)]);
        }

        // The last axis with so many of its neighbours in reverse at each end; the end itself is not repeated.
        private Tensor Mirrored(int width)
        {
            int samples = Shape[-1];
            if (width == 0)
                return this;
            if (samples <= width)
                throw new ShapeException($"STFT: received {samples} samples; with center there must be more than fftLength/2 = {width}. Pad the signal, or pass center: false.");
            return Concatenate([Slice(1, width + 1, axis: -1).Flip(-1), this, Slice(samples - 1 - width, samples - 1, axis: -1).Flip(-1)], -1);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>(..., samples) to (..., frames, Length).</summary>
    /// <param name="Length">The length of a frame.</param>
    /// <param name="Stride">From frame to frame.</param>
    public sealed record Frames(int Length, int Stride) : Primitive
    {
        internal override bool IsOnePass => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Shape shape = inputs[0].Shape;
            return shape.Rank > 0 && shape[-1] >= Length
                ? new([.. shape.SkipLast(1), 1 + ((shape[-1] - Length) / Stride), Length], inputs[0].DType)
                : throw new ShapeException($"{Name}: received {shape}; expected (..., samples) with at least the {Length} samples of a frame. Pad the signal.");
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Body body = new(this, arguments);
            DTypes.BySize(arguments.OutputSpec.DType, ref body);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            Shape shape = arguments.Inputs[0].Shape;
            Tensor sum = new OverlapAdd(Stride).Apply(arguments.Upstream);
            return sum.Pad([.. Enumerable.Repeat((0, 0), shape.Rank - 1), (0, shape[-1] - sum.Shape[-1])]);
        }

        private readonly ref struct Body(Frames operation, KernelArguments arguments) : IMoveBody
        {
            private readonly KernelArguments arguments = arguments;

            public void Run<T>() where T : unmanaged
            {
                Shape output = arguments.OutputSpec.Shape;
                Copied<T> work = new(arguments.InputTensor(0), arguments.OutputTensor, output[-2], operation, arguments.InputSpec(0).Shape[-1]);
                Workers.For(Rounding.DivideUp(output.CountOf(..^1), work.PerTask), ref work);
            }
        }

        private readonly struct Copied<T>(Tensor x, Tensor output, int frames, Frames operation, int samples) : IWork where T : unmanaged
        {
            public int PerTask => Math.Max(1, Stretches.TaskLength / operation.Length);

            public void Run(int task)
            {
                ReadOnlySpan<T> from = x.AsRawSpan<T>();
                Span<T> to = output.AsRawSpan<T>();
                int length = operation.Length;
                for (int frame = task * PerTask; frame < Math.Min(to.Length / length, (task + 1) * PerTask); frame++)
                    from.Slice((frame / frames * samples) + (frame % frames * operation.Stride), length).CopyTo(to[(frame * length)..]);
            }
        }
    }

    /// <summary>(..., frames, length) to (..., (frames - 1) Stride + length): the frames added up, each a stride after the one before.</summary>
    /// <param name="Stride">From frame to frame.</param>
    public sealed record OverlapAdd(int Stride) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Shape shape = inputs[0].Shape;
            return new([.. shape.SkipLast(2), shape[-2] == 0 ? 0 : checked(((shape[-2] - 1) * Stride) + shape[-1])], inputs[0].DType);
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Body body = new(Stride, arguments);
            DTypes.Number(arguments.OutputSpec.DType, ref body);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => new Frames(arguments.Inputs[0].Shape[-1], Stride).Apply(arguments.Upstream);

        private readonly ref struct Body(int stride, KernelArguments arguments) : INumberBody
        {
            private readonly KernelArguments arguments = arguments;

            public void Run<T>() where T : unmanaged, INumber<T>
            {
                Added<T> work = new(arguments.InputTensor(0), arguments.OutputTensor, stride);
                Workers.For(arguments.OutputSpec.Shape.CountOf(..^1), ref work);
            }
        }

        private readonly struct Added<T>(Tensor x, Tensor output, int stride) : IWork where T : unmanaged, INumber<T>
        {
            public void Run(int task)
            {
                (int frames, int length, int samples) = (x.Shape[-2], x.Shape[-1], output.Shape[-1]);
                ReadOnlySpan<T> from = x.AsSpan<T>().Slice(task * frames * length, frames * length);
                Span<T> to = output.AsSpan<T>().Slice(task * samples, samples);
                to.Clear();
                for (int frame = 0; frame < frames; frame++)
                {
                    Span<T> place = to.Slice(frame * stride, length);
                    TensorPrimitives.Add(place, from.Slice(frame * length, length), place);
                }
            }
        }
    }
}
