using System.Reflection;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Metrics;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training.Callbacks;

namespace Laminet.Training;

/// <content>Training, evaluation, prediction.</content>
public partial class Model
{
    private RunningLogs running = new([]);

    /// <summary>Where training stands: what a checkpoint needs to go on from here.</summary>
    public TrainingProgress Progress { get; internal set; } = new();

    /// <summary>The loss's running mean and the metrics, as they are reported.</summary>
    internal IReadOnlyList<Metric> Reported => running.Metrics;

    /// <summary>What the figures have gathered so far.</summary>
    internal IReadOnlyList<Tensor> LogState
    {
        get => running.State;
        set => running.State = value;
    }

    /// <summary>Trains on tensors.</summary>
    /// <param name="x">The examples; the first axis counts them.</param>
    /// <param name="y">Their targets.</param>
    /// <param name="batchSize">Examples a step.</param>
    /// <param name="epochs">Passes over the data, counted from 0: training ends when so many have been made in all.</param>
    /// <param name="validationSplit">The share of the examples kept back for validation, drawn by a seeded shuffle.</param>
    /// <param name="validationData">Examples and targets for validation, instead of a split.</param>
    /// <param name="shuffle">Whether each epoch takes the examples in another order.</param>
    /// <param name="sampleWeight">How much each example counts in the loss.</param>
    /// <param name="classWeight">How much each class counts in the loss, by label.</param>
    /// <param name="callbacks">What else happens along the way.</param>
    /// <param name="stratify">Whether the split keeps the classes' proportions; y then holds labels.</param>
    /// <param name="initialEpoch">The first epoch's number.</param>
    /// <param name="memoryBudget">
    /// The most bytes training may take (see <see cref="Plan"/>): a batch that takes more is gone through in parts whose gradients are added
    /// up. Null for no limit. Random layers draw other numbers then, and a layer that looks across the batch sees its parts.
    /// </param>
    /// <param name="cancellationToken">Stops training after the current batch; what was learned stays.</param>
    /// <returns>The figures of each epoch. Training figures are running means over the epoch, while the weights change.</returns>
    public History Fit(
        Tensor x, Tensor y, int batchSize = 32, int epochs = 1, double validationSplit = 0, (Tensor X, Tensor Y)? validationData = null,
        bool shuffle = true, Tensor? sampleWeight = null, IReadOnlyDictionary<int, double>? classWeight = null,
        IReadOnlyList<Callback>? callbacks = null, bool stratify = false, int initialEpoch = 0, long? memoryBudget = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Dataset? validation = validationData is { } given ? Dataset.FromTensors(given.X, given.Y).Batch(batchSize) : null;
        Dataset examples = Dataset.FromTensors(x, y, sampleWeight);
        if (stratify && validationSplit == 0)
            throw new ArgumentException("Received stratify: true and no validationSplit; stratify keeps the classes' proportions in a split. Give a validationSplit, or leave stratify out.", nameof(stratify));
        if (validationSplit != 0)
        {
            if (validation is not null)
                throw new ArgumentException("Received both validationData and validationSplit; give one.", nameof(validationSplit));
            DataSplit split = stratify ? DataSplit.Stratified(y, validationSplit, Seed) : DataSplit.Shuffled(x.Shape[0], validationSplit, Seed);
            (Batch kept, Batch held) = split.Apply(x, y, sampleWeight);
            (examples, validation) = (Dataset.FromTensors(kept), Dataset.FromTensors(held).Batch(batchSize));
        }

        Dataset batches = (shuffle ? examples.Shuffle(Seed) : examples).Batch(batchSize);
        return Fit(batches, epochs, validation, classWeight, callbacks, initialEpoch, memoryBudget, cancellationToken);
    }

    /// <summary>Trains on a data set of batches.</summary>
    /// <param name="data">The batches of one epoch.</param>
    /// <param name="epochs">Passes over the data, counted from 0.</param>
    /// <param name="validationData">Batches for validation after each epoch.</param>
    /// <param name="classWeight">How much each class counts in the loss, by label.</param>
    /// <param name="callbacks">What else happens along the way.</param>
    /// <param name="initialEpoch">The first epoch's number.</param>
    /// <param name="memoryBudget">
    /// The most bytes training may take (see <see cref="Plan"/>): a batch that takes more is gone through in parts whose gradients are added
    /// up. Null for no limit. Random layers draw other numbers then, and a layer that looks across the batch sees its parts.
    /// </param>
    /// <param name="cancellationToken">Stops training after the current batch; what was learned stays.</param>
    public History Fit(
        Dataset data, int epochs = 1, Dataset? validationData = null, IReadOnlyDictionary<int, double>? classWeight = null,
        IReadOnlyList<Callback>? callbacks = null, int initialEpoch = 0, long? memoryBudget = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        RequireCompiled("Fit");
        Action<Batch> step = Step;
        if (memoryBudget is { } budget)
        {
            if (RunEagerly || GetType().GetMethod(nameof(TrainStep), BindingFlags.Instance | BindingFlags.NonPublic, [typeof(Batch), typeof(CallContext)])!.DeclaringType != typeof(Model))
                throw new ArgumentException("Fit: a memory budget needs compiled steps and the model's own TrainStep. Leave the budget out, or split batches in your TrainStep.", nameof(memoryBudget));
            step = new MicroBatches(this, budget).Step;
        }

        return new FitLoop(this, data, validationData, classWeight, callbacks ?? [], step).Run(initialEpoch, epochs, cancellationToken);
    }

    /// <summary>The loss and the metrics on examples, computed without training.</summary>
    public IReadOnlyDictionary<string, double> Evaluate(Tensor x, Tensor y, int batchSize = 32, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return Evaluate(Dataset.FromTensors(x, y, sampleWeight).Batch(batchSize));
    }

    /// <summary>The loss and the metrics on batches, computed without training.</summary>
    public IReadOnlyDictionary<string, double> Evaluate(Dataset data, IReadOnlyList<Callback>? callbacks = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        RequireCompiled("Evaluate");
        data.RequireEnd("Evaluate");
        callbacks ??= [];
        foreach (Callback callback in callbacks)
            callback.OnTestBegin(this, data.Count);
        // The logs of a training that is under way, or of single steps, go on afterwards as if nothing had been.
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
            RunStep(StepKind.Test, batch.X, batch.Y, batch.SampleWeight);
            foreach (Callback callback in callbacks)
                callback.OnTestBatchEnd(this, number, CurrentLogs());
            number++;
        }

        if (number == 0)
            throw new ArgumentException("Evaluate: the data set holds no batch.", nameof(data));
        Logs logs = CurrentLogs();
        WarnOfUndefined(logs);
        return logs;
    }

    /// <summary>The outputs for examples, batch by batch.</summary>
    public Tensor Predict(Tensor x, int batchSize = 32)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank > 0 && x.Shape[0] is var count and > 0 && count <= batchSize)
            return PredictOnBatch(x);
        List<Tensor> outputs = [.. Dataset.FromTensors(x).Batch(batchSize).Batches().Select(batch => PredictOnBatch(batch.X))];
        return outputs.Count == 1 ? outputs[0] : Tensor.Concatenate(outputs, 0);
    }

    /// <summary>The outputs for examples, all in one batch.</summary>
    public Tensor PredictOnBatch(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Batch.Require(x);
        return RunStep(StepKind.Predict, x.Detach())!;
    }

    /// <summary>
    /// Copies the outputs for examples, all in one batch, to memory of yours, example after example. Where the other overload makes a new
    /// tensor, this one allocates nothing from the second batch of a shape on: for inference that must never wait for a collection.
    /// </summary>
    /// <param name="x">The examples; the first axis counts them.</param>
    /// <param name="destination">Receives the numbers, an example's <see cref="OutputShape"/> of them for each; it may be longer.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than the outputs.</exception>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not the outputs' element type.</exception>
    public void PredictOnBatch<T>(Tensor x, Span<T> destination) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(x);
        Batch.Require(x);
        if (RunEagerly)
        {
            PredictOnBatch(x).CopyTo(destination);
            return;
        }

        EnsureReady(x);
        programs.Predict(x.Detach(), destination);
    }

    /// <summary>One training step; returns the figures so far (running means since the last reset).</summary>
    public Logs TrainOnBatch(Tensor x, Tensor y, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        RequireCompiled("TrainOnBatch");
        Batch.Require(x, y, sampleWeight);
        RunStep(StepKind.Train, x, y, sampleWeight);
        return CurrentLogs();
    }

    /// <summary>
    /// One step of training: computes the loss and its gradients, changes the weights, updates the figures. Override it for a
    /// training step of your own: run the model by <c>Call(batch.X, context)</c>, take the gradient of <see cref="TotalLoss"/> by
    /// <see cref="Layer.TrainableWeights"/>, change them, and <see cref="Report"/>.
    /// </summary>
    protected virtual void TrainStep(Batch batch, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(context);
        IReadOnlyList<Variable> variables = TrainableWeights;
        Tensor? prediction = null;
        (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
            () =>
            {
                prediction = Run([batch.X], context);
                return TotalLoss(batch, prediction, context);
            },
            variables, Unconnected.Zeros);
        Optimizer!.Apply(gradients, variables);
        Report(batch, prediction!.Detach(), loss);
    }

    /// <summary>Adds a batch to the figures: the loss as it was weighted, the metrics unweighted, as Keras's <c>metrics</c> are.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="prediction">What the model gave for them.</param>
    /// <param name="loss">The scalar loss.</param>
    protected void Report(Batch batch, Tensor prediction, Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(loss);
        running.Add(batch, Target(batch), prediction, loss);
    }

    internal void Step(Batch batch) => RunStep(StepKind.Train, batch.X, batch.Y, batch.SampleWeight);

    /// <summary>One step, on tensors with numbers or while it is being compiled.</summary>
    internal Tensor? StepBody(StepKind kind, Batch batch)
    {
        batch = LeftOutInputs.Replaced(batch);
        CallContext context = new(kind == StepKind.Train, kind == StepKind.Train ? NextStepKey() : new RandomKey(Seed));
        switch (kind)
        {
            case StepKind.Train:
                TrainStep(batch, context);
                return null;
            case StepKind.Test:
                Tensor prediction = Run([batch.X], context);
                Report(batch, prediction, TotalLoss(batch, prediction, context));
                return null;
            default:
                return Run([batch.X], context);
        }
    }

    /// <summary>Sets the running means back to nothing; <see cref="Fit(Dataset, int, Dataset, IReadOnlyDictionary{int, double}, IReadOnlyList{Callback}, int, long?, CancellationToken)"/> does so at each epoch.</summary>
    public void ResetMetrics() => running.Reset();

    internal Logs CurrentLogs() => running.Read(RunEagerly);

    /// <summary>The running mean of the loss times the number of examples: not finite as soon as one loss was not.</summary>
    internal double LossSoFar => running.LossTotal;

    /// <summary>
    /// Names the next training step's random numbers, by the number of steps so far: a resumed run draws the same, and a compiled step
    /// works it out from the optimizer's count.
    /// </summary>
    internal RandomKey NextStepKey() => new RandomKey(Seed).Fold(0x53544550).Fold(Optimizer!.IterationsTensor);

    private Tensor? RunStep(StepKind kind, Tensor x, Tensor? y = null, Tensor? sampleWeight = null)
    {
        EnsureReady(x);
        if (!RunEagerly)
            return programs.Run(kind, x, y, sampleWeight);
        // A step that fails changes nothing, as a compiled one, and what it sees of the weights is of one moment.
        using StateScope scope = StateScope.Snapshot(Weights);
        Tensor? output = StepBody(kind, new Batch(x, y, sampleWeight));
        scope.Commit();
        return output;
    }

    private void EnsureReady(Tensor x)
    {
        EnsureGraph(x.Shape, x.DType);
        EnsureInitialized();
    }

    /// <summary>The loss of a batch with the penalties on weights and the losses that layers added: what training makes small.</summary>
    protected Tensor TotalLoss(Batch batch, Tensor prediction, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(context);
        using FunctionScope scope = Function.Scope("loss");
        Tensor loss = Loss!.Call(Target(batch), prediction, batch.SampleWeight);
        return ExtraLosses(context) is { } extra ? loss + extra : loss;
    }

    /// <summary>The penalties on weights and the losses that layers added; null if there are none.</summary>
    internal Tensor? ExtraLosses(CallContext context)
    {
        Tensor? sum = Penalty();
        foreach (Tensor extra in context.Losses)
            sum = sum is null ? extra : sum + extra;
        return sum;
    }

    internal Tensor TotalLossOf(Batch batch, Tensor prediction, CallContext context) => TotalLoss(batch, prediction, context);

    internal void ReportLogs(Batch batch, Tensor prediction, Tensor loss) => Report(batch, prediction, loss);

    private static Tensor Target(Batch batch) => batch.Y
        ?? throw new ArgumentException("The data set has no targets (y), which the loss is computed from. Give them, or override TrainStep.");

    private void RequireCompiled(string operation)
    {
        if (Optimizer is null || Loss is null)
            throw new InvalidOperationException($"{operation}: the model is not compiled. Call Compile(optimizer, loss, metrics) first, for instance Compile(\"adam\", \"sparse_categorical_crossentropy\", [\"accuracy\"]).");
    }
}
