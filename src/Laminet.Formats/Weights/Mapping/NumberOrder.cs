using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.Mapping;

/// <summary>
/// In which order a tensor has its numbers, compared with the same tensor in PyTorch. PyTorch keeps the channels of a map first, and this library last. Where a map
/// becomes a vector, or a vector a map, this changes the order of the numbers.
/// </summary>
/// <param name="Kind">What the tensor is.</param>
internal sealed record NumberOrder(NumberOrder.Form Kind)
{
    public enum Form
    {
        /// <summary>The order is the same in PyTorch: vectors, and sequences with the features last.</summary>
        Same,

        /// <summary>A map. In PyTorch its channels are first.</summary>
        Map,

        /// <summary>A vector that was a map.</summary>
        Flattened,

        /// <summary>A map that was a vector.</summary>
        Unflattened,

        /// <summary>The layers before do not say which axis PyTorch has first.</summary>
        Unknown,
    }

    /// <summary>Where each axis of a map was before it was permuted; none for a map that was not.</summary>
    public IReadOnlyList<int> Axes { get; private init; } = [];

    /// <summary>The map that was flattened, channels last.</summary>
    public Shape? Flat { get; private init; }

    /// <summary>Why the order may be another one in PyTorch, which no layer with weights has met yet; null if there is no doubt.</summary>
    public string? Doubt { get; init; }

    /// <summary>An input of a model: an image or volume is a map.</summary>
    public static NumberOrder OfInput(SymbolicTensor input) => new(input.Example.Count switch { > 2 => Form.Map, 2 => Form.Unknown, _ => Form.Same });

    /// <summary>Why the weights of a layer that reads this may stand in another order in PyTorch; null if they do not.</summary>
    public string? DoubtFor(SymbolicCall call, bool hasWeights) => Doubt ?? Kind switch
    {
        Form.Flattened when !(hasWeights ? Rules.Reorders(call.Layer) : Keeps(call.Layer) || call.Layer is ElementwiseMerge || IsVectorOrMap(call)) =>
            $"'{NameOf(call.Layer)}' takes the flattened map {Flat}, whose numbers PyTorch has channel by channel, and {(hasWeights ? "its weights keep their order" : "passes it on")}",
        Form.Unflattened when MakesMap(call.Layer) =>
            $"a map with the channels last, {call.Inputs[0].Example}, is made of a vector before '{NameOf(call.Layer)}', and PyTorch makes one with the channels first. Make that here too, with Reshape, and bring the channels last with Permute",
        _ => null,
    };

    /// <summary>The order of what a layer gives.</summary>
    public static NumberOrder After(SymbolicCall call, IReadOnlyList<NumberOrder> inputs)
    {
        NumberOrder first = inputs.Count == 0 ? new NumberOrder(Form.Unknown) : inputs[0];
        bool isVector = call.Outputs[0].Example.Count <= 1;
        NumberOrder order = call.Layer switch
        {
            Flatten or Reshape when inputs.Count == 1 => first.Reshaped(call, isVector),
            Permute permute => first.Permuted(permute),
            Merge => inputs.All(first.IsLike) && !(first.Kind == Form.Flattened && call.Layer is not ElementwiseMerge) ? first : new NumberOrder(isVector ? Form.Same : Form.Unknown),
            Layer layer when Keeps(layer) && inputs.Count == 1 => first,
            _ when isVector => new NumberOrder(Form.Same),
            Layer layer when MakesMap(layer) => new NumberOrder(Form.Map),
            Layer layer when MakesFeatures(layer) => new NumberOrder(Form.Same),
            _ => new NumberOrder(Form.Unknown),
        };
        return order with { Doubt = inputs.Select(input => input.Doubt).FirstOrDefault(doubt => doubt is not null) ?? order.Doubt };
    }

    private bool IsLike(NumberOrder other) => Kind == other.Kind && Flat == other.Flat && Axes.SequenceEqual(other.Axes);

    private bool IsVectorOrMap(SymbolicCall call) => call.Layer is Flatten or Reshape && (call.Outputs[0].Example.Count == 1 || IsFlat(call.Outputs[0]));

    // Whether a tensor has the shape of the map that was flattened.
    private bool IsFlat(SymbolicTensor tensor) => Flat is { } map && tensor.Example.IsKnown && tensor.Example.ToShape() == map;

    private NumberOrder Reshaped(SymbolicCall call, bool isVector)
    {
        SymbolicTensor input = call.Inputs[0];
        if (!isVector)
        {
            return input.Example.Count > 1 ? (Kind == Form.Same ? this : new NumberOrder(Form.Unknown))
                : Kind == Form.Flattened && IsFlat(call.Outputs[0]) ? new NumberOrder(Form.Map)
                : new NumberOrder(HasOneOrder(call.Outputs[0]) ? Form.Same : Form.Unflattened);
        }

        if (input.Example.Count <= 1)
            return this;
        int last = input.Example.Count - 1;
        if (Kind is Form.Same or Form.Unflattened || HasOneOrder(input) || (Kind == Form.Map && Axes.SequenceEqual([last, .. Enumerable.Range(0, last)])))
            return new NumberOrder(Form.Same);
        if (Kind == Form.Map && Axes.Count > 0)
            return new NumberOrder(Form.Same) { Doubt = $"'{NameOf(call.Layer)}' flattens a map whose axes were permuted; the order of its numbers is left as it is" };
        if (Kind == Form.Map)
            return new NumberOrder(Form.Flattened) { Flat = input.Example.ToShape() };
        // Two axes are mostly those of a sequence, or of an image without channels; three those of a map.
        string doubt = $"'{NameOf(call.Layer)}' flattens {input.Example}, of which the layers before do not say whether PyTorch has the channels first; ";
        return last == 1 ? new NumberOrder(Form.Same) { Doubt = doubt + "it was taken for a sequence, and the numbers keep their order" }
            : new NumberOrder(Form.Flattened) { Flat = input.Example.ToShape(), Doubt = doubt + "it was taken for a map" };
    }

    private NumberOrder Permuted(Permute permute)
    {
        int[] axes = [.. permute.Dims.Select(dim => Axes.Count == 0 ? dim - 1 : Axes[dim - 1])];
        return Kind switch
        {
            Form.Map => this with { Axes = axes.SequenceEqual(Enumerable.Range(0, axes.Length)) ? [] : axes },
            // The channels are brought last, as in PyTorch they never are.
            Form.Unflattened => new NumberOrder(Form.Map),
            _ => this,
        };
    }

    // Layers that give each number back in its place.
    public static bool Keeps(Layer layer) => layer is Activation or ReLU or LeakyReLU or ELU or PReLU or Softmax or Identity or Dropout or AlphaDropout or GaussianDropout or GaussianNoise or SpatialDropout
        or ActivityRegularization or Masking or Rescaling or LayerScale or BatchNormalization or LayerNormalization or GroupNormalization or RMSNormalization or UnitNormalization or Normalization
        or LocalResponseNormalization or ZeroPadding1D or ZeroPadding2D or ZeroPadding3D or Cropping1D or Cropping2D or Cropping3D;

    private static bool MakesMap(Layer layer) => layer is Convolutional<Size1D> or Convolutional<Size2D> or Convolutional<Size3D> or Pooling<Size1D> or Pooling<Size2D> or Pooling<Size3D>
        or AdaptivePooling<Size1D> or AdaptivePooling<Size2D> or AdaptivePooling<Size3D> or GlobalPooling or GlobalAveragePooling1D or DistanceWeightedPooling2D or UpSampling1D or UpSampling2D or UpSampling3D;

    // The features are the last axis in PyTorch too.
    private static bool MakesFeatures(Layer layer) => layer is Dense or Embedding or ReversibleEmbedding or PositionEmbedding or TokenAndPositionEmbedding or Bidirectional
        or RNN or SimpleRNN or LSTM or GRU or ProjectedAttention or ScoredAttention or TransformerBlock;

    // A map of one cell or of one channel has one order. What is of unknown size, no layer with weights can read flattened.
    private static bool HasOneOrder(SymbolicTensor map) => !map.Example.IsKnown || (map.Example.ToShape() is var shape && (shape.LongCount == shape[^1] || shape[^1] == 1));

    private static string NameOf(Layer layer) => layer.Name ?? layer.GetType().Name;
}
