using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A step of long short-term memory in which the products with W and U are convolutions of images; a series (batch, width, channels) is an image of height 1.
/// (Shi et al., "Convolutional LSTM network", NIPS 2015, without the connections of the gates to c, as in Keras.)
/// </summary>
internal sealed class ConvLSTMCell(
    int axes, int filters, Size2D kernelSize, Size2D strides, Padding padding, Size2D dilation, ActivationFunction? activation,
    ActivationFunction? recurrentActivation, bool useBias, Initializer? kernelInitializer, Initializer? recurrentInitializer, Initializer? biasInitializer,
    bool unitForgetBias, Regularizer? kernelRegularizer, Regularizer? recurrentRegularizer, Regularizer? biasRegularizer, Constraint? kernelConstraint,
    Constraint? recurrentConstraint, Constraint? biasConstraint, double dropout, double recurrentDropout)
    : UnitCell(
        4, filters, activation, useBias, kernelInitializer, recurrentInitializer, biasInitializer, kernelRegularizer, recurrentRegularizer, biasRegularizer,
        kernelConstraint, recurrentConstraint, biasConstraint, dropout, recurrentDropout)
{
    public Size2D KernelSize { get; } = Size2D.Positive(kernelSize, nameof(kernelSize));

    public Size2D Strides { get; } = Size2D.Positive(strides, nameof(strides));

    public Padding Padding { get; } = padding;

    public Size2D Dilation { get; } = Size2D.Positive(dilation, nameof(dilation));

    public ActivationFunction RecurrentActivation { get; } = recurrentActivation ?? "sigmoid";

    public bool UnitForgetBias { get; } = unitForgetBias;

    private protected override Initializer FirstBias => UnitForgetBias ? new ForgetBias(BiasInitializer) : BiasInitializer;

    private protected override bool HasBlock => false;

    private protected override Shape RecurrentKernelShape => KernelOf(Units, 4 * Units);

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> StateShapes(Shape step)
    {
        Tensor kernel = Tensor.ShapeOnly([KernelSize.Height, KernelSize.Width, step[^1], Units], DType);
        Shape map = Convolved(Tensor.ShapeOnly(step, DType), kernel, null).Shape[1..];
        return [map, map];
    }

    private protected override Shape KernelShape(Shape step) => KernelOf(step[^1], 4 * Units);

    private protected override Tensor Project(Tensor input)
    {
        Shape outer = input.Shape[..^(axes + 1)];
        Tensor maps = Convolved(input.Reshape([outer.ElementCount, .. input.Shape[^(axes + 1)..]]), OfImages(Kernel!.Value), InputBias);
        return maps.Reshape([.. outer, .. maps.Shape[1..]]);
    }

    private protected override Bundle<Tensor> Advance(Tensor projected, Bundle<Tensor> states, Tensor seen)
    {
        Tensor recurrent = OfSteps(OfImages(seen, axes + 2).Convolution(OfImages(RecurrentKernel!.Value), padding: Padding.Same));
        return LongShortTermMemory.Step((projected + recurrent).Split(4), states[1], Activation, RecurrentActivation);
    }

    private protected override (Tensor Outputs, Bundle<Tensor> States) Recur(Tensor projected, RecurrentPass pass) =>
        throw new NotSupportedException("Convolutions run step by step.");

    private Shape KernelOf(int channels, int maps) => axes == 1 ? [KernelSize.Width, channels, maps] : [KernelSize.Height, KernelSize.Width, channels, maps];

    private Tensor Convolved(Tensor steps, Tensor kernel, Tensor? bias) =>
        OfSteps(OfImages(steps, axes + 2).Convolution(kernel, bias, Strides.Pair, Padding, Dilation.Pair));

    // Kernels, and steps of a series, get a height of 1.
    private Tensor OfImages(Tensor kernel) => axes == 1 ? kernel.ExpandDims(0) : kernel;

    private static Tensor OfImages(Tensor steps, int rank) => rank == 3 ? steps.ExpandDims(1) : steps;

    private Tensor OfSteps(Tensor images) => axes == 1 ? images.Squeeze(1) : images;
}
