using Laminet.Configuration;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Training.Callbacks;

namespace Laminet.Training.Transfer;

/// <summary>
/// Transfer learning: a trained model gets a new head for other classes; the head is trained alone, then the top of the trained part at a low rate (Yosinski et al., "How transferable are features in deep
/// neural networks?", 2014; Howard and Ruder, "Universal language model fine-tuning", 2018).
/// </summary>
public static class TransferLearning
{
    /// <summary>The name of the layer that <see cref="WithHead"/> adds; with a number where a layer has it already.</summary>
    public const string HeadName = "head";

    /// <summary>The model without its classifier: it gives what its last layer with weights takes, before a dropout.</summary>
    /// <param name="model">A model that is a graph of layers with one output, such as a classifier that was trained or loaded.</param>
    /// <exception cref="ArgumentException">It is no such model.</exception>
    public static Model WithoutTop(this Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        RequireGraph(model, nameof(WithoutTop));
        IReadOnlyList<GraphCall> calls = model.Graph.Calls;
        int top = Enumerable.Range(0, calls.Count).LastOrDefault(call => model.Layers[calls[call].Layer].Weights.Count > 0, -1);
        if (top >= 0 && model.Layers[calls[top].Layer] is Model)
        {
            throw new ArgumentException($"WithoutTop: the last layer with weights, '{model.Graph.NameOf(calls[top].Layer)}', is a model itself; expected a single layer. Build the model without it, or take that model's own WithoutTop.",
                nameof(model));
        }

        if (top < 0 || calls[top].Inputs is not [var place])
            throw new ArgumentException("WithoutTop: expected a model whose last layer with weights takes one tensor; " + (top < 0 ? "received one without weights." : $"'{model.Graph.NameOf(calls[top].Layer)}' takes {calls[top].Inputs.Count}."), nameof(model));
        while (model.Layers[calls[place.Call].Layer] is Dropout)
            place = calls[place.Call].Inputs[0];
        return new Model(model.Inputs, calls[place.Call].Outputs[place.Output], model.Seed) { Name = model.Name };
    }

    /// <summary>
    /// The model with a new classifier on its features: the mean of each feature map (or of each feature over time), a dropout, and a dense layer with softmax. All other layers are frozen: they keep their weights,
    /// and batch normalisation keeps its statistics, until <see cref="UnfreezeTop"/> or <see cref="FineTune"/>.
    /// </summary>
    /// <param name="model">A model that gives features: (height, width, channels), (time, channels) or (channels) for an example. Of a classifier take <see cref="WithoutTop"/>.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="dropout">The share of the features that is dropped in training; without, a head on few examples learns them by heart.</param>
    /// <param name="seed">The seed of the new layer, of dropout and shuffling; null for a new one.</param>
    /// <returns>A model of the same layers and a new one. It is not compiled.</returns>
    /// <exception cref="ArgumentException">It gives no features of these shapes.</exception>
    public static Model WithHead(this Model model, int classes, double dropout = 0.2, ulong? seed = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Setting.Require(classes, classes >= 1, "1 or more");
        Setting.Require(dropout, dropout is >= 0 and <= 1, "0 to 1");
        RequireGraph(model, nameof(WithHead));
        SymbolicTensor features = model.Outputs.Only;
        Layer? pooling = features.PartialShape.Count switch
        {
            4 => new GlobalAveragePooling2D(),
            3 => new GlobalAveragePooling1D(),
            2 => null,
            _ => throw new ArgumentException($"WithHead: the model gives {features}; expected features of shape (None, height, width, channels), (None, time, channels) or (None, channels).", nameof(model)),
        };
        // The layers' own values first: a model that is new draws other ones for layers that have none.
        model.EnsureInitialized();
        foreach (Layer layer in model.Layers)
            layer.Trainable = false;
        SymbolicTensor x = pooling?.Call(features) ?? features;
        if (dropout > 0)
            x = new Dropout(dropout).Call(x);
        return new Model(model.Inputs, new Dense(classes, "softmax") { Name = FreeName(model) }.Call(x), seed) { Name = model.Name };
    }

    /// <summary>
    /// Lets the last of the frozen layers train again, each with a rate of its own: the factors fall geometrically from the layer below the head to <paramref name="lowestFactor"/> at the lowest one that trains, since earlier
    /// layers are more general. The step is scaled, not the gradient. Batch normalisation stays frozen, as its statistics are those of the data it was trained on.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="fraction">Which share of the layers with weights that are frozen is unfrozen, from the end; 1 for all.</param>
    /// <param name="optimizer">The optimizer that is going to train; null to leave the rates alone.</param>
    /// <param name="lowestFactor">The factor of the rate of the lowest layer that is unfrozen.</param>
    /// <returns>The layers that train again, the last one first.</returns>
    public static IReadOnlyList<Layer> UnfreezeTop(this Model model, double fraction = 0.3, Optimizer? optimizer = null, double lowestFactor = 0.1)
    {
        ArgumentNullException.ThrowIfNull(model);
        Setting.Require(fraction, fraction is > 0 and <= 1, "above 0, at most 1");
        Setting.Require(lowestFactor, lowestFactor is > 0 and <= 1, "above 0, at most 1");
        List<Model> inner = [];
        Layer[] frozen = [.. Leaves(model, inner).Where(layer => layer.Weights.Count > 0 && layer.TrainableWeights.Count == 0 && layer is not BatchNormalization).Reverse()];
        Layer[] chosen = [.. frozen.Take((int)Math.Ceiling(frozen.Length * fraction))];
        // A frozen model within the model holds all of its layers, so it is opened and its other layers are frozen one by one.
        foreach (Model opened in inner.Where(within => !within.Trainable && Leaves(within, []).Any(chosen.Contains)))
        {
            bool[] were = [.. Leaves(opened, []).Select(layer => layer.Trainable)];
            opened.Trainable = true;
            foreach ((Layer layer, bool was) in Leaves(opened, []).Zip(were))
                layer.Trainable = was;
        }

        foreach ((int place, Layer layer) in chosen.Index())
        {
            layer.Trainable = true;
            optimizer?.SetGroup(layer.Weights, Math.Pow(lowestFactor, (place + 1.0) / chosen.Length));
        }

        return chosen;
    }

    /// <summary>
    /// Trains a model with a head in two stages. First the head: the features of the frozen part are computed once (<see cref="FrozenPart"/>), and an epoch costs what the head costs. Then the top of the frozen part
    /// with it (<see cref="UnfreezeTop"/>), at a low rate that falls like a cosine. With validation data the model ends with the weights of the best epoch of both.
    /// </summary>
    /// <param name="model">A model with a frozen part, as <see cref="WithHead"/> gives it. It is compiled here; afterwards the layers that were unfrozen stay so.</param>
    /// <param name="data">Batches of examples and labels, as for Fit. An augmentation works in the second stage; the features of the first are those of the first epoch.</param>
    /// <param name="validationData">Batches for validation after each epoch.</param>
    /// <param name="settings">Epochs and rates; null for the defaults.</param>
    /// <param name="callbacks">
    /// What else happens along the way, in both stages; in the first they see the head alone. Callbacks that write one file for one training, such as CSVLogger and BackupAndRestore, fit one
    /// stage: for these call <see cref="FrozenPart"/> and Fit yourself.
    /// </param>
    /// <param name="cancellationToken">Stops training after the current batch.</param>
    /// <returns>The figures of both stages.</returns>
    /// <exception cref="ArgumentException">The model has no frozen part that can be cut off, as after an earlier call that unfroze all of it.</exception>
    /// <exception cref="OperationCanceledException">It was stopped while the features were computed.</exception>
    /// <example><code>
    /// Model clothes = Model.Load("clothes.laminet").WithoutTop().WithHead(classes: 3);
    /// clothes.FineTune(Dataset.FromTensors(images, labels).Shuffle(seed: 1).Batch(32));
    /// clothes.Save("shoes.laminet");
    /// </code></example>
    public static FineTuning FineTune(
        this Model model, Dataset data, Dataset? validationData = null, FineTuneSettings? settings = null, IReadOnlyList<Callback>? callbacks = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        settings ??= new();
        (History head, double? best) = FitHead(model, data, validationData, settings, callbacks, cancellationToken);
        Adam optimizer = new(new CosineDecay(settings.LearningRate, settings.Epochs == 0 ? 1 : settings.Epochs * (data.Count ?? data.Batches().Count())));
        bool isTuned = settings.Epochs > 0 && !head.WasCancelled;
        if (isTuned)
            model.UnfreezeTop(settings.Unfrozen, optimizer, settings.LowestRateFactor);
        model.Compile(optimizer, settings.Loss, ["accuracy"]);
        if (!isTuned)
            return new FineTuning(head, null);
        Tensor[] ofHead = [.. model.Weights.Select(weight => weight.Value)];
        History tuned = model.Fit(data, settings.Epochs, validationData, callbacks: With(callbacks, validationData, settings.Epochs), cancellationToken: cancellationToken);
        // No epoch was better than the head alone.
        if (best is { } reached && tuned.Epochs.Count > 0 && tuned["val_accuracy"].All(accuracy => !(accuracy > reached)))
        {
            foreach ((Variable weight, Tensor value) in model.Weights.Zip(ofHead))
                weight.Assign(value);
        }

        return new FineTuning(head, tuned);
    }

    private static (History Figures, double? Best) FitHead(Model model, Dataset data, Dataset? validationData, FineTuneSettings settings, IReadOnlyList<Callback>? callbacks, CancellationToken cancellationToken)
    {
        FrozenPart frozen = FrozenPart.Of(model);
        Dataset features = frozen.Compute(data, cancellationToken: cancellationToken).Shuffle(model.Seed).Batch(settings.BatchSize);
        Dataset? validation = validationData is null ? null : frozen.Compute(validationData, cancellationToken: cancellationToken).Batch(settings.BatchSize);
        frozen.Rest.Compile(new Adam(settings.HeadLearningRate), settings.Loss, ["accuracy"]);
        History figures = frozen.Rest.Fit(features, settings.HeadEpochs, validation, callbacks: With(callbacks, validation, settings.HeadEpochs), cancellationToken: cancellationToken);
        return (figures, validation is null || figures.Epochs.Count == 0 ? null : figures["val_accuracy"].Max());
    }

    private static IReadOnlyList<Callback> With(IReadOnlyList<Callback>? callbacks, Dataset? validation, int epochs) =>
        [.. callbacks ?? [], .. validation is null ? (Callback[])[] : [new EarlyStopping("val_accuracy", patience: epochs, restoreBestWeights: true)]];

    private static IEnumerable<Layer> Leaves(Model model, List<Model> inner)
    {
        foreach (Layer layer in model.Layers)
        {
            if (layer is not Model within)
            {
                yield return layer;
                continue;
            }

            inner.Add(within);
            foreach (Layer leaf in Leaves(within, inner))
                yield return leaf;
        }
    }

    private static string FreeName(Model model)
    {
        HashSet<string> taken = [.. model.Layers.Select((_, place) => model.SublayerName(place))];
        string name = HeadName;
        for (int number = 1; taken.Contains(name); number++)
            name = $"{HeadName}_{number}";
        return name;
    }

    private static void RequireGraph(Model model, string what)
    {
        if (!model.HasGraph || model.Outputs.Count != 1)
            throw new ArgumentException($"{what}: received a model {(model.HasGraph ? $"with {model.Outputs.Count} outputs" : "that is no graph of layers")}; expected a graph of layers with one output.", nameof(model));
    }
}
