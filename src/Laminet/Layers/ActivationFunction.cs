using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// An elementwise function (or one along an axis, such as softmax) at a layer's end. By Keras's names, such as <c>"relu"</c>, <c>"gelu"</c>, <c>"silu"</c>, <c>"softmax"</c> and so
/// on, or one that you <see cref="Register"/>. With settings by a method: <c>new Dense(8, ActivationFunction.LeakyRelu(0.1))</c>. Or a lambda:
/// <c>new Dense(8, activation: new(x => x.Relu() * 2))</c>. A model with a lambda is trained like any other,
/// and its weights and checkpoints are written; as a model it is not saved, since files hold names and never code.
/// </summary>
/// <remarks>
/// The functions without settings, by name. The others are the methods and properties of this class.
/// <list type="table">
/// <item><term>sigmoid</term><description>1 / (1 + exp(-x)). Keras: <c>sigmoid</c>; PyTorch: <c>nn.Sigmoid</c>.</description></item>
/// <item><term>tanh</term><description>(exp(x) - exp(-x)) / (exp(x) + exp(-x)). Keras: <c>tanh</c>; PyTorch: <c>nn.Tanh</c>.</description></item>
/// <item><term>softplus</term><description>ln(1 + exp(x)). Keras: <c>softplus</c>; PyTorch: <c>nn.Softplus</c>.</description></item>
/// <item><term>softsign</term><description>x / (1 + |x|). Keras: <c>softsign</c>; PyTorch: <c>nn.Softsign</c>.</description></item>
/// <item><term>exponential</term><description>exp(x). Keras: <c>exponential</c>.</description></item>
/// <item><term>relu6</term><description>min(max(x, 0), 6). (Krizhevsky, "Convolutional deep belief networks on CIFAR-10", 2010.) Keras: <c>relu6</c>; PyTorch: <c>nn.ReLU6</c>.</description></item>
/// <item><term>selu</term><description>1.0507 x above 0, else 1.0507 * 1.6733 (exp(x) - 1). (Klambauer et al., "Self-normalizing neural networks", 2017.) Keras: <c>selu</c>; PyTorch: <c>nn.SELU</c>.</description></item>
/// <item><term>silu, swish</term><description>x / (1 + exp(-x)). (Ramachandran, Zoph and Le, "Searching for activation functions", 2017.) Keras: <c>silu</c>; PyTorch: <c>nn.SiLU</c>.</description></item>
/// <item><term>mish</term><description>x tanh(ln(1 + exp(x))). (Misra, "Mish: a self regularized non-monotonic activation function", 2019.) Keras: <c>mish</c>; PyTorch: <c>nn.Mish</c>.</description></item>
/// <item><term>hard_sigmoid</term><description>clip(x / 6 + 1/2, 0, 1). Keras: <c>hard_sigmoid</c>; PyTorch: <c>nn.Hardsigmoid</c>.</description></item>
/// <item><term>hard_silu, hard_swish</term><description>x clip(x / 6 + 1/2, 0, 1). (Howard et al., "Searching for MobileNetV3", ICCV 2019.) Keras: <c>hard_silu</c>; PyTorch: <c>nn.Hardswish</c>.</description></item>
/// <item><term>hard_tanh</term><description>clip(x, -1, 1). Keras: <c>hard_tanh</c>; PyTorch: <c>nn.Hardtanh</c>.</description></item>
/// <item><term>tanh_shrink</term><description>x - tanh(x). Keras: <c>tanh_shrink</c>; PyTorch: <c>nn.Tanhshrink</c>.</description></item>
/// <item><term>log_sigmoid</term><description>-ln(1 + exp(-x)). Keras: <c>log_sigmoid</c>; PyTorch: <c>nn.LogSigmoid</c>.</description></item>
/// <item><term>sparse_plus</term><description>0 up to -1, x from 1 on, and (x + 1)² / 4 between. Keras: <c>sparse_plus</c>.</description></item>
/// <item><term>sparse_sigmoid</term><description>clip((x + 1) / 2, 0, 1). Keras: <c>sparse_sigmoid</c>.</description></item>
/// </list>
/// </remarks>
public sealed partial class ActivationFunction
{
    private static readonly ConcurrentDictionary<string, ActivationFunction> Own = new();

    private readonly Func<Tensor, Tensor> function;
    private readonly JsonObject settings;

    /// <summary>A function of your own, in tensor operations; it keeps the shape.</summary>
    public ActivationFunction(Func<Tensor, Tensor> function) : this(null, function)
    {
    }

    private ActivationFunction(string? name, Func<Tensor, Tensor> function, JsonObject? settings = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        (Name, this.function, this.settings) = (name, function, settings ?? []);
    }

    /// <summary>The name a model file holds; null for a lambda.</summary>
    public string? Name { get; }

    /// <summary>The function with this name; null means <see cref="Linear"/>.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that exist.</exception>
    public static implicit operator ActivationFunction(string? name) => FromName(name);

    /// <summary>A function of your own, held by a delegate; a lambda itself is written <c>new(x => ...)</c>.</summary>
    public static implicit operator ActivationFunction(Func<Tensor, Tensor> function) => new(function);

    /// <inheritdoc cref="op_Implicit(string?)"/>
    public static ActivationFunction FromName(string? name) => name is null ? Linear : Create(name, []);

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
        Own[name] = new ActivationFunction(name, function);
    }

    /// <summary>Applies the function.</summary>
    /// <exception cref="ShapeException">A function of yours gave another shape.</exception>
    public Tensor Call(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor result = function(x) ?? throw new InvalidOperationException($"The activation{Label} gave null for an input of shape {x.Shape}; expected a tensor of that shape.");
        return result.Shape == x.Shape || Name == "glu" ? result : throw new ShapeException(
            $"the activation{Label} gave a tensor of shape {result.Shape} for one of shape {x.Shape}; an activation keeps the shape. For anything else write a layer.");
    }

    /// <summary>Whether the function goes along an axis, which a layer may not move before.</summary>
    internal bool HasAxis => Name == "glu" || (settings["axis"] is { } axis && axis.GetValue<int>() != -1);

    /// <summary>The name, with the settings that are not the defaults: what a file holds.</summary>
    /// <exception cref="ArgumentException">It is a lambda, which no file can hold.</exception>
    internal JsonNode ForFile()
    {
        if (Name is null)
        {
            throw new ArgumentException(
                "A layer's activation is a lambda, which no file can hold: files hold names, never code. Call ActivationFunction.Register(\"my_activation\", x => ...) once at start-up "
                + "and give the layer that name, or write a layer class and register it (Layer.Registry.Register). SaveWeights and BackupAndRestore work without.");
        }

        return IsDefault() ? Name : new JsonObject { ["class_name"] = Name, ["config"] = settings.DeepClone() };
    }

    /// <summary>The function that <see cref="ForFile"/> wrote.</summary>
    internal static ActivationFunction FromFile(JsonNode node) => node is JsonObject json
        ? Create(json["class_name"]!.GetValue<string>(), json["config"]!.AsObject())
        : FromName(node.GetValue<string>());

    private static ActivationFunction Create(string name, JsonObject settings)
    {
        if (!BuiltIn.TryGetValue(name, out Func<JsonObject, ActivationFunction>? create))
        {
            return Own.TryGetValue(name, out ActivationFunction? own) ? own : throw new ArgumentException(
                $"There is no activation named '{name}'.{Suggestion.For(name, BuiltIn.Keys.Concat(Own.Keys))} Known: {string.Join(", ", BuiltIn.Keys.Concat(Own.Keys).Order(StringComparer.Ordinal))}. "
                + "For your own, call ActivationFunction.Register(name, x => ...) once at start-up.", nameof(name));
        }

        ActivationFunction function = create(settings);
        if (settings.Count == 0)
            return function;
        string? unknown = settings.Select(pair => pair.Key).FirstOrDefault(setting => !function.settings.ContainsKey(setting));
        return unknown is null ? function : throw new ArgumentException(
            $"The activation '{name}' has no setting '{unknown}'.{Suggestion.For(unknown, function.settings.Select(pair => pair.Key))} Known: {string.Join(", ", function.settings.Select(pair => pair.Key))}.", nameof(settings));
    }

    // One that a name alone does not make, as Threshold, has no default.
    private bool IsDefault() => settings.Count == 0 || (Name != "threshold" && JsonNode.DeepEquals(settings, FromName(Name).settings));

    private string Label => Name is null ? "" : $" '{Name}'";
}
