using Laminet.Layers;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Training;

/// <content>Saving and loading.</content>
public partial class Model
{
    /// <summary>
    /// Saves the model to one file: layers, weights, compile settings, the optimizer's state, history and position of the training. The file contains
    /// no code. It is written as a whole or not at all.
    /// </summary>
    /// <param name="path">The file; by custom it ends in <c>.laminet</c>.</param>
    /// <exception cref="IOException">The file cannot be written. An existing file is not changed.</exception>
    /// <exception cref="ArgumentException">A layer's class is not registered.</exception>
    /// <exception cref="InvalidOperationException">The model has not seen its input's shape yet, so it has no weights.</exception>
    public void Save(string path)
    {
        RequireOwnVariables();
        EnsureInitialized();
        TrainingFile.Write(path, this, ModelDescription.Write(this), callbacks: [], fit: null);
    }

    /// <inheritdoc cref="Load(string, out LoadReport)"/>
    public static Model Load(string path) => Load(path, out _);

    /// <summary>
    /// Loads a model that <see cref="Save"/> wrote. It is compiled as it was, and ready to predict or to continue training. A
    /// <see cref="Sequential"/> is loaded as a Sequential. Register custom layers first (<see cref="Layer.Registry"/>).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="report">What was loaded: every tensor, and notes.</param>
    /// <exception cref="InvalidDataException">The file is damaged, of a later format, or names a class that is not registered.</exception>
    public static Model Load(string path, out LoadReport report)
    {
        using ArchiveReader archive = new(path);
        ArchiveParts.RequireNoCheckpoint(archive);
        if (!archive.Has(ArchiveParts.Model))
        {
            throw new InvalidDataException($"{path} has no {ArchiveParts.Model}: it is a checkpoint of a training, without the layers. "
                + "Make the model by your code, compile it, and call ResumeFrom.");
        }

        List<string> notes = [.. ArchiveParts.Strangers(archive)];
        Model model = ModelDescription.Read(ArchiveParts.Read(archive, ArchiveParts.Model), archive.Source(ArchiveParts.Model), notes);
        (IReadOnlyList<LoadedTensor> tensors, _) = TrainingFile.Restore(archive, model, callbacks: null, fit: null);
        report = new LoadReport(path, tensors, notes);
        return model;
    }

    /// <summary>Writes the weights alone, as safetensors under names such as <c>dense/kernel</c>; whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written. An existing file is not changed.</exception>
    public void SaveWeights(string path)
    {
        RequireOwnVariables();
        EnsureInitialized();
        SafeTensors.Write(path, TrainingFile.Values(WeightNames.Of(this)));
    }

    /// <summary>
    /// Reads weights by name from a safetensors file or a model file. Nothing is skipped silently: by default every tensor of the model
    /// must be in the file and the other way round, of the same shape and type, else nothing is loaded and all differences are listed.
    /// Numbers of 16 bits in the file fit weights of Float32 and Float64, which hold them exactly.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="allowMissing">Whether weights that the file does not have may keep their values.</param>
    /// <param name="allowUnexpected">Whether tensors that the model does not have may be left out.</param>
    /// <param name="allowMismatch">Whether weights of another shape or type in the file may keep their values (Keras's skip_mismatch).</param>
    /// <returns>What became of each tensor.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, or model and file differ in what is not allowed.</exception>
    public LoadReport LoadWeights(string path, bool allowMissing = false, bool allowUnexpected = false, bool allowMismatch = false)
    {
        IReadOnlyList<KeyValuePair<string, Variable>> weights = IsDeclared ? WeightNames.Of(this) : throw new InvalidOperationException(
            "LoadWeights: the model has not seen its input's shape yet, so it has no weights. Put an Input first, or call it once.");
        List<LoadStatus> allowed = [];
        if (allowMissing)
            allowed.Add(LoadStatus.Missing);
        if (allowUnexpected)
            allowed.Add(LoadStatus.Unexpected);
        if (allowMismatch)
            allowed.AddRange([LoadStatus.ShapeMismatch, LoadStatus.TypeMismatch]);
        LoadReport? report = null;
        SafeTensorsFile file = ReadWeights(path, header => report = LoadReport.Compare(path, TrainingFile.Specs(weights), header.Specs).Require(
            "If that is meant, allow it: allowMissing, allowUnexpected, allowMismatch.", allowed));
        HashSet<string> fitting = [.. report!.With(LoadStatus.Loaded).Select(tensor => tensor.Name)];
        TrainingFile.Assign(weights.Where(pair => fitting.Contains(pair.Key)), file.Tensors);
        return report;
    }

    /// <summary>
    /// Restores a model file, or a file of <see cref="Callbacks.BackupAndRestore"/>, into this model, which your code has created and compiled: weights,
    /// optimizer state, history, position. Continue training with <c>Fit(..., initialEpoch: Progress.Epoch)</c>. To resume in the middle of an epoch,
    /// with callbacks, and automatically, use <see cref="Callbacks.BackupAndRestore"/>.
    /// </summary>
    /// <returns>The status of each tensor. The notes say where the learning rate or another setting differs, and which value is used.</returns>
    /// <exception cref="InvalidDataException">The file is damaged or belongs to another model. Nothing is changed.</exception>
    public LoadReport ResumeFrom(string path)
    {
        using ArchiveReader archive = new(path);
        (IReadOnlyList<LoadedTensor> tensors, IReadOnlyList<string> notes) = TrainingFile.Restore(archive, this, callbacks: null, fit: null);
        return new LoadReport(path, tensors, [.. ArchiveParts.Strangers(archive), .. notes]);
    }

    private static SafeTensorsFile ReadWeights(string path, Action<SafeTensorsHeader> check)
    {
        if (ArchiveReader.IsArchive(path))
        {
            using ArchiveReader archive = new(path);
            ArchiveParts.RequireNoCheckpoint(archive);
            return archive.ReadTensors(ArchiveParts.Weights, check);
        }

        using FileStream stream = File.OpenRead(path);
        return SafeTensors.Read(stream, stream.Length, path, check);
    }
}
