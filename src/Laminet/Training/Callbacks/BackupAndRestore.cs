using Laminet.Saving;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Makes training survive its process: all of it is written to one file again and again, and Fit, called anew in the same way, goes on
/// from there. Killed at any moment and resumed, training ends in the same bits as one that was not interrupted: weights, optimizer,
/// history, the log of <see cref="CSVLogger"/>.
/// </summary>
/// <remarks>
/// The program must make model, data and callbacks as it did before; other layers, another optimizer, loss or set of callbacks is found
/// out and told, other numbers in the data cannot be. Callbacks of your own take part
/// through <see cref="Callback.GetState"/>.
/// </remarks>
/// <example><code>
/// model.Fit(x, y, epochs: 20, callbacks: [new EarlyStopping(), new BackupAndRestore("run.checkpoint", saveFrequency: 100)]);
/// </code></example>
/// <param name="path">The file. It is there whole or not at all; its directory must exist.</param>
/// <param name="saveFrequency">When to write: <c>"epoch"</c>, or a number of batches and then also after each epoch.</param>
/// <param name="deleteCheckpoint">Whether the file goes away when training has ended by itself; otherwise another Fit finds it done.</param>
public sealed class BackupAndRestore(string path, SaveFrequency saveFrequency = default, bool deleteCheckpoint = true) : Callback
{
    private int? batchesAnEpoch;

    /// <summary>Whether the last training went on from a file.</summary>
    public bool HasResumed { get; private set; }

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches) => (batchesAnEpoch, HasResumed) = (batches, false);

    /// <inheritdoc/>
    public override void OnTrainEnd(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        // Cancelled training is meant to go on one day.
        if (deleteCheckpoint && !model.Progress.History.WasCancelled)
            File.Delete(path);
    }

    /// <inheritdoc/>
    internal override void Restore(Model model)
    {
        if (!File.Exists(path))
            return;
        using ArchiveReader archive = new(path);
        Checkpoint.Restore(archive, model, Siblings, batchesAnEpoch);
        HasResumed = true;
    }

    /// <inheritdoc/>
    internal override void Backup(Model model)
    {
        TrainingProgress progress = model.Progress;
        bool epochIsDone = progress.Batch == 0;
        // In the middle of an epoch that is being stopped nothing is saved: where the loop stops depends on whether it was the last batch.
        if (epochIsDone || (saveFrequency.Batches is { } batches && progress.Batch % batches == 0 && !progress.StopTraining))
            Checkpoint.Write(path, model, description: null, Siblings, batchesAnEpoch);
    }
}
