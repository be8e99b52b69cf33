using System.Text.Json.Nodes;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Convolution of images: each filter slides over the image and gives a feature map,
/// S(i, j) = sum over m, n, c of I(i + m, j + n, c) K(m, n, c) + b. Input (batch, height, width, channels), output (batch, height',
/// width', filters); parameters kernel height * kernel width * channels / groups * filters + filters.
/// </summary>
public sealed class Conv2D : Layer
{
    private readonly Initializer kernelInitializer;
    private readonly Initializer biasInitializer;
    private readonly Regularizer? kernelRegularizer;
    private readonly Regularizer? biasRegularizer;
    private Variable? kernel;
    private Variable? bias;

    /// <summary>Creates the layer; weights are made when the number of channels is known.</summary>
    /// <param name="filters">How many feature maps come out.</param>
    /// <param name="kernelSize">Height and width of the kernels.</param>
    /// <param name="strides">Steps; 1 by default.</param>
    /// <param name="padding">The border: <see cref="Padding.Valid"/> (none) by default, or <see cref="Padding.Same"/>.</param>
    /// <param name="activation">The function at the end; none by default.</param>
    /// <param name="useBias">Whether one number a filter is added.</param>
    /// <param name="dilation">Distance between the kernel's cells; 1 by default.</param>
    /// <param name="groups">Channels and filters are split into so many groups that do not see each other.</param>
    /// <param name="kernelInitializer">First values of the kernels; Glorot uniform by default.</param>
    /// <param name="biasInitializer">First values of the bias; zeros by default.</param>
    /// <param name="kernelRegularizer">A penalty on the kernels.</param>
    /// <param name="biasRegularizer">A penalty on the bias.</param>
    public Conv2D(
        int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = default, ActivationFunction? activation = null,
        bool useBias = true, Size2D? dilation = null, int groups = 1, Initializer? kernelInitializer = null,
        Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null)
    {
        if (filters < 1 || groups < 1 || filters % groups != 0)
            throw new ArgumentOutOfRangeException(nameof(filters), $"Conv2D: received {filters} filters in {groups} groups; both must be 1 or more, and the groups divide the filters.");
        Filters = filters;
        KernelSize = Size2D.Positive(kernelSize, nameof(kernelSize));
        Strides = Size2D.Positive(strides ?? 1, nameof(strides));
        Padding = padding;
        Activation = activation ?? ActivationFunction.Linear;
        UseBias = useBias;
        Dilation = Size2D.Positive(dilation ?? 1, nameof(dilation));
        Groups = groups;
        this.kernelInitializer = kernelInitializer ?? new GlorotUniform();
        this.biasInitializer = biasInitializer ?? new Zeros();
        this.kernelRegularizer = kernelRegularizer;
        this.biasRegularizer = biasRegularizer;
    }

    /// <summary>How many feature maps come out.</summary>
    public int Filters { get; }

    /// <summary>Height and width of the kernels.</summary>
    public Size2D KernelSize { get; }

    /// <summary>Steps along height and width.</summary>
    public Size2D Strides { get; }

    /// <summary>The border.</summary>
    public Padding Padding { get; }

    /// <summary>The function at the end.</summary>
    public ActivationFunction Activation { get; }

    /// <summary>Whether a bias is added.</summary>
    public bool UseBias { get; }

    /// <summary>Distance between the kernel's cells.</summary>
    public Size2D Dilation { get; }

    /// <summary>How many groups of channels do not see each other.</summary>
    public int Groups { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["filters"] = Filters;
        config["kernel_size"] = ConfigValues.FromPair(KernelSize.Pair);
        config["strides"] = ConfigValues.FromPair(Strides.Pair);
        config["padding"] = ConfigValues.FromPadding(Padding);
        config["activation"] = Activation.Name;
        config["use_bias"] = UseBias;
        config["dilation_rate"] = ConfigValues.FromPair(Dilation.Pair);
        config["groups"] = Groups;
        KernelConfig.Write(config, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer);
        return config;
    }

    internal static Conv2D FromConfig(JsonObject config) => new(
        config["filters"]!.GetValue<int>(), ConfigValues.ReadSize(config, "kernel_size") ?? throw new FormatException("A Conv2D needs a kernel_size."),
        ConfigValues.ReadSize(config, "strides"), ConfigValues.ReadPadding(config, "padding"),
        ActivationFunction.FromName(config.Get<string?>("activation", null)), config.Get("use_bias", true),
        ConfigValues.ReadSize(config, "dilation_rate"), config.Get("groups", 1),
        KernelConfig.Initializer(config, "kernel_initializer"), KernelConfig.Initializer(config, "bias_initializer"),
        KernelConfig.Regularizer(config, "kernel_regularizer"), KernelConfig.Regularizer(config, "bias_regularizer"))
    {
        DType = ConfigValues.ReadEnum(config, "dtype", DType.Float32),
    };

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        if (input.Rank != 4)
        {
            throw new ShapeException($"received an input of shape {input}; expected (batch, height, width, channels). "
                + "Grey images need a channel axis: Reshape to (height, width, 1) first.");
        }

        if (input[3] % Groups != 0)
            throw new ShapeException($"received {input[3]} channels; {Groups} groups do not divide them.");
        kernel = AddWeight("kernel", [KernelSize.Height, KernelSize.Width, input[3] / Groups, Filters], kernelInitializer, regularizer: kernelRegularizer);
        if (UseBias)
            bias = AddWeight("bias", [Filters], biasInitializer, regularizer: biasRegularizer);
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        bool relu = ReferenceEquals(Activation, ActivationFunction.Relu);
        Tensor maps = input.Convolution(kernel!.Value, bias?.Value, Strides.Pair, Padding, Dilation.Pair, Groups, relu);
        return relu ? maps : Activation.Call(maps);
    }
}
