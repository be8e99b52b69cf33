using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What all convolution layers share: a kernel that moves over sequences, images or volumes, (batch, spatial axes, channels), then bias and activation.</summary>
/// <typeparam name="TSize">The size of kernels and steps, which says how many spatial axes there are.</typeparam>
/// <param name="kernelSize">The length of the kernels along each spatial axis.</param>
/// <param name="strides">Steps along each spatial axis; 1 by default.</param>
/// <param name="padding">The border: <see cref="Padding.Valid"/> (none) by default, or <see cref="Padding.Same"/>; for sequences also <see cref="Padding.Causal"/>.</param>
/// <param name="activation">The function at the end; none by default.</param>
/// <param name="useBias">Whether one number a filter is added.</param>
/// <param name="dilation">Distance between the kernel's cells; 1 by default.</param>
/// <param name="biasInitializer">First values of the bias; zeros by default.</param>
/// <param name="biasRegularizer">A penalty on the bias.</param>
/// <param name="biasConstraint">A rule that the bias keeps in training.</param>
public abstract class Convolutional<TSize>(
    TSize kernelSize, TSize? strides, Padding padding, ActivationFunction? activation, bool useBias, TSize? dilation,
    Initializer? biasInitializer, Regularizer? biasRegularizer,
    Constraint? biasConstraint) : Layer
    where TSize : struct, ISpatialSize<TSize>
{
    private Variable? bias;

    public TSize KernelSize { get; } = Spatial.Positive(kernelSize, nameof(kernelSize));
    public TSize Strides { get; } = Spatial.Positive(strides ?? TSize.Cube(1), nameof(strides));
    public Padding Padding { get; } = Setting.Require(padding, padding != Padding.Causal || kernelSize.Lengths.Count == 1,
        "valid, same or explicit cells; causal padding is for sequences");
    public ActivationFunction Activation { get; } = activation ?? ActivationFunction.Linear;
    public bool UseBias { get; } = useBias;
    public TSize Dilation { get; } = Spatial.Positive(dilation ?? TSize.Cube(1), nameof(dilation));
    public Initializer BiasInitializer { get; } = biasInitializer ?? new Zeros();
    public Regularizer? BiasRegularizer { get; } = biasRegularizer;
    public Constraint? BiasConstraint { get; } = biasConstraint;

    protected sealed override void Build(Shape input)
    {
        int filters = AddKernels(Spatial.Require(input, KernelSize.Lengths.Count)[-1]);
        bias = UseBias ? AddWeight("bias", [filters], BiasInitializer, regularizer: BiasRegularizer, constraint: BiasConstraint) : null;
    }

    protected sealed override Tensor Forward(Tensor input, CallContext context)
    {
        bool relu = ReferenceEquals(Activation, ActivationFunction.Relu);
        Tensor maps = Convolve(input, bias, relu);
        return relu ? maps : Activation.Call(maps);
    }

    /// <summary>Declares the kernels for inputs of so many channels, and says how many channels come out.</summary>
    private protected abstract int AddKernels(int channels);

    /// <summary>The convolution, plus the bias, and max(0, .) of it where asked for.</summary>
    private protected abstract Tensor Convolve(Tensor input, Variable? bias, bool relu);
}
