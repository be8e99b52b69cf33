using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>
/// The windowed cosines or sines of a Fourier transform as a kernel (frame, 1, bins) or (frame, bins): w(j) cos(2 pi jk/n) / s or -w(j) sin(2 pi jk/n) / s with n = 2 (bins -
/// 1) and the window's scale s. Keras: <c>STFTInitializer</c>.
/// </summary>
/// <param name="side">Whether the kernel computes the real or the imaginary part.</param>
/// <param name="window">The window w.</param>
/// <param name="scaling">What the window is divided by. Without a window, nothing.</param>
/// <param name="periodic">Whether the window is one period of its cosines; otherwise it is symmetric.</param>
public sealed class STFTInitializer(
    ComplexSide side = ComplexSide.Real, SignalWindow window = SignalWindow.Hann, WindowScaling scaling = WindowScaling.Density, bool periodic = false) : Initializer
{
    public ComplexSide Side { get; } = side;
    public SignalWindow Window { get; } = window;
    public WindowScaling Scaling { get; } = scaling;
    public bool Periodic { get; } = periodic;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The shape is another.</exception>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32)
    {
        if (shape.Rank != 2 && (shape.Rank != 3 || shape[1] != 1))
            throw new ShapeException($"STFTInitializer: received the shape {shape}; expected (frame, 1, bins) or (frame, bins).");
        (int frame, int bins) = (shape[0], shape[-1]);
        double[] weights = Tensor.FromWindow(Window, frame, Periodic).ToArray<double>(), kernel = new double[frame * bins];
        double scale = Window == SignalWindow.None ? 1 : Scaling switch
        {
            WindowScaling.Density => Math.Sqrt(weights.Sum(weight => weight * weight)),
            WindowScaling.Spectrum => weights.Sum(Math.Abs),
            _ => 1,
        };
        for (int j = 0; j < frame; j++)
        {
            for (int k = 0; k < bins; k++)
            {
                (double sin, double cos) = Math.SinCos(-Math.PI * j * k / Math.Max(1, bins - 1));
                kernel[(j * bins) + k] = weights[j] / scale * (Side == ComplexSide.Real ? cos : sin);
            }
        }

        return Tensor.From(kernel, shape).Cast(dtype);
    }
}
