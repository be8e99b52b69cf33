using Laminet.Data;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Training;

/// <content>Steps as compiled programs: the switch, and what can be known of them.</content>
public partial class Model
{
    private readonly StepPrograms programs;

    /// <summary>
    /// Whether steps run operation by operation instead of as compiled programs: for debugging, and for a <see cref="TrainStep"/> or a
    /// layer of your own that reads tensors' numbers. The results are the same.
    /// </summary>
    public bool RunEagerly { get; set; }

    /// <summary>
    /// How often a step was compiled: once for each kind of step (training, test, prediction) and each shape of batch. A number that grows
    /// with every step means that shapes never repeat.
    /// </summary>
    public int Traces => programs.Traces;

    /// <summary>Is told of every compilation: the kind of step, and the shapes it is for.</summary>
    public event Action<StepKind, IReadOnlyList<TensorSpec>>? Traced;

    /// <summary>Is told what a user should know and nobody asked for; without a listener it goes to the error stream.</summary>
    public event Action<string>? Warned;

    /// <summary>A step's graph of operations: as traced, and after each pass of the compiler.</summary>
    /// <param name="kind">Which step; for training and test the model must be compiled.</param>
    /// <param name="batchSize">Examples in the batch.</param>
    public IReadOnlyList<GraphStage> Stages(StepKind kind, int batchSize = 32)
    {
        RequireCompiledFor(kind);
        return programs.For(kind, kind != StepKind.Predict, hasWeights: false).Stages(InputsFor(kind, batchSize));
    }

    /// <summary>
    /// The bytes that training and inference take with batches of a size, for the whole model and each layer: exact for what the engine
    /// plans, and known without running anything. Beside it a kernel's working memory (some MB) and the program itself take theirs.
    /// </summary>
    /// <param name="batchSize">Examples in a batch.</param>
    /// <exception cref="InvalidOperationException">The model does not know its input's shape yet.</exception>
    public ModelMemory Plan(int batchSize)
    {
        ProgramMemory inference = PlanOf(StepKind.Predict, batchSize);
        ProgramMemory? training = Optimizer is null ? null : PlanOf(StepKind.Train, batchSize);
        int slots = Optimizer?.SlotCount ?? 0;
        HashSet<Variable> counted = [], trainable = [.. TrainableWeights];
        LayerMemory[] layers = [.. Layers.Select(layer =>
        {
            // A weight shared with a model inside counts where it occurs first.
            Variable[] own = [.. layer.Weights.Where(counted.Add)];
            return new LayerMemory(layer.Name!, Bytes(own), slots * Bytes(own.Where(trainable.Contains)), Part(training, layer), Part(inference, layer));
        })];
        long weights = layers.Sum(layer => layer.WeightBytes);
        long data = InputsFor(StepKind.Predict, batchSize).Sum(Bytes), targets = training is null ? 0 : InputsFor(StepKind.Train, batchSize).Skip(1).Sum(Bytes);
        return new ModelMemory(
            batchSize, weights, layers.Sum(layer => layer.OptimizerBytes),
            training is null ? null : weights + layers.Sum(layer => layer.OptimizerBytes) + data + targets + training.Bytes,
            weights + data + Bytes(OutputFor(batchSize)) + inference.Bytes, layers);

        static long Part(ProgramMemory? memory, Layer layer) =>
            memory?.AtPeak.Where(pair => pair.Key == layer.Name || pair.Key.StartsWith(layer.Name + "/", StringComparison.Ordinal)).Sum(pair => pair.Value) ?? 0;
    }

    /// <summary>
    /// Runs a step for about a second to warm up, then several times more, and tells how long each of its operations took. Training steps
    /// train the model, those of the warming up too.
    /// </summary>
    /// <param name="kind">Which step; for training and test the model must be compiled.</param>
    /// <param name="x">The examples.</param>
    /// <param name="y">Their targets; not needed for predictions.</param>
    /// <param name="calls">How many calls the medians are taken over.</param>
    public IReadOnlyList<OperationTiming> Profile(StepKind kind, Tensor x, Tensor? y = null, int calls = 10)
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireCompiledFor(kind);
        EnsureReady(x);
        Batch.Require(x, y);
        return kind == StepKind.Predict || y is null
            ? programs.For(kind, hasTargets: false, hasWeights: false).Profile([x], calls)
            : programs.For(kind, hasTargets: true, hasWeights: false).Profile([x, y], calls);
    }

    internal void Warn(string message)
    {
        if (Warned is { } listeners)
            listeners(message);
        else
            Console.Error.WriteLine($"warning: {message}");
    }

    /// <summary>Warns, once each, of metrics that are not defined for what they have seen.</summary>
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

    private StepPrograms NewPrograms() => new(this, (kind, specs) => Traced?.Invoke(kind, specs));

    private ProgramMemory PlanOf(StepKind kind, int batchSize) =>
        programs.For(kind, kind != StepKind.Predict, hasWeights: false).Plan(InputsFor(kind, batchSize));

    private TensorSpec[] InputsFor(StepKind kind, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        TensorSpec input = Graph.Calls[Graph.Inputs[0]].Spec;
        TensorSpec x = new(input.Shape.With(0, batchSize), input.DType);
        return kind == StepKind.Predict ? [x] : [x, Loss!.TargetsFor(OutputFor(batchSize))];
    }

    private TensorSpec OutputFor(int batchSize) => Graph.Calls[Graph.Output].Spec with { Shape = Graph.Calls[Graph.Output].Spec.Shape.With(0, batchSize) };

    private void RequireCompiledFor(StepKind kind)
    {
        if (kind != StepKind.Predict)
            RequireCompiled(kind.ToString());
    }

    private static long Bytes(IEnumerable<Variable> variables) => variables.Sum(variable => Bytes(new TensorSpec(variable.Shape, variable.DType)));

    private static long Bytes(TensorSpec spec) => (long)spec.Shape.ElementCount * spec.DType.Size();
}

/// <summary>What a model needs of memory with batches of a size.</summary>
/// <param name="BatchSize">Examples in a batch.</param>
/// <param name="WeightBytes">The weights.</param>
/// <param name="OptimizerBytes">What the optimizer remembers of them.</param>
/// <param name="TrainingBytes">All that training takes: weights, optimizer, a batch, and the block of intermediates; null if the model is not compiled.</param>
/// <param name="InferenceBytes">All that inference takes.</param>
/// <param name="Layers">The layers.</param>
public sealed record ModelMemory(
    int BatchSize, long WeightBytes, long OptimizerBytes, long? TrainingBytes, long InferenceBytes, IReadOnlyList<LayerMemory> Layers);

/// <summary>What a layer needs of memory.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="WeightBytes">Its weights.</param>
/// <param name="OptimizerBytes">What the optimizer remembers of them.</param>
/// <param name="TrainingPeakBytes">What its intermediates and gradients hold at the moment when training's block holds most.</param>
/// <param name="InferencePeakBytes">The same for inference.</param>
public sealed record LayerMemory(string Name, long WeightBytes, long OptimizerBytes, long TrainingPeakBytes, long InferencePeakBytes);
