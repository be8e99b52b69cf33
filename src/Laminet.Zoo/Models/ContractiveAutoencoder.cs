using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// An autoencoder whose code changes little when the example does: h = sigmoid(x W + b), y = sigmoid(h Wᵀ + c), and the loss has the mean over examples of λ |∂h/∂x|², where |∂h/∂x|² = Σ over units j of (h_j (1 - h_j))² Σ over i of W_ij². Encoder and
/// decoder share W: otherwise the encoder could shrink and the decoder grow, and nothing would contract. Input and output (batch, features), 0 to 1; train it as <c>Fit(x, x)</c>. Before <c>Model.Load</c> in a new process, call
/// <see cref="ModelCatalog.RegisterLayers"/>. Rifai, Vincent, Muller, Glorot, Bengio: Contractive auto-encoders, 2011.
/// </summary>
/// <example><code>
/// ContractiveAutoencoder model = new(units: 200);
/// model.Compile("adam", "binary_crossentropy");
/// model.Fit(x, x, epochs: 10);
/// </code></example>
public sealed class ContractiveAutoencoder : Model
{
    private Variable? kernel, bias, outputBias;

    static ContractiveAutoencoder() => Registry.Register<ContractiveAutoencoder>();

    /// <summary>Creates the model.</summary>
    /// <param name="units">How many numbers a code has.</param>
    /// <param name="contraction">λ; 0 for a plain autoencoder with shared weights. The paper's λ goes with a sum over features; losses such as <c>BinaryCrossentropy</c> are means over them, so divide it by their number: 0.1 / 784.</param>
    /// <param name="seed">Names the random numbers; null to draw a new one.</param>
    public ContractiveAutoencoder(int units, double contraction = 1e-4, ulong? seed = null) : base(seed)
    {
        Units = Setting.Require(units, units >= 1, "1 or more");
        Contraction = Setting.Require(contraction, contraction >= 0 && double.IsFinite(contraction), "zero or more, and finite");
    }

    /// <summary>How many numbers a code has.</summary>
    public int Units { get; }

    /// <summary>λ, the weight of the penalty.</summary>
    public double Contraction { get; }

    /// <summary>W, (features, units).</summary>
    /// <exception cref="InvalidOperationException">The model has not seen an input's shape.</exception>
    public Variable Kernel => kernel ?? throw new InvalidOperationException($"This {nameof(ContractiveAutoencoder)} has no weights yet. Call it on examples first (Fit, Predict, Call).");

    /// <summary>The codes, (batch, units).</summary>
    /// <param name="x">Examples, (batch, features).</param>
    public Tensor Encode(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return (x.MatMul(Kernel.Value) + bias!.Value).Sigmoid();
    }

    /// <summary>|∂h/∂x|², the sum of the squares of the Jacobian's numbers, (batch,).</summary>
    /// <param name="codes">The codes h, (batch, units).</param>
    public Tensor SquaredJacobian(Tensor codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        return (codes * (1 - codes)).Square().MatMul(Kernel.Value.Square().Sum(0).ExpandDims(-1)).Squeeze(-1);
    }

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        if (input.Rank != 2)
            throw new ShapeException($"received an input of shape {input}; expected (batch, features). Reshape the examples to vectors.");
        kernel = AddWeight("kernel", [input[1], Units], new GlorotUniform());
        bias = AddWeight("bias", [Units], new Zeros());
        outputBias = AddWeight("output_bias", [input[1]], new Zeros());
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Tensor codes = Encode(input);
        if (Contraction > 0)
            context.AddLoss(Contraction * SquaredJacobian(codes).Mean());
        return (codes.MatMul(Kernel.Value, transposeOther: true) + outputBias!.Value).Sigmoid();
    }
}
