using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Two recurrent layers over the same sequences, one from the first step to the last and one from the last to the first, whose outputs are joined. The outputs of all steps are
/// those of the same step in both. y(t) = join(f(t), b(t)): one after the other, or their sum, product or mean. Further inputs are the states of the first direction, then
/// those of the second; states come out in that order. A step that the mask leaves out gives 0 if all steps come out. (Schuster and Paliwal, "Bidirectional recurrent neural
/// networks", 1997.) Keras: <c>Bidirectional</c>.
/// </summary>
public sealed class Bidirectional : Layer
{
    /// <param name="layer">The layer of the first direction.</param>
    /// <param name="mergeMode">How the outputs are joined; null for not at all: then both come out.</param>
    /// <param name="backwardLayer">The layer of the other direction, with the same returnSequences, returnState and stateful; by default one like the first.</param>
    /// <exception cref="ArgumentException">The layers do not fit together.</exception>
    public Bidirectional(RecurrentLayer layer, MergeMode? mergeMode = Layers.MergeMode.Concat, RecurrentLayer? backwardLayer = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        MergeMode = mergeMode;
        Layer = Track(layer);
        BackwardLayer = Track(backwardLayer ?? Reversed(layer));
        if (Layer.GoBackwards == BackwardLayer.GoBackwards)
            throw new ArgumentException($"Both layers have goBackwards = {Layer.GoBackwards}; expected one that goes forwards and one that goes backwards.", nameof(backwardLayer));
        if ((Layer.ReturnSequences, Layer.ReturnState, Layer.Stateful) != (BackwardLayer.ReturnSequences, BackwardLayer.ReturnState, BackwardLayer.Stateful))
        {
            throw new ArgumentException($"The layer has returnSequences, returnState, stateful = {(Layer.ReturnSequences, Layer.ReturnState, Layer.Stateful)} and the backward layer "
                + $"{(BackwardLayer.ReturnSequences, BackwardLayer.ReturnState, BackwardLayer.Stateful)}; expected the same.", nameof(backwardLayer));
        }

        // As in Keras: the joined output of padding is that of neither direction.
        Layer.ZeroOutputForMask = BackwardLayer.ZeroOutputForMask = Layer.ReturnSequences;
    }

    public RecurrentLayer Layer { get; }
    public MergeMode? MergeMode { get; }
    public RecurrentLayer BackwardLayer { get; }

    private protected override bool PassesMasks => false;

    /// <summary>Sets the states that stateful layers keep to zero.</summary>
    /// <exception cref="InvalidOperationException">The layers are not stateful.</exception>
    public void ResetStates()
    {
        Layer.ResetStates();
        BackwardLayer.ResetStates();
    }

    internal override string SublayerName(int place) => place == 0 ? "forward_layer" : "backward_layer";

    /// <inheritdoc/>
    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        if (inputs.Count % 2 == 0)
            throw new ShapeException($"received {inputs.Count - 1} states; expected as many for each direction. Give those of the first direction, then those of the second.");
        int half = inputs.Count / 2;
        Bundle<Tensor> forwards = Layer.Call([inputs[0], .. inputs.Skip(1).Take(half)], context);
        Bundle<Tensor> backwards = BackwardLayer.Call([inputs[0], .. inputs.Skip(1 + half)], context);
        Bundle<Tensor> joined = Joined(InOrder(Layer, forwards[0]), InOrder(BackwardLayer, backwards[0]));
        if (Layer.ReturnSequences && context.MaskOf(inputs[0]) is { } mask)
        {
            foreach (Tensor output in joined)
                context.SetMask(output, mask);
        }

        return [.. joined, .. forwards.Skip(1), .. backwards.Skip(1)];
    }

    private static Tensor InOrder(RecurrentLayer layer, Tensor output) => layer.ReturnSequences && layer.GoBackwards ? output.Flip(1) : output;

    private static RecurrentLayer Reversed(RecurrentLayer layer)
    {
        JsonObject json;
        try
        {
            json = Registry.Serialize(layer);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"Received a {layer.GetType().Name} whose settings cannot be copied for the other direction: {exception.Message} Or give the other direction as backwardLayer.", nameof(layer), exception);
        }

        JsonObject config = json["config"]!.AsObject();
        config["go_backwards"] = !layer.GoBackwards;
        config["name"] = null;
        return (RecurrentLayer)Registry.Deserialize(json);
    }

    private Bundle<Tensor> Joined(Tensor forwards, Tensor backwards) => MergeMode switch
    {
        Layers.MergeMode.Concat => Tensor.Concatenate([forwards, backwards]),
        Layers.MergeMode.Sum => forwards + backwards,
        Layers.MergeMode.Mul => forwards * backwards,
        Layers.MergeMode.Ave => (forwards + backwards) / 2,
        _ => (forwards, backwards),
    };
}
