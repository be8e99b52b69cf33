namespace Laminet.Training.Callbacks;

/// <summary>A callback made from functions, for code that needs no class. Keras: <c>LambdaCallback</c>.</summary>
/// <param name="onTrainBegin">Training begins.</param>
/// <param name="onTrainEnd">Training has ended.</param>
/// <param name="onEpochBegin">An epoch begins; receives its number.</param>
/// <param name="onEpochEnd">An epoch is done; receives its number and figures.</param>
/// <param name="onTrainBatchEnd">A batch is done; receives its number and the running means.</param>
/// <param name="onTrainBatchBegin">A batch begins; receives its number.</param>
public sealed class LambdaCallback(
    Action<Model>? onTrainBegin = null, Action<Model>? onTrainEnd = null, Action<Model, int>? onEpochBegin = null,
    Action<Model, int, IDictionary<string, double>>? onEpochEnd = null,
    Action<Model, int, IReadOnlyDictionary<string, double>>? onTrainBatchEnd = null, Action<Model, int>? onTrainBatchBegin = null) : Callback
{
    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches) => onTrainBegin?.Invoke(model);

    /// <inheritdoc/>
    public override void OnTrainEnd(Model model) => onTrainEnd?.Invoke(model);

    /// <inheritdoc/>
    public override void OnEpochBegin(Model model, int epoch) => onEpochBegin?.Invoke(model, epoch);

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs) => onEpochEnd?.Invoke(model, epoch, logs);

    /// <inheritdoc/>
    public override void OnTrainBatchBegin(Model model, int batch) => onTrainBatchBegin?.Invoke(model, batch);

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs) =>
        onTrainBatchEnd?.Invoke(model, batch, logs);
}
