using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// Updates variables with their gradients, step by step. The optimizer state (slots, step count, learning rate) consists of variables in
/// <see cref="State"/>. If they are saved and restored, training continues with the same bits.
/// </summary>
/// <remarks>
/// The learning rate is a variable, or a schedule that computes it from the number of steps: a compiled step reads it in each call. The other options are
/// read when a step is compiled. If they change, Fit compiles its step again; a function that you compile yourself keeps the values from its compilation.
/// </remarks>
public abstract partial class Optimizer : IConfigurable, IHasState
{
    private readonly Variable iterations = new(Tensor.Scalar(0L), "iterations", trainable: false);
    private readonly Variable learningRate = new(Tensor.Scalar(0.0), "learning_rate", trainable: false);

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The size of a step: a number, not negative, or a schedule.</param>
    protected Optimizer(LearningRateSchedule learningRate)
    {
        ArgumentNullException.ThrowIfNull(learningRate);
        state = [iterations, this.learningRate];
        if (learningRate is ConstantRate constant)
            this.learningRate.Assign(Tensor.Scalar(constant.Value));
        else
            Schedule = learningRate;
    }

    /// <summary>The optimizers that model files and strings may name.</summary>
    public static ClassRegistry<Optimizer> Registry { get; } = CreateRegistry();

    /// <summary>The size of the next step. It may be changed at any time, unless a <see cref="Schedule"/> gives it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, infinite or NaN.</exception>
    /// <exception cref="InvalidOperationException">A schedule gives the learning rate.</exception>
    public virtual double LearningRate
    {
        get => Schedule?.At(Iterations) ?? learningRate.Item<double>();
        set => learningRate.Assign(Tensor.Scalar(Schedule is not null
            ? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"Received the learning rate {value}, but the optimizer was created with the schedule {Schedule.GetType().Name}, which gives it at each step. To set it yourself, create the optimizer with a number."))
            : ConstantRate.Require(value)));
    }

    /// <summary>The schedule that gives the learning rate; null if it is a number.</summary>
    public LearningRateSchedule? Schedule { get; }

    /// <summary>Whether the learning rate is one number that may be set.</summary>
    internal virtual bool HasOwnRate => Schedule is null;

    /// <summary>The number of updates so far. With <see cref="GradientAccumulationSteps"/> several gradients make one update.</summary>
    public virtual long Iterations => iterations.Item<long>() / (GradientAccumulationSteps ?? 1);

    /// <summary>The number of gradients received so far, as a tensor. In a step that is being compiled, it stands for the value in each call.</summary>
    internal virtual Tensor IterationsTensor => iterations.Value;

    /// <summary>Creates an optimizer by its name with default settings, as in <c>Optimizer optimizer = "adam"</c>.</summary>
    /// <exception cref="ArgumentException">There is no optimizer of that name; the message lists those that exist.</exception>
    public static implicit operator Optimizer(string name) => Registry.Create(name);

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
        StepIf([.. trained.Select(pair => (pair.Gradient.Detach(), pair.Variable))], proceeds: null);
    }

    /// <summary>Makes a step with gradients that fit variables which have their slots.</summary>
    /// <param name="trained">The variables with their gradients.</param>
    /// <param name="proceeds">A truth value: false if everything stays as it is, the number of steps too. Null for true.</param>
    internal virtual void StepIf(IReadOnlyList<(Tensor Gradient, Variable Variable)> trained, Tensor? proceeds)
    {
        if (trained.Count > 0)
            UpdateAll(trained, proceeds);
        Tensor one = Tensor.Scalar(1L);
        iterations.Assign(iterations.Value + (proceeds?.Cast(DType.Int64) ?? one));
    }

    private void UpdateAll(IReadOnlyList<(Tensor Gradient, Variable Variable)> trained, Tensor? proceeds)
    {
        Tensor received = iterations.Value + 1;
        Tensor[] slopes = [.. trained.Select(pair => LossScaleFactor is { } scale ? pair.Gradient * Tensor.Scalar(1 / scale, pair.Gradient.DType) : pair.Gradient)];
        Tensor? updates = proceeds, step = null;
        if (GradientAccumulationSteps is { } gradients)
        {
            // Whole numbers in Float64, which holds them exactly.
            Tensor number = received.Cast(DType.Float64);
            step = (number / gradients).Ceiling();
            Tensor isLast = number.Equal(step * gradients), isFirst = (number - 1).Equal((step - 1) * gradients);
            updates = proceeds is null ? isLast : proceeds.And(isLast);
            slopes = [.. slopes.Zip(trained, (slope, pair) => Accumulated(pair.Variable, slope, isFirst, proceeds) * Tensor.Scalar(1.0 / gradients, slope.DType))];
        }

        step ??= received.Cast(DType.Float64);
        Tensor rate = Schedule is null ? learningRate.Value : Schedule.Rate(step - 1);
        if (Schedule is not null)
            learningRate.Assign(rate);
        Advance(step, updates);
        UpdateEach(trained, slopes, rate, step, updates);
        if (UseEma)
            Average([.. trained.Select(pair => pair.Variable)], step, updates);
    }

    private void UpdateEach(IReadOnlyList<(Tensor Gradient, Variable Variable)> trained, Tensor[] slopes, Tensor rate, Tensor step, Tensor? updates)
    {
        Tensor? common = globalClipNorm is { } limit ? Clipping.Factor(Clipping.GlobalNorm(slopes), limit) : null, applies = updates?.Cast(DType.Float64);
        // Most often all variables have the same scalars, of which a step then computes one set with decay and one without.
        List<SharedScalars> known = [];
        List<GroupRate> rates = [];
        Tensor one = Tensor.Scalar(1.0), none = Tensor.Scalar(0.0);
        for (int i = 0; i < trained.Count; i++)
        {
            Variable variable = trained[i].Variable;
            (double rateFactor, double decay) = (RateFactorOf(variable), DecayOf(variable));
            GroupRate? own = rates.Find(group => group.RateFactor == rateFactor);
            if (own is null)
            {
                Tensor scaled = rateFactor == 1 ? rate : rate * rateFactor;
                rates.Add(own = new(rateFactor, scaled, Scalars(scaled, step)));
            }

            Tensor slope = clipValue is { } bound ? slopes[i].Clip(-bound, bound) : slopes[i];
            Tensor factor = common ?? (clipNorm is { } norm ? Clipping.Factor(Clipping.GlobalNorm([slope]), norm) : one);
            SharedScalars? shared = known.Find(used => ReferenceEquals(used.Factor, factor) && used.RateFactor == rateFactor && used.Decay == decay);
            if (shared is null)
                known.Add(shared = new(factor, rateFactor, decay, UpdateRule.Scalars(own.Own, decay > 0 ? own.Rate * decay : none, factor, applies)));
            UpdateIf(updates, variable, slope, shared.Scalars);
        }
    }

    /// <summary>A group's rate, and what the update computes from it.</summary>
    private sealed record GroupRate(double RateFactor, Tensor Rate, IReadOnlyList<Tensor> Own);

    /// <summary>The scalars of all variables that have these three alike.</summary>
    private sealed record SharedScalars(Tensor Factor, double RateFactor, double Decay, Tensor Scalars);

    private void UpdateIf(Tensor? updates, Variable variable, Tensor slope, Tensor scalars)
    {
        Variable[] own = OwnSlots(variable);
        Variable[] changed = updates is null || ObservesApplies ? [] : [variable, .. own];
        Tensor[] before = [.. changed.Select(part => part.Value)];
        Update(variable, slope, own, scalars);
        foreach ((Variable part, Tensor old) in changed.Zip(before))
            part.Assign(Tensor.Where(updates!, part.Value, old));
        if (variable.Constraint is not { } constraint)
            return;
        Tensor fitting = constraint(variable.Value);
        variable.Assign(updates is null ? fitting : Tensor.Where(updates, fitting, variable.Value));
    }

    /// <summary>Mixes in the settings that a compiled step contains as constants, so that a change of them compiles the step again. No allocation: it is called before every step.</summary>
    internal virtual ulong MixSettings(ulong hash)
    {
        foreach (double? setting in (ReadOnlySpan<double?>)[
            WeightDecay, clipValue, clipNorm, globalClipNorm, undecayed.Count, undecayedNames.Count, LossScaleFactor, GradientAccumulationSteps, UseEma ? EmaMomentum : null,
            EmaOverwriteFrequency, groupsSet])
        {
            hash = (hash ^ BitConverter.DoubleToUInt64Bits(setting ?? -1)) * 1_099_511_628_211;
        }

        return hash;
    }

    /// <inheritdoc/>
    public virtual JsonObject GetConfig()
    {
        JsonObject config = Registry.AddSettings(this, new()
        {
            ["learning_rate"] = Schedule is null ? LearningRate : null,
            ["weight_decay"] = WeightDecay,
            ["clipvalue"] = ClipValue,
            ["clipnorm"] = ClipNorm,
            ["global_clipnorm"] = GlobalClipNorm,
            ["exclude_from_weight_decay"] = new JsonArray([.. undecayedNames]),
        });
        if (Schedule is not null)
            config["learning_rate"] = LearningRateSchedule.Registry.Serialize(Schedule);
        WriteOptions(config);
        return config;
    }

    /// <summary>
    /// Computes the numbers that the optimizer's rule needs in a step, with tensor operations, so that a compiled step computes them in each call.
    /// By default this is the learning rate alone.
    /// </summary>
    /// <param name="rate">The learning rate, a Float64 scalar.</param>
    /// <param name="step">The number of this step, counted from 1, a Float64 scalar.</param>
    /// <returns>Float64 scalars; the rule reads them from <see cref="UpdateTile{T}.Scalars"/>.</returns>
    protected virtual IReadOnlyList<Tensor> Scalars(Tensor rate, Tensor step) => [rate];

    /// <summary>
    /// Updates one variable and its slots with tensor operations and <see cref="Variable.Assign(Tensor)"/>; start from <see cref="Decayed"/> and
    /// <see cref="Clipped"/>. If elements do not depend on each other, derive from <see cref="RuleOptimizer"/> instead: it makes one pass over memory.
    /// </summary>
    /// <param name="variable">The variable.</param>
    /// <param name="gradient">The gradient before it is clipped by norm; <see cref="ClipValue"/> has been applied.</param>
    /// <param name="slots">The variable's slots, in the order of <see cref="Slots"/>.</param>
    /// <param name="scalars">
    /// Float64: the fraction of the variable to subtract first (weight decay), the factor of the gradient (clipping), whether the update applies (the optimizer
    /// sees to it), then from place 3 on the result of <see cref="Scalars"/>.
    /// </param>
    /// <example><code>
    /// sealed class Descent(double learningRate = 0.01) : Optimizer(learningRate)
    /// {
    ///     protected override IReadOnlyList&lt;(string Name, double Start)&gt; Slots =&gt; [];
    ///     protected override void Update(Variable variable, Tensor gradient, IReadOnlyList&lt;Variable&gt; slots, Tensor scalars)
    ///     {
    ///         Tensor rate = scalars.At(3).Cast(variable.DType);
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

    /// <summary>True if <see cref="Update"/> itself leaves all as it is where the scalars say that the update does not apply.</summary>
    private protected virtual bool ObservesApplies => false;

    /// <summary>Updates numbers that the optimizer keeps for all variables together, once a step before <see cref="Scalars"/>.</summary>
    /// <param name="step">The number of this step, counted from 1.</param>
    /// <param name="updates">False if they stay as they are; null for true.</param>
    private protected virtual void Advance(Tensor step, Tensor? updates)
    {
    }

    /// <summary>The momentum of a step: the schedule's, or else the constructor's number.</summary>
    private protected Tensor MomentumAt(Tensor step, double number) => MomentumSchedule?.Rate(step - 1) ?? Tensor.Scalar(number);

    /// <summary>How much of a running mean that started at 0 is of gradients: 1 - beta^t.</summary>
    private protected static Tensor Fresh(double beta, Tensor step) => Fresh(Tensor.Scalar(beta), step);

    /// <summary>The same with a beta that may differ from step to step: as in PyTorch, the correction is that of the step's own.</summary>
    private protected static Tensor Fresh(Tensor beta, Tensor step) => 1 - beta.Pow(step);

    /// <summary>A share of what was before, from 0 up to but not 1.</summary>
    private protected static double Share(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Setting.Require(value, value is >= 0 and < 1, "0 to 1, without 1", name);

    /// <summary>What keeps a divisor from 0.</summary>
    private protected static double Positive(double epsilon, [CallerArgumentExpression(nameof(epsilon))] string name = "") =>
        Setting.Require(epsilon, epsilon >= 0 && double.IsFinite(epsilon), "zero or more, and finite", name);

    private static ClassRegistry<Optimizer> CreateRegistry()
    {
        ClassRegistry<Optimizer> registry = new("optimizer", (optimizer, config) => optimizer.ReadCommon(config), ["learning_rate", .. CommonSettings]);
        registry.RegisterBuiltIn<SGD>();
        registry.RegisterBuiltIn<RMSprop>();
        registry.RegisterBuiltIn<Adagrad>();
        registry.RegisterBuiltIn<Adadelta>();
        registry.RegisterBuiltIn<Adam>();
        registry.RegisterBuiltIn<AdamW>();
        registry.RegisterBuiltIn<Adamax>();
        registry.RegisterBuiltIn<Nadam>();
        registry.RegisterBuiltIn<Ftrl>();
        registry.RegisterBuiltIn<Lion>();
        registry.RegisterBuiltIn<Rprop>();
        registry.RegisterBuiltIn<ScheduleFreeAdamW>();
        registry.RegisterBuiltIn<Lamb>();
        registry.RegisterBuiltIn<Adafactor>();
        registry.RegisterBuiltIn<Muon>();
        registry.RegisterBuiltIn<LossScaleOptimizer>();
        registry.RegisterBuiltIn<MultiOptimizer>();
        SettingValues.Add(map => map.Write(registry), node => OptimizerMap.Read(node, registry));
        return registry;
    }
}
