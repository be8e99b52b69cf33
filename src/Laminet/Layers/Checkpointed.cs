using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Layers;

/// <summary>
/// A layer whose intermediates are not kept for the gradient but computed again: a training step needs less memory and takes one more forward pass of the layer. Wrap blocks of
/// several layers, such as a <c>Sequential</c>, whose inputs and outputs are small beside what they compute in between. Values and gradients are those of the layer. y =
/// layer(x). (Chen et al., "Training deep nets with sublinear memory cost", 2016.) Keras: <c>remat</c>; PyTorch: <c>utils.checkpoint.checkpoint</c>.
/// </summary>
public sealed class Checkpointed : Layer
{
    private bool hasRun;

    /// <summary>Wraps a layer.</summary>
    /// <param name="layer">The layer or model.</param>
    public Checkpointed(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Layer = Track(layer);
    }

    /// <summary>The layer inside.</summary>
    public Layer Layer { get; }

    // The layer inside has passed the masks on, or used them up.
    private protected override bool PassesMasks => false;

    internal override string SublayerName(int place) => "layer";

    internal override bool DependsOnBatch => Layer.DependsOnBatch;

    /// <inheritdoc/>
    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        // A layer alone draws its first weights in its first call; within a checkpoint, which is traced, it could not.
        bool isFirst = !hasRun && !Function.IsTracing && !context.IsOfShapes;
        hasRun |= isFirst;
        if (context.IsOfShapes || !context.Training || isFirst)
            return Layer.Call(inputs, context);
        int losses = context.Losses.Count, outputs = 0;
        ulong draws = context.Draws;
        IReadOnlyList<string>? names = null;
        int[] masked = [];
        // The layer reads the captured inputs and not the argument: masks belong to these tensors.
        Bundle<Tensor> all = Function.Checkpoint((Bundle<Tensor> _) =>
        {
            // It is traced again where the layer assigns variables, which are known only then.
            context.Draws = draws;
            Bundle<Tensor> results = Layer.Call(inputs, context);
            (outputs, names) = (results.Count, results.Names);
            masked = [.. results.Index().Where(result => context.MaskOf(result.Item) is not null).Select(result => result.Index)];
            // What the layer tells the context is computed inside, and must come out as the outputs do.
            return [.. results, .. masked.Select(place => context.MaskOf(results[place])!), .. context.TakeLosses(losses)];
        })(inputs);
        Bundle<Tensor> own = Bundle.Named(names, [.. all.Take(outputs)]);
        foreach ((int place, int output) in masked.Index())
            context.SetMask(own[output], all[outputs + place]);
        foreach (Tensor loss in all.Skip(outputs + masked.Length))
            context.AddLoss(loss);
        return own;
    }
}
