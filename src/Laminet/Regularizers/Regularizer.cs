using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Regularizers;

/// <summary>A penalty on a variable that is added to the loss.</summary>
public abstract class Regularizer : IConfigurable
{
    /// <summary>The regularizers that model files and strings may name.</summary>
    public static ClassRegistry<Regularizer> Registry { get; } = CreateRegistry();

    /// <summary>A regularizer by its name with default settings, as in <c>Regularizer regularizer = "l2"</c>.</summary>
    /// <exception cref="ArgumentException">There is no regularizer of that name; the message lists those that exist.</exception>
    public static implicit operator Regularizer(string name) => Registry.Create(name);

    /// <summary>The penalty of a tensor of any shape: a scalar.</summary>
    public abstract Tensor Call(Tensor x);

    /// <inheritdoc/>
    public virtual JsonObject GetConfig() => Registry.AddSettings(this, []);

    /// <summary>A factor of a penalty, which may not reward.</summary>
    private protected static double Penalty(double factor, [CallerArgumentExpression(nameof(factor))] string name = "") =>
        Setting.Require(factor, factor >= 0 && double.IsFinite(factor), "zero or more, and finite", name);

    private static ClassRegistry<Regularizer> CreateRegistry()
    {
        ClassRegistry<Regularizer> registry = new("regularizer");
        registry.RegisterBuiltIn<L1>();
        registry.RegisterBuiltIn<L2>();
        registry.RegisterBuiltIn<L1L2>("l1_l2");
        registry.RegisterBuiltIn<OrthogonalRegularizer>("orthogonal_regularizer");
        return registry;
    }
}
