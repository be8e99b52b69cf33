namespace Laminet.Formats.Weights.Keras;

/// <summary>What Keras calls layers and weights in its files.</summary>
internal static class KerasNames
{
    private static readonly HashSet<string> Parts = new(StringComparer.Ordinal)
    {
        "kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance", "embeddings", "recurrent_kernel", "depthwise_kernel", "pointwise_kernel", "alpha", "scale",
        "mean", "variance", "count",
    };

    /// <summary>Orders names by the alphabet, and the numbers in them by size.</summary>
    public static IComparer<string> Natural { get; } = Comparer<string>.Create((left, right) =>
    {
        int i = 0, j = 0;
        while (i < left.Length && j < right.Length)
        {
            if (char.IsAsciiDigit(left[i]) && char.IsAsciiDigit(right[j]))
            {
                ReadOnlySpan<char> a = Digits(left, ref i), b = Digits(right, ref j);
                int byNumber = a.Length != b.Length ? a.Length - b.Length : a.SequenceCompareTo(b);
                if (byNumber != 0)
                    return byNumber;
            }
            else if (left[i++] is var a && right[j++] is var b && a != b)
            {
                return a - b;
            }
        }

        return (left.Length - i) - (right.Length - j);

        static ReadOnlySpan<char> Digits(string text, ref int place)
        {
            int start = place;
            while (place < text.Length && char.IsAsciiDigit(text[place]))
                place++;
            return text.AsSpan(start, place - start).TrimStart('0');
        }
    });

    /// <summary>
    /// The layer and the part that a weight of Keras 1 or 2 means: of the layer <c>lstm</c>, <c>lstm/lstm_cell/kernel:0</c> is the kernel; a layer that holds others, as
    /// Bidirectional, or a model, has theirs under <c>bidirectional/forward_lstm/lstm_cell/kernel:0</c>.
    /// </summary>
    public static (string Module, string Part) Split(string layer, string weight)
    {
        string name = weight.EndsWith(":0", StringComparison.Ordinal) ? weight[..^2] : weight;
        string inner = name.StartsWith(layer + "/", StringComparison.Ordinal) ? name[(layer.Length + 1)..] : name;
        int cut = inner.LastIndexOf('/');
        // Names that are made up, as in conv1_W, belong to the layer as they stand.
        if (cut < 0 || !Parts.Contains(inner[(cut + 1)..]))
            return (layer, inner);
        return (Canonical($"{layer}/{inner[..cut]}"), inner[(cut + 1)..]);
    }

    /// <summary>The layer that a group of Keras 3 means: <c>layers/functional/layers/lstm/cell/vars</c> is <c>layers/functional/layers/lstm</c>.</summary>
    public static string Module3(string path)
    {
        string module = path.Replace('\\', '/').Replace("_layer_checkpoint_dependencies", "layers", StringComparison.Ordinal);
        module = module.EndsWith("/vars", StringComparison.Ordinal) ? module[..^5] : module;
        return Canonical(module);
    }

    /// <summary>A path with the parts of wrapping layers as this library calls them, and without the cell of a recurrent layer.</summary>
    public static string Canonical(string path)
    {
        List<string> names = [.. path.Split('/')];
        for (int i = 1; i < names.Count; i++)
        {
            names[i] = names[i] switch
            {
                "query_dense" or "_query_dense" => "query",
                "key_dense" or "_key_dense" => "key",
                "gate_dense" or "_gate_dense" => "gate",
                "value_dense" or "_value_dense" => "value",
                "output_dense" or "_output_dense" => "attention_output",
                string name when name.StartsWith("forward_", StringComparison.Ordinal) => "forward_layer",
                string name when name.StartsWith("backward_", StringComparison.Ordinal) => "backward_layer",
                string name => name,
            };
        }

        if (names.Count > 1 && IsCell(names[^1]))
            names.RemoveAt(names.Count - 1);
        return string.Join('/', names);

        static bool IsCell(string name) => name == "cell" || Array.Exists(["lstm_cell", "gru_cell", "simple_rnn_cell", "conv_lstm_cell"], cell => name.StartsWith(cell, StringComparison.Ordinal));
    }
}
