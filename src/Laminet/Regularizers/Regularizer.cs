using System.Text.Json.Nodes;
using Laminet.Saving;
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
    public abstract JsonObject GetConfig();

    /// <summary>A factor of a penalty, which may not reward.</summary>
    private protected static double Factor(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, $"Received {name} = {value}; a penalty's factor is zero or more, and finite.");

    private static ClassRegistry<Regularizer> CreateRegistry()
    {
        ClassRegistry<Regularizer> registry = new("regularizer");
        registry.Register(config => new L1(config.Get("l1", 0.01)));
        registry.Register(config => new L2(config.Get("l2", 0.01)));
        registry.Register(config => new L1L2(config.Get("l1", 0.0), config.Get("l2", 0.0)), "l1_l2");
        return registry;
    }
}
