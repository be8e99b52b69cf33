using System.Collections.Concurrent;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// An elementwise function (or softmax) at a layer's end. By name, as in Keras: <c>"relu"</c>, <c>"sigmoid"</c>, <c>"tanh"</c>,
/// <c>"softmax"</c>, <c>"log_softmax"</c>, <c>"softplus"</c>, <c>"softsign"</c>, <c>"exponential"</c>, <c>"linear"</c>, or one that you
/// <see cref="Register"/>. Or a lambda: <c>new Dense(8, activation: new(x => x.Relu() * 2))</c>. A model with a lambda is trained like any other,
/// and its weights and checkpoints are written; as a model it is not saved, since files hold names and never code.
/// </summary>
public sealed class ActivationFunction
{
    private static readonly Dictionary<string, ActivationFunction> BuiltIn = new ActivationFunction[]
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
    }.ToDictionary(function => function.Name!);

    private static readonly ConcurrentDictionary<string, ActivationFunction> Known = new(BuiltIn);

    private readonly Func<Tensor, Tensor> function;

    /// <summary>A function of your own, in tensor operations; it keeps the shape.</summary>
    public ActivationFunction(Func<Tensor, Tensor> function) : this(null, function)
    {
    }

    private ActivationFunction(string? name, Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        (Name, this.function) = (name, function);
    }

    /// <summary>f(x) = x.</summary>
    public static ActivationFunction Linear => BuiltIn["linear"];

    /// <summary>max(0, x).</summary>
    public static ActivationFunction Relu => BuiltIn["relu"];

    /// <summary>The name a model file holds; null for a lambda.</summary>
    public string? Name { get; }

    /// <summary>The function with this name; null means <see cref="Linear"/>.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that exist.</exception>
    public static implicit operator ActivationFunction(string? name) => FromName(name);

    /// <summary>A function of your own, held by a delegate; a lambda itself is written <c>new(x => ...)</c>.</summary>
    public static implicit operator ActivationFunction(Func<Tensor, Tensor> function) => new(function);

    /// <inheritdoc cref="op_Implicit(string?)"/>
    public static ActivationFunction FromName(string? name) => name is null ? Linear
        : Known.TryGetValue(name, out ActivationFunction? function) ? function
        : throw new ArgumentException($"There is no activation named '{name}'.{Suggestion.For(name, Known.Keys)} Known: {string.Join(", ", Known.Keys.Order(StringComparer.Ordinal))}. "
            + "For your own, call ActivationFunction.Register(name, x => ...) once at start-up.", nameof(name));

    /// <summary>
    /// Makes a function of your own known under a name, so that models with it are saved and loaded. Call it once at start-up, in the program that
    /// saves and in the one that loads. A name of your own that is known already means the new function from then on.
    /// </summary>
    /// <example><code>
    /// ActivationFunction.Register("squared_relu", x => x.Relu().Square());
    /// var layer = new Dense(8, "squared_relu");
    /// </code></example>
    /// <param name="name">The name that layers and files give.</param>
    /// <param name="function">The function, in tensor operations; it keeps the shape.</param>
    /// <exception cref="ArgumentException">The name is empty or a built-in function's.</exception>
    public static void Register(string name, Func<Tensor, Tensor> function)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (BuiltIn.ContainsKey(name))
            throw new ArgumentException($"The name '{name}' is a built-in activation's, and files with it mean that one. Take another name.", nameof(name));
        Known[name] = new ActivationFunction(name, function);
    }

    /// <summary>Applies the function.</summary>
    /// <exception cref="ShapeException">A function of yours gave another shape.</exception>
    public Tensor Call(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor result = function(x) ?? throw new InvalidOperationException($"The activation{Label} gave null for an input of shape {x.Shape}; expected a tensor of that shape.");
        return result.Shape == x.Shape ? result : throw new ShapeException(
            $"the activation{Label} gave a tensor of shape {result.Shape} for one of shape {x.Shape}; an activation keeps the shape. For anything else write a layer.");
    }

    /// <summary>The name for a file.</summary>
    /// <exception cref="ArgumentException">It is a lambda, which no file can hold.</exception>
    internal string NameForFile() => Name ?? throw new ArgumentException(
        "A layer's activation is a lambda, which no file can hold: files hold names, never code. Call ActivationFunction.Register(\"my_activation\", x => ...) once at start-up "
        + "and give the layer that name, or write a layer class and register it (Layer.Registry.Register). SaveWeights and BackupAndRestore work without.");

    private string Label => Name is null ? "" : $" '{Name}'";
}
