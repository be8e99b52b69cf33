using System.Text.Json.Nodes;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Every output sees every input: y = activation(x W + b). Input (batch, ..., features), output (batch, ..., units);
/// parameters features * units + units.
/// </summary>
public sealed class Dense : Layer
{
    private readonly Initializer kernelInitializer;
    private readonly Initializer biasInitializer;
    private readonly Regularizer? kernelRegularizer;
    private readonly Regularizer? biasRegularizer;
    private Variable? kernel;
    private Variable? bias;

    /// <summary>Creates the layer; weights are made when the input's shape is known.</summary>
    /// <param name="units">How many numbers come out.</param>
    /// <param name="activation">The function at the end; none by default.</param>
    /// <param name="useBias">Whether b is there.</param>
    /// <param name="kernelInitializer">First values of W; Glorot uniform by default.</param>
    /// <param name="biasInitializer">First values of b; zeros by default.</param>
    /// <param name="kernelRegularizer">A penalty on W.</param>
    /// <param name="biasRegularizer">A penalty on b.</param>
    public Dense(
        int units, ActivationFunction? activation = null, bool useBias = true, Initializer? kernelInitializer = null,
        Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null)
    {
        if (units < 1)
            throw new ArgumentOutOfRangeException(nameof(units), $"Dense: received {units} units; expected 1 or more.");
        Units = units;
        Activation = activation ?? ActivationFunction.Linear;
        UseBias = useBias;
        this.kernelInitializer = kernelInitializer ?? new GlorotUniform();
        this.biasInitializer = biasInitializer ?? new Zeros();
        this.kernelRegularizer = kernelRegularizer;
        this.biasRegularizer = biasRegularizer;
    }

    /// <summary>How many numbers come out.</summary>
    public int Units { get; }

    /// <summary>The function at the end.</summary>
    public ActivationFunction Activation { get; }

    /// <summary>Whether a bias is added.</summary>
    public bool UseBias { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["units"] = Units;
        config["activation"] = Activation.Name;
        config["use_bias"] = UseBias;
        KernelConfig.Write(config, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer);
        return config;
    }

    internal static Dense FromConfig(JsonObject config) => new(
        config["units"]!.GetValue<int>(), ActivationFunction.FromName(config.Get<string?>("activation", null)), config.Get("use_bias", true),
        KernelConfig.Initializer(config, "kernel_initializer"), KernelConfig.Initializer(config, "bias_initializer"),
        KernelConfig.Regularizer(config, "kernel_regularizer"), KernelConfig.Regularizer(config, "bias_regularizer"))
    {
        DType = ConfigValues.ReadEnum(config, "dtype", DType.Float32),
    };

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        if (input.Rank < 2)
            throw new ShapeException($"received an input of shape {input}; expected (batch, ..., features). Add a batch axis with ExpandAxis(0).");
        kernel = AddWeight("kernel", [input[-1], Units], kernelInitializer, regularizer: kernelRegularizer);
        if (UseBias)
            bias = AddWeight("bias", [Units], biasInitializer, regularizer: biasRegularizer);
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        int features = kernel!.Shape[0];
        if (input.Rank < 2 || input.Shape[-1] != features)
        {
            throw new ShapeException($"received an input of shape {input.Shape}; expected (batch, ..., {features}), the number of features the layer was built for. "
                + "Flatten or Reshape the input, or make a new layer.");
        }

        // One product over all outer axes, where a batched one would be many small ones.
        Tensor rows = input.Rank == 2 ? input : input.Reshape([-1, features]);
        Tensor product = rows.MatMul(kernel.Value);
        if (bias is not null)
            product += bias.Value;
        Tensor result = Activation.Call(product);
        return input.Rank == 2 ? result : result.Reshape([.. input.Shape.SkipLast(1), Units]);
    }
}
