using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Metrics;
using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Layers;

/// <summary>
/// A step of a network with its weights. To write your own, derive and give <see cref="Forward(Tensor, CallContext)"/>; declare
/// weights in <see cref="Build(Shape)"/>; to save it, register the class (<c>Layer.Registry.Register&lt;Scale&gt;()</c>). Output shapes are found
/// by running the layer on tensors that have shapes but no numbers, so none has to be stated.
/// </summary>
/// <example><code>
/// sealed class Scale : Layer
/// {
///     private Variable? factor;
///     protected override void Build(Shape input) => factor = AddWeight("factor", [input[-1]], new Ones());
///     protected override Tensor Forward(Tensor x, CallContext context) => x * factor!.Value;
/// }
/// </code></example>
public abstract partial class Layer : IConfigurable, IHasState
{
    private readonly List<Weight> weights = [];
    private readonly List<Layer> tracked = [];
    private readonly List<Metric> metrics = [];
    private volatile bool isBuilt;
    private DType dtype = DType.Float32;
    private Regularizer? activityRegularizer;

    /// <summary>The layer classes that model files may name.</summary>
    public static ClassRegistry<Layer> Registry => BuiltInLayers.Registry;

    /// <summary>The layer's name in its model. A model names its nameless layers after their class: <c>dense</c>, <c>dense_1</c>.</summary>
    public string? Name
    {
        get;
        set
        {
            field = value;
            HasInventedName = false;
        }
    }

    /// <summary>True if a model made the name up; another model may then make up another.</summary>
    internal bool HasInventedName { get; private set; }

    /// <summary>The element type of the weights and of the computation.</summary>
    public DType DType
    {
        get => dtype;
        init => dtype = value;
    }

    /// <summary>
    /// A penalty on what the layer gives, added to the loss: the regularizer's value for the output of the whole batch. As in Keras 3, it is not divided by the number of examples.
    /// <c>new Dense(64, "relu") { ActivityRegularizer = "l1" }</c> makes the units' outputs sparse. Null for none.
    /// </summary>
    public Regularizer? ActivityRegularizer
    {
        get => activityRegularizer;
        init => activityRegularizer = value;
    }

    /// <summary>True once the layer has seen an input's shape and declared its weights.</summary>
    public bool IsBuilt => isBuilt;

    /// <summary>Whether the weights are declared: those of a graph of layers are before the graph itself is built.</summary>
    internal virtual bool IsDeclared => isBuilt;

    /// <summary>
    /// All weights: this layer's own, then those of the layers inside it. Each occurs once, also where two of the layers share a layer.
    /// </summary>
    public IReadOnlyList<Variable> Weights => [.. AllWeights().Select(weight => weight.Variable).Distinct()];

    /// <summary>The weights that training changes, each once.</summary>
    public IReadOnlyList<Variable> TrainableWeights => [.. AllTrainableWeights().Select(weight => weight.Variable).Distinct()];

    /// <summary>The weights that training leaves: frozen ones and moving statistics. Each occurs once.</summary>
    public IReadOnlyList<Variable> NonTrainableWeights => [.. Weights.Except(TrainableWeights)];

    IEnumerable<(string Name, Variable Variable)> IHasState.State
    {
        get
        {
            HashSet<Variable> seen = [];
            foreach ((string Name, Variable Variable) place in WeightPlaces())
            {
                if (seen.Add(place.Variable))
                    yield return place;
            }
        }
    }

    /// <summary>How many numbers the weights hold.</summary>
    public long ParameterCount => Weights.Sum(weight => weight.Shape.LongCount);

    /// <summary>Taken by the thread that declares weights or draws their first numbers: several may use a new layer at once.</summary>
    private protected Lock Building { get; } = new();

    /// <summary>The layers inside this one.</summary>
    internal virtual IReadOnlyList<Layer> Sublayers => tracked;

    /// <summary>True if what the layer does with an example depends on the others in the batch.</summary>
    internal virtual bool DependsOnBatch => false;

    internal string Label => Name is null ? GetType().Name : $"'{Name}' ({GetType().Name})";

    /// <summary>Draws the weights that have no values yet. A model does this for its layers, each with a key of its own.</summary>
    public virtual void Initialize(RandomKey key)
    {
        using Lock.Scope building = Building.EnterScope();
        for (int i = 0; i < weights.Count; i++)
        {
            Weight weight = weights[i];
            if (!weight.Variable.IsShapeOnly)
                continue;
            if (weight.OwnsFirst)
                weight.Variable.TakeOver(weight.First(key.Fold((ulong)i)));
            else
                weight.Variable.Assign(weight.First(key.Fold((ulong)i)));
        }

        for (int i = 0; i < tracked.Count; i++)
            tracked[i].Initialize(key.Fold((ulong)(weights.Count + i)));
    }

    /// <summary>Has the weights that have no values yet drawn when they are first read, to the values that <see cref="Initialize"/> would draw.</summary>
    /// <param name="key">The key.</param>
    /// <param name="replaces">Whether this key also replaces the key that another model set for a weight that is not drawn yet.</param>
    internal virtual void InitializeWhenRead(RandomKey key, bool replaces)
    {
        foreach ((int i, Weight weight) in weights.Index())
        {
            if (replaces || !weight.Variable.HasFirst)
                weight.Variable.DrawWhenRead(() => weight.First(key.Fold((ulong)i)), weight.OwnsFirst);
        }

        foreach ((int i, Layer layer) in tracked.Index())
            layer.InitializeWhenRead(key.Fold((ulong)(weights.Count + i)), replaces);
    }

    /// <inheritdoc/>
    public virtual JsonObject GetConfig()
    {
        JsonObject config = new() { ["name"] = Name };
        if (!trainable)
            config["trainable"] = false;
        if (DType != DType.Float32)
            config["dtype"] = DType.ToString();
        if (ActivityRegularizer is not null)
            config["activity_regularizer"] = Regularizer.Registry.Serialize(ActivityRegularizer);
        string[] frozen = [.. FrozenParts()];
        if (frozen.Length > 0 || (!trainable && tracked.Count > 0))
            config["frozen"] = new JsonArray([.. frozen.Select(part => (JsonNode)part)]);
        return Registry.AddSettings(this, config);
    }

    /// <summary>Declares the weights and, where numbers are to be computed, draws those that are not there.</summary>
    private protected virtual void EnsureReady(Bundle<Tensor> inputs)
    {
        EnsureBuilt(inputs);
        if (inputs[0].IsShapeOnly || Function.IsTracing || !weights.Exists(weight => weight.Variable.IsShapeOnly))
            return;
        // In a model the first numbers are known, whoever reads them, and where shapes alone are worked out they wait; a layer outside a model draws them here.
        weights.ForEach(weight => _ = weight.Variable.Value);
        if (weights.Exists(weight => !weight.Variable.HasFirst))
            Initialize(new RandomKey(RandomSeed.New()));
    }

    /// <summary>Sum of the penalties on <see cref="TrainableWeights"/>; null if there are none.</summary>
    internal Tensor? Penalty()
    {
        Tensor? total = null;
        foreach (Weight weight in AllTrainableWeights().DistinctBy(weight => weight.Variable))
        {
            if (weight.Regularizer?.Call(weight.Variable.Value) is { } penalty)
                total = total is null ? penalty : total + penalty;
        }

        return total;
    }

    /// <summary>Declares the weights; overridden where the element type matters.</summary>
    private protected virtual void Build(Bundle<TensorSpec> inputs)
    {
        Shape[] shapes = new Shape[inputs.Count];
        for (int place = 0; place < shapes.Length; place++)
            shapes[place] = inputs[place].Shape;
        Build((IReadOnlyList<Shape>)shapes);
    }

    /// <summary>Declares the weights for inputs of this shape; the first axis is the batch. Called once, before the first pass.</summary>
    protected virtual void Build(Shape input)
    {
    }

    /// <summary>Declares the weights of a layer of several inputs.</summary>
    protected virtual void Build(IReadOnlyList<Shape> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Build(inputs[0]);
    }

    /// <summary>
    /// The computation, in tensor operations. Do not read numbers (Item, ToArray) here: it also runs on shapes alone. The C# code runs while a step is
    /// compiled, not in each step, so draw random numbers from <see cref="CallContext.NextKey"/> and never from <c>Random</c>. A layer overrides this, or the
    /// one of several inputs and outputs.
    /// </summary>
    protected virtual Tensor Forward(Tensor input, CallContext context) => throw new NotSupportedException(
        $"{GetType().Name} has no computation: override Forward(Tensor, CallContext), or Forward(Bundle<Tensor>, CallContext) for several inputs or outputs.");

    /// <summary>The computation of a layer of several inputs or outputs.</summary>
    protected virtual Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs.Count == 1
            ? Forward(inputs[0], context)
            : throw new ShapeException($"received {inputs.Count} inputs; expected one. To join several, use Add or Concatenate first.");
    }

    /// <summary>Declares a weight. Its numbers are drawn by <see cref="Initialize"/>.</summary>
    /// <param name="name">The name within the layer, as in <c>kernel</c>.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="initializer">Draws the first numbers.</param>
    /// <param name="trainable">Whether training changes it.</param>
    /// <param name="regularizer">A penalty on the weight that is added to the loss.</param>
    /// <param name="constraint">A rule that the optimizer applies after each update.</param>
    protected Variable AddWeight(
        string name, Shape shape, Initializer initializer, bool trainable = true, Regularizer? regularizer = null, Constraint? constraint = null)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        Variable variable = new(Tensor.ShapeOnly(shape, DType), name, trainable && !frozenByFile.Remove(name)) { Constraint = constraint is null ? null : constraint.Call };
        weights.Add(new Weight(variable, initializer, regularizer, trainable));
        return variable;
    }

    /// <summary>
    /// Makes a layer a part of this one: its weights are trained, counted, frozen and saved with it. Call it with the context that
    /// <see cref="Forward(Tensor, CallContext)"/> received.
    /// </summary>
    /// <example><code>
    /// sealed class Block : Layer
    /// {
    ///     private readonly Dense inner;
    ///     public Block() => inner = Track(new Dense(8, "relu"));
    ///     protected override Tensor Forward(Tensor x, CallContext context) => x + inner.Call(x, context);
    /// }
    /// </code></example>
    protected TLayer Track<TLayer>(TLayer layer) where TLayer : Layer
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (!tracked.Contains(layer))
            tracked.Add(layer);
        if (!trainable)
            layer.Trainable = false;
        return layer;
    }

    /// <summary>
    /// Makes a metric that this layer updates itself, in <see cref="Forward(Tensor, CallContext)"/> where the context is one of training or a step reports it: a
    /// model reports it with its own, resets it at each epoch and saves it.
    /// </summary>
    /// <example><code>
    /// sealed class Sparsity : Layer
    /// {
    ///     private readonly Mean zeros;
    ///     public Sparsity() => zeros = AddMetric(new Mean("zeros"));
    ///     protected override Tensor Forward(Tensor x, CallContext context)
    ///     {
    ///         if (context.Training)
    ///             zeros.Add(x.Equal(0).Cast(DType.Float32).Mean());
    ///         return x;
    ///     }
    /// }
    /// </code></example>
    protected TMetric AddMetric<TMetric>(TMetric metric) where TMetric : Metric
    {
        ArgumentNullException.ThrowIfNull(metric);
        metrics.Add(metric);
        return metric;
    }

    /// <summary>The metrics of this layer and of those inside.</summary>
    internal IEnumerable<Metric> AllMetrics() => metrics.Concat(Sublayers.SelectMany(layer => layer.AllMetrics()));

    /// <summary>Takes the element type of the layer that made this one for itself.</summary>
    internal void AdoptDType(DType type) => dtype = type;

    /// <summary>What the layer at a place inside is called, in files and listings.</summary>
    internal virtual string SublayerName(int place) => Sublayers[place].Name ?? $"{Sublayers[place].GetType().Name}_{place}";

    /// <summary>Gives the layer a name that a model made up.</summary>
    internal void InventName(string name)
    {
        Name = name;
        HasInventedName = true;
    }

    // What GetConfig wrote for every layer.
    internal void ReadCommon(JsonObject config)
    {
        Name = config.Get<string?>("name", null);
        trainable = config.Get("trainable", true);
        dtype = config.Get("dtype", DType.Float32);
        activityRegularizer = config.Get<Regularizer?>("activity_regularizer", null);
        if (config["frozen"] is not null)
            Freeze([.. config.Get<string[]>("frozen", [])]);
        else if (!trainable)
            tracked.ForEach(layer => layer.Trainable = false);
    }

    /// <summary>Each weight by its path, as in <c>encoder/dense_1/kernel</c>, as often as it is reached. Layers inside another kind than a model may have no names.</summary>
    internal IReadOnlyList<(string Name, Variable Variable)> WeightPlaces(string path = "")
    {
        List<(string Name, Variable Variable)> places = [];
        foreach (Weight weight in weights)
            places.Add((path + weight.Variable.Name, weight.Variable));
        for (int i = 0; i < Sublayers.Count; i++)
            places.AddRange(Sublayers[i].WeightPlaces($"{path}{SublayerName(i)}/"));
        return places;
    }

    // A weight occurs as often as it is reached: through a layer, and again through a model inside that shares the layer.
    private IEnumerable<Weight> AllWeights() => weights.Concat(Sublayers.SelectMany(layer => layer.AllWeights()));

    private IEnumerable<Weight> AllTrainableWeights() => Trainable
        ? weights.Where(weight => weight.Variable.Trainable).Concat(Sublayers.SelectMany(layer => layer.AllTrainableWeights()))
        : [];

    /// <summary>Takes back the declaration of weights, of the layers inside too.</summary>
    internal void ForgetWeights()
    {
        using Lock.Scope building = Building.EnterScope();
        weights.Clear();
        isBuilt = false;
        tracked.ForEach(layer => layer.ForgetWeights());
    }

    private void EnsureBuilt(Bundle<Tensor> inputs)
    {
        if (inputs.Count == 0)
            throw new ShapeException($"Layer {Label}: received no input.");
        if (!isBuilt)
            EnsureDeclared(inputs.Map(input => input.Spec));
    }

    /// <summary>Declares the weights for inputs of given shapes, unless they are there.</summary>
    private protected void EnsureDeclared(Bundle<TensorSpec> inputs)
    {
        using Lock.Scope building = Building.EnterScope();
        if (isBuilt)
            return;
        try
        {
            Build(inputs);
        }
        catch (Exception exception) when (exception is ShapeException or ArgumentOutOfRangeException)
        {
            weights.Clear();
            throw new ShapeException($"Layer {Label}: {exception.Message}", exception);
        }

        isBuilt = true;
    }

    private sealed record Weight(Variable Variable, Initializer Initializer, Regularizer? Regularizer, bool IsDeclaredTrainable)
    {
        // Our own initializers do not keep the tensor they give; a user's initializer may.
        public bool OwnsFirst => Initializer.GetType().Assembly == typeof(Initializer).Assembly;

        public Tensor First(RandomKey key) => Initializer.Call(Variable.Shape, key, Variable.DType);
    }
}
