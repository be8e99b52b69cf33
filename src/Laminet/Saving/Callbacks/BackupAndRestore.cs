using Laminet.Files;
using Laminet.Saving;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Makes training survive its process: all of it is written to one file again and again, and Fit, called anew in the same way, goes on
/// from there. Killed at any moment and resumed, training ends in the same bits as one that was not interrupted: weights, optimizer,
/// history, the log of <see cref="CSVLogger"/>.
/// </summary>
/// <remarks>
/// The program must make model, data and callbacks as it did before; other layers, another optimizer or other settings of it, another loss, set of
/// callbacks or, in the middle of an epoch, size of the data is refused. Where the learning rate or, between epochs, the size of the data differs,
/// a warning tells which holds. Other numbers in the data cannot be found out. Callbacks of your own take part through <see cref="Callback.GetState"/>.
/// Where the file cannot be written, as on a full disk, or deleted at the end, training goes on with a warning.
/// </remarks>
/// <example><code>
/// model.Fit(x, y, epochs: 20, callbacks: [new EarlyStopping(), new BackupAndRestore("run.checkpoint", saveFrequency: 100)]);
/// </code></example>
/// <param name="path">The file. It is there whole or not at all; its directory is made.</param>
/// <param name="saveFrequency">When to write: <c>"epoch"</c>, or a number of batches and then also after each epoch.</param>
/// <param name="deleteCheckpoint">Whether the file goes away when training has ended by itself; otherwise another Fit finds it done.</param>
public sealed class BackupAndRestore(string path, SaveFrequency saveFrequency = default, bool deleteCheckpoint = true) : Callback
{
    private readonly ToleratedWrites writes = new(nameof(BackupAndRestore));

    /// <summary>Whether the last training went on from a file.</summary>
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
