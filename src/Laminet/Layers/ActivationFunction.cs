using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// An elementwise function (or softmax) at a layer's end. By name, as in Keras: <c>"relu"</c>, <c>"sigmoid"</c>, <c>"tanh"</c>,
/// <c>"softmax"</c>, <c>"log_softmax"</c>, <c>"softplus"</c>, <c>"softsign"</c>, <c>"exponential"</c>, <c>"linear"</c>.
/// </summary>
public sealed class ActivationFunction
{
    private static readonly Dictionary<string, ActivationFunction> Known = new ActivationFunction[]
    {
        new("linear", x => x),
        new("relu", x => x.Relu()),
        new("sigmoid", x => x.Sigmoid()),
        new("tanh", x => x.Tanh()),
        new("softmax", x => x.Softmax()),
        new("log_softmax", x => x.LogSoftmax()),
        new("softplus", x => x.Softplus()),
        new("softsign", x => x / (x.Abs() + 1)),
        new("exponential", x => x.Exp()),
    }.ToDictionary(function => function.Name);

    private readonly Func<Tensor, Tensor> function;

    private ActivationFunction(string name, Func<Tensor, Tensor> function) => (Name, this.function) = (name, function);

    /// <summary>f(x) = x.</summary>
    public static ActivationFunction Linear => Known["linear"];

    /// <summary>max(0, x).</summary>
    public static ActivationFunction Relu => Known["relu"];

    /// <summary>The name a model file holds.</summary>
    public string Name { get; }

    /// <summary>The function with this name; null means <see cref="Linear"/>.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that exist.</exception>
    public static implicit operator ActivationFunction(string? name) => FromName(name);

    /// <inheritdoc cref="op_Implicit(string?)"/>
    public static ActivationFunction FromName(string? name) => name is null ? Linear
        : Known.TryGetValue(name, out ActivationFunction? function) ? function
        : throw new ArgumentException($"There is no activation named '{name}'.{Suggestion.For(name, Known.Keys)} Known: {string.Join(", ", Known.Keys)}. For your own, write a layer.", nameof(name));

    /// <summary>Applies the function.</summary>
    public Tensor Call(Tensor x) => function(x);
}
