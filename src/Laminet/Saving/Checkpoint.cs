using System.Text.Json.Nodes;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Saving;

/// <summary>All of a training: weights, optimizer, position, figures, callbacks' memory; in a model file also the layers.</summary>
internal static class Checkpoint
{
    private const string MadeFrom = "made_from";

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="description">The model's description; null where whoever goes on makes the model by its own code.</param>
    /// <param name="callbacks">The callbacks whose memory is kept.</param>
    /// <param name="batches">How many batches an epoch has, where that is known.</param>
    public static void Write(string path, Model model, JsonObject? description, IReadOnlyList<Callback> callbacks, int? batches)
    {
        IReadOnlyList<KeyValuePair<string, Variable>> weights = WeightNames.Of(model);
        (JsonObject training, Dictionary<string, Tensor> trainingTensors) = TrainingState.Write(model, callbacks, batches);
        if (description is null)
            training[MadeFrom] = ModelDescription.TryWrite(model);
        AtomicFile.Write(path, stream =>
        {
            using ArchiveWriter archive = new(stream);
            if (description is not null)
                archive.Write(ArchiveParts.Model, description);
            archive.Write(ArchiveParts.Weights, Values(weights));
            if (model.Optimizer is not null)
                archive.Write(ArchiveParts.Optimizer, Values(OptimizerState.Of(model.Optimizer, weights)));
            archive.Write(ArchiveParts.Training, training);
            archive.Write(ArchiveParts.TrainingTensors, trainingTensors);
        });
    }

    /// <summary>Sets a model, and callbacks, to what a file holds. Everything is read and compared before anything is changed.</summary>
    /// <param name="archive">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="callbacks">The callbacks that go on; null to leave theirs aside.</param>
    /// <param name="batches">How many batches an epoch has, where that is known.</param>
    /// <exception cref="InvalidDataException">The file is damaged or belongs to another model or other callbacks.</exception>
    public static IReadOnlyList<LoadedTensor> Restore(ArchiveReader archive, Model model, IReadOnlyList<Callback>? callbacks, int? batches)
    {
        JsonObject json = ArchiveParts.Read(archive, ArchiveParts.Training);
        SafeTensorsFile trainingTensors = archive.ReadTensors(ArchiveParts.TrainingTensors);
        TrainingState state = Guard(() =>
        {
            TrainingState read = TrainingState.Read(json, trainingTensors.Tensors, model, callbacks, batches);
            // Last, since it cannot be taken back: a model that has not seen data gets its weights here.
            if (!model.HasGraph)
                model.EnsureBuiltFor(TrainingState.InputsOf(json));
            return read;
        });
        IReadOnlyList<KeyValuePair<string, Variable>> weights = WeightNames.Of(model);
        List<LoadedTensor> loaded = [];
        IReadOnlyDictionary<string, Tensor> weightValues = ReadExactly(archive, ArchiveParts.Weights, "", _ => weights, loaded);
        IReadOnlyList<KeyValuePair<string, Variable>> memory = [];
        IReadOnlyDictionary<string, Tensor> memoryValues = new Dictionary<string, Tensor>();
        if (model.Optimizer is not null && archive.Has(ArchiveParts.Optimizer))
        {
            memoryValues = ReadExactly(archive, ArchiveParts.Optimizer, "optimizer:", names =>
            {
                OptimizerState.Build(model.Optimizer, weights, names);
                return memory = OptimizerState.Of(model.Optimizer, weights);
            }, loaded);
        }

        Guard(() =>
        {
            if (callbacks is not null)
                RequireSameModel(json[MadeFrom], model);
            state.ApplyToCallbacks();
            return true;
        });
        Assign(weights, weightValues);
        Assign(memory, memoryValues);
        state.ApplyTo(model);
        return loaded;

        T Guard<T>(Func<T> read) => Damage.Guard(archive.Source(ArchiveParts.Training), "Nothing was changed.", read);
    }

    /// <summary>Gives each variable the value of its name, where there is one: tensors just read, which nobody else holds.</summary>
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

    private static void RequireSameModel(JsonNode? file, Model model)
    {
        if (file is not null && ModelDescription.TryWrite(model) is { } here && ModelDescription.Difference(file, here) is { } difference)
            throw new InvalidDataException($"the model was made otherwise: {difference}. Make it as it was when the file was written; to train anew, delete the file");
    }

    private static IReadOnlyDictionary<string, Tensor> ReadExactly(
        ArchiveReader archive, string part, string prefix, Func<IEnumerable<string>, IEnumerable<KeyValuePair<string, Variable>>> expected, List<LoadedTensor> loaded) =>
        archive.ReadTensors(part, header =>
        {
            LoadReport report = LoadReport.Compare(archive.Source(part), Specs(expected(header.Entries.Select(entry => entry.Name))), header.Specs);
            report.Require("Make the model as it was when the file was written; to train anew, delete the file.");
            loaded.AddRange(report.Tensors.Select(tensor => tensor with { Name = prefix + tensor.Name }));
        }).Tensors;
}
