using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A vector for each of a number of things, such as words: y = E(i), row i of a table E for the whole number i. Input (batch, ...) of Int32 or Int64, output (batch, ...,
/// outputDim); parameters inputDim * outputDim. A step of SGD, Adagrad or Adam(lazy: true) changes only the rows that were looked up. Keras: <c>Embedding</c>; PyTorch:
/// <c>nn.Embedding</c>.
/// </summary>
/// <param name="inputDim">How many things there are: indices are 0 to inputDim - 1.</param>
/// <param name="outputDim">The length of a vector.</param>
/// <param name="embeddingsInitializer">First values; uniform in [-0.05, 0.05] by default, as in Keras.</param>
/// <param name="embeddingsRegularizer">A penalty on the table.</param>
/// <param name="embeddingsConstraint">A rule that the table keeps in training. It is applied to the whole table, so a step then changes more than the rows looked up.</param>
/// <param name="maskZero">Whether index 0 is padding: then a mask goes with the output, and no word may have index 0.</param>
public sealed class Embedding(
    int inputDim, int outputDim, Initializer? embeddingsInitializer = null, Regularizer? embeddingsRegularizer = null,
    Constraint? embeddingsConstraint = null, bool maskZero = false) : Layer
{
    private Variable? table;

    public int InputDim { get; } = Setting.Require(inputDim, inputDim >= 1, "1 or more");
    public int OutputDim { get; } = Setting.Require(outputDim, outputDim >= 1, "1 or more");
    public Initializer EmbeddingsInitializer { get; } = embeddingsInitializer ?? new RandomUniform();
    public Regularizer? EmbeddingsRegularizer { get; } = embeddingsRegularizer;
    public Constraint? EmbeddingsConstraint { get; } = embeddingsConstraint;
    public bool MaskZero { get; } = maskZero;

    protected override void Build(Shape input) =>
        table = AddWeight("embeddings", [InputDim, OutputDim], EmbeddingsInitializer, regularizer: EmbeddingsRegularizer, constraint: EmbeddingsConstraint);

    protected override Tensor Forward(Tensor input, CallContext context) => input.DType is DType.Int32 or DType.Int64 or DType.UInt8
        ? table!.Value.Gather(input.DType == DType.Int64 ? input : input.Cast(DType.Int32))
        : throw new DTypeException($"received {input.Spec}; expected indices as Int32 or Int64. Give the model's Input that type: new Input([null], DType.Int32).");

    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks) => MaskZero ? inputs[0].NotEqual(0) : null;
}
