using System.Globalization;
using System.Text.Json.Nodes;
using Laminet.Files;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Saving;

/// <summary>All of a training with Fit: weights, optimizer, position, figures, callbacks' memory; in a model file also the layers.</summary>
internal static class TrainingFile
{
    private const string MadeFrom = "made_from";
    private const string OptimizerSettings = "optimizer_settings";

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="description">The model's description; null where whoever goes on makes the model by its own code.</param>
    /// <param name="callbacks">The callbacks whose memory is kept.</param>
    /// <param name="fit">What Fit was given; null outside of it.</param>
    public static void Write(string path, Model model, JsonObject? description, IReadOnlyList<Callback> callbacks, FitSetting? fit)
    {
        IReadOnlyList<KeyValuePair<string, Variable>> weights = WeightNames.Of(model);
        (JsonObject training, Dictionary<string, Tensor> trainingTensors) = TrainingState.Write(model, callbacks, fit);
        // Also where a layer or a loss is not registered, so that there is no description.
        training[OptimizerSettings] = model.Optimizer?.GetConfig();
        if (description is null)
            training[MadeFrom] = ModelDescription.TryWrite(model);
        AtomicFile.Write(path, stream =>
        {
            using ArchiveWriter archive = new(stream);
            if (description is not null)
                archive.Write(ArchiveParts.Model, description);
            archive.Write(ArchiveParts.Weights, Values(weights));
            model.TellPaths();
            if (model.Optimizer is not null)
                archive.Write(ArchiveParts.Optimizer, Values(OptimizerState.Of(model.Optimizer, weights)));
            archive.Write(ArchiveParts.Training, training);
            archive.Write(ArchiveParts.TrainingTensors, trainingTensors);
        });
    }

    /// <summary>The seed of the model whose training a file holds; null where the file cannot be used, which restoring it tells.</summary>
    public static ulong? Seed(string path)
    {
        try
        {
            using ArchiveReader archive = new(path);
            return archive.Has(ArchiveParts.Training) ? TrainingState.SeedIn(ArchiveParts.Read(archive, ArchiveParts.Training)) : null;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Sets a model, and callbacks, to what a file holds. Everything is read and compared before anything is changed.</summary>
    /// <param name="archive">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="callbacks">The callbacks that go on; null to leave theirs aside.</param>
    /// <param name="fit">What Fit was given; null outside of it.</param>
    /// <returns>The tensors, and what differs and which of the two holds.</returns>
    /// <exception cref="InvalidDataException">The file is damaged or belongs to another model or other callbacks.</exception>
    public static (IReadOnlyList<LoadedTensor> Tensors, IReadOnlyList<string> Notes) Restore(ArchiveReader archive, Model model, IReadOnlyList<Callback>? callbacks, FitSetting? fit)
    {
        ArchiveParts.RequireNoCheckpoint(archive);
        JsonObject json = ArchiveParts.Read(archive, ArchiveParts.Training);
        SafeTensorsFile trainingTensors = archive.ReadTensors(ArchiveParts.TrainingTensors);
        TrainingState state = Guard(() =>
        {
            TrainingState read = TrainingState.Read(json, trainingTensors.Tensors, model, callbacks, fit);
            // Last, since it cannot be taken back: a model that has not seen data gets its weights here.
            model.EnsureBuiltFor(TrainingState.InputsOf(json));
            return read;
        });
        IReadOnlyList<KeyValuePair<string, Variable>> weights = WeightNames.Of(model);
        List<LoadedTensor> loaded = [];
        List<string> notes = [.. state.Notes];
        IReadOnlyDictionary<string, Tensor> weightValues = ReadExactly(archive, ArchiveParts.Weights, "", _ => Specs(weights), loaded);
        IReadOnlyDictionary<string, Tensor>? memory = null;
        if (model.Optimizer is { } optimizer && archive.Has(ArchiveParts.Optimizer))
        {
            model.TellPaths();
            memory = ReadExactly(archive, ArchiveParts.Optimizer, "optimizer:", names => OptimizerState.Expected(optimizer, weights, names), loaded);
            Guard(() =>
            {
                notes.AddRange(RateNotes(optimizer, OptimizerState.RateIn(memory), state.FirstRate, fit));
                if (callbacks is null && SettingsDifference(json, model) is { } difference)
                    notes.Add($"The optimizer's settings: {difference}; the model's hold.");
                return true;
            });
        }

        Guard(() =>
        {
            if (callbacks is not null)
                RequireSameModel(json, model);
            state.ApplyToCallbacks();
            return true;
        });
        Assign(weights, weightValues);
        if (memory is not null)
            OptimizerState.Restore(model.Optimizer!, weights, memory);
        state.ApplyTo(model);
        return (loaded, notes);

        T Guard<T>(Func<T> read) => Damage.Guard(archive.Source(ArchiveParts.Training), "Nothing was changed.", read);
    }

    /// <summary>Gives each variable the value of its name, where there is one: tensors that were just read and have no other holder.</summary>
    public static void Assign(IEnumerable<KeyValuePair<string, Variable>> variables, IReadOnlyDictionary<string, Tensor> values)
    {
        foreach ((string name, Variable variable) in variables)
        {
            if (values.TryGetValue(name, out Tensor? value))
                variable.TakeOver(value.Cast(variable.DType));
        }
    }

    /// <summary>What variables are, by name.</summary>
    public static IEnumerable<KeyValuePair<string, TensorSpec>> Specs(IEnumerable<KeyValuePair<string, Variable>> variables) =>
        variables.Select(pair => KeyValuePair.Create(pair.Key, new TensorSpec(pair.Value.Shape, pair.Value.DType)));

    /// <summary>The variables' values by name.</summary>
    public static Dictionary<string, Tensor> Values(IEnumerable<KeyValuePair<string, Variable>> variables) =>
        variables.ToDictionary(pair => pair.Key, pair => pair.Value.Value);

    private static void RequireSameModel(JsonObject json, Model model)
    {
        string? difference = json[MadeFrom] is { } file && ModelDescription.TryWrite(model) is { } here ? ModelDescription.Difference(file, here) : null;
        if ((difference ?? SettingsDifference(json, model)) is { } found)
            throw new InvalidDataException($"the model was made otherwise: {found}. Make it as it was when the file was written; to train anew, delete the file");
    }

    // A file of an earlier version does not have them.
    private static string? SettingsDifference(JsonObject json, Model model) =>
        json[OptimizerSettings] is { } file ? ModelDescription.Difference(file, model.Optimizer?.GetConfig(), "optimizer") : null;

    // A callback may have changed the rate before the file was written. So two calls of Fit differ where they begin with different rates.
    private static IEnumerable<string> RateNotes(Optimizer optimizer, double inFile, double? first, FitSetting? fit)
    {
        double here = optimizer.LearningRate;
        if (here == inFile || !optimizer.HasOwnRate || (fit is not null && (first is null || fit.LearningRate == first)))
            return [];
        string how = fit is null ? "Set Optimizer.LearningRate now for another" : "For another, set Optimizer.LearningRate in a callback, or delete the file to train anew";
        return [string.Create(CultureInfo.InvariantCulture, $"The learning rate is {inFile} in the file and was {here} here; the file's holds. {how}.")];
    }

    private static IReadOnlyDictionary<string, Tensor> ReadExactly(
        ArchiveReader archive, string part, string prefix, Func<IEnumerable<string>, IEnumerable<KeyValuePair<string, TensorSpec>>> expected, List<LoadedTensor> loaded) =>
        archive.ReadTensors(part, header =>
        {
            LoadReport report = LoadReport.Compare(archive.Source(part), expected(header.Entries.Select(entry => entry.Name)), header.Specs);
            report.Require("Make the model as it was when the file was written; to train anew, delete the file.");
            loaded.AddRange(report.Tensors.Select(tensor => tensor with { Name = prefix + tensor.Name }));
        }).Tensors;
}
