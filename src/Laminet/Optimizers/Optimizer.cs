using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// Updates variables with their gradients, step by step. The optimizer state (slots, step count, learning rate) consists of variables in
/// <see cref="State"/>. If they are saved and restored, training continues with the same bits.
/// </summary>
/// <remarks>
/// The learning rate is a variable: a compiled step reads it in each call. Decay and clipping are read when a step is compiled. If they change, Fit
/// compiles its step again; a function that you compile yourself keeps the values from its compilation.
/// </remarks>
public abstract class Optimizer : IConfigurable, IHasState
{
    private readonly Variable iterations = new(Tensor.Scalar(0L), "iterations", trainable: false);
    private readonly Variable learningRate = new(Tensor.Scalar(0.0), "learning_rate", trainable: false);
    private readonly Dictionary<Variable, Variable[]> slotsOf = [];
    private readonly List<Variable> state;
    private readonly HashSet<Variable> undecayed = [];
    private readonly List<string> undecayedNames = [];
    private double? clipValue;
    private double? clipNorm;
    private double? globalClipNorm;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The size of a step; not negative.</param>
    protected Optimizer(double learningRate)
    {
        state = [iterations, this.learningRate];
        LearningRate = learningRate;
    }

    /// <summary>The optimizers that model files and strings may name.</summary>
    public static ClassRegistry<Optimizer> Registry { get; } = CreateRegistry();

    /// <summary>The size of a step; may be changed at any time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, infinite or NaN.</exception>
    public double LearningRate
    {
        get => learningRate.Item<double>();
        set => learningRate.Assign(Tensor.Scalar(value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), string.Create(CultureInfo.InvariantCulture,
                $"Received the learning rate {value}; it must be zero or more, and finite."))));
    }

    /// <summary>The number of steps so far.</summary>
    public long Iterations => iterations.Item<long>();

    /// <summary>The same as a tensor. In a step that is being compiled, it stands for the value in each call.</summary>
    internal Tensor IterationsTensor => iterations.Value;

    /// <summary>
    /// The decoupled weight decay d: each step multiplies a variable by 1 - r d, with learning rate r, before it applies the gradient. Null for none.
    /// Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
    /// </summary>
    public double? WeightDecay { get; set => field = NotNegative(value, nameof(WeightDecay)); }

    /// <summary>Limits each element of a gradient to [-value, value]; null for none.</summary>
    /// <exception cref="ArgumentException">Another clipping is set already.</exception>
    public double? ClipValue
    {
        get => clipValue;
        set => clipValue = OnlyClipping(value, nameof(ClipValue), clipNorm ?? globalClipNorm);
    }

    /// <summary>Scales the gradient of each variable down to this Euclidean norm if its norm is larger; null for none.</summary>
    /// <exception cref="ArgumentException">Another clipping is set already.</exception>
    public double? ClipNorm
    {
        get => clipNorm;
        set => clipNorm = OnlyClipping(value, nameof(ClipNorm), clipValue ?? globalClipNorm);
    }

    /// <summary>
    /// Scales all gradients by one factor so that their joint Euclidean norm is at most this value; null for none. If the norm is
    /// infinite or NaN, all gradients become NaN, so that the error is visible.
    /// </summary>
    /// <exception cref="ArgumentException">Another clipping is set already.</exception>
    public double? GlobalClipNorm
    {
        get => globalClipNorm;
        set => globalClipNorm = OnlyClipping(value, nameof(GlobalClipNorm), clipValue ?? clipNorm);
    }

    /// <summary>
    /// The optimizer state: "iterations", "learning_rate", and the slots of each variable that was trained, named by the order of
    /// the variables as in "0/kernel/momentum". To restore a state, call <see cref="Build"/> with the same variables, then Assign.
    /// </summary>
    public IReadOnlyList<Variable> State => state;

    IEnumerable<(string Name, Variable Variable)> IHasState.State => state.Select(variable => (variable.Name, variable));

    /// <summary>The number of slots of each variable.</summary>
    internal int SlotCount => Slots.Count;

    /// <summary>The names of the slots of each variable.</summary>
    internal IEnumerable<string> SlotNames => Slots.Select(slot => slot.Name);

    /// <summary>The slots of each variable so far, for files that name them after the model's weights.</summary>
    internal IReadOnlyDictionary<Variable, Variable[]> SlotsByVariable => slotsOf;

    /// <summary>The slots of each variable: a name and the initial value of all elements.</summary>
    protected abstract IReadOnlyList<(string Name, double Start)> Slots { get; }

    /// <summary>Creates an optimizer by its name with default settings, as in <c>Optimizer optimizer = "adam"</c>.</summary>
    /// <exception cref="ArgumentException">There is no optimizer of that name; the message lists those that exist.</exception>
    public static implicit operator Optimizer(string name) => Registry.Create(name);

    /// <summary>Creates the slots of the trainable variables that have none yet. <see cref="Apply(IReadOnlyList{ValueTuple{Tensor, Variable}})"/> does this automatically.</summary>
    /// <exception cref="DTypeException">A trainable variable is not of type Float32 or Float64.</exception>
    public void Build(IEnumerable<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach (Variable variable in variables)
        {
            if (variable.Trainable)
                BuildSlots(variable);
        }
    }

    /// <summary>Creates the slots of a variable if there are none yet, also for a variable that is frozen now and was trained when a file was written.</summary>
    internal void BuildSlots(Variable variable)
    {
        if (slotsOf.ContainsKey(variable))
            return;
        if (!variable.DType.IsFloat())
            throw new DTypeException($"The variable '{variable.Name}' holds {variable.DType}; only Float32 and Float64 are trained. Set Trainable = false.");
        string prefix = $"{slotsOf.Count}/{variable.Name}/";
        Variable[] slots = [.. Slots.Select(slot => new Variable(First(slot.Start, variable), prefix + slot.Name, trainable: false))];
        slotsOf.Add(variable, slots);
        state.AddRange(slots);
    }

    /// <summary>Sets the slots of a variable to their initial values.</summary>
    internal void ResetSlots(Variable variable)
    {
        foreach ((Variable slot, (_, double start)) in slotsOf[variable].Zip(Slots))
            slot.Assign(First(start, variable));
    }

    /// <summary>
    /// Makes one step: clips the gradients, then updates every trainable variable and applies its constraint. Other variables do not change. Pass the gradients
    /// that <see cref="Laminet.Tensors.Autodiff.Gradient"/> returns for the same list of variables.
    /// </summary>
    /// <param name="gradients">The gradient by each variable, of its shape and type.</param>
    /// <param name="variables">The variables, in the same order.</param>
    /// <exception cref="ArgumentException">There are not as many gradients as variables, or a variable occurs twice.</exception>
    /// <inheritdoc cref="Apply(IReadOnlyList{ValueTuple{Tensor, Variable}})"/>
    public void Apply(IReadOnlyList<Tensor> gradients, IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(variables);
        if (gradients.Count != variables.Count)
        {
            throw new ArgumentException($"Received {gradients.Count} gradients for {variables.Count} variables; expected one for each variable, in the same order. "
                + "Take the gradients by the same list of variables.", nameof(gradients));
        }

        Apply([.. gradients.Zip(variables)]);
    }

    /// <summary>Makes one step: clips the gradients, then updates every trainable variable and applies its constraint. Other variables do not change.</summary>
    /// <param name="gradients">Each variable with its gradient, of the same shape and type.</param>
    /// <exception cref="ShapeException">A gradient does not have the shape of its variable.</exception>
    /// <exception cref="DTypeException">A gradient does not have the type of its variable.</exception>
    /// <exception cref="ArgumentException">A variable occurs twice.</exception>
    public void Apply(IReadOnlyList<(Tensor Gradient, Variable Variable)> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        (Tensor Gradient, Variable Variable)[] trained = [.. gradients.Where(pair => pair.Variable.Trainable)];
        HashSet<Variable> seen = [];
        foreach ((Tensor gradient, Variable variable) in trained)
        {
            // All are checked before any is changed.
            if (!seen.Add(variable))
            {
                throw new ArgumentException($"Received two gradients for the variable '{variable.Name}'; expected one for each variable. If they come "
                    + "from two losses, add them first. If a list names the variable twice, make the list distinct before the gradients are taken.", nameof(gradients));
            }

            if (gradient.Shape != variable.Shape)
                throw new ShapeException($"The gradient for '{variable.Name}' has shape {gradient.Shape}; it must have the variable's shape {variable.Shape}.");
            if (gradient.DType != variable.DType)
                throw new DTypeException($"The gradient for '{variable.Name}' holds {gradient.DType}; the variable holds {variable.DType}. Cast it first.");
        }

        Build(trained.Select(pair => pair.Variable));
        if (trained.Length > 0)
        {
            Tensor step = (iterations.Value + 1).Cast(DType.Float64), rate = learningRate.Value;
            IReadOnlyList<Tensor> own = Scalars(rate, step);
            Tensor[] slopes = [.. trained.Select(pair => pair.Gradient.Detach())];
            Tensor? common = globalClipNorm is { } limit ? Clipping.Factor(Clipping.GlobalNorm(slopes), limit) : null;
            // Most often all variables have the same scalars, of which a step then computes one set with decay and one without.
            Dictionary<(Tensor Factor, bool Decays), Tensor> known = [];
            Tensor one = Tensor.Scalar(1.0), none = Tensor.Scalar(0.0);
            for (int i = 0; i < trained.Length; i++)
            {
                Variable variable = trained[i].Variable;
                Tensor slope = clipValue is { } bound ? slopes[i].Clip(-bound, bound) : slopes[i];
                Tensor factor = common ?? (clipNorm is { } norm ? Clipping.Factor(Clipping.GlobalNorm([slope]), norm) : one);
                if (!known.TryGetValue((factor, Decays(variable)), out Tensor? scalars))
                    known[(factor, Decays(variable))] = scalars = UpdateRule.Scalars(own, Decays(variable) ? rate * WeightDecay!.Value : none, factor);
                Update(variable, slope, slotsOf[variable], scalars);
                if (variable.Constraint is { } constraint)
                    variable.Assign(constraint(variable.Value));
            }
        }

        iterations.Assign(iterations.Value + 1);
    }

    /// <summary>Mixes in the settings that a compiled step contains as constants, so that a change of them compiles the step again. No allocation: it is called before every step.</summary>
    internal ulong MixSettings(ulong hash)
    {
        foreach (double? setting in (ReadOnlySpan<double?>)[WeightDecay, clipValue, clipNorm, globalClipNorm, undecayed.Count, undecayedNames.Count])
            hash = (hash ^ BitConverter.DoubleToUInt64Bits(setting ?? -1)) * 1_099_511_628_211;
        return hash;
    }

    /// <summary>Excludes variables from <see cref="WeightDecay"/>, such as biases and the scales of normalization.</summary>
    /// <param name="variables">The variables to exclude.</param>
    public void ExcludeFromWeightDecay(IEnumerable<Variable> variables) => undecayed.UnionWith(variables);

    /// <summary>Excludes every variable from <see cref="WeightDecay"/> whose name contains one of the words.</summary>
    /// <param name="names">Words such as "bias". They are saved with the optimizer; excluded variables of the other overload are not.</param>
    public void ExcludeFromWeightDecay(IEnumerable<string> names) => undecayedNames.AddRange(names);

    /// <inheritdoc/>
    public virtual JsonObject GetConfig() => Registry.AddSettings(this, new()
    {
        ["learning_rate"] = LearningRate,
        ["weight_decay"] = WeightDecay,
        ["clipvalue"] = ClipValue,
        ["clipnorm"] = ClipNorm,
        ["global_clipnorm"] = GlobalClipNorm,
        ["exclude_from_weight_decay"] = new JsonArray([.. undecayedNames]),
    });

    /// <summary>
    /// Computes the numbers that the optimizer's rule needs in a step, with tensor operations, so that a compiled step computes them in each call.
    /// By default this is the learning rate alone.
    /// </summary>
    /// <param name="rate">The learning rate, a Float64 scalar.</param>
    /// <param name="step">The number of this step, counted from 1, a Float64 scalar.</param>
    /// <returns>Float64 scalars; the rule reads them from <see cref="UpdateTile{T}.Scalars"/>.</returns>
    protected virtual IReadOnlyList<Tensor> Scalars(Tensor rate, Tensor step) => [rate];

    /// <summary>
    /// Updates one variable and its slots. Use an <see cref="UpdateRule"/> if elements do not depend on each other; otherwise use tensor
    /// operations and <see cref="Variable.Assign(Tensor)"/>. A rule applies decay and the clipping factor automatically. An update with tensor
    /// operations must start from <see cref="Decayed"/> and <see cref="Clipped"/>.
    /// </summary>
    /// <param name="variable">The variable.</param>
    /// <param name="gradient">The gradient before it is clipped by norm; <see cref="ClipValue"/> has been applied.</param>
    /// <param name="slots">The variable's slots, in the order of <see cref="Slots"/>.</param>
    /// <param name="scalars">Float64: the fraction of the variable to subtract first (weight decay), the factor of the gradient (clipping), then the result of <see cref="Scalars"/>.</param>
    /// <example><code>
    /// sealed class Descent(double learningRate = 0.01) : Optimizer(learningRate)
    /// {
    ///     protected override IReadOnlyList&lt;(string Name, double Start)&gt; Slots =&gt; [];
    ///     protected override void Update(Variable variable, Tensor gradient, IReadOnlyList&lt;Variable&gt; slots, Tensor scalars)
    ///     {
    ///         Tensor rate = scalars.At(2).Cast(variable.DType);
    ///         variable.Assign(Decayed(variable, scalars) - (rate * Clipped(gradient, scalars)));
    ///     }
    /// }
    /// </code></example>
    protected abstract void Update(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, Tensor scalars);

    /// <summary>The value of the variable after weight decay; for updates with tensor operations.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="scalars">The scalars that <see cref="Update"/> received.</param>
    protected static Tensor Decayed(Variable variable, Tensor scalars)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(scalars);
        return variable.Value * (1 - scalars.At(0)).Cast(variable.DType);
    }

    /// <summary>The gradient clipped by norm; for updates with tensor operations.</summary>
    /// <param name="gradient">The gradient.</param>
    /// <param name="scalars">The scalars that <see cref="Update"/> received.</param>
    protected static Tensor Clipped(Tensor gradient, Tensor scalars)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(scalars);
        return gradient * scalars.At(1).Cast(gradient.DType);
    }

    // What GetConfig wrote for every optimizer. Written as null it means none, also where the class's default is another.
    private void ReadCommon(JsonObject config)
    {
        if (config.ContainsKey("weight_decay"))
            WeightDecay = config.Get<double?>("weight_decay", null);
        ClipValue = config.Get<double?>("clipvalue", null);
        ClipNorm = config.Get<double?>("clipnorm", null);
        GlobalClipNorm = config.Get<double?>("global_clipnorm", null);
        ExcludeFromWeightDecay(config.Get<string[]>("exclude_from_weight_decay", []));
    }

    // One number seen everywhere: a slot takes memory from its first update on, so planning a training takes none.
    private static Tensor First(double start, Variable variable) => Tensor.Scalar(start, variable.DType).BroadcastTo(variable.Shape);

    /// <summary>A share of what was before, from 0 up to but not 1.</summary>
    private protected static double Share(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Setting.Require(value, value is >= 0 and < 1, "0 to 1, without 1", name);

    /// <summary>What keeps a divisor from 0.</summary>
    private protected static double Positive(double epsilon, [CallerArgumentExpression(nameof(epsilon))] string name = "") =>
        Setting.Require(epsilon, epsilon >= 0 && double.IsFinite(epsilon), "zero or more, and finite", name);

    private bool Decays(Variable variable)
    {
        if (WeightDecay is not > 0 || undecayed.Contains(variable))
            return false;
        foreach (string name in undecayedNames)
        {
            if (variable.Name.Contains(name, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    private static double? OnlyClipping(double? value, string name, double? other) => value is not null && other is not null
        ? throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
            $"Received {name} = {value}; another of ClipValue, ClipNorm and GlobalClipNorm is already set, and only one may be set. Set the other to null."))
        : value is null or > 0 ? value
        : throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture,
            $"Received {name} = {value}; it must be above 0, or null for none."));

    private static double? NotNegative(double? value, string name) => value is null or >= 0
        ? value
        : throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture,
            $"Received {name} = {value}; it must be zero or more, or null for none."));

    private static ClassRegistry<Optimizer> CreateRegistry()
    {
        ClassRegistry<Optimizer> registry = new(
            "optimizer", (optimizer, config) => optimizer.ReadCommon(config), "learning_rate", "weight_decay", "clipvalue", "clipnorm", "global_clipnorm", "exclude_from_weight_decay");
        registry.RegisterBuiltIn<SGD>();
        registry.RegisterBuiltIn<RMSprop>();
        registry.RegisterBuiltIn<Adagrad>();
        registry.RegisterBuiltIn<Adadelta>();
        registry.RegisterBuiltIn<Adam>();
        registry.RegisterBuiltIn<AdamW>();
        return registry;
    }
}
