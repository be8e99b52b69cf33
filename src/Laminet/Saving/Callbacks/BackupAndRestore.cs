using Laminet.Files;
using Laminet.Saving;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Saves the whole training to one file at regular intervals, so that it survives the end of the process. The same call of Fit, in a new process, resumes from the file. A
/// training that is killed at any moment and resumed gives the same bits as one that was not interrupted: weights, optimizer state, history, and the log of
/// <see cref="CSVLogger"/>. Keras: <c>BackupAndRestore</c>.
/// </summary>
/// <remarks>
/// The program must create model, data and callbacks as before. Restoring throws if the layers, the optimizer or its settings, the loss or the set of
/// callbacks differ, or, in the middle of an epoch, the size of the data. If the learning rate differs, or the size of the data between epochs, a
/// warning says which value is used. Different numbers in data of the same size are not detected. Custom callbacks save their state through
/// <see cref="Callback.GetState"/>. If the file cannot be written (a full disk, for example) or deleted at the end, Fit warns and training continues.
/// </remarks>
/// <example><code>
/// model.Fit(x, y, epochs: 20, callbacks: [new EarlyStopping(), new BackupAndRestore("run.checkpoint", saveFrequency: 100)]);
/// </code></example>
/// <param name="path">The file. It is written as a whole or not at all. Its directory is created.</param>
/// <param name="saveFrequency">When to write: <c>"epoch"</c>, or a number of batches and then also after each epoch.</param>
/// <param name="deleteCheckpoint">Whether the file is deleted when training is complete. If it is kept, the same call of Fit finds all epochs done and trains no more.</param>
public sealed class BackupAndRestore(string path, SaveFrequency saveFrequency = default, bool deleteCheckpoint = true) : Callback
{
    private readonly ToleratedWrites writes = new(nameof(BackupAndRestore));

    /// <summary>Whether the last training was resumed from a file.</summary>
    public bool HasResumed { get; private set; }

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches)
    {
        writes.Reset();
        HasResumed = false;
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        // Cancelled training is meant to go on one day.
        if (deleteCheckpoint && !model.Progress.History.WasCancelled)
            writes.TryDelete(model, path);
    }

    internal override string OwnFile => path;

    /// <inheritdoc/>
    internal override ulong? SavedSeed => File.Exists(path) ? TrainingFile.Seed(path) : null;

    /// <inheritdoc/>
    internal override void Restore(Model model)
    {
        if (!AtomicFile.Exists(path))
            return;
        using ArchiveReader archive = new(path);
        (_, IReadOnlyList<string> notes) = TrainingFile.Restore(archive, model, Siblings, model.Progress.Setting);
        foreach (string note in notes)
            model.Warn($"{nameof(BackupAndRestore)}: {path}: {note}");
        HasResumed = true;
    }

    /// <inheritdoc/>
    internal override void Backup(Model model)
    {
        TrainingProgress progress = model.Progress;
        bool epochIsDone = progress.Batch == 0;
        // In the middle of an epoch that is being stopped nothing is saved: where the loop stops depends on whether it was the last batch.
        if (epochIsDone || (saveFrequency.Batches is { } batches && progress.Batch % batches == 0 && !progress.StopTraining))
            writes.Try(model, () => TrainingFile.Write(path, model, description: null, Siblings, model.Progress.Setting));
    }
}
