namespace Laminet.Training.Callbacks;

/// <summary>Ends training when the loss becomes NaN or infinite, since the weights cannot recover.</summary>
public sealed class TerminateOnNaN : Callback
{
    /// <summary>The batch at which the loss became NaN or infinite; null if it did not.</summary>
    public int? Batch { get; private set; }

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches) => Batch = null;

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(logs);
        if (double.IsFinite(logs["loss"]))
            return;
        Batch = batch;
        model.Progress.StopTraining = true;
    }
}
