using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// An <see cref="Embedding"/> that also goes back. Whole numbers (batch, ...) give vectors (batch, ..., outputDim), y = E(i), rows of a table E; vectors of floating-point
/// numbers (batch, ..., outputDim) give one logit for each thing, (batch, ..., inputDim), their products with the rows of the table, l = h Eᵀ. In Keras an argument of the call
/// tells the direction. (Press and Wolf, "Using the output embedding to improve language models", 2017.) Keras: <c>ReversibleEmbedding</c>.
/// </summary>
/// <param name="inputDim">How many things there are: indices are 0 to inputDim - 1.</param>
/// <param name="outputDim">The length of a vector.</param>
/// <param name="tieWeights">Whether the way back uses the same table; if not, it has one of its own, (outputDim, inputDim).</param>
/// <param name="embeddingsInitializer">First values; uniform in [-0.05, 0.05] by default.</param>
/// <param name="embeddingsRegularizer">A penalty on the table.</param>
/// <param name="embeddingsConstraint">A rule that the table keeps in training.</param>
/// <param name="maskZero">Whether index 0 is padding: then a mask goes with the vectors, and no word may have index 0.</param>
/// <param name="logitSoftCap">Logits l become c tanh(l / c) with this c; null for none.</param>
public sealed class ReversibleEmbedding(
    int inputDim, int outputDim, bool tieWeights = true, Initializer? embeddingsInitializer = null, Regularizer? embeddingsRegularizer = null, Constraint? embeddingsConstraint = null,
    bool maskZero = false, double? logitSoftCap = null) : Layer
{
    private Variable? table, back;

    public int InputDim { get; } = Setting.Require(inputDim, inputDim >= 1, "1 or more");
    public int OutputDim { get; } = Setting.Require(outputDim, outputDim >= 1, "1 or more");
    public bool TieWeights { get; } = tieWeights;
    public Initializer EmbeddingsInitializer { get; } = embeddingsInitializer ?? new RandomUniform();
    public Regularizer? EmbeddingsRegularizer { get; } = embeddingsRegularizer;
    public Constraint? EmbeddingsConstraint { get; } = embeddingsConstraint;
    public bool MaskZero { get; } = maskZero;
    public double? LogitSoftCap { get; } = Setting.Require(logitSoftCap, logitSoftCap is null or > 0, "a number above 0");

    protected override void Build(Shape input)
    {
        table = AddWeight("embeddings", [InputDim, OutputDim], EmbeddingsInitializer, regularizer: EmbeddingsRegularizer, constraint: EmbeddingsConstraint);
        back = TieWeights ? null : AddWeight("reverse_embeddings", [OutputDim, InputDim], EmbeddingsInitializer);
    }

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        if (input.DType is DType.Int32 or DType.Int64 or DType.UInt8)
            return table!.Value.Gather(input.DType == DType.Int64 ? input : input.Cast(DType.Int32));
        if (input.DType != DType || input.Shape[-1] != OutputDim)
            throw new ShapeException($"received {input.Spec}; expected indices as Int32 or Int64, or vectors of {OutputDim} numbers of {DType} for the way back.");
        Tensor rows = input.Reshape([-1, OutputDim]), logits = back is null ? rows.MatMul(table!.Value, transposeOther: true) : rows.MatMul(back.Value);
        logits = logits.Reshape([.. input.Shape.SkipLast(1), InputDim]);
        return LogitSoftCap is { } cap ? (logits / cap).Tanh() * cap : logits;
    }

    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks) => inputs[0].DType == DType ? masks[0] : MaskZero ? inputs[0].NotEqual(0) : null;
}
