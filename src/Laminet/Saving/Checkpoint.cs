using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Files;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Saving;

/// <summary>
/// The state of a custom training loop, by name: models and layers, optimizers, metrics, random streams, single variables, a
/// <see cref="Data.DataPosition"/>, and your own classes (<see cref="IHasState"/>). It is saved to one file. A loop that is restored from the file
/// continues with the same bits. (For Fit use <see cref="Training.Callbacks.BackupAndRestore"/>.)
/// </summary>
/// <remarks>
/// Weights are stored under the names of their layers, and the state of an optimizer under the names of the weights. So the order does not matter in
/// which items are added or optimizers first see the weights. A model's item contains its weights and its seed, not its <see cref="Model.Optimizer"/>.
/// Which layers are frozen is not part of the state. The learning rate is: the value in the file is used, and the notes of the report say where it
/// differed.
/// </remarks>
/// <example>A generative adversarial network that survives its process: <code>
/// Sequential g = new(new Input([8]), new Dense(4)), d = new(new Input([4]), new Dense(1));
/// Optimizer gOpt = new Adam(2e-4), dOpt = new Adam(2e-4);
/// var random = new RandomStream(seed: 1);
/// var position = new DataPosition();
/// var checkpoint = new Checkpoint { ["g"] = g, ["d"] = d, ["g_opt"] = gOpt, ["d_opt"] = dOpt, ["random"] = random, ["position"] = position };
/// checkpoint.TryRestore("gan.checkpoint");
/// foreach (Batch batch in position.Batches(Dataset.FromTensors(images).Batch(64), epochs: 50))
/// {
///     // Train g and d on batch.X.
///     if (position.Batch % 100 == 0)
///         checkpoint.Save("gan.checkpoint");
/// }
/// </code></example>
public sealed class Checkpoint
{
    private const string Items = "items", ClassName = "class_name", Config = "config", Seed = "seed";
    private const string Advice = "Create everything as it was when the file was written. To start again, delete the file.";

    // Sorted, so that the order of adding decides nothing.
    private readonly SortedDictionary<string, IHasState> items = new(StringComparer.Ordinal);

    /// <summary>What is saved under a name.</summary>
    /// <param name="name">The name in the file; not empty and without a slash, which joins it to the names within.</param>
    /// <exception cref="ArgumentException">The name cannot be used or is taken, or the object is there already.</exception>
    /// <exception cref="KeyNotFoundException">There is nothing of that name; the message lists what there is.</exception>
    public IHasState this[string name]
    {
        get => items.TryGetValue(name, out IHasState? item) ? item : throw new KeyNotFoundException($"There is no '{name}'; there are {Listed(items.Keys)}.");
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            ArgumentNullException.ThrowIfNull(value);
            if (name.Contains('/', StringComparison.Ordinal))
                throw new ArgumentException($"Received the name '{name}'; expected one without a slash, which joins names in the file. Use an underscore.", nameof(name));
            if (items.ContainsKey(name))
                throw new ArgumentException($"Received the name '{name}' twice. Give each object its own name.", nameof(name));
            if (items.FirstOrDefault(pair => ReferenceEquals(pair.Value, value)).Key is { } other)
                throw new ArgumentException($"Received one {value.GetType().Name} as '{other}' and as '{name}'. Add it once; if another one was meant, add that.", nameof(value));
            items.Add(name, value);
        }
    }

    private IEnumerable<KeyValuePair<string, Optimizer>> Optimizers =>
        items.Where(pair => pair.Value is Optimizer).Select(pair => KeyValuePair.Create(pair.Key + "/", (Optimizer)pair.Value));

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written; an older file stays as it was.</exception>
    /// <exception cref="InvalidOperationException">
    /// A layer has no weights yet, an optimizer has trained a variable that is not in the checkpoint, two variables have one name, or a function is being compiled.
    /// </exception>
    public void Save(string path)
    {
        foreach (Model model in items.Values.OfType<Model>().Where(model => model.IsDeclared))
            model.EnsureInitialized();
        IReadOnlyList<KeyValuePair<string, Variable>> variables = Variables(nameof(Save));
        List<KeyValuePair<string, Variable>> all = [.. variables];
        foreach ((string prefix, Optimizer optimizer) in Optimizers)
            all.AddRange(OptimizerState.Of(optimizer, variables).Select(pair => KeyValuePair.Create(prefix + pair.Key, pair.Value)));
        RequireDistinct(all.Select(pair => pair.Key));
        Dictionary<string, Tensor> values;
        // All as of one moment, beside a training on another thread.
        using (StateScope.Snapshot(all.Select(pair => pair.Value)))
            values = TrainingFile.Values(all);
        if (values.FirstOrDefault(pair => pair.Value.IsShapeOnly).Key is { } empty)
            throw new InvalidOperationException($"Save: the variable '{empty}' has no numbers yet. Call the layer once, or Initialize it.");
        JsonObject json = ArchiveParts.NewJson();
        json[Items] = Describe();
        AtomicFile.Write(path, stream =>
        {
            using ArchiveWriter archive = new(stream);
            archive.Write(ArchiveParts.Checkpoint, json);
            archive.Write(ArchiveParts.CheckpointTensors, values);
        });
    }

    /// <summary>Restores all items from a file. The whole file is read and checked before anything is changed. Missing slots of optimizers are created.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote, of the same names.</param>
    /// <returns>The tensors. The notes say where a learning rate differed.</returns>
    /// <exception cref="FileNotFoundException">There is no such file; see <see cref="TryRestore(string)"/>.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or its items differ from those of this checkpoint; the message says which. Nothing is changed.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Save"/>.</exception>
    public LoadReport Restore(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        IReadOnlyList<KeyValuePair<string, Variable>> variables = Variables(nameof(Restore));
        using ArchiveReader archive = new(path);
        if (!archive.Has(ArchiveParts.Checkpoint))
            throw new InvalidDataException($"{path} was not written by Checkpoint. A file of Model.Save is read by Model.Load or ResumeFrom, one of BackupAndRestore by Fit.");
        JsonObject json = ArchiveParts.Read(archive, ArchiveParts.Checkpoint);
        RequireSameItems(json, archive.Source(ArchiveParts.Checkpoint));
        LoadReport? report = null;
        IReadOnlyDictionary<string, Tensor> values = archive.ReadTensors(ArchiveParts.CheckpointTensors, header =>
            report = LoadReport.Compare(archive.Source(ArchiveParts.CheckpointTensors), Expected(variables, header), header.Specs).Require(Advice)).Tensors;
        List<string> notes = [.. ArchiveParts.Strangers(archive)];
        notes.AddRange(Damage.Guard(archive.Source(ArchiveParts.CheckpointTensors), "Nothing was changed.", () => RateNotes(values)));
        (Model Model, ulong? Seed)[] seeds = [.. Damage.Guard(archive.Source(ArchiveParts.Checkpoint), "Nothing was changed.", () => Seeds(json).ToList())];
        TrainingFile.Assign(variables, values);
        foreach ((Model model, ulong? seed) in seeds)
            model.TakeSeed(seed ?? model.Seed);
        foreach ((string prefix, Optimizer optimizer) in Optimizers)
            OptimizerState.Restore(optimizer, variables, Within(prefix, values));
        return new LoadReport(path, report!.Tensors, notes);
    }

    /// <inheritdoc cref="TryRestore(string, out LoadReport?)"/>
    public bool TryRestore(string path) => TryRestore(path, out _);

    /// <summary>Restores all items from a file if it exists: the first line of a loop that can be interrupted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">As for <see cref="Restore"/>; null where there is no file.</param>
    /// <returns>True if the state was restored, false if there is no file.</returns>
    /// <inheritdoc cref="Restore" path="/exception[@cref!='T:System.IO.FileNotFoundException']"/>
    public bool TryRestore(string path, [NotNullWhen(true)] out LoadReport? report)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        report = AtomicFile.Exists(path) ? Restore(path) : null;
        return report is not null;
    }

    // All but the optimizers' own. A variable that two items have is stored once, under the first of their names.
    private List<KeyValuePair<string, Variable>> Variables(string operation)
    {
        if (Function.IsTracing)
            throw new InvalidOperationException($"{operation}: a function is being compiled, in which variables have no numbers. Call {operation} outside, after a call of the compiled function.");
        if (items.Count == 0)
            throw new InvalidOperationException($"{operation}: the checkpoint holds nothing. Add what is to be saved: new Checkpoint {{ [\"model\"] = model, ... }}.");
        List<KeyValuePair<string, Variable>> variables = [];
        HashSet<Variable> seen = [];
        foreach ((string name, IHasState item) in items.Where(pair => pair.Value is not Optimizer))
        {
            if (item is Layer { IsDeclared: false })
                throw new InvalidOperationException($"{operation}: '{name}' has not seen its input's shape yet, so it has no weights. Put an Input first, or call it once.");
            variables.AddRange(item.State.Where(pair => seen.Add(pair.Variable)).Select(pair => KeyValuePair.Create($"{name}/{pair.Name}", pair.Variable)));
        }

        foreach ((string prefix, Optimizer optimizer) in Optimizers)
        {
            // As a model would tell it: without the name of the item.
            optimizer.LearnPaths(items.Values.Where(item => item is not Optimizer).SelectMany(item => item.State));
            if (optimizer.SlotsByVariable.Keys.FirstOrDefault(variable => !seen.Contains(variable)) is { } foreign)
            {
                throw new InvalidOperationException($"{operation}: the optimizer '{prefix[..^1]}' has trained the variable '{foreign.Name}', which nothing in the checkpoint holds. "
                    + "Add the model, layer or variable.");
            }
        }

        RequireDistinct(variables.Select(pair => pair.Key));
        return variables;
    }

    private static void RequireDistinct(IEnumerable<string> names)
    {
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key is { } twice)
            throw new InvalidOperationException($"Two variables would be stored as '{twice}'. Give the layers names that differ, and the variables of one object too.");
    }

    private List<KeyValuePair<string, TensorSpec>> Expected(IReadOnlyList<KeyValuePair<string, Variable>> variables, SafeTensorsHeader header)
    {
        List<KeyValuePair<string, TensorSpec>> expected = [.. TrainingFile.Specs(variables)];
        foreach ((string prefix, Optimizer optimizer) in Optimizers)
        {
            IEnumerable<string> names = header.Entries.Select(entry => entry.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]);
            expected.AddRange(OptimizerState.Expected(optimizer, variables, names).Select(pair => KeyValuePair.Create(prefix + pair.Key, pair.Value)));
        }

        return expected;
    }

    private List<string> RateNotes(IReadOnlyDictionary<string, Tensor> values) =>
    [
        .. Optimizers.Where(pair => pair.Value.HasOwnRate).Select(pair => (Name: pair.Key[..^1], Here: pair.Value.LearningRate, InFile: OptimizerState.RateIn(values, pair.Key))).Where(rate => rate.Here != rate.InFile)
            .Select(rate => string.Create(CultureInfo.InvariantCulture,
                $"The learning rate of '{rate.Name}' is {rate.InFile} in the file and was {rate.Here} here; the file's holds. Set its LearningRate now for another.")),
    ];

    private IEnumerable<(Model Model, ulong? Seed)> Seeds(JsonObject json) =>
        items.Where(pair => pair.Value is Model).Select(pair => ((Model)pair.Value, json[Items]![pair.Key]!.AsObject().Get<ulong?>(Seed, null)));

    // Names, classes and settings: what no tensor shows.
    private JsonObject Describe()
    {
        JsonObject all = [];
        foreach ((string name, IHasState item) in items)
        {
            JsonObject described = new() { [ClassName] = item.GetType().Name, [Config] = Settings(item) };
            if (item is Model model)
                described[Seed] = model.Seed;
            all[name] = described;
        }

        return all;
    }

    private static JsonObject? Settings(IHasState item)
    {
        if (item is RandomStream stream)
            return new JsonObject { [Seed] = stream.Seed };
        try
        {
            return (item as IConfigurable)?.GetConfig();
        }
        catch (ArgumentException)
        {
            // A layer within is not registered, so its settings cannot be compared.
            return null;
        }
    }

    private void RequireSameItems(JsonObject json, string source) => Damage.Guard(source, "Nothing was changed.", () =>
    {
        JsonObject file = json[Items].ObjectAt(Items);
        List<string> differences = [];
        foreach (string missing in items.Keys.Where(name => !file.ContainsKey(name)))
            differences.Add($"'{missing}' is not in the file");
        foreach (string unexpected in file.Select(pair => pair.Key).Where(name => !items.ContainsKey(name)))
            differences.Add($"'{unexpected}' is in the file alone");
        foreach ((string name, IHasState item) in items.Where(pair => file.ContainsKey(pair.Key)))
        {
            JsonObject stored = file[name].ObjectAt($"{Items}.{name}");
            string className = stored.Get(ClassName, "");
            if (className != item.GetType().Name)
                differences.Add($"'{name}' is a {className} in the file and a {item.GetType().Name} here");
            else if (stored[Config] is { } config && Settings(item) is { } here && ModelDescription.Difference(WithoutFrozen(config), WithoutFrozen(here)) is { } difference)
                differences.Add($"in '{name}', {difference}");
        }

        return differences.Count == 0 ? true : throw new InvalidDataException($"The file holds other things: {string.Join("; ", differences)}. {Advice}");
    });

    // Loops freeze and unfreeze as they go on.
    private static JsonNode? WithoutFrozen(JsonNode? node) => node switch
    {
        JsonObject item => new JsonObject(item.Where(pair => pair.Key is not ("trainable" or "frozen")).Select(pair => KeyValuePair.Create(pair.Key, WithoutFrozen(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(WithoutFrozen)]),
        _ => node?.DeepClone(),
    };

    private static Dictionary<string, Tensor> Within(string prefix, IReadOnlyDictionary<string, Tensor> values) =>
        values.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("none"));
}
