using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A step of long short-term memory in which the products with W and U are convolutions.
/// (Shi et al., "Convolutional LSTM network", NIPS 2015, without the connections of the gates to c, as in Keras.)
/// </summary>
internal sealed class ConvLSTMCell<TSize>(
    ConvLSTMCell<TSize>.Convolution convolution, int filters, TSize kernelSize, TSize? strides, Padding padding, TSize? dilation,
    ActivationFunction? activation, ActivationFunction? recurrentActivation, bool useBias, Initializer? kernelInitializer, Initializer? recurrentInitializer,
    Initializer? biasInitializer, bool unitForgetBias, Regularizer? kernelRegularizer, Regularizer? recurrentRegularizer, Regularizer? biasRegularizer,
    Constraint? kernelConstraint, Constraint? recurrentConstraint, Constraint? biasConstraint, double dropout, double recurrentDropout)
    : UnitCell(
        4, Setting.Require(filters, filters >= 1, "1 or more"), activation, useBias, kernelInitializer, recurrentInitializer, biasInitializer, kernelRegularizer,
        recurrentRegularizer, biasRegularizer, kernelConstraint, recurrentConstraint, biasConstraint, dropout, recurrentDropout)
    where TSize : struct, ISpatialSize<TSize>
{
    /// <summary>A convolution over as many axes as a size has.</summary>
    public delegate Tensor Convolution(Tensor input, Tensor kernel, Tensor? bias, TSize strides, Padding padding, TSize dilation);

    public TSize KernelSize { get; } = Spatial.Positive(kernelSize, nameof(kernelSize));

    public TSize Strides { get; } = Spatial.Positive(strides ?? TSize.Cube(1), nameof(strides));

    public Padding Padding { get; } = Setting.Require(padding, padding != Padding.Causal, "valid, same or explicit cells");

    public TSize Dilation { get; } = Spatial.Positive(dilation ?? TSize.Cube(1), nameof(dilation));

    public ActivationFunction RecurrentActivation { get; } = recurrentActivation ?? "sigmoid";

    public bool UnitForgetBias { get; } = unitForgetBias;

    private protected override Initializer FirstBias => UnitForgetBias ? new ForgetBias(BiasInitializer) : BiasInitializer;

    private protected override bool HasBlock => false;

    private protected override Shape RecurrentKernelShape => [.. KernelSize.Lengths, Units, 4 * Units];

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> StateShapes(Shape step)
    {
        Tensor kernel = Tensor.ShapeOnly([.. KernelSize.Lengths, step[^1], Units], DType);
        Shape map = convolution(Tensor.ShapeOnly(step, DType), kernel, null, Strides, Padding, Dilation).Shape[1..];
        return [map, map];
    }

    private protected override Shape KernelShape(Shape step) => [.. KernelSize.Lengths, step[^1], 4 * Units];

    private protected override Tensor Project(Tensor input)
    {
        int own = KernelSize.Lengths.Count + 1;
        Shape outer = input.Shape[..^own];
        Tensor maps = convolution(input.Reshape([outer.ElementCount, .. input.Shape[^own..]]), Kernel!.Value, InputBias, Strides, Padding, Dilation);
        return maps.Reshape([.. outer, .. maps.Shape[1..]]);
    }

    private protected override Bundle<Tensor> Advance(Tensor projected, Bundle<Tensor> states, Tensor seen)
    {
        // It keeps the size of the maps.
        Tensor recurrent = convolution(seen, RecurrentKernel!.Value, null, TSize.Cube(1), Padding.Same, TSize.Cube(1));
        return LongShortTermMemory.Step((projected + recurrent).Split(4), states[1], Activation, RecurrentActivation);
    }

    private protected override (Tensor Outputs, Bundle<Tensor> States) Recur(Tensor projected, RecurrentPass pass) =>
        throw new NotSupportedException("Convolutions run step by step.");
}
