using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A learned vector for each position: input (batch, time, features), output of the same shape, y(t) = E(t), row t of a table E at step t, for adding to the input. Parameters
/// sequenceLength * features. (Gehring et al., "Convolutional sequence to sequence learning", 2017.) KerasHub: <c>PositionEmbedding</c>.
/// </summary>
/// <param name="sequenceLength">How many positions there are: the longest sequence.</param>
/// <param name="initializer">First values; Glorot uniform by default.</param>
public sealed class PositionEmbedding(int sequenceLength, Initializer? initializer = null) : Layer
{
    private Variable? table;

    public int SequenceLength { get; } = Setting.Require(sequenceLength, sequenceLength >= 1, "1 or more");
    public Initializer Initializer { get; } = initializer ?? new GlorotUniform();

    protected override bool SupportsMasking => true;

    protected override void Build(Shape input)
    {
        if (input.Rank < 3)
            throw new ShapeException($"received an input of shape {input}; expected (batch, time, features).");
        table = AddWeight("embeddings", [SequenceLength, input[-1]], Initializer);
    }

    /// <summary>The vectors of steps that begin at a position, for decoding step by step. (KerasHub's start_index.)</summary>
    /// <param name="input">The steps, as in <c>Call</c>.</param>
    /// <param name="position">The position of the first of them: a scalar of Int32 or Int64, counted from 0.</param>
    /// <param name="context">The pass that the call is a part of; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The steps reach beyond the last position.</exception>
    public Tensor CallAt(Tensor input, Tensor position, CallContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(position);
        return RunAs(input, context, (all, _) => table!.Value.SliceAt(position, all[0].Shape[-2]).BroadcastTo(all[0].Shape));
    }

    protected override Tensor Forward(Tensor input, CallContext context) => input.Shape[-2] <= SequenceLength
        ? table!.Value.Slice(0, input.Shape[-2]).BroadcastTo(input.Shape)
        : context.IsOfShapes && SymbolicCall.StandsForAny(input.Shape[-2]) ? Tensor.ShapeOnly(input.Shape, DType)
        : throw new ShapeException($"received {input.Shape[-2]} steps, input {input.Shape}; expected at most {SequenceLength}. Give the layer a larger sequenceLength, or cut the sequences.");
}
