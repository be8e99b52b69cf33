using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Convolution of images: each filter slides over the image and gives a feature map,
/// S(i, j) = sum over m, n, c of I(i + m, j + n, c) K(m, n, c) + b. Input (batch, height, width, channels), output (batch, height',
/// width', filters); parameters kernel height * kernel width * channels / groups * filters + filters.
/// </summary>
/// <param name="filters">How many feature maps come out.</param>
/// <param name="kernelSize">Height and width of the kernels.</param>
/// <param name="strides">Steps along height and width; 1 by default.</param>
/// <param name="padding">The border: <see cref="Padding.Valid"/> (none) by default, or <see cref="Padding.Same"/>.</param>
/// <param name="activation">The function at the end; none by default.</param>
/// <param name="useBias">Whether one number a filter is added.</param>
/// <param name="dilation">Distance between the kernel's cells; 1 by default.</param>
/// <param name="groups">Channels and filters are split into so many groups that do not see each other.</param>
/// <param name="kernelInitializer">First values of the kernels; Glorot uniform by default.</param>
/// <param name="biasInitializer">First values of the bias; zeros by default.</param>
/// <param name="kernelRegularizer">A penalty on the kernels.</param>
/// <param name="biasRegularizer">A penalty on the bias.</param>
/// <param name="kernelConstraint">A rule that the kernels keep in training.</param>
/// <param name="biasConstraint">A rule that the bias keeps in training.</param>
public sealed class Conv2D(
    int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = default, ActivationFunction? activation = null,
    bool useBias = true, [SettingName("dilation_rate")] Size2D? dilation = null, int groups = 1, Initializer? kernelInitializer = null,
    Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? kernelConstraint = null, Constraint? biasConstraint = null) : Layer
{
    private Variable? kernel, bias;

    public int Filters { get; } = Setting.Require(filters, filters >= 1, "1 or more");
    public Size2D KernelSize { get; } = Size2D.Positive(kernelSize, nameof(kernelSize));
    public Size2D Strides { get; } = Size2D.Positive(strides ?? 1, nameof(strides));
    public Padding Padding { get; } = padding;
    public ActivationFunction Activation { get; } = activation ?? ActivationFunction.Linear;
    public bool UseBias { get; } = useBias;
    public Size2D Dilation { get; } = Size2D.Positive(dilation ?? 1, nameof(dilation));
    public int Groups { get; } = Setting.Require(groups, groups >= 1 && filters % groups == 0, $"1 or more, which divide the {filters} filters");
    public Initializer KernelInitializer { get; } = kernelInitializer ?? new GlorotUniform();
    public Initializer BiasInitializer { get; } = biasInitializer ?? new Zeros();
    public Regularizer? KernelRegularizer { get; } = kernelRegularizer;
    public Regularizer? BiasRegularizer { get; } = biasRegularizer;
    public Constraint? KernelConstraint { get; } = kernelConstraint;
    public Constraint? BiasConstraint { get; } = biasConstraint;

    protected override void Build(Shape input)
    {
        if (input.Rank != 4)
        {
            throw new ShapeException($"received an input of shape {input}; expected (batch, height, width, channels). "
                + "Grey images need a channel axis: Reshape to (height, width, 1) first.");
        }

        if (input[3] % Groups != 0)
            throw new ShapeException($"received {input[3]} channels; {Groups} groups do not divide them.");
        kernel = AddWeight("kernel", [KernelSize.Height, KernelSize.Width, input[3] / Groups, Filters], KernelInitializer, regularizer: KernelRegularizer, constraint: KernelConstraint);
        bias = UseBias ? AddWeight("bias", [Filters], BiasInitializer, regularizer: BiasRegularizer, constraint: BiasConstraint) : null;
    }

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        bool relu = ReferenceEquals(Activation, ActivationFunction.Relu);
        Tensor maps = input.Convolution(kernel!.Value, bias?.Value, Strides.Pair, Padding, Dilation.Pair, Groups, relu);
        return relu ? maps : Activation.Call(maps);
    }
}
