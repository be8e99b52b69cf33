using Laminet.Data;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Training;

/// <content>Compiled steps: how to turn them off, their graphs, memory and timings.</content>
public partial class Model
{
    private readonly StepPrograms programs;

    /// <summary>
    /// Whether steps run operation by operation instead of as compiled programs. Use it for debugging, or for your own <see cref="TrainStep"/> or
    /// layer that reads the numbers of tensors. The results are the same.
    /// </summary>
    public bool RunEagerly { get; set; }

    /// <summary>
    /// How often a step was compiled: once for each kind of step (training, test, prediction) and each shape of batch. A number that grows
    /// with every step means that shapes never repeat.
    /// </summary>
    public int Traces => programs.Traces;

    /// <summary>Raised after every compilation, with the kind of step and the shapes of its batch.</summary>
    public event Action<StepKind, IReadOnlyList<TensorSpec>>? Traced;

    /// <summary>Raised with a warning for the user. Without a handler the warning is written to the standard error stream.</summary>
    public event Action<string>? Warned;

    /// <summary>The graph of operations of a step: as traced, and after each pass of the compiler.</summary>
    /// <param name="kind">Which step; for training and test the model must be compiled.</param>
    /// <param name="batchSize">Examples in the batch.</param>
    /// <param name="length">The length of axes of unknown length, such as time.</param>
    public IReadOnlyList<GraphStage> Stages(StepKind kind, int batchSize = 32, int? length = null)
    {
        RequireCompiledFor(kind);
        (BatchForm form, TensorSpec[] inputs) = PlannedFor(kind, batchSize, length);
        return programs.FunctionFor(kind, form).Stages(inputs);
    }

    /// <summary>
    /// Computes the bytes that training and inference need for a batch size, for the whole model and for each layer, without running anything. The figures are
    /// exact for the memory that the engine plans. The working memory of kernels (some MB) and the program itself come on top.
    /// </summary>
    /// <param name="batchSize">Examples in a batch.</param>
    /// <param name="length">The length of axes of unknown length, such as time.</param>
    /// <exception cref="InvalidOperationException">The model does not know its input's shape yet.</exception>
    public ModelMemory Plan(int batchSize, int? length = null) =>
        Plan(PlannedFor(StepKind.Predict, batchSize, length), Optimizer is null ? null : PlannedFor(StepKind.Train, batchSize, length), batchSize);

    /// <summary>The same for training on a part of a batch, with the length of its sequences.</summary>
    internal ModelMemory Plan(Batch batch, int examples)
    {
        TensorSpec[] x = [.. batch.Inputs.Select(Part)], all = [.. x, .. (batch.Targets ?? []).Concat(batch.SampleWeights ?? []).Select(Part)];
        return Plan((new BatchForm(batch.Inputs, null, null), x), (new BatchForm(batch.Inputs, batch.Targets, batch.SampleWeights), all), examples);

        TensorSpec Part(Tensor tensor) => new(tensor.Shape.With(0, examples), tensor.DType);
    }

    private ModelMemory Plan((BatchForm Form, TensorSpec[] Inputs) predicted, (BatchForm Form, TensorSpec[] Inputs)? trained, int batchSize)
    {
        ProgramMemory inference = programs.FunctionFor(StepKind.Predict, predicted.Form).Plan(predicted.Inputs);
        ProgramMemory? training = trained is { } train ? programs.FunctionFor(StepKind.Train, train.Form).Plan(train.Inputs) : null;
        HashSet<Variable> counted = [], trainable = [.. TrainableWeights];
        LayerMemory[] layers = [.. Layers.Select((layer, place) =>
        {
            string name = SublayerName(place);
            // A weight shared with a model inside counts where it occurs first.
            Variable[] own = [.. layer.Weights.Where(counted.Add)];
            return new LayerMemory(name, Bytes(own), own.Where(trainable.Contains).Sum(SlotBytes), Part(training, name), Part(inference, name));
        })];
        long weights = layers.Sum(layer => layer.WeightBytes);
        long data = predicted.Inputs.Sum(Bytes), targets = trained is null ? 0 : trained.Value.Inputs.Sum(Bytes) - data;
        return new ModelMemory(
            batchSize, weights, layers.Sum(layer => layer.OptimizerBytes),
            training is null ? null : weights + layers.Sum(layer => layer.OptimizerBytes) + data + targets + training.Bytes,
            weights + data + Infer(Bundle.Named(predicted.Form.InputNames, predicted.Inputs)).Sum(Bytes) + inference.Bytes, layers);

        long SlotBytes(Variable weight) => Optimizer?.SlotsOf(weight).Sum(slot => Bytes(new TensorSpec(slot.Shape, weight.DType))) ?? 0;

        static long Part(ProgramMemory? memory, string layer) =>
            memory?.AtPeak.Where(pair => pair.Key == layer || pair.Key.StartsWith(layer + "/", StringComparison.Ordinal)).Sum(pair => pair.Value) ?? 0;
    }

    /// <summary>
    /// Runs a step for about a second to warm up, then several more times, and returns how long each of its operations took. All training steps,
    /// those of the warm-up too, train the model.
    /// </summary>
    /// <param name="kind">Which step; for training and test the model must be compiled.</param>
    /// <param name="x">The examples.</param>
    /// <param name="y">Their targets; not needed for predictions.</param>
    /// <param name="calls">How many calls the medians are taken over.</param>
    public IReadOnlyList<OperationTiming> Profile(StepKind kind, Bundle<Tensor> x, Bundle<Tensor>? y = null, int calls = 10)
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireCompiledFor(kind);
        Batch batch = new(x, kind == StepKind.Predict ? null : y);
        BatchForm form = new(batch.Inputs, batch.Targets, null);
        Tensor[] flat = BatchForm.Flatten(batch.Inputs, batch.Targets, null);
        EnsureReady(form, flat);
        return programs.FunctionFor(kind, form).Profile(flat, calls);
    }

    internal void Warn(string message)
    {
        if (Warned is { } listeners)
            listeners(message);
        else
            Console.Error.WriteLine($"warning: {message}");
    }

    /// <summary>Warns, once for each metric, if a metric is not defined for the data so far.</summary>
    internal void WarnOfUndefined(Logs logs)
    {
        foreach (string reason in running.NewlyUndefined(logs))
            Warn(reason);
    }

    /// <summary>The layers inside, at all depths, each once.</summary>
    internal IEnumerable<Layer> AllLayers()
    {
        return Within(this).Distinct();

        static IEnumerable<Layer> Within(Layer layer) => layer.Sublayers.SelectMany(Within).Prepend(layer);
    }

    private StepPrograms NewPrograms() => new(StepBody, () => StepForm, (kind, specs) => Traced?.Invoke(kind, specs));

    // The usual form of a batch: inputs and, for each output with a loss or metrics, targets.
    private (BatchForm Form, TensorSpec[] Inputs) PlannedFor(StepKind kind, int batchSize, int? length)
    {
        Bundle<TensorSpec> x = InputSpecs(batchSize, length);
        if (kind == StepKind.Predict)
            return (new BatchForm(x.Count, x.Names, 0, null), [.. x]);
        (TensorSpec Output, OutputObjective Part)[] targets = [.. Infer(x).Zip(objective!.Parts).Where(pair => pair.Second.NeedsTargets)];
        // With names only where some outputs have none.
        string[]? names = targets.Length == objective.Parts.Count ? null : [.. targets.Select(target => target.Part.Name)];
        return (new BatchForm(x.Count, x.Names, targets.Length, names), [.. x, .. targets.Select(target => target.Part.Loss?.TargetsFor(target.Output) ?? target.Output)]);
    }

    private Bundle<TensorSpec> InputSpecs(int batchSize, int? length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return graph is null && builtFor is { } specs
            ? specs.Map(spec => spec with { Shape = spec.Shape.With(0, batchSize) })
            : Graph.SymbolicInputs.Map(input => input.SpecFor(batchSize, length));
    }

    private void RequireCompiledFor(StepKind kind)
    {
        if (kind != StepKind.Predict)
            RequireCompiled(kind.ToString());
    }

    private static long Bytes(IEnumerable<Variable> variables) => variables.Sum(variable => Bytes(new TensorSpec(variable.Shape, variable.DType)));

    private static long Bytes(TensorSpec spec) => spec.Shape.LongCount * spec.DType.Size();
}

/// <summary>The memory that a model needs for a batch size.</summary>
/// <param name="BatchSize">Examples in a batch.</param>
/// <param name="WeightBytes">The weights.</param>
/// <param name="OptimizerBytes">The optimizer state.</param>
/// <param name="TrainingBytes">The total for training: weights, optimizer state, a batch, and the block of intermediates; null if the model is not compiled.</param>
/// <param name="InferenceBytes">The total for inference.</param>
/// <param name="Layers">The layers.</param>
public sealed record ModelMemory(
    int BatchSize, long WeightBytes, long OptimizerBytes, long? TrainingBytes, long InferenceBytes, IReadOnlyList<LayerMemory> Layers);

/// <summary>The memory that a layer needs.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="WeightBytes">Its weights.</param>
/// <param name="OptimizerBytes">The optimizer state for its weights.</param>
/// <param name="TrainingPeakBytes">The bytes of its intermediates and gradients at the moment when the training step uses most memory.</param>
/// <param name="InferencePeakBytes">The same for inference.</param>
public sealed record LayerMemory(string Name, long WeightBytes, long OptimizerBytes, long TrainingPeakBytes, long InferencePeakBytes);
