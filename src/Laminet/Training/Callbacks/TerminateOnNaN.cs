using System.Globalization;

namespace Laminet.Training.Callbacks;

/// <summary>Ends training when the loss becomes NaN or infinite, since the weights cannot recover. Keras: <c>TerminateOnNaN</c>.</summary>
/// <param name="raiseError">Whether training ends by an exception instead, so that no later code uses the weights.</param>
public sealed class TerminateOnNaN(bool raiseError = false) : Callback
{
    /// <summary>The batch at which the loss became NaN or infinite; null if it did not.</summary>
    public int? Batch { get; private set; }

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches) => Batch = null;

    /// <inheritdoc/>
    /// <exception cref="ArithmeticException">The loss is not finite, and an error is to be raised.</exception>
    public override void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(logs);
        if (double.IsFinite(logs["loss"]))
            return;
        Batch = batch;
        if (raiseError)
        {
            throw new ArithmeticException(string.Create(CultureInfo.InvariantCulture,
                $"TerminateOnNaN: the loss became {logs["loss"]} in batch {batch + 1} of epoch {model.Progress.Epoch + 1}. Lower the learning rate, clip gradients, or look for such numbers in the data."));
        }

        model.Progress.StopTraining = true;
    }
}
