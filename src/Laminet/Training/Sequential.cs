using System.Collections;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Training;

/// <summary>
/// A chain of layers. The output of each layer is the input of the next, y = f3(f2(f1(x))) for three. Without an <see cref="Input"/> as first layer, the model is built when it is first
/// called on data. Keras: <c>Sequential</c>; PyTorch: <c>nn.Sequential</c>.
/// </summary>
/// <example><code>
/// var model = new Sequential(
///     new Input([28, 28, 1]),
///     new Conv2D(32, 3, activation: "relu"), new MaxPooling2D(),
///     new Flatten(), new Dense(10, "softmax"));
/// </code></example>
public sealed class Sequential : Model, IEnumerable<Layer>
{
    private readonly List<Layer> chain = [];

    // The last layer's output, once the input's shape is known.
    private SymbolicTensor? end;

    /// <summary>Creates a chain.</summary>
    public Sequential(params IReadOnlyList<Layer> layers) : this(seed: null, layers)
    {
    }

    /// <summary>Creates a chain.</summary>
    /// <param name="seed">Names the random numbers of first weights, dropout and shuffling. Null for a new one, see <see cref="Model.Seed"/>.</param>
    /// <param name="layers">The layers from input to output.</param>
    public Sequential(ulong? seed, params IReadOnlyList<Layer> layers) : base(seed)
    {
        ArgumentNullException.ThrowIfNull(layers);
        foreach (Layer layer in layers)
            Add(layer);
    }

    internal override IReadOnlyList<Layer> Sublayers => HasGraph ? base.Sublayers : chain;

    /// <summary>Appends a layer.</summary>
    /// <exception cref="InvalidOperationException">The model has been run already.</exception>
    /// <exception cref="ArgumentException">The layer is in the chain already, or is an Input that is not first.</exception>
    public void Add(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (IsBuilt)
            throw new InvalidOperationException("The model has been run: its layers are fixed. Build a new Sequential from its Layers to extend it.");
        if (chain.Contains(layer))
            throw new ArgumentException($"This {layer.GetType().Name} is in the chain already. To share weights use the functional Model; otherwise make a new layer.", nameof(layer));
        if (layer is Input && chain.Count > 0)
            throw new ArgumentException("An Input can only be the first layer of a Sequential.", nameof(layer));
        if (!Trainable)
            layer.Trainable = false;
        // Before it is in the chain: it may not fit.
        if (chain is [Input input, ..])
            Join(input, [layer]);
        chain.Add(layer);
    }

    /// <summary>Enumerates the layers.</summary>
    public IEnumerator<Layer> GetEnumerator() => chain.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        _ = Graph;
        JsonObject config = base.GetConfig();
        foreach (string name in (string[])["calls", "inputs", "outputs"])
            config.Remove(name);
        return config;
    }

    internal static new Sequential FromConfig(JsonObject config) =>
        new(config.Get<ulong?>("seed", null), [.. config["layers"].ListAt("layers").Select(Registry.Deserialize)]);

    private protected override bool IsFunctional => true;

    private protected override void BuildGraph(TensorSpec input)
    {
        if (chain.Count == 0)
            throw new InvalidOperationException("The Sequential has no layers. Add at least one.");
        // Bytes stay bytes until a layer casts them, as Rescaling does.
        Join(new Input(new Shape(input.Shape.Dimensions[1..]), input.DType), chain.SkipWhile(layer => layer is Input));
    }

    private void Join(Input start, IEnumerable<Layer> added)
    {
        SymbolicTensor output = end ?? start.Output;
        foreach (Layer layer in added)
            output = layer.Call(output);
        end = output;
        SetGraph(start.Output, output);
    }
}
