using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
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
    private volatile bool initialized, hasOwnVariables;
    private Objective? objective;
    private Func<IReadOnlyList<string>?, Objective>? arrange;
    private IReadOnlyList<string>? outputNames;
    private Bundle<TensorSpec>? builtFor;
    private ulong compilations;

    /// <summary>Joins inputs to outputs.</summary>
    /// <param name="inputs">The inputs; with names where data is given by name, as in <c>new() { ["title"] = title, ["photo"] = photo }</c>. Without, they have the names of their layers.</param>
    /// <param name="outputs">The outputs, computed from them; with names where losses and targets are given by name.</param>
    /// <param name="seed">Names the random numbers of first weights, dropout and shuffling: the same seed gives the same bits. Null for a new one, see <see cref="Seed"/>.</param>
    /// <exception cref="ArgumentException">An output needs an input that is not given, or an input is not used.</exception>
    public Model(Bundle<SymbolicTensor> inputs, Bundle<SymbolicTensor> outputs, ulong? seed = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        if (inputs.Count == 0)
            throw new ArgumentException("A model needs at least one input.", nameof(inputs));
        if (outputs.Count == 0)
            throw new ArgumentException("A model needs at least one output.", nameof(outputs));
        (Seed, HasDrawnSeed) = (seed ?? RandomSeed.New(), seed is null);
        programs = NewPrograms();
        SetGraph(inputs, outputs);
    }

    /// <summary>Joins an input to outputs.</summary>
    /// <param name="input">The input.</param>
    /// <param name="outputs">The outputs, computed from it; with names where losses and targets are given by name.</param>
    /// <param name="seed">Names the random numbers of first weights, dropout and shuffling: the same seed gives the same bits. Null for a new one, see <see cref="Seed"/>.</param>
    /// <exception cref="ArgumentException">An output needs an input that is not given, or the input is not used.</exception>
    public Model(SymbolicTensor input, Bundle<SymbolicTensor> outputs, ulong? seed = null) : this((Bundle<SymbolicTensor>)input, outputs, seed)
    {
    }

    /// <summary>For a model whose class computes its outputs itself: override <see cref="Layer.Forward(Tensor, CallContext)"/>, and <see cref="Layer.Track{TLayer}(TLayer)"/> its layers.</summary>
    /// <param name="seed">Names the random numbers of first weights, dropout and shuffling. Null for a new one, see <see cref="Seed"/>.</param>
    protected Model(ulong? seed = null)
    {
        (Seed, HasDrawnSeed) = (seed ?? RandomSeed.New(), seed is null);
        programs = NewPrograms();
    }

    /// <summary>
    /// Names the random numbers of first weights, dropout and shuffling. A model that is given none draws a new one (<see cref="RandomSeed"/>), and takes
    /// over that of the training it goes on with. Give it to the model to repeat a run.
    /// </summary>
    public ulong Seed { get; private set; }

    private protected override ulong SeedOfStream => Seed;

    /// <summary>Whether the seed was not given.</summary>
    internal bool HasDrawnSeed { get; }

    /// <summary>The layers in the order they are first called, inputs among them; of a model that computes its outputs itself, those it tracks.</summary>
    /// <exception cref="InvalidOperationException">The model has not seen an input's shape yet.</exception>
    public IReadOnlyList<Layer> Layers => IsFunctional ? Graph.Layers : Sublayers;

    /// <summary>The inputs of a functional model: what a part of it is made from.</summary>
    public Bundle<SymbolicTensor> Inputs => Graph.SymbolicInputs;

    /// <summary>The outputs of a functional model.</summary>
    public Bundle<SymbolicTensor> Outputs => Graph.SymbolicOutputs;

    /// <summary>The names under which data for the inputs may be given.</summary>
    public IReadOnlyList<string> InputNames => Graph.InputNames;

    /// <summary>The names of the outputs, by which targets, losses and metrics may be given.</summary>
    public IReadOnlyList<string> OutputNames => Graph.OutputNames;

    /// <summary>Changes the weights; set by <c>Compile</c>.</summary>
    public Optimizer? Optimizer { get; private set; }

    /// <summary>What training makes small; set by <c>Compile</c>. Null for a model of several outputs: see <see cref="Losses"/>.</summary>
    public Loss? Loss => objective is { Parts: [var only] } ? only.Loss : null;

    /// <summary>The loss of each output, by name; null before <c>Compile</c>.</summary>
    public Bundle<Loss?>? Losses => objective is null ? null : Bundle.Named(objective.Outputs, [.. objective.Parts.Select(part => part.Loss)]);

    /// <summary>What is reported beside the losses; set by <c>Compile</c>.</summary>
    public IReadOnlyList<Metric> Metrics => objective?.Metrics ?? [];

    /// <summary>The shape of one example's output, without the batch.</summary>
    public Shape OutputShape => Graph.SymbolicOutputs.Only.Shape;

    /// <summary>The shape of one example's input, without the batch.</summary>
    public Shape InputShape => Graph.SymbolicInputs.Only.Shape;

    internal override IReadOnlyList<Layer> Sublayers => graph?.Layers ?? base.Sublayers;

    internal bool HasGraph => graph is not null;

    internal override bool IsDeclared => HasGraph || base.IsDeclared;

    /// <summary>What the model is compiled with for each output; null before.</summary>
    internal Objective? Objective => objective;

    /// <summary>What the model takes, one entry an input: what a file needs to build a model that has seen no data.</summary>
    internal IEnumerable<(string? Name, PartialShape Shape, DType DType)> InputForms => graph is null && builtFor is { } specs
        ? specs.Select((spec, place) => (specs.Names?[place], (PartialShape)new Shape(spec.Shape.Dimensions[1..]), spec.DType))
        : Graph.SymbolicInputs.Select((input, place) => (Graph.SymbolicInputs.Names?[place], input.Example, input.DType));

    /// <summary>
    /// Tells what is written into compiled steps from what it was: which layers train, how gradients are clipped, what the model was
    /// compiled with. No allocation: it is asked before every step.
    /// </summary>
    internal ulong StepForm => MixTrainable(Optimizer?.MixSettings(compilations) ?? compilations);

    private protected LayerGraph Graph => graph ?? throw new InvalidOperationException(IsFunctional
        ? "The model does not know its input's shape yet, so it has no weights. Put an Input first, as in new Input([28, 28, 1]), or show it data (Fit, Predict, Call)."
        : $"{GetType().Name} computes its outputs in Forward, so it has no graph of layers: its inputs and outputs have no symbolic tensors and no shapes before there is data.");

    /// <summary>Whether the model is a graph of layers; otherwise its class computes the outputs.</summary>
    private protected virtual bool IsFunctional => graph is not null;

    private protected sealed override bool PassesMasks => !IsFunctional;

    /// <summary>The layer of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that exist.</exception>
    public Layer GetLayer(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] names = [.. Layers.Select((_, place) => SublayerName(place))];
        return Array.IndexOf(names, name) is >= 0 and int found ? Layers[found] : throw new ArgumentException(
            $"The model has no layer '{name}'.{Suggestion.For(name, names)} It has {string.Join(", ", names)}.", nameof(name));
    }

    /// <summary>Says how the model of one output, or of several with one loss for all, is to be trained.</summary>
    /// <param name="optimizer">An optimizer or its name, as in <c>"adam"</c>.</param>
    /// <param name="loss">A loss or its name, as in <c>"sparse_categorical_crossentropy"</c>.</param>
    /// <param name="metrics">Metrics or their names; <c>"accuracy"</c> means the one that fits loss and output.</param>
    /// <param name="weightedMetrics">Metrics that take sample weights into account.</param>
    public void Compile(Optimizer optimizer, Loss loss, IReadOnlyList<Metric>? metrics = null, IReadOnlyList<Metric>? weightedMetrics = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Compile(optimizer, (Bundle<Loss?>)loss, Of(metrics), null, Of(weightedMetrics));

        static Bundle<MetricList>? Of(IReadOnlyList<Metric>? metrics) => metrics is null or [] ? null : (Bundle<MetricList>)MetricList.Create([.. metrics]);
    }

    /// <summary>Says how the model is to be trained, by output.</summary>
    /// <param name="optimizer">An optimizer or its name, as in <c>"adam"</c>.</param>
    /// <param name="loss">
    /// The loss of each output, by name or in order, as in <c>new() { ["price"] = "mse", ["kind"] = "sparse_categorical_crossentropy" }</c>; an output that is left out or null
    /// has none. Null for a model whose layers or own steps give the loss (<see cref="CallContext.AddLoss"/>).
    /// </param>
    /// <param name="metrics">The metrics of each output, as in <c>new() { ["kind"] = ["accuracy"] }</c>; reported as <c>kind_accuracy</c> where there are several outputs.</param>
    /// <param name="lossWeights">How much each loss counts in the sum; 1 where none is given.</param>
    /// <param name="weightedMetrics">Metrics that take sample weights into account.</param>
    /// <exception cref="ArgumentException">Losses, weights or metrics do not fit the outputs, or the optimizer is that of another model; the model stays as it was.</exception>
    [OverloadResolutionPriority(1)]
    public void Compile(
        Optimizer optimizer, Bundle<Loss?>? loss = null, Bundle<MetricList>? metrics = null, Bundle<double>? lossWeights = null, Bundle<MetricList>? weightedMetrics = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (loss?.FirstOrDefault(one => one?.Reduction == LossReduction.None) is { } none)
            throw new ArgumentException($"The loss {none.Name} gives one number an example (LossReduction.None); training needs one number a batch. Use SumOverBatchSize or Sum.", nameof(loss));
        Func<IReadOnlyList<string>?, Objective> arrange = outputs => Objective.Of(outputs, loss, lossWeights, metrics, weightedMetrics);
        (Objective wanted, RunningLogs logs) = Arranged(arrange, graph?.OutputNames ?? outputNames);
        OptimizerOwners.Claim(optimizer, this);
        (Optimizer, objective, running, this.arrange) = (optimizer, wanted, logs, arrange);
        compilations++;
    }

    // A model that is compiled before it is built learns its outputs later.
    private protected void KnowOutputs(IReadOnlyList<string> names)
    {
        outputNames = names;
        if (arrange is not null)
            (objective, running) = Arranged(arrange, names, running);
    }

    private (Objective Objective, RunningLogs Logs) Arranged(Func<IReadOnlyList<string>?, Objective> arrange, IReadOnlyList<string>? outputs, RunningLogs? before = null)
    {
        try
        {
            Objective arranged = arrange(outputs);
            return (arranged, new RunningLogs(arranged, [.. AllMetrics().Distinct()], before));
        }
        catch (ShapeException exception)
        {
            throw new ArgumentException($"Compile: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public sealed override void Initialize(RandomKey key)
    {
        using Lock.Scope building = Building.EnterScope();
        if (IsFunctional)
        {
            foreach ((int i, Layer layer) in Graph.Layers.Index())
                layer.Initialize(key.Fold((ulong)i));
        }
        else
        {
            base.Initialize(key);
        }

        initialized = true;
    }

    internal sealed override void InitializeWhenRead(RandomKey key)
    {
        if (!IsFunctional)
        {
            base.InitializeWhenRead(key);
            return;
        }

        foreach ((int i, Layer layer) in Graph.Layers.Index())
            layer.InitializeWhenRead(key.Fold((ulong)i));
    }

    internal sealed override string SublayerName(int place) => graph is null ? base.SublayerName(place) : graph.NameOf(place);

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        if (!IsFunctional)
            return config;
        // One that was drawn is no setting: two models may differ in it and be made alike.
        if (!HasDrawnSeed)
            config["seed"] = Seed;
        config["layers"] = new JsonArray([.. Graph.Layers.Select((layer, place) =>
        {
            JsonObject written = Registry.Serialize(layer);
            written["config"]!["name"] = Graph.NameOf(place);
            return written;
        })]);
        Graph.Write(config);
        return config;
    }

    internal static Model FromConfig(JsonObject config)
    {
        (Bundle<SymbolicTensor> inputs, Bundle<SymbolicTensor> outputs) = LayerGraph.Read(config, [.. config["layers"].ListAt("layers").Select(Registry.Deserialize)]);
        return new Model(inputs, outputs, config.Get<ulong?>("seed", null));
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

    /// <summary>Refuses a trainable variable that a layer reads and that is no weight of the model, such as one of a layer that shares it would be. Once.</summary>
    /// <exception cref="InvalidOperationException">There is one.</exception>
    internal void RequireOwnVariables()
    {
        if (hasOwnVariables)
            return;
        foreach (Layer layer in AllLayers())
        {
            if (layer.VariablesOfOthers.Except(Weights).FirstOrDefault() is not { } strange)
                continue;
            throw new InvalidOperationException($"Layer {layer.Label}: its Forward reads the trainable variable '{strange.Name}', which is no weight of the model, so it would neither be trained nor saved. "
                + "Make it by AddWeight, in the constructor or in Build. If it is not to be trained, create it as new Variable(..., trainable: false).");
        }

        hasOwnVariables = true;
    }

    /// <summary>Takes over the seed of a training that goes on, where the model was given none.</summary>
    internal void TakeSeed(ulong seed)
    {
        if (!HasDrawnSeed || seed == Seed)
            return;
        Seed = seed;
        // Steps that are compiled draw from the old one.
        compilations++;
    }

    /// <summary>Builds a model that has waited for its input's shape.</summary>
    internal void EnsureBuiltFor(Bundle<TensorSpec> inputs)
    {
        if (!IsBuilt && !HasGraph)
            EnsureDeclared(inputs);
    }

    /// <summary>Builds the graph of a model that has waited for its input's shape. Only <see cref="Sequential"/> waits.</summary>
    private protected virtual void BuildGraph(TensorSpec input)
    {
    }

    private protected void SetGraph(Bundle<SymbolicTensor> inputs, Bundle<SymbolicTensor> outputs)
    {
        LayerGraph built = LayerGraph.Between(inputs, outputs);
        graph = built;
        KnowOutputs(built.OutputNames);
        (initialized, hasOwnVariables) = (false, false);
        // A model frozen before it was built freezes what it is built of.
        if (!Trainable)
            Trainable = false;
        // From here on a weight may be read; it takes memory only then.
        InitializeWhenRead(new RandomKey(Seed));
    }

    private protected sealed override void Build(Bundle<TensorSpec> inputs)
    {
        if (HasGraph)
            return;
        BuildGraph(inputs[0]);
        if (IsFunctional)
            return;
        base.Build(inputs);
        // The layers inside declare their weights too, so that all are there from now on.
        CallContext context = CallContext.OfShapes();
        context.Running.Add(this);
        using (StateScope scope = StateScope.OfShapes(context.NoteRead))
        {
            Bundle<Tensor> outputs = Forward(inputs.Map(input => Tensor.ShapeOnly(input.Shape, input.DType)), context);
            KnowOutputs(outputs.Names ?? Objective.DefaultNames(outputs.Count));
        }

        builtFor = inputs;
        InitializeWhenRead(new RandomKey(Seed));
    }

    private protected sealed override void EnsureReady(Bundle<Tensor> inputs)
    {
        base.EnsureReady(inputs);
        // A step may be planned long before there are weights.
        if (!inputs[0].IsShapeOnly && !Function.IsTracing)
            EnsureInitialized();
    }

    /// <inheritdoc/>
    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return IsFunctional ? Graph.Run(inputs, context) : base.Forward(inputs, context);
    }
}
