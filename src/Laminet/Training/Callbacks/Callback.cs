using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Code that runs at certain moments of training, evaluation and prediction. Derive a class and override the methods you need. Return the state that
/// a resumed run needs from <see cref="GetState"/>.
/// </summary>
public abstract class Callback
{
    /// <summary>All callbacks of the training in their order, this one included.</summary>
    protected internal IReadOnlyList<Callback> Siblings { get; internal set; } = [];

    /// <summary>Training begins. Reset the state of an earlier training here. The epoch at which a resumed training continues is known from the first <see cref="OnEpochBegin"/> on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="epochs">The number of epochs at which training ends.</param>
    /// <param name="batches">Batches an epoch; null where the data set does not know.</param>
    public virtual void OnTrainBegin(Model model, int epochs, int? batches)
    {
    }

    /// <summary>The file that the callback writes during training. While one Fit runs, no other writer may use it. Null for none.</summary>
    internal virtual string? OwnFile => null;

    /// <summary>Whether it writes files.</summary>
    internal virtual bool WritesFiles => OwnFile is not null;

    /// <summary>The seed of the training that is resumed; null for the model's own. Read before anything random happens, such as splitting the data.</summary>
    internal virtual ulong? SavedSeed => null;

    /// <summary>Restores model, progress and siblings from a saved state. Called after <see cref="OnTrainBegin"/> of all callbacks.</summary>
    internal virtual void Restore(Model model)
    {
    }

    /// <summary>Saves the training if it is time. Called after <see cref="OnTrainBatchEnd"/> or <see cref="OnEpochEnd"/> of all callbacks.</summary>
    internal virtual void Backup(Model model)
    {
    }

    /// <summary>Training has ended, and the optimizer is about to give the weights their final values. Called before <see cref="OnTrainEnd"/>.</summary>
    internal virtual void OnTrainFinishing(Model model)
    {
    }

    /// <summary>Training has ended, by itself, by a callback or by cancellation.</summary>
    public virtual void OnTrainEnd(Model model)
    {
    }

    /// <summary>Training was ended by an exception, which is rethrown to the caller after this method.</summary>
    public virtual void OnTrainFailed(Model model, Exception exception)
    {
    }

    /// <summary>An epoch begins.</summary>
    public virtual void OnEpochBegin(Model model, int epoch)
    {
    }

    /// <summary>An epoch and its validation are done. Later callbacks see entries that are added to <paramref name="logs"/>.</summary>
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

    /// <summary>The state that a resumed run needs to continue as if it had not been interrupted; null for none.</summary>
    public virtual CallbackState? GetState() => null;

    /// <summary>Restores a state that <see cref="GetState"/> returned.</summary>
    public virtual void SetState(CallbackState state)
    {
    }
}

/// <summary>The state of a callback: plain values, and tensors such as the best weights so far.</summary>
/// <param name="Values">Numbers and texts.</param>
/// <param name="Tensors">Tensors by name.</param>
public sealed record CallbackState(JsonObject Values, IReadOnlyDictionary<string, Tensor> Tensors)
{
    /// <summary>A state without tensors.</summary>
    public CallbackState(JsonObject values) : this(values, new Dictionary<string, Tensor>())
    {
    }
}
