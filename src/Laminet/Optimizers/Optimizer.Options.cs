using System.Globalization;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <content>The options that all optimizers have.</content>
public abstract partial class Optimizer
{
    private static string[] CommonSettings =>
    [
        "weight_decay", "clipvalue", "clipnorm", "global_clipnorm", "exclude_from_weight_decay", "use_ema", "ema_momentum", "ema_overwrite_frequency", "loss_scale_factor",
        "gradient_accumulation_steps", "momentum_schedule",
    ];

    private readonly HashSet<Variable> undecayed = [];
    private readonly List<string> undecayedNames = [];
    private readonly Dictionary<Variable, Group> groups = [];
    private int groupsSet;
    private double? clipValue;
    private double? clipNorm;
    private double? globalClipNorm;

    /// <summary>
    /// The decoupled weight decay d: each step multiplies a variable by 1 - r d, with learning rate r, before it applies the gradient. Null for none.
    /// Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
    /// </summary>
    public double? WeightDecay { get; set => field = NotNegative(value, nameof(WeightDecay)); }

    /// <summary>
    /// Gives the momentum of each step in place of the constructor's number: the momentum of SGD, RMSprop and Muon; beta 1 of Adam, AdamW, Adamax, Nadam, Lamb and Lion. Null for the
    /// number. <see cref="OneCycle.Momentum"/> is the one that goes with a <see cref="OneCycle"/> of the learning rate.
    /// </summary>
    /// <exception cref="InvalidOperationException">The optimizer takes no such schedule, or steps have been made already.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The schedule does not begin at 0 up to but not 1.</exception>
    public LearningRateSchedule? MomentumSchedule { get; set => field = BeforeSlots(OfMomentum(value), nameof(MomentumSchedule)); }

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
    /// The number n of gradients whose mean makes one update; null for 1. The first n - 1 gradients only go into a sum, and the variables change with each n-th. The mean
    /// is clipped, not its parts. Schedules and moving averages count updates. For your own loops; Fit has the option gradientAccumulation, which also makes an update of what is left at the end of an epoch.
    /// </summary>
    /// <exception cref="InvalidOperationException">Steps have been made already.</exception>
    public int? GradientAccumulationSteps
    {
        get;
        set => field = value is null or >= 1 ? BeforeSlots(value, nameof(GradientAccumulationSteps))
            : throw new ArgumentOutOfRangeException(nameof(value), $"Received GradientAccumulationSteps = {value}; it must be 1 or more, or null for none.");
    }

    /// <summary>
    /// Whether the optimizer keeps a moving average of each variable: a = m a + (1 - m) w after each update, with <see cref="EmaMomentum"/> m; the first update sets a = w. At the
    /// end of Fit the variables take the averages. Use the callback SwapEMAWeights to evaluate with them on the way. Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
    /// </summary>
    /// <exception cref="InvalidOperationException">Steps have been made already.</exception>
    public bool UseEma { get; set => field = BeforeSlots(value, nameof(UseEma)); }

    /// <summary>The share m of a moving average that stays in each update, 0 to 1; see <see cref="UseEma"/>.</summary>
    public double EmaMomentum { get; set => field = Setting.Require(value, value is >= 0 and <= 1, "0 to 1", nameof(EmaMomentum)); } = 0.99;

    /// <summary>The number of updates after which the variables take the moving averages; null for the end of Fit only. See <see cref="UseEma"/>.</summary>
    public int? EmaOverwriteFrequency
    {
        get;
        set => field = value is null or >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), $"Received EmaOverwriteFrequency = {value}; it must be 1 or more, or null for none.");
    }

    /// <summary>
    /// The factor by which <see cref="ScaleLoss"/> multiplies the loss, and by which each step divides the gradients before it clips them; null for 1. Fit's own training step does so itself; a TrainStep of your own must. It keeps
    /// small numbers of a narrow type from becoming 0 on the way back. <see cref="LossScaleOptimizer"/> finds the factor itself.
    /// </summary>
    public double? LossScaleFactor
    {
        get;
        set => field = value is null || (value > 0 && double.IsFinite(value.Value)) ? value
            : throw new ArgumentOutOfRangeException(nameof(value), string.Create(CultureInfo.InvariantCulture, $"Received LossScaleFactor = {value}; it must be above 0 and finite, or null for none."));
    }

    /// <summary>Multiplies a loss by <see cref="LossScaleFactor"/>. Take the gradients of the result; report the loss itself.</summary>
    /// <param name="loss">The loss.</param>
    public virtual Tensor ScaleLoss(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return LossScaleFactor is { } scale ? loss * Tensor.Scalar(scale, loss.DType) : loss;
    }

    /// <summary>Excludes variables from <see cref="WeightDecay"/>, such as biases and the scales of normalization.</summary>
    /// <param name="variables">The variables to exclude.</param>
    public void ExcludeFromWeightDecay(IEnumerable<Variable> variables) => undecayed.UnionWith(variables);

    /// <summary>Excludes every variable from <see cref="WeightDecay"/> whose path, as in <c>dense/bias</c>, contains one of the words.</summary>
    /// <param name="names">Words such as "bias". They are saved with the optimizer; excluded variables of the other overload are not.</param>
    public void ExcludeFromWeightDecay(IEnumerable<string> names) => undecayedNames.AddRange(names);

    /// <summary>
    /// Gives some variables, such as <c>layer.Weights</c>, another step size and decay than the others. A later call for the same variable replaces an earlier one. Groups are not saved in
    /// files: set them again before training goes on. For other kinds of steps see <see cref="MultiOptimizer"/>.
    /// </summary>
    /// <param name="variables">The variables.</param>
    /// <param name="rateFactor">The factor of their learning rate; not negative. The step is scaled, not the gradient, which Adam would divide out again.</param>
    /// <param name="weightDecay">Their weight decay; null for the optimizer's.</param>
    public void SetGroup(IEnumerable<Variable> variables, double rateFactor = 1, double? weightDecay = null)
    {
        ArgumentNullException.ThrowIfNull(variables);
        Group group = new(Setting.Require(rateFactor, rateFactor >= 0 && double.IsFinite(rateFactor), "zero or more, and finite"), NotNegative(weightDecay, nameof(weightDecay)));
        foreach (Variable variable in variables)
            groups[variable] = group;
        groupsSet++;
    }

    /// <summary>Sets the variables to their moving averages; see <see cref="UseEma"/>. Variables that no step has changed yet stay as they are.</summary>
    internal virtual void TakeAverages()
    {
        foreach ((Variable variable, Variable average) in Averages())
            variable.Assign(Tensor.Where(average.Value.IsNaN(), variable.Value, average.Value));
    }

    /// <summary>Exchanges the variables and their moving averages; see <see cref="UseEma"/>.</summary>
    internal virtual void SwapAverages()
    {
        foreach ((Variable variable, Variable average) in Averages())
        {
            (Tensor value, Tensor mean) = (variable.Value, average.Value);
            variable.Assign(Tensor.Where(mean.IsNaN(), value, mean));
            average.Assign(Tensor.Where(mean.IsNaN(), mean, value));
        }
    }

    /// <summary>Whether some variables have moving averages.</summary>
    internal virtual bool HasAverages => UseEma;

    /// <summary>Throws if an option is set on an optimizer that hands its steps on to others, which have options of their own.</summary>
    /// <exception cref="InvalidOperationException">One is.</exception>
    private protected void RequireNoOptions(string where)
    {
        if (WeightDecay is not null || clipValue is not null || clipNorm is not null || globalClipNorm is not null || UseEma || GradientAccumulationSteps is not null || LossScaleFactor is not null
            || groups.Count > 0 || undecayed.Count > 0 || undecayedNames.Count > 0)
        {
            throw new InvalidOperationException($"Received an option of a {GetType().Name}, such as decay, clipping, averages or groups; expected options {where} alone. Set it there.");
        }
    }

    private Tensor Accumulated(Variable variable, Tensor slope, Tensor isFirst, Tensor? proceeds)
    {
        Variable sum = slotsOf[variable][^1];
        Tensor none = Tensor.Scalar(0.0), one = Tensor.Scalar(1.0);
        new SumRule().Apply(sum, slope, [], UpdateRule.Scalars([isFirst.Cast(DType.Float64)], none, one, proceeds?.Cast(DType.Float64)));
        return sum.Value;
    }

    private void Average(Variable[] variables, Tensor step, Tensor? updates)
    {
        Tensor none = Tensor.Scalar(0.0), one = Tensor.Scalar(1.0);
        Tensor scalars = UpdateRule.Scalars([], none, one, updates?.Cast(DType.Float64));
        foreach (Variable variable in variables)
            new AverageRule(EmaMomentum).Apply(AverageOf(variable), variable.Value, [], scalars);
        if (EmaOverwriteFrequency is not { } frequency)
            return;
        Tensor isTime = step.Mod(frequency).Equal(0);
        Tensor takes = UpdateRule.Scalars([], none, one, (updates is null ? isTime : updates.And(isTime)).Cast(DType.Float64));
        foreach (Variable variable in variables)
            new TakeRule().Apply(variable, AverageOf(variable).Value, [], takes);
    }

    private Variable AverageOf(Variable variable) => slotsOf[variable][^(GradientAccumulationSteps is null ? 1 : 2)];

    private IEnumerable<(Variable Variable, Variable Average)> Averages() =>
        UseEma ? slotsOf.Keys.Select(variable => (variable, AverageOf(variable))) : [];

    private double RateFactorOf(Variable variable) => groups.GetValueOrDefault(variable)?.RateFactor ?? 1;

    private double DecayOf(Variable variable)
    {
        double decay = groups.GetValueOrDefault(variable)?.WeightDecay ?? WeightDecayOf(variable) ?? 0;
        return decay > 0 && !undecayed.Contains(variable) && !undecayedNames.Exists(name => PathOf(variable).Contains(name, StringComparison.Ordinal)) ? decay : 0;
    }

    /// <summary>The weight decay of a variable that is in no group.</summary>
    private protected virtual double? WeightDecayOf(Variable variable) => WeightDecay;

    /// <summary>Whether the optimizer follows a <see cref="MomentumSchedule"/>.</summary>
    private protected virtual bool TakesMomentum => false;

    private LearningRateSchedule? OfMomentum(LearningRateSchedule? schedule)
    {
        if (schedule is null)
            return null;
        if (!TakesMomentum)
        {
            throw new InvalidOperationException($"Received a momentum schedule for the optimizer {GetType().Name}, which has no momentum of its own to follow it; expected SGD, RMSprop, Muon, Adam, AdamW, "
                + "Adamax, Nadam, Lamb or Lion. Set it on one of these.");
        }

        double first = schedule.At(0);
        return first is >= 0 and < 1 ? schedule
            : throw new ArgumentOutOfRangeException(nameof(schedule), string.Create(CultureInfo.InvariantCulture, $"Received a momentum schedule that begins at {first}; expected 0 to 1, without 1."));
    }

    private T BeforeSlots<T>(T value, string name) => slotsOf.Count == 0 ? value
        : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Received {name} = {value} after the optimizer has made its slots, whose number depends on it. Set it when you create the optimizer."));

    // Only what is not as by default: files of optimizers without these options stay as they were.
    private void WriteOptions(JsonObject config)
    {
        if (UseEma)
            (config["use_ema"], config["ema_momentum"], config["ema_overwrite_frequency"]) = (true, EmaMomentum, EmaOverwriteFrequency);
        if (LossScaleFactor is { } scale)
            config["loss_scale_factor"] = scale;
        if (GradientAccumulationSteps is { } steps)
            config["gradient_accumulation_steps"] = steps;
        if (MomentumSchedule is { } momentum)
            config["momentum_schedule"] = SettingValues.Write(momentum, typeof(LearningRateSchedule));
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
        (UseEma, EmaMomentum, EmaOverwriteFrequency) = (config.Get("use_ema", false), config.Get("ema_momentum", EmaMomentum), config.Get<int?>("ema_overwrite_frequency", null));
        (LossScaleFactor, GradientAccumulationSteps) = (config.Get<double?>("loss_scale_factor", null), config.Get<int?>("gradient_accumulation_steps", null));
        MomentumSchedule = config.Get<LearningRateSchedule?>("momentum_schedule", null);
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

    private sealed record Group(double RateFactor, double? WeightDecay);

    /// <summary>Adds a gradient to a sum, or begins it anew.</summary>
    private sealed record SumRule : UpdateRule
    {
        public override string Name => "Sum of gradients";

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            if (tile.Scalars[0] != 0)
            {
                tile.Gradient.CopyTo(tile.Value);
                return;
            }

            for (int i = 0; i < tile.Value.Length; i++)
                tile.Value[i] += tile.Gradient[i];
        }
    }

    /// <summary>Takes a value, in place of a gradient, into a moving average, which is NaN before the first.</summary>
    private sealed record AverageRule(double Momentum) : UpdateRule
    {
        public override string Name => "Moving average";

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            System.Numerics.Vector<T> kept = Constant<T>(Momentum), added = Constant<T>(1 - Momentum);
            for (int i = 0; i < tile.Value.Length; i++)
            {
                System.Numerics.Vector<T> average = tile.Value[i], value = tile.Gradient[i];
                tile.Value[i] = System.Numerics.Vector.ConditionalSelect(System.Numerics.Vector.Equals(average, average), (kept * average) + (added * value), value);
            }
        }
    }

    /// <summary>Replaces a variable by a value, given in place of a gradient.</summary>
    private sealed record TakeRule : UpdateRule
    {
        public override string Name => "Take the average";

        protected override void Update<T>(in UpdateTile<T> tile) => tile.Gradient.CopyTo(tile.Value);
    }
}
