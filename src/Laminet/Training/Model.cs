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
/// A network of layers, with the methods to train and use it. In the functional style: <code>
/// var input = new Input([784]);
/// SymbolicTensor x = new Dense(128, "relu").Call(input);
/// var model = new Model(input, new Dense(10, "softmax").Call(x));
/// </code>
/// For a plain chain use <see cref="Sequential"/>. For your own training step, derive a class and override <see cref="TrainStep"/>.
/// Keras: <c>Model</c>; PyTorch: <c>nn.Module</c>.
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

    /// <summary>Creates a functional model from its inputs and outputs.</summary>
    /// <param name="inputs">The inputs; with names if data will be given by name, as in <c>new() { ["title"] = title, ["photo"] = photo }</c>. Without names, the names of their layers are used.</param>
    /// <param name="outputs">The outputs, computed from the inputs; with names if losses and targets will be given by name.</param>
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

    /// <summary>Creates a functional model from one input and its outputs.</summary>
    /// <param name="input">The input.</param>
    /// <param name="outputs">The outputs, computed from the input; with names if losses and targets will be given by name.</param>
    /// <param name="seed">Names the random numbers of first weights, dropout and shuffling: the same seed gives the same bits. Null for a new one, see <see cref="Seed"/>.</param>
    /// <exception cref="ArgumentException">An output needs an input that is not given, or the input is not used.</exception>
    public Model(SymbolicTensor input, Bundle<SymbolicTensor> outputs, ulong? seed = null) : this((Bundle<SymbolicTensor>)input, outputs, seed)
    {
    }

    /// <summary>Creates a model whose class computes the outputs itself. Override <see cref="Layer.Forward(Tensor, CallContext)"/> and register the inner layers with <see cref="Layer.Track{TLayer}(TLayer)"/>.</summary>
    /// <param name="seed">Names the random numbers of first weights, dropout and shuffling. Null for a new one, see <see cref="Seed"/>.</param>
    protected Model(ulong? seed = null)
    {
        (Seed, HasDrawnSeed) = (seed ?? RandomSeed.New(), seed is null);
        programs = NewPrograms();
    }

    /// <summary>
    /// The seed of the random numbers of initial weights, dropout and shuffling. Without a given seed the model draws a new one (<see cref="RandomSeed"/>); when
    /// it resumes a training, it takes the seed of that training. To repeat a run, give its seed to the constructor.
    /// </summary>
    public ulong Seed { get; private set; }

    private protected override ulong SeedOfStream => Seed;

    /// <summary>Whether the model drew the seed itself.</summary>
    internal bool HasDrawnSeed { get; }

    /// <summary>The layers, inputs included, in the order in which they are first called. For a model that overrides Forward: the layers that it tracks.</summary>
    /// <exception cref="InvalidOperationException">The model has not seen an input's shape yet.</exception>
    public IReadOnlyList<Layer> Layers => IsFunctional ? Graph.Layers : Sublayers;

    /// <summary>The inputs of a functional model. Use them to build a model from a part of this one.</summary>
    public Bundle<SymbolicTensor> Inputs => Graph.SymbolicInputs;

    /// <summary>The outputs of a functional model.</summary>
    public Bundle<SymbolicTensor> Outputs => Graph.SymbolicOutputs;

    /// <summary>The names under which data for the inputs may be given.</summary>
    public IReadOnlyList<string> InputNames => Graph.InputNames;

    /// <summary>The names of the outputs, by which targets, losses and metrics may be given.</summary>
    public IReadOnlyList<string> OutputNames => Graph.OutputNames;

    /// <summary>The optimizer; set by <c>Compile</c>.</summary>
    public Optimizer? Optimizer { get; private set; }

    /// <summary>The loss that training minimizes; set by <c>Compile</c>. Null for a model of several outputs: see <see cref="Losses"/>.</summary>
    public Loss? Loss => objective is { Parts: [var only] } ? only.Loss : null;

    /// <summary>The loss of each output, by name; null before <c>Compile</c>.</summary>
    public Bundle<Loss?>? Losses => objective is null ? null : Bundle.Named(objective.Outputs, [.. objective.Parts.Select(part => part.Loss)]);

    /// <summary>The metrics that are reported in addition to the losses; set by <c>Compile</c>.</summary>
    public IReadOnlyList<Metric> Metrics => objective?.Metrics ?? [];

    /// <summary>The shape of one example's output, without the batch.</summary>
    public Shape OutputShape => Graph.SymbolicOutputs.Only.Shape;

    /// <summary>The shape of one example's input, without the batch.</summary>
    public Shape InputShape => Graph.SymbolicInputs.Only.Shape;

    internal override IReadOnlyList<Layer> Sublayers => graph?.Layers ?? base.Sublayers;

    internal bool HasGraph => graph is not null;

    internal override bool IsDeclared => HasGraph || base.IsDeclared;

    /// <summary>The loss, loss weight and metrics of each output; null before <c>Compile</c>.</summary>
    internal Objective? Objective => objective;

    /// <summary>The shape and type of each input. A file needs them to build a model that has seen no data.</summary>
    internal IEnumerable<(string? Name, PartialShape Shape, DType DType)> InputForms => graph is null && builtFor is { } specs
        ? specs.Select((spec, place) => (specs.Names?[place], (PartialShape)new Shape(spec.Shape.Dimensions[1..]), spec.DType))
        : Graph.SymbolicInputs.Select((input, place) => (Graph.SymbolicInputs.Names?[place], input.Example, input.DType));

    /// <summary>
    /// A number that changes when the constants of compiled steps change: which layers train, how gradients are clipped, what the model was
    /// compiled with. It allocates nothing, since it is read before every step.
    /// </summary>
    internal ulong StepForm => MixTrainable(Optimizer?.MixSettings(compilations) ?? compilations);

    /// <summary>The calls of the layers.</summary>
    /// <exception cref="InvalidOperationException">There is no graph, or not yet.</exception>
    internal LayerGraph Graph => graph ?? throw new InvalidOperationException(IsFunctional
        ? "The model does not know its input's shape yet, so it has no weights. Put an Input first, as in new Input([28, 28, 1]), or call it on data first (Fit, Predict, Call)."
        : $"{GetType().Name} computes its outputs in Forward, so it has no graph of layers, no symbolic inputs and outputs, and no shapes before it is called on data.");

    /// <summary>Whether the model is a graph of layers; otherwise its class computes the outputs.</summary>
    private protected virtual bool IsFunctional => graph is not null;

    private protected sealed override bool PassesMasks => !IsFunctional;

    /// <summary>Finds a layer by its name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that exist.</exception>
    public Layer GetLayer(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] names = [.. Layers.Select((_, place) => SublayerName(place))];
        return Array.IndexOf(names, name) is >= 0 and int found ? Layers[found] : throw new ArgumentException(
            $"The model has no layer '{name}'.{Suggestion.For(name, names)} It has {string.Join(", ", names)}.", nameof(name));
    }

    /// <summary>Configures the model for training: a model with one output, or with several outputs that share one loss.</summary>
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

    /// <summary>Configures the model for training, with a loss and metrics for each output.</summary>
    /// <param name="optimizer">An optimizer or its name, as in <c>"adam"</c>.</param>
    /// <param name="loss">
    /// The loss of each output, by name or in order, as in <c>new() { ["price"] = "mse", ["kind"] = "sparse_categorical_crossentropy" }</c>; an output that is missing or null
    /// has no loss. Null for a model whose layers (<see cref="CallContext.AddLoss"/>) or overridden steps compute the loss.
    /// </param>
    /// <param name="metrics">The metrics of each output, as in <c>new() { ["kind"] = ["accuracy"] }</c>; reported as <c>kind_accuracy</c> where there are several outputs.</param>
    /// <param name="lossWeights">The weight of each loss in the sum; 1 by default.</param>
    /// <param name="weightedMetrics">Metrics that take sample weights into account.</param>
    /// <exception cref="ArgumentException">Losses, weights or metrics do not fit the outputs, or the optimizer belongs to another model. The model does not change.</exception>
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

    internal sealed override void InitializeWhenRead(RandomKey key, bool replaces)
    {
        if (!IsFunctional)
        {
            base.InitializeWhenRead(key, replaces);
            return;
        }

        foreach ((int i, Layer layer) in Graph.Layers.Index())
            layer.InitializeWhenRead(key.Fold((ulong)i), replaces);
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

    /// <summary>Initializes the weights that have no values yet, once, from the model's seed.</summary>
    internal void EnsureInitialized()
    {
        if (initialized)
            return;
        using Lock.Scope building = Building.EnterScope();
        if (initialized)
            return;
        // A part of another model has the weights of that one, whichever is run first.
        InitializeWhenRead(new RandomKey(Seed), replaces: false);
        foreach (Variable weight in Weights)
            weight.Draw();
        Initialize(new RandomKey(Seed));
    }

    /// <summary>Throws if a layer reads a trainable variable that is not a weight of the model. Checked once.</summary>
    /// <exception cref="InvalidOperationException">There is one.</exception>
    internal void RequireOwnVariables()
    {
        if (hasOwnVariables)
            return;
        IReadOnlyList<Variable> own = Weights;
        foreach (Layer layer in AllLayers())
        {
            if (layer.VariablesOfOthers.Except(own).FirstOrDefault() is not { } strange)
                continue;
            throw new InvalidOperationException($"Layer {layer.Label}: its Forward reads the trainable variable '{strange.Name}', which is no weight of the model, so it would neither be trained nor saved. "
                + "Make it by AddWeight, in the constructor or in Build. If it is not to be trained, create it as new Variable(..., trainable: false).");
        }

        hasOwnVariables = true;
    }

    /// <summary>Takes the seed of a training that is resumed, if the model was given no seed.</summary>
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
        InitializeWhenRead(new RandomKey(Seed), replaces: !HasDrawnSeed);
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
        InitializeWhenRead(new RandomKey(Seed), replaces: !HasDrawnSeed);
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
