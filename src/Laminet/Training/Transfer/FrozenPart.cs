using Laminet.Data;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Training.Transfer;

/// <summary>
/// The frozen layers at the beginning of a model, and the rest of it. While the rest is trained the frozen part gives the same numbers for the same example, so they are computed once: an epoch then costs what the rest
/// costs alone.
/// </summary>
/// <remarks>
/// The cut is after the last frozen layer with weights. Layers without weights that follow it and draw nothing at random, such as a global pooling, belong to the frozen part too: its outputs are small then. The frozen part
/// runs as in inference, so layers of augmentation in it do nothing, and a data set that augments gives its first epoch.
/// </remarks>
/// <example><code>
/// FrozenPart frozen = FrozenPart.Of(model);
/// Dataset features = frozen.Compute(Dataset.FromTensors(images, labels).Batch(32));
/// frozen.Rest.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
/// frozen.Rest.Fit(features.Shuffle(seed: 1).Batch(32), epochs: 30);   // trains the last layers of model
/// </code></example>
public sealed class FrozenPart
{
    private FrozenPart(Model features, Model rest) => (Features, Rest) = (features, rest);

    /// <summary>The frozen layers: what they give is the input of <see cref="Rest"/>.</summary>
    public Model Features { get; }

    /// <summary>The later layers. They are those of the model, so training changes the model; it is not compiled yet.</summary>
    public Model Rest { get; }

    /// <summary>Cuts a model after its frozen part.</summary>
    /// <param name="model">A model that is a graph of layers with one input.</param>
    /// <exception cref="ArgumentException">There is no such cut: no layer is frozen, none is trained, several tensors lead from the frozen part to the rest, or the tensor there has a mask.</exception>
    public static FrozenPart Of(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.HasGraph || model.Inputs.Count != 1)
        {
            throw new ArgumentException($"FrozenPart: received a model {(model.HasGraph ? $"with {model.Inputs.Count} inputs" : "that is no graph of layers")}; expected a graph of layers with one input. Train it with Fit.",
                nameof(model));
        }

        model.EnsureInitialized();
        IReadOnlyList<GraphCall> calls = model.Graph.Calls;
        int trained = FirstWhere(call => IsTrained(LayerOf(call)));
        if (trained == calls.Count)
            throw new ArgumentException("FrozenPart: no layer of the model has weights to train; expected some after the frozen ones. Add a head with WithHead, or set Trainable = true on the last layers.", nameof(model));
        int frozen = Enumerable.Range(0, trained).LastOrDefault(call => LayerOf(calls[call]).Weights.Count > 0, -1);
        if (frozen < 0)
            throw new ArgumentException($"FrozenPart: '{NameOf(trained)}', the first layer with weights, is trained; expected frozen layers before it. Set Trainable = false on them, or train the model with Fit.", nameof(model));
        int random = FirstWhere(call => LayerOf(call).Weights.Count == 0 && LayerOf(call) is not Input && IsRandom(call), from: frozen + 1);
        int last = Math.Min(trained, random) - 1;
        HashSet<Layer> masked = Masked(model);
        int cut = Enumerable.Range(frozen, last - frozen + 1).LastOrDefault(call => IsCut(calls, call) && !masked.Contains(LayerOf(calls[call])), -1);
        return cut >= 0 ? new FrozenPart(new Model(model.Inputs, calls[cut].Outputs[0], model.Seed), Later(model, cut)) : throw new ArgumentException(
            $"FrozenPart: after '{NameOf(frozen)}', the last frozen layer with weights, there is no single tensor without a mask from which the rest is computed. Freeze another set of layers, or train the model with Fit.", nameof(model));

        Layer LayerOf(GraphCall call) => model.Layers[call.Layer];

        string NameOf(int call) => model.Graph.NameOf(calls[call].Layer);

        int FirstWhere(Func<GraphCall, bool> holds, int from = 0) => Enumerable.Range(from, calls.Count - from).FirstOrDefault(call => holds(calls[call]), calls.Count);

        bool IsRandom(GraphCall call) => LayerOf(call).IsRandomIn([.. call.Inputs.Select(input => calls[input.Call].Outputs[input.Output].SpecFor(SymbolicCall.PlaceholderBatch, SymbolicCall.PlaceholderLength))]);
    }

    /// <summary>Computes the features of examples.</summary>
    /// <param name="data">Batches of examples, with their targets.</param>
    /// <param name="progress">Receives how many examples are done.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <returns>The features with the targets and weights of the examples, in their order and in memory: shuffle and batch them.</returns>
    /// <exception cref="ArgumentException">The data set holds no batch.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Dataset Compute(Dataset data, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.RequireEnd("Compute");
        List<Batch> computed = [];
        int done = 0;
        foreach (Batch batch in data.Batches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            computed.Add(batch.WithX(Features.PredictOnBatch(batch.Inputs)));
            progress?.Report(done += batch.Count);
        }

        return computed.Count > 0 ? Dataset.FromTensors(new Batch(Joined(batch => batch.Inputs)!, Joined(batch => batch.Targets), Joined(batch => batch.SampleWeights)))
            : throw new ArgumentException("Compute: the data set holds no batch.", nameof(data));

        Bundle<Tensor>? Joined(Func<Batch, Bundle<Tensor>?> part) => part(computed[0]) is not { } first ? null
            : Bundle.Named(first.Names, [.. first.Select((_, place) => Tensor.Concatenate([.. computed.Select(batch => part(batch)![place])], 0))]);
    }

    // A normalisation by the batch learns its statistics in training, with or without weights that the optimizer changes.
    private static bool IsTrained(Layer layer) => layer.TrainableWeights.Count > 0 || (layer.DependsOnBatch && layer.Weights.Count > 0) || layer.Sublayers.Any(IsTrained);

    // Whether all later calls use nothing from before it.
    private static bool IsCut(IReadOnlyList<GraphCall> calls, int cut) => calls[cut].Outputs.Count == 1 && calls.Skip(cut + 1).SelectMany(call => call.Inputs).All(input => input.Call >= cut);

    // A mask goes along with a tensor within a pass; cut off from it, the rest would not know it.
    private static HashSet<Layer> Masked(Model model)
    {
        HashSet<Layer> masked = [];
        CallContext context = null!;
        context = CallContext.OfShapes((layer, outputs) =>
        {
            if (outputs.Any(output => context.MaskOf(output) is not null))
                masked.Add(layer);
        });
        model.InferIn(context, model.Inputs.Map(input => input.SpecFor(SymbolicCall.PlaceholderBatch, SymbolicCall.PlaceholderLength)));
        return masked;
    }

    // The later layers themselves, called on a new input.
    private static Model Later(Model model, int cut)
    {
        IReadOnlyList<GraphCall> calls = model.Graph.Calls;
        SymbolicTensor at = calls[cut].Outputs[0];
        Dictionary<int, Bundle<SymbolicTensor>> outputs = new() { [cut] = new Input([.. at.Example], at.DType).Output };
        for (int call = cut + 1; call < calls.Count; call++)
            outputs[call] = model.Layers[calls[call].Layer].Call([.. calls[call].Inputs.Select(input => outputs[input.Call][input.Output])]);
        return new Model(outputs[cut], Bundle.Named(model.Outputs.Names, [.. model.Graph.OutputPlaces.Select(place => outputs[place.Call][place.Output])]), model.Seed);
    }
}
