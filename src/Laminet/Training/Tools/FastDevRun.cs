using Laminet.Data;
using Laminet.Tensors;
using Laminet.Training.Callbacks;

namespace Laminet.Training.Tools;

/// <summary>
/// Runs one batch of training, of validation and of prediction with all callbacks that write no files, so that a mistake in any of them shows within seconds and not after an epoch. Then the model, its optimizer and
/// its random numbers are as before.
/// </summary>
public static class FastDevRun
{
    /// <summary>Runs everything once.</summary>
    /// <param name="model">A compiled model.</param>
    /// <param name="data">The batches of the training, of which one is taken.</param>
    /// <param name="validationData">Those of the validation; null for none.</param>
    /// <param name="callbacks">The callbacks of the training. Those that write files, such as <see cref="ModelCheckpoint"/>, are left out.</param>
    /// <returns>The figures of the one batch.</returns>
    /// <exception cref="ArgumentException">The data set has no batch.</exception>
    public static IReadOnlyDictionary<string, double> Run(Model model, Dataset data, Dataset? validationData = null, IReadOnlyList<Callback>? callbacks = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        model.RequireCompiled(nameof(FastDevRun));
        Batch batch = data.Batches().FirstOrDefault() ?? throw new ArgumentException("FastDevRun: the data set holds no batch. Check its size, Take and dropRemainder.", nameof(data));
        Batch? held = validationData?.Batches().FirstOrDefault();
        Callback[] used = [.. (callbacks ?? []).Where(callback => !callback.WritesFiles)];
        TrainingSnapshot before = new(model, batch);
        try
        {
            History history = model.Fit(Dataset.FromBatches([batch]), epochs: 1, validationData: held is null ? null : Dataset.FromBatches([held]), callbacks: used);
            model.Predict(batch.Inputs, batch.Count, used);
            return history.Epochs[0];
        }
        finally
        {
            before.Restore();
        }
    }

    /// <summary>Runs everything once, on tensors.</summary>
    /// <param name="model">A compiled model.</param>
    /// <param name="x">The examples.</param>
    /// <param name="y">Their targets.</param>
    /// <param name="batchSize">Examples a batch.</param>
    /// <param name="validationData">Examples and targets for validation; null for none.</param>
    /// <param name="callbacks">The callbacks of the training. Those that write files are left out.</param>
    public static IReadOnlyDictionary<string, double> Run(
        Model model, Bundle<Tensor> x, Bundle<Tensor>? y = null, int batchSize = 32, Batch? validationData = null, IReadOnlyList<Callback>? callbacks = null) => Run(
            model, Dataset.FromTensors(x, y).Batch(batchSize), validationData is null ? null : Dataset.FromTensors(validationData).Batch(batchSize), callbacks);
}
