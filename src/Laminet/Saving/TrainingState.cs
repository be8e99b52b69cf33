using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Metrics;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Saving;

/// <summary>Where training stands, apart from weights and optimizer: position, history, running figures, what callbacks remember.</summary>
internal sealed class TrainingState
{
    private readonly JsonObject json;
    private readonly List<(Callback Callback, CallbackState State)> callbackStates = [];
    private readonly List<(Metric Metric, Tensor[] Values)> metricStates = [];

    private readonly List<string> notes = [];

    // Read at once: what a damaged file holds there must be found before anything is changed.
    private readonly int epoch, batch;
    private readonly bool stopTraining;
    private readonly List<Dictionary<string, double>> history;

    private TrainingState(JsonObject json)
    {
        this.json = json;
        (epoch, batch, stopTraining) = (json.Count("epoch"), json.Count("batch"), json.Get("stop_training", false));
        history = [.. json["history"].ListAt("history").Select((figures, place) => figures.FiguresAt($"history[{place}]"))];
    }

    /// <summary>What differs from when the file was written, and holds from here on.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>The learning rate with which the Fit began that wrote the file; null where that is unknown.</summary>
    public double? FirstRate => json.Get<double?>("first_learning_rate", null);

    /// <summary>The state as JSON, and the tensors that belong to it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="callbacks">The callbacks whose memory is kept.</param>
    /// <param name="fit">What Fit was given; null outside of it.</param>
    public static (JsonObject Json, Dictionary<string, Tensor> Tensors) Write(Model model, IReadOnlyList<Callback> callbacks, FitSetting? fit)
    {
        TrainingProgress progress = model.Progress;
        JsonArray states = [];
        Dictionary<string, Tensor> tensors = [];
        foreach (Callback callback in callbacks)
        {
            if (callback.GetState() is not { } state)
                continue;
            foreach ((string name, Tensor tensor) in state.Tensors)
                tensors.Add(TensorName(states.Count, name), tensor);
            states.Add((JsonNode)new JsonObject { ["class_name"] = callback.GetType().Name, ["values"] = state.Values.DeepClone() });
        }

        JsonObject json = ArchiveParts.NewJson();
        json[Seed] = model.Seed;
        json["inputs"] = new JsonArray([.. model.InputForms.Select(input => new JsonObject
        {
            ["name"] = input.Name,
            ["shape"] = SettingValues.Write(input.Shape, typeof(PartialShape)),
            ["dtype"] = input.DType.ToString(),
        })]);
        json["optimizer"] = model.Optimizer?.GetType().Name;
        json["epoch"] = progress.Epoch;
        json["batch"] = progress.Batch;
        foreach ((string name, int? size, _) in Sizes(fit))
            json[name] = size;
        json["first_learning_rate"] = fit?.LearningRate;
        json["stop_training"] = progress.StopTraining;
        json["history"] = new JsonArray([.. progress.History.Epochs.Select(epoch =>
            new JsonObject(epoch.Select(figure => KeyValuePair.Create(figure.Key, (JsonNode?)JsonValue.Create(figure.Value)))))]);
        json["figures"] = new JsonArray([.. model.Reported.Names.Select(name => (JsonNode)name)]);
        foreach ((string name, Metric metric) in model.Reported.ByName)
        {
            foreach (Variable variable in metric.State)
                tensors.Add(TensorName(name, variable), variable.Value);
        }

        json["callbacks"] = states;
        return (json, tensors);
    }

    /// <summary>Holds a stored state against the model and callbacks it is for, and changes nothing yet.</summary>
    /// <param name="json">What <see cref="Write"/> gave.</param>
    /// <param name="tensors">The tensors that belong to it.</param>
    /// <param name="model">The model.</param>
    /// <param name="callbacks">The callbacks that go on; null to leave theirs aside.</param>
    /// <param name="fit">What Fit was given; null outside of it.</param>
    /// <exception cref="InvalidDataException">They do not fit; the message says which.</exception>
    public static TrainingState Read(
        JsonObject json, IReadOnlyDictionary<string, Tensor> tensors, Model model, IReadOnlyList<Callback>? callbacks, FitSetting? fit)
    {
        ulong seed = SeedIn(json);
        if (!model.HasDrawnSeed)
            Require(Seed, seed, model.Seed, "the model's seed");
        if (model.Optimizer is not null)
            Require("optimizer", json.Get("optimizer", ""), model.Optimizer.GetType().Name, "the optimizer's class");
        TrainingState state = new(json);
        if (fit is not null)
            state.MatchSizes(fit);
        if (model.Optimizer is not null)
            state.MatchFigures(model, tensors);
        if (callbacks is not null)
            state.MatchCallbacks(callbacks, tensors);
        return state;
    }

    /// <summary>The seed of the model whose training it is.</summary>
    public static ulong SeedIn(JsonObject json) => json.Get(Seed, 0UL);

    /// <summary>The inputs a model needs that was saved with some and has not seen any yet.</summary>
    public static Bundle<TensorSpec> InputsOf(JsonObject json)
    {
        JsonObject[] inputs = json["inputs"] is JsonArray { Count: > 0 } array ? array.ObjectsAt("inputs") : throw new FormatException("The inputs' shapes are missing.");
        string?[] names = [.. inputs.Select(input => input.Get<string?>("name", null))];
        return Bundle.Named(
            Array.TrueForAll(names, name => name is not null) ? [.. names.OfType<string>()] : null,
            [.. inputs.Select(input => new TensorSpec([SymbolicBatch, .. input.Get<PartialShape>("shape", []).Select(length => length ?? 1)], input.Get("dtype", DType.Float32)))]);
    }

    /// <summary>Gives the callbacks their memory back; if one refuses, all have what they had.</summary>
    public void ApplyToCallbacks()
    {
        List<(Callback Callback, CallbackState State)> before = [];
        foreach ((Callback callback, CallbackState state) in callbackStates)
        {
            try
            {
                if (callback.GetState() is { } own)
                    before.Add((callback, own));
                callback.SetState(state);
            }
            catch (Exception exception)
            {
                foreach ((Callback changed, CallbackState old) in before)
                    changed.SetState(old);
                throw new InvalidDataException($"the callback {callback.GetType().Name} cannot take its state back: {JsonForms.Reason(exception)}", exception);
            }
        }
    }

    /// <summary>Sets the model's progress, history and running figures.</summary>
    public void ApplyTo(Model model)
    {
        model.TakeSeed(SeedIn(json));
        TrainingProgress progress = model.Progress;
        (progress.Epoch, progress.Batch, progress.StopTraining, progress.History) = (epoch, batch, stopTraining, new History());
        foreach (Dictionary<string, double> figures in history)
            progress.History.Add(figures);
        foreach ((Metric metric, Tensor[] values) in metricStates)
            metric.Restore(values);
    }

    private const int SymbolicBatch = SymbolicCall.PlaceholderBatch;
    private const string Seed = "seed", ValidationExamples = "validation_examples";

    private static IEnumerable<(string Name, int? Size, string What)> Sizes(FitSetting? fit) =>
    [
        ("batches", fit?.Batches, "the number of batches an epoch (data and batch size)"),
        ("examples", fit?.Examples, "the number of examples"),
        ("batch_size", fit?.BatchSize, "the batch size"),
        (ValidationExamples, fit?.ValidationExamples, ""),
    ];

    // In the middle of an epoch other data would go on in a place that is not where the file's left off. Another epoch may have other data, and so
    // may validation, but then the bits are not those of a run that was not interrupted.
    private void MatchSizes(FitSetting fit)
    {
        foreach ((string name, int? size, string what) in Sizes(fit))
        {
            if (size is not { } own || json.Get<int?>(name, null) is not { } stored || stored == own)
                continue;
            if (name != ValidationExamples && batch > 0)
                Require(name, stored, own, what);
            notes.Add($"'{name}' is {stored} in the file and {own} here; what is given here holds, so training does not end in the bits of one that was not interrupted.");
        }
    }

    private void MatchFigures(Model model, IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (json["figures"] is not JsonArray figures)
        {
            throw new InvalidDataException("'figures' holds numbers; expected a list of names: the file was written by an earlier Laminet, which kept the state of metrics otherwise. "
                + "Go on with that Laminet, take over the weights alone, or delete the file to train anew");
        }

        Require("figures", string.Join(", ", figures), string.Join(", ", model.Reported.Names), "the loss and metrics");
        foreach ((string reported, Metric metric) in model.Reported.ByName)
            metricStates.Add((metric, [.. metric.State.Select(variable => Stored(TensorName(reported, variable), variable))]));

        Tensor Stored(string name, Variable variable)
        {
            Tensor value = tensors.GetValueOrDefault(name) ?? throw new InvalidDataException($"the tensor '{name}' is missing, which a metric keeps");
            Require(name, value.Spec, new TensorSpec(variable.Shape, variable.DType), "what a metric keeps (its settings)");
            return value;
        }
    }

    // The n-th of a class gets what the n-th of that class remembered: callbacks without memory may come and go.
    private void MatchCallbacks(IReadOnlyList<Callback> callbacks, IReadOnlyDictionary<string, Tensor> tensors)
    {
        List<Callback> waiting = [.. callbacks.Where(callback => callback.GetState() is not null)];
        JsonObject[] states = json["callbacks"].ObjectsAt("callbacks");
        string[] classNames = [.. states.Select((state, place) => state["class_name"].TextAt($"callbacks[{place}].class_name"))];
        Require(
            "callbacks", Listed(classNames),
            Listed(waiting.Select(callback => callback.GetType().Name)), "the callbacks that remember something");
        for (int index = 0; index < states.Length; index++)
        {
            string className = classNames[index], prefix = TensorName(index, "");
            Callback callback = waiting.First(candidate => candidate.GetType().Name == className);
            waiting.Remove(callback);
            Dictionary<string, Tensor> own = tensors.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);
            callbackStates.Add((callback, new CallbackState(states[index]["values"].ObjectAt($"callbacks[{index}].values").DeepClone().AsObject(), own)));
        }
    }

    private static string Listed(IEnumerable<string> names) => names.Any() ? string.Join(", ", names.Order(StringComparer.Ordinal)) : "(none)";

    private static string TensorName(string metric, Variable variable) => $"figures/{metric}/{variable.Name}";

    private static string TensorName(int callback, string name) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{callback}/{name}");

    private static void Require<T>(string name, T stored, T own, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(stored, own))
        {
            throw new InvalidDataException(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"'{name}' is {stored} in the file and {own} here. To go on with the same bits, {what} must be the same as when the file was written; to train anew, delete the file"));
        }
    }
}
