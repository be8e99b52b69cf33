using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Constraints;

/// <summary>
/// A rule that a weight keeps: after each update the optimizer replaces the weight by the nearest one, or nearly so, that follows the rule. It is a part
/// of the variable (<see cref="Variable.Constraint"/>), so it also holds in training loops of your own.
/// </summary>
/// <example><code>
/// sealed class AtMostOne : Constraint
/// {
///     public override Tensor Call(Tensor x) => x.Clip(-1, 1);
/// }
/// </code></example>
public abstract class Constraint : IConfigurable
{
    /// <summary>Keeps the division by a norm of 0 finite, as in Keras.</summary>
    private protected const double Epsilon = 1e-7;

    /// <summary>The constraints that model files and strings may name.</summary>
    public static ClassRegistry<Constraint> Registry { get; } = CreateRegistry();

    /// <summary>A constraint by its name with default settings, as in <c>Constraint constraint = "max_norm"</c>.</summary>
    /// <exception cref="ArgumentException">There is no constraint of that name; the message lists those that exist.</exception>
    public static implicit operator Constraint(string name) => Registry.Create(name);

    /// <summary>The weight that follows the rule, of the same shape and type.</summary>
    /// <param name="x">The weight after an update.</param>
    public abstract Tensor Call(Tensor x);

    /// <inheritdoc/>
    public virtual JsonObject GetConfig() => Registry.AddSettings(this, []);

    private static ClassRegistry<Constraint> CreateRegistry()
    {
        ClassRegistry<Constraint> registry = new("constraint");
        registry.RegisterBuiltIn<MaxNorm>("max_norm");
        registry.RegisterBuiltIn<MinMaxNorm>("min_max_norm");
        registry.RegisterBuiltIn<NonNeg>("non_neg");
        registry.RegisterBuiltIn<UnitNorm>("unit_norm");
        return registry;
    }
}
