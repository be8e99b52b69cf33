using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.Mapping;

/// <summary>Which tensors the weights of each kind of layer come from.</summary>
internal static class Rules
{
    /// <summary>Keras's names are ours, but for a few.</summary>
    public static List<Rule> OfKeras(TargetModule module) => [.. module.Weights.Select(weight => new Rule(weight, Conversion.None, weight.Part switch
    {
        "kernel" when IsDepthwise(module.Layer) => ["depthwise_kernel", "kernel", "weights"],
        "kernel" => ["kernel", "weights"],
        "bias" => ["bias", "biases"],
        string part => [part],
    }))];

    /// <summary>PyTorch's.</summary>
    /// <param name="module">The layer.</param>
    /// <param name="flattened">The map whose numbers it reads flattened; null for none.</param>
    /// <exception cref="NotSupportedException">PyTorch has no such layer, or its numbers mean another thing.</exception>
    public static List<Rule> OfTorch(TargetModule module, Shape? flattened) => [.. module.Weights.Select(weight => OfTorch(module.Layer, weight, flattened))];

    /// <summary>Whether the weights of a layer that reads a flattened map are brought in its order.</summary>
    public static bool Reorders(Layer layer) => layer is Dense or BatchNormalization or LayerNormalization or GroupNormalization or RMSNormalization or PReLU;

    private static Rule OfTorch(Layer layer, TargetWeight weight, Shape? flattened)
    {
        Conversion AsItIs() => flattened is { } map && weight.Spec.Shape[0] == map.LongCount ? Conversion.Flattened(map, Conversion.None) : Conversion.None;

        return (layer, weight.Part) switch
        {
            (_, "kernel") when IsDepthwise(layer) => new Rule(weight, Conversion.Depthwise, "weight"),
            (Conv<Size1D> or Conv<Size2D> or Conv<Size3D> or ConvTranspose<Size1D> or ConvTranspose<Size2D> or ConvTranspose<Size3D>, "kernel") => new Rule(weight, Conversion.Kernel, "weight"),
            (Dense, "kernel") => new Rule(weight, flattened is { } map ? Conversion.Flattened(map, Conversion.Transposed) : Conversion.Transposed, "weight"),
            (LSTMCell or SimpleRNNCell or GRUCell, _) => OfCell((UnitCell)layer, weight),
            (MultiHeadAttention, _) => OfAttention(weight),
            (BatchNormalization, "moving_mean") => new Rule(weight, AsItIs(), "running_mean"),
            (BatchNormalization, "moving_variance") => new Rule(weight, AsItIs(), "running_var"),
            (BatchNormalization or LayerNormalization or GroupNormalization, "gamma") => new Rule(weight, AsItIs(), "weight"),
            (BatchNormalization or LayerNormalization or GroupNormalization, "beta") => new Rule(weight, AsItIs(), "bias"),
            (RMSNormalization, "scale") => new Rule(weight, AsItIs(), "weight", weight.Part),
            // In PyTorch one for each channel, or one for all.
            (PReLU, "alpha") => new Rule(weight, weight.Spec.Shape is { Rank: > 1 } shape && shape.LongCount == shape[^1] ? Conversion.Channels : AsItIs(), "weight", weight.Part),
            (Embedding or ReversibleEmbedding, "embeddings") => new Rule(weight, Conversion.None, "weight", weight.Part),
            // A layer of the user's own, or a bias.
            (_, string part) => new Rule(weight, Conversion.None, part),
        };
    }

    private static Rule OfCell(UnitCell cell, TargetWeight weight)
    {
        bool isGru = cell is GRUCell;
        if (cell is GRUCell { ResetAfter: false })
        {
            throw new NotSupportedException($"The layer of '{weight.Name}' has resetAfter: false, which PyTorch does not have: its reset gate comes after the product. "
                + "Make the GRU with resetAfter: true.");
        }

        return weight.Part switch
        {
            "kernel" => new Rule(weight, isGru ? Conversion.GatesOfGru : Conversion.Transposed, "weight_ih"),
            "recurrent_kernel" => new Rule(weight, isGru ? Conversion.GatesOfGru : Conversion.Transposed, "weight_hh"),
            _ => new Rule(weight, [["bias_ih"], ["bias_hh"]], isGru ? Conversion.BiasesOfGru : Conversion.Sum),
        };
    }

    private static Rule OfAttention(TargetWeight weight)
    {
        string[] names = weight.Part.Split('/');
        int part = Array.IndexOf(["query", "key", "value"], names[0]);
        return (part, names[1]) switch
        {
            ( >= 0, "kernel") => new Rule(weight, Conversion.Projection(part), "in_proj_weight"),
            ( >= 0, _) => new Rule(weight, Conversion.ProjectionBias(part), "in_proj_bias"),
            (_, "kernel") => new Rule(weight, Conversion.Output, "out_proj.weight"),
            _ => new Rule(weight, Conversion.None, "out_proj.bias"),
        };
    }

    private static bool IsDepthwise(Layer layer) => layer is DepthwiseConv<Size1D> or DepthwiseConv<Size2D>;
}
