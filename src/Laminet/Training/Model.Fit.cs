using System.Reflection;
using System.Runtime.CompilerServices;
using Laminet.Configuration;
using Laminet.Data;
using Laminet.Tensors;
using Laminet.Training.Callbacks;

namespace Laminet.Training;

/// <content>Training, evaluation, prediction.</content>
public partial class Model
{
    private RunningLogs running = new(Objective.Of(null, null, null, null, null), []);

    /// <summary>The position of training: epoch, batch and history, from which a checkpoint resumes.</summary>
    public TrainingProgress Progress { get; internal set; } = new();

    /// <summary>The running means of the losses and the metrics, with the names under which they are reported.</summary>
    internal RunningLogs Reported => running;

    /// <summary>What the logs have accumulated so far.</summary>
    internal IReadOnlyList<Tensor> LogState
    {
        get => running.State;
        set => running.State = value;
    }

    /// <summary>Trains on tensors, arrays, or several of them by name or in order.</summary>
    /// <param name="x">The examples; the first axis counts them. For several inputs <c>new() { ["title"] = titles, ["photo"] = photos }</c> or <c>[titles, photos]</c>.</param>
    /// <param name="y">Their targets, in the same forms; null for a model without targets.</param>
    /// <param name="batchSize">Examples a step.</param>
    /// <param name="epochs">The number of epochs at which training ends, counted from epoch 0: those before <paramref name="initialEpoch"/> count too.</param>
    /// <param name="validationSplit">The fraction of the examples that is used for validation instead of training, chosen by a seeded shuffle.</param>
    /// <param name="validationData">Examples, targets and, if wanted, sample weights for validation, instead of a split: <c>(x, y)</c> or <c>(x, y, weights)</c>.</param>
    /// <param name="shuffle">Whether each epoch uses another order of the examples.</param>
    /// <param name="sampleWeight">How much each example counts in the loss: one tensor for all outputs, or one for each.</param>
    /// <param name="classWeight">How much each class counts in the loss, by label; for models of one output.</param>
    /// <param name="callbacks">What else happens along the way.</param>
    /// <param name="stratify">Whether both parts of the split have the same class proportions; y must then be labels.</param>
    /// <param name="initialEpoch">The number of the first epoch, counted from 0.</param>
    /// <param name="memoryBudget">
    /// The most bytes that training may use (see <see cref="Plan(int, int?)"/>). A batch that needs more is processed in parts whose gradients are added
    /// up. Random layers then draw other numbers, and a layer that computes across the batch sees only a part of it. Null for no limit.
    /// </param>
    /// <param name="stepsPerEpoch">Batches per epoch. An epoch continues in the data where the previous one ended, and starts again at the end of the data. Null for all of the data.</param>
    /// <param name="validationBatchSize">Examples per validation step; <paramref name="batchSize"/> by default.</param>
    /// <param name="validationFrequency">The number of epochs from one validation to the next.</param>
    /// <param name="validationSteps">Batches per validation; null for all.</param>
    /// <param name="gradientAccumulation">
    /// The number of batches that one update of the weights is made for, by the gradient of their loss as one batch: its mean is over all examples, or over all steps that are not masked, and not
    /// over the batches' means. The last update of an epoch may use fewer.
    /// </param>
    /// <param name="maxTime">A time limit. When it is over, training ends after the current batch; that epoch still gets its validation.</param>
    /// <param name="cancellationToken">Stops training after the current batch. The weights keep their trained values.</param>
    /// <returns>The logs of each epoch. Training figures are running means over the epoch, while the weights change.</returns>
    /// <exception cref="ArgumentException">A setting does not fit; the message names it.</exception>
    /// <exception cref="ShapeException">Inputs or targets are missing, or do not fit the model.</exception>
    public History Fit(
        Bundle<Tensor> x, Bundle<Tensor>? y = null, int batchSize = 32, int epochs = 1, double validationSplit = 0, Batch? validationData = null,
        bool shuffle = true, Bundle<Tensor>? sampleWeight = null, IReadOnlyDictionary<int, double>? classWeight = null,
        IReadOnlyList<Callback>? callbacks = null, bool stratify = false, int initialEpoch = 0, long? memoryBudget = null, int? stepsPerEpoch = null,
        int? validationBatchSize = null, int validationFrequency = 1, int? validationSteps = null, int gradientAccumulation = 1, TimeSpan? maxTime = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        Setting.Require(batchSize, batchSize >= 1, "1 or more");
        RequireTargets(y, nameof(TrainStep));
        if (HasDrawnSeed && callbacks?.Select(callback => callback?.SavedSeed).FirstOrDefault(saved => saved is not null) is { } seed)
            TakeSeed(seed);
        int validationSize = Setting.Require(validationBatchSize ?? batchSize, validationBatchSize is null or >= 1, "1 or more", nameof(validationBatchSize));
        RequireInputs(x);
        Dataset? validation = validationData is null ? null : Dataset.FromTensors(validationData).Batch(validationSize);
        Dataset examples = Dataset.FromTensors(x, y, sampleWeight);
        if (stratify && validationSplit == 0)
            throw new ArgumentException("Received stratify: true and no validationSplit; stratify keeps the class proportions in a split. Give a validationSplit, or leave stratify out.", nameof(stratify));
        if (validationSplit != 0)
        {
            if (validation is not null)
                throw new ArgumentException("Received both validationData and validationSplit; give one.", nameof(validationSplit));
            DataSplit split = stratify ? DataSplit.Stratified(Labels(y), validationSplit, Seed) : DataSplit.Shuffled(x[0].Shape[0], validationSplit, Seed);
            (Batch kept, Batch held) = split.Apply(x, y, sampleWeight);
            (examples, validation) = (Dataset.FromTensors(kept), Dataset.FromTensors(held).Batch(validationSize));
        }

        Dataset batches = (shuffle ? examples.Shuffle(Seed) : examples).Batch(batchSize);
        return Fit(
            batches, epochs, validation, classWeight, callbacks, initialEpoch, memoryBudget, stepsPerEpoch, validationFrequency, validationSteps, gradientAccumulation, maxTime, cancellationToken);

        static Tensor Labels(Bundle<Tensor>? y) => y is { Count: 1 } ? y[0]
            : throw new ArgumentException($"stratify needs one tensor of labels in y; received {y?.Count ?? 0}. Split the data with DataSplit.Stratified and pass the parts.", nameof(stratify));
    }

    /// <summary>Trains on a data set of batches.</summary>
    /// <param name="data">The batches of one epoch.</param>
    /// <param name="epochs">The number of epochs at which training ends, counted from epoch 0: those before <paramref name="initialEpoch"/> count too.</param>
    /// <param name="validationData">Batches for validation after each epoch.</param>
    /// <param name="classWeight">How much each class counts in the loss, by label; for models of one output.</param>
    /// <param name="callbacks">What else happens along the way.</param>
    /// <param name="initialEpoch">The number of the first epoch, counted from 0.</param>
    /// <param name="memoryBudget">
    /// The most bytes that training may use (see <see cref="Plan(int, int?)"/>). A batch that needs more is processed in parts whose gradients are added
    /// up. Random layers then draw other numbers, and a layer that computes across the batch sees only a part of it. Null for no limit.
    /// </param>
    /// <param name="stepsPerEpoch">Batches per epoch. An epoch continues in the data where the previous one ended, and starts again at the end of the data. Null for all of the data.</param>
    /// <param name="validationFrequency">The number of epochs from one validation to the next.</param>
    /// <param name="validationSteps">Batches per validation; null for all.</param>
    /// <param name="gradientAccumulation">
    /// The number of batches that one update of the weights is made for, by the gradient of their loss as one batch: its mean is over all examples, or over all steps that are not masked, and not
    /// over the batches' means. The last update of an epoch may use fewer.
    /// </param>
    /// <param name="maxTime">A time limit. When it is over, training ends after the current batch; that epoch still gets its validation.</param>
    /// <param name="cancellationToken">Stops training after the current batch. The weights keep their trained values.</param>
    public History Fit(
        Dataset data, int epochs = 1, Dataset? validationData = null, IReadOnlyDictionary<int, double>? classWeight = null,
        IReadOnlyList<Callback>? callbacks = null, int initialEpoch = 0, long? memoryBudget = null, int? stepsPerEpoch = null, int validationFrequency = 1,
        int? validationSteps = null, int gradientAccumulation = 1, TimeSpan? maxTime = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        RequireCompiled("Fit");
        Setting.Require(validationFrequency, validationFrequency >= 1, "1 or more");
        Setting.Require(gradientAccumulation, gradientAccumulation >= 1, "1 or more");
        Setting.Require(maxTime, maxTime is null || maxTime > TimeSpan.Zero, "a time above 0, or null");
        Setting.Require(stepsPerEpoch ?? 1, stepsPerEpoch is null or >= 1, "1 or more", nameof(stepsPerEpoch));
        Setting.Require(validationSteps ?? 1, validationSteps is null or >= 1, "1 or more", nameof(validationSteps));
        ITrainer trainer = new WholeBatches(this);
        if (memoryBudget is not null || gradientAccumulation > 1)
        {
            string what = memoryBudget is null ? "gradientAccumulation" : "a memory budget";
            if (memoryBudget is not null && gradientAccumulation > 1)
                throw new ArgumentException("Fit: received both memoryBudget and gradientAccumulation; give one.", nameof(gradientAccumulation));
            if (RunEagerly || Overrides(nameof(TrainStep)))
                throw new ArgumentException($"Fit: {what} needs compiled steps and the built-in TrainStep. Leave it out, or add up the gradients in your own TrainStep.", memoryBudget is null ? nameof(gradientAccumulation) : nameof(memoryBudget));
            trainer = memoryBudget is { } budget ? new MicroBatches(this, budget) : new AccumulatedBatches(this, gradientAccumulation);
        }

        if (callbacks?.Contains(null!) == true)
            throw new ArgumentException($"Fit: received null among {callbacks.Count} callbacks; expected a Callback.", nameof(callbacks));
        if (validationData is null && (validationSteps is not null || validationFrequency > 1))
            throw new ArgumentException("Fit: received validationSteps or validationFrequency, but no validation data. Give validationData or validationSplit.", nameof(validationData));
        if (data is OrderedDataset)
            Warn("Fit: the data set is not batched, so every step takes a single example. Call Batch(32) on it.");
        using StepsDataset? inSteps = stepsPerEpoch is { } steps ? new StepsDataset(data, steps) : null;
        if (validationSteps is { } most)
            validationData = validationData?.Take(most);
        return new FitLoop(this, inSteps ?? data, validationData, validationFrequency, classWeight, callbacks ?? [], trainer, maxTime).Run(initialEpoch, epochs, cancellationToken);
    }

    /// <inheritdoc cref="Fit(Dataset, int, Dataset?, IReadOnlyDictionary{int, double}?, IReadOnlyList{Callback}?, int, long?, int?, int, int?, int, TimeSpan?, CancellationToken)"/>
    /// <summary>Trains on a sequence of batches. Each epoch enumerates the sequence again.</summary>
    // An array of batches is one too, before it is an array.
    [OverloadResolutionPriority(1)]
    public History Fit(
        IEnumerable<Batch> data, int epochs = 1, Dataset? validationData = null, IReadOnlyDictionary<int, double>? classWeight = null,
        IReadOnlyList<Callback>? callbacks = null, int initialEpoch = 0, long? memoryBudget = null, int? stepsPerEpoch = null, int validationFrequency = 1,
        int? validationSteps = null, int gradientAccumulation = 1, TimeSpan? maxTime = null, CancellationToken cancellationToken = default) => Fit(
            Dataset.FromBatches(data), epochs, validationData, classWeight, callbacks, initialEpoch, memoryBudget, stepsPerEpoch, validationFrequency, validationSteps, gradientAccumulation,
            maxTime, cancellationToken);

    /// <inheritdoc cref="Fit(Dataset, int, Dataset?, IReadOnlyDictionary{int, double}?, IReadOnlyList{Callback}?, int, long?, int?, int, int?, int, TimeSpan?, CancellationToken)"/>
    /// <summary>Trains on batches that arrive asynchronously, for instance from a network. Each epoch enumerates them again.</summary>
    public History Fit(
        IAsyncEnumerable<Batch> data, int epochs = 1, Dataset? validationData = null, IReadOnlyDictionary<int, double>? classWeight = null,
        IReadOnlyList<Callback>? callbacks = null, int initialEpoch = 0, long? memoryBudget = null, int? stepsPerEpoch = null, int validationFrequency = 1,
        int? validationSteps = null, int gradientAccumulation = 1, TimeSpan? maxTime = null, CancellationToken cancellationToken = default) => Fit(
            Dataset.FromBatches(data), epochs, validationData, classWeight, callbacks, initialEpoch, memoryBudget, stepsPerEpoch, validationFrequency, validationSteps, gradientAccumulation,
            maxTime, cancellationToken);

    /// <summary>Computes the losses and the metrics on examples, without training.</summary>
    /// <param name="x">The examples, as for Fit.</param>
    /// <param name="y">Their targets.</param>
    /// <param name="batchSize">Examples a step.</param>
    /// <param name="sampleWeight">How much each example counts in the loss.</param>
    /// <param name="callbacks">What else happens along the way.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="OperationCanceledException">The evaluation was stopped.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(
        Bundle<Tensor> x, Bundle<Tensor>? y = null, int batchSize = 32, Bundle<Tensor>? sampleWeight = null, IReadOnlyList<Callback>? callbacks = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireInputs(x);
        RequireTargets(y, nameof(TestStep));
        return Evaluate(Dataset.FromTensors(x, y, sampleWeight).Batch(batchSize), callbacks, cancellationToken);
    }

    /// <summary>Computes the losses and the metrics on batches, without training.</summary>
    /// <param name="data">The batches.</param>
    /// <param name="callbacks">What else happens along the way.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="OperationCanceledException">The evaluation was stopped.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(Dataset data, IReadOnlyList<Callback>? callbacks = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        RequireCompiled("Evaluate");
        data.RequireEnd("Evaluate");
        callbacks ??= [];
        foreach (Callback callback in callbacks)
            callback.OnTestBegin(this, data.Count);
        // The logs of a training that is under way, or of single steps, are put back afterwards.
        IReadOnlyList<Tensor> before = LogState;
        IReadOnlyDictionary<string, double> logs;
        try
        {
            logs = EvaluateBatches(data, callbacks, cancellationToken);
        }
        finally
        {
            LogState = before;
        }

        foreach (Callback callback in callbacks)
            callback.OnTestEnd(this, logs);
        return logs;
    }

    private Logs EvaluateBatches(Dataset data, IReadOnlyList<Callback> callbacks, CancellationToken cancellationToken)
    {
        ResetMetrics();
        int number = 0;
        foreach (Batch batch in data.Batches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (Callback callback in callbacks)
                callback.OnTestBatchBegin(this, number);
            RunStep(StepKind.Test, batch.Inputs, batch.Targets, batch.SampleWeights);
            if (callbacks.Count > 0)
            {
                Logs soFar = CurrentLogs();
                foreach (Callback callback in callbacks)
                    callback.OnTestBatchEnd(this, number, soFar);
            }

            number++;
        }

        if (number == 0)
            throw new ArgumentException("Evaluate: the data set holds no batch.", nameof(data));
        Logs logs = CurrentLogs();
        WarnOfUndefined(logs);
        return logs;
    }

    /// <summary>Computes the outputs for examples, batch by batch. For a model of several outputs pass a list: <c>Predict([x])["price"]</c>.</summary>
    /// <param name="x">The examples; the first axis counts them.</param>
    /// <param name="batchSize">Examples a step.</param>
    /// <param name="callbacks">What else happens along the way.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="OperationCanceledException">The prediction was stopped.</exception>
    public Tensor Predict(Tensor x, int batchSize = 32, IReadOnlyList<Callback>? callbacks = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (callbacks is null or [] && x.Rank > 0 && x.Shape[0] is var count and > 0 && count <= batchSize)
            return PredictOnBatch(x);
        return OnlyOutput(Predict((Bundle<Tensor>)x, batchSize, callbacks, cancellationToken));
    }

    /// <summary>Computes the outputs for examples of several inputs, batch by batch. The result has names if the outputs of the model have names.</summary>
    /// <inheritdoc cref="Predict(Tensor, int, IReadOnlyList{Callback}?, CancellationToken)"/>
    public Bundle<Tensor> Predict(Bundle<Tensor> x, int batchSize = 32, IReadOnlyList<Callback>? callbacks = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireInputs(x);
        return Predict(Dataset.FromTensors(x).Batch(batchSize), callbacks, cancellationToken);
    }

    /// <summary>Computes the outputs for the inputs of batches, in the order of the batches.</summary>
    /// <param name="data">The batches; targets are not used.</param>
    /// <param name="callbacks">What else happens along the way.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="OperationCanceledException">The prediction was stopped.</exception>
    /// <exception cref="ShapeException">The batches are padded to different lengths, so their outputs have different shapes.</exception>
    public Bundle<Tensor> Predict(Dataset data, IReadOnlyList<Callback>? callbacks = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.RequireEnd("Predict");
        callbacks ??= [];
        foreach (Callback callback in callbacks)
            callback.OnPredictBegin(this, data.Count);
        List<Bundle<Tensor>> outputs = [];
        foreach (Batch batch in data.Batches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (Callback callback in callbacks)
                callback.OnPredictBatchBegin(this, outputs.Count);
            outputs.Add(PredictOnBatch(batch.Inputs));
            foreach (Callback callback in callbacks)
                callback.OnPredictBatchEnd(this, outputs.Count - 1);
        }

        if (outputs.Count == 0)
            throw new ArgumentException("Predict: the data set holds no batch.", nameof(data));
        foreach (Callback callback in callbacks)
            callback.OnPredictEnd(this);
        return outputs.Count == 1 ? outputs[0] : Bundle.Named(outputs[0].Names, [.. outputs[0].Select((_, place) => Tensor.Concatenate([.. outputs.Select(output => output[place])], 0))]);
    }

    /// <summary>Computes the output for examples, all in one batch.</summary>
    public Tensor PredictOnBatch(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Batch.RequireExamples(x, x, "X");
        return OnlyOutput(RunStep(StepKind.Predict, new BatchForm(hasTarget: false, hasWeight: false), x.Detach())!);
    }

    /// <summary>Computes the outputs for examples of several inputs, all in one batch.</summary>
    public Bundle<Tensor> PredictOnBatch(Bundle<Tensor> x) => RunStep(StepKind.Predict, new Batch(x).Inputs.Map(tensor => tensor.Detach()))!;

    /// <summary>
    /// Computes the outputs for examples, all in one batch, and copies them to a span of the caller, example after example. Unlike the other overload, which
    /// makes a new tensor, this one allocates nothing from the second batch of a shape on. Use it for inference that must not wait for a garbage collection.
    /// </summary>
    /// <param name="x">The examples; the first axis counts them.</param>
    /// <param name="destination">Receives the numbers: for each example as many as <see cref="OutputShape"/> has. It may be longer.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than the outputs.</exception>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not the outputs' element type.</exception>
    public void PredictOnBatch<T>(Tensor x, Span<T> destination) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(x);
        Batch.RequireExamples(x, x, "X");
        if (RunEagerly)
        {
            PredictOnBatch(x).CopyTo(destination);
            return;
        }

        BatchForm form = new(hasTarget: false, hasWeight: false);
        EnsureReady(form, x);
        programs.Predict(form, [x.Detach()], destination);
    }

    /// <summary>One training step; returns the logs so far (running means since the last reset).</summary>
    public Logs TrainOnBatch(Tensor x, Tensor y, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        RequireCompiled("TrainOnBatch");
        Batch.RequireExamples(x, x, "X");
        Batch.RequireExamples(x, y, "Y");
        if (sampleWeight is null)
        {
            RunStep(StepKind.Train, new BatchForm(hasTarget: true, hasWeight: false), x, y);
        }
        else
        {
            Batch.RequireExamples(x, sampleWeight, "SampleWeight");
            RunStep(StepKind.Train, new BatchForm(hasTarget: true, hasWeight: true), x, y, sampleWeight);
        }

        return CurrentLogs();
    }

    /// <summary>One training step with several inputs or outputs; returns the logs so far.</summary>
    public Logs TrainOnBatch(Bundle<Tensor> x, Bundle<Tensor>? y = null, Bundle<Tensor>? sampleWeight = null)
    {
        RequireCompiled("TrainOnBatch");
        Step(new Batch(x, y, sampleWeight));
        return CurrentLogs();
    }

    /// <summary>Resets the running means and the metrics. Fit does this at the start of each epoch.</summary>
    public void ResetMetrics() => running.Reset();

    internal Logs CurrentLogs() => running.Read(RunEagerly);

    /// <summary>The running mean of the loss times the number of examples. It is not finite as soon as one loss was not finite.</summary>
    internal double LossSoFar => running.LossTotal;

    // Said here, where the caller knows what it gave: within the step the message would come late.
    private void RequireInputs(Bundle<Tensor> x)
    {
        if (HasGraph)
            _ = BundleOrder.Of(x, Graph.InputNames, "inputs");
    }

    // A step or loss of one's own may do without targets.
    private void RequireTargets(Bundle<Tensor>? y, string step)
    {
        if (y is null && objective is { HasLoss: true } && !Overrides(step) && !Overrides(nameof(ComputeLoss)))
            throw new ArgumentNullException(nameof(y), "The loss is computed from targets (y), but received none. Give targets; for an autoencoder give the inputs: Fit(x, x).");
    }

    private bool Overrides(string method) =>
        GetType().GetMethods(BindingFlags.Instance | BindingFlags.NonPublic).Any(own => own.Name == method && own.DeclaringType != typeof(Model));

    private static new Tensor OnlyOutput(Bundle<Tensor> outputs) => outputs.Count == 1 ? outputs[0] : throw new InvalidOperationException(
        $"The model has {outputs.Count} outputs{(outputs.Names is { } names ? $" ({string.Join(", ", names)})" : "")}. Pass a list, as in Predict([x]), and select an output of the result by name or index.");

    internal void RequireCompiled(string operation)
    {
        if (Optimizer is null)
            throw new InvalidOperationException($"{operation}: the model is not compiled. Call Compile(optimizer, loss, metrics) first, for instance Compile(\"adam\", \"sparse_categorical_crossentropy\", [\"accuracy\"]).");
    }
}
