using System.Diagnostics;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Formats.Messages.TensorBoard;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Formats.Watching;

/// <summary>
/// Writes what happens in training for TensorBoard: figures, histograms of weights and gradients, the graph of the layers, embeddings. Look at it
/// with <c>tensorboard --logdir logs</c>, during training too. Names and places are Keras's: <c>epoch_loss</c> and <c>batch_loss</c> in the folder
/// <c>train</c>; <c>epoch_loss</c> and <c>evaluation_loss_vs_iterations</c> in <c>validation</c>. Keras: <c>TensorBoard</c>; PyTorch: <c>SummaryWriter</c>.
/// </summary>
/// <remarks>
/// Keras's profile_batch is left out: <c>laminet profile</c> and <see cref="Model.Profile"/> tell what a step's time goes to. Files survive a
/// process that is killed, up to the last five seconds, or up to the last checkpoint if there is one. A training that <see cref="BackupAndRestore"/> resumes goes on in the same folders with the
/// steps that follow. A training that begins anew in the folder of an earlier one replaces it: TensorBoard shows the later figures of a step. If a file cannot be written during training, as on a full disk, Fit warns and training continues; at the start, Fit throws.
/// </remarks>
/// <example><code>
/// model.Fit(x, y, epochs: 10, callbacks: [new TensorBoard("logs/first", histogramFrequency: 1, writeGradients: true)]);
/// </code></example>
/// <param name="logDir">The folder. Give each training its own: TensorBoard compares the folders within one.</param>
/// <param name="histogramFrequency">The number of epochs from one set of histograms of weights to the next; 0 for none.</param>
/// <param name="writeGraph">Whether the graph of the layers is written.</param>
/// <param name="writeImages">Whether weights are written as pictures too, where histograms are.</param>
/// <param name="writeStepsPerSecond">Whether the speed of training is written.</param>
/// <param name="updateFrequency">When figures are written: <c>"epoch"</c>, <c>"batch"</c>, or a number of batches.</param>
/// <param name="embeddingsFrequency">The number of epochs from one write of the vectors of embedding layers to the next; 0 for none.</param>
/// <param name="embeddingsMetadata">For an embedding layer's name a file with a line for each of its vectors; a path seen from <paramref name="logDir"/>.</param>
/// <param name="writeGradients">
/// Whether the gradient of each weight is written as a histogram, and its Euclidean norm as a figure; as often as histograms of weights are, or after each epoch. It is
/// the gradient for the epoch's last batch and the weights after it, before clipping. This costs about the time of two or three training steps each time.
/// </param>
public sealed class TensorBoard(
    string logDir = "logs", int histogramFrequency = 0, bool writeGraph = true, bool writeImages = false, bool writeStepsPerSecond = false,
    UpdateFrequency updateFrequency = default, int embeddingsFrequency = 0, IReadOnlyDictionary<string, string>? embeddingsMetadata = null, bool writeGradients = false) : Callback
{
    private const string TrainBatches = "train_batches", TrainRun = "train", ValidationRun = "validation", SettingsRun = "";

    private readonly int histogramFrequency = Setting.Require(histogramFrequency, histogramFrequency >= 0, "0 or more");
    private readonly int embeddingsFrequency = Setting.Require(embeddingsFrequency, embeddingsFrequency >= 0, "0 or more");
    private readonly ToleratedWrites writes = new(nameof(TensorBoard));
    private readonly Dictionary<string, string> batchTags = [];
    private readonly ProjectorFiles projector = new(logDir);
    // By the folder within the log's: they are opened when there is something to write.
    private readonly Dictionary<string, TensorBoardWriter> writers = [];
    private long trainBatches, batchStart, epochStart, epochStartBatches;
    private long? resumeStep;
    private bool isTraining, isGraphDue, hasWarnedOfGradients;

    /// <summary>The settings by which TensorBoard compares trainings: numbers, texts and truth values by name. Null for none.</summary>
    public IReadOnlyDictionary<string, object>? Hyperparameters { get; init; }

    /// <summary>
    /// Writes more after each epoch, such as texts, pictures and curves of precision and recall: it gets the writer of the folder <c>validation</c>, the model and the epoch, counted from 0. Null for nothing.
    /// </summary>
    /// <example><code>
    /// new TensorBoard("logs") { EachEpoch = (writer, model, epoch) => writer.AddPrecisionRecallCurve("curve", labels, model.Predict(x), epoch) };
    /// </code></example>
    public Action<TensorBoardWriter, Model, int>? EachEpoch { get; init; }

    /// <inheritdoc/>
    internal override string OwnFile => Path.Combine(logDir, "tensorboard");

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><c>embeddingsMetadata</c> names a layer that is no embedding of the model.</exception>
    public override void OnTrainBegin(Model model, int epochs, int? batches)
    {
        ArgumentNullException.ThrowIfNull(model);
        Close();
        writes.Reset();
        (trainBatches, resumeStep, isTraining, isGraphDue, hasWarnedOfGradients) = (0, null, true, writeGraph, false);
        // Now, and not after the first epoch.
        foreach ((string name, object value) in Hyperparameters ?? new Dictionary<string, object>())
            EventMessages.Hyperparameter(name, value);
        if (embeddingsMetadata is null)
            return;
        string[] names = [.. Embeddings(model).Select(embedding => embedding.Name)];
        if (embeddingsMetadata.Keys.Except(names).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException($"TensorBoard: embeddingsMetadata names '{unknown}'; expected an Embedding layer of the model"
                + (names.Length == 0 ? ", which has none. Leave embeddingsMetadata out." : $": {string.Join(", ", names)}."));
        }
    }

    /// <inheritdoc/>
    public override void OnEpochBegin(Model model, int epoch)
    {
        ArgumentNullException.ThrowIfNull(model);
        (epochStart, epochStartBatches) = (Stopwatch.GetTimestamp(), trainBatches);
        // An earlier training in the folder that was killed before its first checkpoint, or one that this one goes on from.
        resumeStep ??= epoch;
    }

    /// <inheritdoc/>
    public override void OnTrainBatchBegin(Model model, int batch) => batchStart = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(logs);
        trainBatches++;
        if (isGraphDue)
        {
            isGraphDue = false;
            writes.Try(model, () => Train.AddGraph(model));
        }

        if (updateFrequency.IsDue(trainBatches) && (writers.ContainsKey(TrainRun) || writes.Try(model, () => _ = Train)))
            WriteBatch(logs);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(logs);
        // Later callbacks may add to the logs; what is written is what there is now.
        writes.Try(model, () => WriteEpoch(model, epoch, logs));
    }

    /// <inheritdoc/>
    public override void OnTestEnd(Model model, IReadOnlyDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(logs);
        writes.Try(model, () =>
        {
            long iterations = model.Optimizer?.Iterations ?? 0;
            Validation.Add(iterations, [.. logs.Select(figure => EventMessages.Scalar($"evaluation_{figure.Key}_vs_iterations", figure.Value))]);
        });
        // An evaluation of its own.
        if (!isTraining)
            Close();
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(Model model) => Close();

    /// <inheritdoc/>
    public override void OnTrainFailed(Model model, Exception exception) => Close(Status.Failure);

    /// <inheritdoc/>
    public override CallbackState GetState()
    {
        try
        {
            // What a resumed training does not write again must be in the files before it is in a checkpoint.
            FlushAll();
        }
        catch (IOException)
        {
            // The next epoch's end warns of it.
        }

        return new CallbackState(new JsonObject { [TrainBatches] = trainBatches });
    }

    /// <inheritdoc/>
    public override void SetState(CallbackState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        trainBatches = state.Values.Count(TrainBatches);
        (resumeStep, isGraphDue) = (trainBatches + 1, false);
    }

    private TensorBoardWriter Train => Writer(TrainRun);

    private TensorBoardWriter Validation => Writer(ValidationRun);

    // What was written after the moment from which a training goes on is written again.
    private TensorBoardWriter Writer(string run) => writers.TryGetValue(run, out TensorBoardWriter? writer)
        ? writer
        : writers[run] = new TensorBoardWriter(Path.Combine(logDir, run), resumeStep);

    private void WriteBatch(IReadOnlyDictionary<string, double> logs)
    {
        int place = 0;
        var values = new Summary.Types.Value[logs.Count + (writeStepsPerSecond ? 1 : 0)];
        foreach ((string name, double value) in logs)
        {
            if (!batchTags.TryGetValue(name, out string? tag))
                batchTags[name] = tag = $"batch_{name}";
            values[place++] = EventMessages.Scalar(tag, value);
        }

        if (writeStepsPerSecond)
            values[place] = EventMessages.Scalar("batch_steps_per_second", 1 / Stopwatch.GetElapsedTime(batchStart).TotalSeconds);
        Train.Add(trainBatches, values);
    }

    private void WriteEpoch(Model model, int epoch, IDictionary<string, double> logs)
    {
        const string ofValidation = "val_";
        var figures = logs.Where(figure => !figure.Key.StartsWith(ofValidation, StringComparison.Ordinal)).Append(new("learning_rate", model.Optimizer!.LearningRate)).DistinctBy(figure => figure.Key).ToList();
        if (writeStepsPerSecond)
            figures.Add(new("steps_per_second", (trainBatches - epochStartBatches) / Stopwatch.GetElapsedTime(epochStart).TotalSeconds));
        KeyValuePair<string, double>[] validated = [.. logs.Where(figure => figure.Key.StartsWith(ofValidation, StringComparison.Ordinal)).Select(figure => KeyValuePair.Create(figure.Key[ofValidation.Length..], figure.Value))];
        if (Hyperparameters is not null && !writers.ContainsKey(SettingsRun))
        {
            Writer(SettingsRun).AddHyperparameters(Hyperparameters, [.. figures.Select(figure => $"train:epoch_{figure.Key}"), .. validated.Select(figure => $"validation:epoch_{figure.Key}")]);
        }

        Train.Add(epoch, [.. figures.Select(figure => EventMessages.Scalar($"epoch_{figure.Key}", figure.Value))]);
        if (validated.Length > 0)
            Validation.Add(epoch, [.. validated.Select(figure => EventMessages.Scalar($"epoch_{figure.Key}", figure.Value))]);
        if (histogramFrequency > 0 && epoch % histogramFrequency == 0)
            WriteWeights(model, epoch);
        if (writeGradients && epoch % Math.Max(1, histogramFrequency) == 0 && model.Progress.LastBatch is { } batch)
            WriteGradients(model, batch, epoch);
        if (embeddingsFrequency > 0 && epoch % embeddingsFrequency == 0)
        {
            foreach ((string name, Embedding layer) in Embeddings(model))
                projector.Write(name, layer.Weights[0].Value, embeddingsMetadata?.GetValueOrDefault(name));
        }

        EachEpoch?.Invoke(Validation, model, epoch);
        // A file that cannot be written tells it here.
        FlushAll();
    }

    private void WriteWeights(Model model, int epoch)
    {
        foreach ((string name, Variable weight) in ((IHasState)model).State)
        {
            Train.AddHistogram($"{name}/histogram", weight.Value, epoch);
            if (writeImages && WeightImage.Of(weight.Value) is { } picture)
                Train.AddImages($"{name}/image", picture, epoch);
        }

    }

    private void WriteGradients(Model model, Data.Batch batch, int epoch)
    {
        (IReadOnlyList<Variable> Variables, IReadOnlyList<Tensor> Gradients) found;
        try
        {
            found = model.GradientsOf(batch);
        }
        catch (InvalidOperationException exception)
        {
            // A training step of the user's may use a loss that only it knows.
            if (!hasWarnedOfGradients)
                model.Warn($"TensorBoard: no gradients are written, since the model's own ComputeLoss gives no loss for a batch. {exception.Message}");
            hasWarnedOfGradients = true;
            return;
        }

        Dictionary<Variable, string> names = ((IHasState)model).State.ToDictionary(pair => pair.Variable, pair => pair.Name);
        foreach ((Variable variable, Tensor gradient) in found.Variables.Zip(found.Gradients))
        {
            Train.AddHistogram($"{names[variable]}/gradient/histogram", gradient, epoch);
            // In float64: the squares of a gradient that explodes are beyond float32.
            Train.AddScalar($"{names[variable]}/gradient/norm", Math.Sqrt(gradient.Cast(DType.Float64).Square().Sum().ToDouble()), epoch);
        }
    }

    private static IEnumerable<(string Name, Embedding Layer)> Embeddings(Model model) =>
        model.Sublayers.Select((layer, place) => (model.SublayerName(place), layer as Embedding)).Where(pair => pair.Item2 is not null).Select(pair => (pair.Item1, pair.Item2!));

    private void FlushAll()
    {
        foreach (TensorBoardWriter writer in writers.Values)
            writer.Flush();
    }

    private void Close(Status ending = Status.Success)
    {
        foreach (TensorBoardWriter writer in writers.Values)
            writer.Close(ending);
        writers.Clear();
        (resumeStep, isTraining) = (null, false);
    }
}
