using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Training.Callbacks;

/// <summary>
/// What happens along the way of training: derive and override the moments you need. What a callback remembers between epochs goes
/// through <see cref="GetState"/>, so that a resumed run goes on with it.
/// </summary>
public abstract class Callback
{
    /// <summary>All callbacks of the training, this one among them, in their order.</summary>
    protected internal IReadOnlyList<Callback> Siblings { get; internal set; } = [];

    /// <summary>Training begins: forget what an earlier one left. Where a resumed one goes on is known at the first <see cref="OnEpochBegin"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="epochs">The number of epochs at which training ends.</param>
    /// <param name="batches">Batches an epoch; null where the data set does not know.</param>
    public virtual void OnTrainBegin(Model model, int epochs, int? batches)
    {
    }

    /// <summary>The file that the callback writes during training: while one Fit runs, no other may write it. Null for none.</summary>
    internal virtual string? OwnFile => null;

    /// <summary>Called before anything random is done, such as splitting the data: the seed of the training that goes on; null for the model's own.</summary>
    internal virtual ulong? SavedSeed => null;

    /// <summary>Called after <see cref="OnTrainBegin"/> of all: the moment to set model, progress and siblings to a saved state.</summary>
    internal virtual void Restore(Model model)
    {
    }

    /// <summary>Called after <see cref="OnTrainBatchEnd"/> or <see cref="OnEpochEnd"/> of all: the moment at which everything may be saved.</summary>
    internal virtual void Backup(Model model)
    {
    }

    /// <summary>Training has ended, by itself, by a callback or by cancellation.</summary>
    public virtual void OnTrainEnd(Model model)
    {
    }

    /// <summary>Training was ended by an exception, which goes on to the caller after this.</summary>
    public virtual void OnTrainFailed(Model model, Exception exception)
    {
    }

    /// <summary>An epoch begins.</summary>
    public virtual void OnEpochBegin(Model model, int epoch)
    {
    }

    /// <summary>An epoch and its validation are done. Entries added to <paramref name="logs"/> are seen by later callbacks.</summary>
    public virtual void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs)
    {
    }

    /// <summary>A batch begins.</summary>
    public virtual void OnTrainBatchBegin(Model model, int batch)
    {
    }

    /// <summary>A batch is done; the figures are running means over the epoch so far.</summary>
    public virtual void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs)
    {
    }

    /// <summary>An evaluation begins.</summary>
    public virtual void OnTestBegin(Model model, int? batches)
    {
    }

    /// <summary>A batch of an evaluation begins.</summary>
    public virtual void OnTestBatchBegin(Model model, int batch)
    {
    }

    /// <summary>A batch of an evaluation is done.</summary>
    public virtual void OnTestBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs)
    {
    }

    /// <summary>An evaluation is done.</summary>
    public virtual void OnTestEnd(Model model, IReadOnlyDictionary<string, double> logs)
    {
    }

    /// <summary>A prediction begins.</summary>
    public virtual void OnPredictBegin(Model model, int? batches)
    {
    }

    /// <summary>A batch of a prediction begins.</summary>
    public virtual void OnPredictBatchBegin(Model model, int batch)
    {
    }

    /// <summary>A batch of a prediction is done.</summary>
    public virtual void OnPredictBatchEnd(Model model, int batch)
    {
    }

    /// <summary>A prediction is done.</summary>
    public virtual void OnPredictEnd(Model model)
    {
    }

    /// <summary>What must be remembered for a resumed run to go on as if it had not been interrupted; null if nothing.</summary>
    public virtual CallbackState? GetState() => null;

    /// <summary>Takes back what <see cref="GetState"/> gave.</summary>
    public virtual void SetState(CallbackState state)
    {
    }
}

/// <summary>What a callback remembers: plain values, and tensors such as the best weights so far.</summary>
/// <param name="Values">Numbers and texts.</param>
/// <param name="Tensors">Tensors by name.</param>
public sealed record CallbackState(JsonObject Values, IReadOnlyDictionary<string, Tensor> Tensors)
{
    /// <summary>A state without tensors.</summary>
    public CallbackState(JsonObject values) : this(values, new Dictionary<string, Tensor>())
    {
    }
}
