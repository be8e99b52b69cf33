using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The spectra of overlapping frames of signals: (batch, samples, channels) to (batch, frames, channels * bins), bins = fftLength/2 + 1. A frame x gives X(k) = sum over j of
/// w(j) x(j) exp(-2 pi i j k / n) / s with n = 2 (bins - 1), the window w and its scale s, shown as ln |X(k)| by default. The windowed cosines and sines are weights (see
/// <see cref="STFTInitializer"/>), 2 * frameLength * bins, so that training can adapt them; set <see cref="Layer.Trainable"/> to false where it should not. Keras:
/// <c>STFTSpectrogram</c>.
/// </summary>
/// <param name="mode">What is shown of the complex numbers.</param>
/// <param name="frameLength">The length of a frame in samples.</param>
/// <param name="frameStep">From the beginning of a frame to that of the next; half a frame by default.</param>
/// <param name="fftLength">The length of the transform, at least that of a frame; by default the next power of two.</param>
/// <param name="window">The window.</param>
/// <param name="periodic">Whether the window is one period of its cosines; otherwise it is symmetric.</param>
/// <param name="scaling">What the window is divided by.</param>
/// <param name="padding">Valid: only whole frames. Same: zeros at both ends, so that there are samples / frameStep frames, rounded up.</param>
/// <param name="expandDims">Whether the result is an image, (batch, frames, bins, channels).</param>
public sealed class STFTSpectrogram(
    SpectrogramMode mode = SpectrogramMode.Log, int frameLength = 256, int? frameStep = null, int? fftLength = null, SignalWindow window = SignalWindow.Hann,
    bool periodic = false, WindowScaling scaling = WindowScaling.Density, Padding padding = default, bool expandDims = false) : Layer
{
    private const double Least = 1e-7;

    private Variable? realKernel, imaginaryKernel;

    public SpectrogramMode Mode { get; } = mode;
    public int FrameLength { get; } = Setting.Require(frameLength, frameLength >= 1, "1 or more");
    public int? FrameStep { get; } = Setting.Require(frameStep, frameStep is null || (frameStep >= 1 && frameStep <= frameLength), "1 to frameLength");
    public int? FftLength { get; } = Setting.Require(fftLength, fftLength is null || fftLength >= frameLength, "frameLength or more");
    public SignalWindow Window { get; } = window;
    public bool Periodic { get; } = periodic;
    public WindowScaling Scaling { get; } = scaling;
    public Padding Padding { get; } = padding == Padding.Valid || padding == Padding.Same ? padding : throw new ArgumentOutOfRangeException(nameof(padding), $"Received padding = {padding}; expected Valid or Same.");
    public bool ExpandDims { get; } = expandDims;

    private int Step => FrameStep ?? Math.Max(1, FrameLength / 2);

    protected override void Build(Shape input)
    {
        if (input.Rank != 3)
            throw new ShapeException($"received an input of shape {input}; expected (batch, samples, channels). Signals of one channel need an axis for it: ExpandDims(-1).");
        int length = FftLength ?? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)FrameLength);
        realKernel = Mode == SpectrogramMode.Imag ? null : Kernel("real_kernel", ComplexSide.Real);
        imaginaryKernel = Mode == SpectrogramMode.Real ? null : Kernel("imag_kernel", ComplexSide.Imag);

        Variable Kernel(string name, ComplexSide side) => AddWeight(name, [FrameLength, 1, (length / 2) + 1], new STFTInitializer(side, Window, Scaling, Periodic));
    }

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        Tensor frames = Padded(input.Cast(DType).Transpose(0, 2, 1)).Frames(FrameLength, Step);
        Tensor shown = Shown(Part(realKernel), Part(imaginaryKernel));
        if (ExpandDims)
            return shown.Transpose(0, 2, 3, 1);
        Tensor byFrame = shown.Transpose(0, 2, 1, 3);
        return byFrame.Reshape([byFrame.Shape[0], byFrame.Shape[1], byFrame.Shape[2] * byFrame.Shape[3]]);

        // (batch, channels, frames, bins).
        Tensor? Part(Variable? kernel) => kernel is null ? null : frames.MatMul(kernel.Value.Reshape([FrameLength, -1]));
    }

    private Tensor Shown(Tensor? real, Tensor? imaginary)
    {
        if (real is null || imaginary is null)
            return (real ?? imaginary)!;
        if (Mode == SpectrogramMode.Stft)
            return Tensor.Concatenate([real, imaginary], -1);
        if (Mode == SpectrogramMode.Angle)
            return imaginary.Atan2(real);
        Tensor power = real.Square() + imaginary.Square();
        if (Mode == SpectrogramMode.Psd)
        {
            // A real signal's other bins mirror those between the ends.
            int bins = power.Shape[-1];
            return power + power.Slice(1, Math.Max(1, bins - 1), axis: -1).Pad([(0, 0), (0, 0), (0, 0), (Math.Min(1, bins - 1), Math.Min(1, bins - 1))]);
        }

        Tensor magnitude = power.Clip(Least, double.PositiveInfinity).Sqrt();
        return Mode == SpectrogramMode.Magnitude ? magnitude : magnitude.Log();
    }

    private Tensor Padded(Tensor signal)
    {
        if (Padding == Padding.Valid)
            return signal;
        int samples = signal.Shape[-1], count = (samples + Step - 1) / Step, missing = Math.Max(0, ((count - 1) * Step) + FrameLength - samples);
        return signal.Pad([(0, 0), (0, 0), (missing / 2, missing - (missing / 2))]);
    }
}
