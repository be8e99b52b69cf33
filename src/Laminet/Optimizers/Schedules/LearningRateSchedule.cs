using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Optimizers.Schedules;

/// <summary>
/// A learning rate as a function of the number of steps so far. Give it to an optimizer in place of a number. It consists of tensor operations, so a
/// compiled step computes it in each call. It has no state: a resumed run continues it from the optimizer's count of steps.
/// </summary>
/// <example><code>
/// Optimizer optimizer = new Adam(new InverseSquareRoot(0.1));
///
/// sealed class InverseSquareRoot(double first) : LearningRateSchedule
/// {
///     public double First { get; } = first;
///     public override Tensor Rate(Tensor step) =&gt; First / (step + 1).Sqrt();
/// }
/// </code></example>
public abstract class LearningRateSchedule : IConfigurable
{
    /// <summary>The schedules that model files may name.</summary>
    public static ClassRegistry<LearningRateSchedule> Registry { get; } = CreateRegistry();

    /// <summary>A learning rate that stays as it is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative, infinite or NaN.</exception>
    public static implicit operator LearningRateSchedule(double rate) => new ConstantRate(rate);

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">How many steps were made before, a Float64 scalar.</param>
    /// <returns>A Float64 scalar, not negative.</returns>
    public abstract Tensor Rate(Tensor step);

    /// <summary>The learning rate of a step as a number, for a picture of the schedule.</summary>
    /// <param name="step">How many steps were made before.</param>
    public double At(long step) => Rate(Tensor.Scalar((double)step)).Item<double>();

    /// <inheritdoc/>
    public virtual JsonObject GetConfig() => Registry.AddSettings(this, []);

    /// <summary>A learning rate of a setting: zero or more, and finite.</summary>
    private protected static double NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Setting.Require(value, value >= 0 && double.IsFinite(value), "zero or more, and finite", name);

    /// <summary>A number of steps of a setting: 1 or more.</summary>
    private protected static int AtLeastOne(int value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Setting.Require(value, value >= 1, "1 or more", name);

    private static ClassRegistry<LearningRateSchedule> CreateRegistry()
    {
        ClassRegistry<LearningRateSchedule> registry = new("learning rate schedule");
        registry.RegisterBuiltIn<CosineDecay>();
        registry.RegisterBuiltIn<CosineDecayRestarts>();
        registry.RegisterBuiltIn<ExponentialDecay>();
        registry.RegisterBuiltIn<InverseTimeDecay>();
        registry.RegisterBuiltIn<OneCycle>();
        registry.RegisterBuiltIn<PiecewiseConstantDecay>();
        registry.RegisterBuiltIn<PolynomialDecay>();
        registry.RegisterBuiltIn<Warmup>();
        // A number is a rate that stays as it is.
        SettingValues.Add<LearningRateSchedule>(
            schedule => schedule is ConstantRate constant ? constant.Value : registry.Serialize(schedule),
            node => node is JsonObject ? registry.Deserialize(node)
                : node is JsonValue value && value.TryGetValue(out double rate) ? new ConstantRate(rate)
                : throw new FormatException($"A learning rate is a number or a schedule; received {JsonForms.Excerpt(node)}."));
        return registry;
    }
}
