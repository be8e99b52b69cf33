using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Training;

/// <summary>
/// Layers joined into a network, with what it takes to train it. The functional way: <code>
/// var input = new Input([784]);
/// SymbolicTensor x = new Dense(128, "relu").Call(input);
/// var model = new Model(input, new Dense(10, "softmax").Call(x));
/// </code>
/// For a plain chain use <see cref="Sequential"/>. For a training step of your own, derive and override <see cref="TrainStep"/>.
/// </summary>
// Fit asks whether a derived class has a TrainStep of its own, which a trimmed program must still know.
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.NonPublicMethods)]
public partial class Model : Layer
{
    private volatile LayerGraph? graph;
    private volatile bool initialized;
    private ulong compilations;

    /// <summary>Joins inputs to an output.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="output">The output, computed from them.</param>
    /// <param name="seed">Names the random numbers of first weights, dropout and shuffling: the same seed gives the same bits.</param>
    /// <exception cref="ArgumentException">The output needs an input that is not given, or an input is not used.</exception>
    public Model(IReadOnlyList<SymbolicTensor> inputs, SymbolicTensor output, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(output);
        if (inputs.Count == 0)
            throw new ArgumentException("A model needs at least one input.", nameof(inputs));
        Seed = seed;
        programs = NewPrograms();
        SetGraph(inputs, output);
    }

    /// <inheritdoc cref="Model(IReadOnlyList{SymbolicTensor}, SymbolicTensor, ulong)"/>
    public Model(SymbolicTensor input, SymbolicTensor output, ulong seed = 0) : this([input], output, seed)
    {
    }

    private protected Model(ulong seed)
    {
        Seed = seed;
        programs = NewPrograms();
    }

    /// <summary>Names the random numbers of first weights, dropout and shuffling.</summary>
    public ulong Seed { get; }

    /// <summary>The layers in the order they are first called, inputs among them.</summary>
    /// <exception cref="InvalidOperationException">The model has not seen an input's shape yet.</exception>
    public IReadOnlyList<Layer> Layers => Graph.Layers;

    /// <summary>Changes the weights; set by <see cref="Compile"/>.</summary>
    public Optimizer? Optimizer { get; private set; }

    /// <summary>What training makes small; set by <see cref="Compile"/>.</summary>
    public Loss? Loss { get; private set; }

    /// <summary>What is reported; set by <see cref="Compile"/>.</summary>
    public IReadOnlyList<Metric> Metrics { get; private set; } = [];

    /// <summary>The shape of one example's output, without the batch.</summary>
    public Shape OutputShape => new(Graph.Calls[Graph.Output].Spec.Shape.Dimensions[1..]);

    /// <summary>The shape of one example's input, without the batch.</summary>
    public Shape InputShape => new(Graph.Calls[Graph.Inputs[0]].Spec.Shape.Dimensions[1..]);

    internal override IReadOnlyList<Layer> Sublayers => graph?.Layers ?? [];

    internal bool HasGraph => graph is not null;

    /// <summary>
    /// Tells what is written into compiled steps from what it was: which layers train, how gradients are clipped, what the model was
    /// compiled with. No allocation: it is asked before every step.
    /// </summary>
    internal ulong StepForm => MixTrainable(Optimizer?.MixSettings(compilations) ?? compilations);

    private protected LayerGraph Graph => graph ?? throw new InvalidOperationException(
        "The model does not know its input's shape yet, so it has no weights. Put an Input first, as in new Input([28, 28, 1]), or show it data (Fit, Predict, Call).");

    /// <summary>Says how the model is to be trained.</summary>
    /// <param name="optimizer">An optimizer or its name, as in <c>"adam"</c>.</param>
    /// <param name="loss">A loss or its name, as in <c>"sparse_categorical_crossentropy"</c>.</param>
    /// <param name="metrics">Metrics or their names; <c>"accuracy"</c> means the one that fits loss and output.</param>
    /// <exception cref="ArgumentException">Two metrics have one name, the loss gives more than one number, or the optimizer is that of another model.</exception>
    public void Compile(Optimizer optimizer, Loss loss, IReadOnlyList<Metric>? metrics = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.Reduction == LossReduction.None)
            throw new ArgumentException($"The loss {loss.Name} gives one number an example (LossReduction.None); training needs one number a batch. Use SumOverBatchSize or Sum.", nameof(loss));
        IEnumerable<string> twice = (metrics ?? []).GroupBy(metric => metric.Name).Where(group => group.Count() > 1).Select(group => group.Key);
        if (twice.FirstOrDefault() is { } name)
            throw new ArgumentException($"Two metrics are named '{name}'. Give one of them another Name: logs are reported under it.", nameof(metrics));
        OptimizerOwners.Claim(optimizer, this);
        (Optimizer, Loss, Metrics) = (optimizer, loss, metrics ?? []);
        running = new RunningLogs(Metrics);
        compilations++;
    }

    /// <inheritdoc/>
    public sealed override void Initialize(RandomKey key)
    {
        using Lock.Scope building = Building.EnterScope();
        for (int i = 0; i < Graph.Layers.Count; i++)
            Graph.Layers[i].Initialize(key.Fold((ulong)i));
        initialized = true;
    }

    internal sealed override void InitializeWhenRead(RandomKey key)
    {
        foreach ((int i, Layer layer) in Graph.Layers.Index())
            layer.InitializeWhenRead(key.Fold((ulong)i));
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["seed"] = Seed;
        config["layers"] = new JsonArray([.. Graph.Layers.Select(Registry.Serialize)]);
        config["calls"] = new JsonArray([.. Graph.Calls.Select(call => new JsonObject
        {
            ["layer"] = call.Layer,
            ["inputs"] = new JsonArray([.. call.Inputs.Select(input => (JsonNode)input)]),
        })]);
        config["inputs"] = new JsonArray([.. Graph.Inputs.Select(input => (JsonNode)input)]);
        config["output"] = Graph.Output;
        return config;
    }

    internal static Model FromConfig(JsonObject config)
    {
        Layer[] layers = [.. config["layers"]!.AsArray().Select(Registry.Deserialize)];
        List<SymbolicTensor> tensors = [];
        foreach (JsonNode? call in config["calls"]!.AsArray())
        {
            Layer layer = layers[Index(call!["layer"], layers.Length)];
            SymbolicTensor[] sources = [.. call["inputs"]!.AsArray().Select(source => tensors[Index(source, tensors.Count)])];
            tensors.Add(layer is Input input ? input.Output : layer.Call(sources));
        }

        return new Model(
            [.. config["inputs"]!.AsArray().Select(input => tensors[Index(input, tensors.Count)])],
            tensors[Index(config["output"], tensors.Count)], config.Get("seed", 0UL));

        static int Index(JsonNode? node, int count) => node!.GetValue<int>() is int index && (uint)index < (uint)count
            ? index
            : throw new FormatException($"The model's description points at entry {node}, but only {count} come before it.");
    }

    /// <summary>Draws the weights that have no values yet, once, from the model's seed.</summary>
    internal void EnsureInitialized()
    {
        if (initialized)
            return;
        using Lock.Scope building = Building.EnterScope();
        if (!initialized)
            Initialize(new RandomKey(Seed));
    }

    /// <summary>Builds a model that has waited for its input's shape. Only <see cref="Sequential"/> waits.</summary>
    internal virtual void EnsureGraph(Shape inputWithBatch, DType dtype)
    {
    }

    private protected void SetGraph(IReadOnlyList<SymbolicTensor> inputs, SymbolicTensor output)
    {
        graph = LayerGraph.Between(inputs, output);
        // A model frozen before it was built freezes what it is built of.
        if (!Trainable)
            Trainable = false;
        // From here on a weight may be read; it takes memory only then.
        InitializeWhenRead(new RandomKey(Seed));
    }

    private protected sealed override void Build(IReadOnlyList<TensorSpec> inputs) => EnsureGraph(inputs[0].Shape, inputs[0].DType);

    private protected sealed override void EnsureReady(IReadOnlyList<Tensor> inputs)
    {
        base.EnsureReady(inputs);
        // A step may be planned long before there are weights.
        if (!inputs[0].IsShapeOnly && !Function.IsTracing)
            EnsureInitialized();
    }

    /// <inheritdoc/>
    protected sealed override Tensor Forward(Tensor input, CallContext context) => Forward([input], context);

    /// <inheritdoc/>
    protected sealed override Tensor Forward(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return Graph.Run(inputs, context);
    }
}
