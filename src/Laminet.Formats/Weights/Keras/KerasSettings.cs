using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.Keras;

/// <summary>
/// Brings the settings of a layer of Keras into the form of this library. Names and meanings are the same by design; forms differ a little between versions of Keras. What
/// is not known stays, so that the registry refuses it by name.
/// </summary>
internal static class KerasSettings
{
    // Settings that choose between ways to the same result, or concern training's random numbers, which have a key of their own here.
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "implementation", "unroll", "use_cudnn", "fused", "seed", "autocast", "build_config", "module", "registered_name", "compile_config", "batch_input_shape", "batch_shape", "build_input_shape",
        "input_length", "supports_masking", "query_shape", "key_shape", "value_shape", "supports_jit",
        // Of batch renormalization, which "renorm" asks for.
        "renorm_momentum",
    };

    // Settings that this library does not have, and the value with which they do nothing.
    private static readonly Dictionary<string, JsonNode> Neutral = new(StringComparer.Ordinal)
    {
        ["data_format"] = "channels_last",
        ["sparse"] = false,
        ["ragged"] = false,
        ["renorm"] = false,
        ["synchronized"] = false,
        ["time_major"] = false,
        ["optional"] = false,
        ["rms_scaling"] = false,
        ["attention_axes"] = new JsonArray(1),
    };

    // Of this library, by class: names that Keras 2 had.
    private static readonly Dictionary<(string Class, string Setting), string> Renamed = new()
    {
        [("LeakyReLU", "alpha")] = "negative_slope",
        [("ReLU", "max_val")] = "max_value",
    };

    /// <summary>The settings of a layer.</summary>
    /// <exception cref="FormatException">A setting has a value that is not known here.</exception>
    public static JsonObject Translate(string className, JsonObject config)
    {
        JsonObject settings = [];
        bool isDepthwise = className.StartsWith("Depthwise", StringComparison.Ordinal);
        foreach ((string name, JsonNode? value) in config)
        {
            // Null is a setting that is not used.
            if (value is null || WithoutEffect.Contains(name) || (Neutral.TryGetValue(name, out JsonNode? neutral) && JsonNode.DeepEquals(neutral, Value(value))))
                continue;
            // Keras 2 writes settings of its base class that a depthwise convolution does not use.
            if (isDepthwise && (name is "kernel_initializer" || (name == "groups" && JsonNode.DeepEquals(value, 1))))
                continue;
            // What other layers fill with in other ways.
            if (className == "Resizing" && name == "fill_mode" && JsonNode.DeepEquals(value, "constant"))
                continue;
            settings[Renamed.GetValueOrDefault((className, name), name)] = name switch
            {
                "dtype" => TypeOf(value).ToString(),
                "padding" when className is "ZeroPadding2D" => Margins(value),
                "cropping" when className is "Cropping2D" => Margins(value),
                "axis" when className == "BatchNormalization" && value is JsonArray { Count: 1 } axes => Known(axes[0], "axis"),
                // Keras 2's word for both until it told them apart.
                "distribution" when value is JsonValue word && word.TryGetValue(out string? text) && text == "normal" => "truncated_normal",
                "kernel_size" or "strides" or "pool_size" or "dilation_rate" or "size" => Size(className, name, value),
                _ => Value(value),
            };
        }

        return settings;
    }

    /// <summary>An element type, by its name or as a policy. Mixed policies keep weights in float32, as models do here.</summary>
    /// <exception cref="FormatException">There is no such type.</exception>
    public static DType TypeOf(JsonNode? node)
    {
        string name = node switch
        {
            null => "float32",
            JsonObject policy => policy["config"].ObjectAt("a dtype policy")["name"].TextAt("the name of a dtype policy"),
            _ => node.TextAt("dtype"),
        };
        if (name.StartsWith("mixed_", StringComparison.Ordinal))
            return DType.Float32;
        return Enum.TryParse(name, ignoreCase: true, out DType dtype) && !char.IsAsciiDigit(name[0]) ? dtype : throw new FormatException($"The element type '{name}' is not known here.");
    }

    private static JsonNode? Value(JsonNode? value)
    {
        switch (value)
        {
            case JsonArray list:
                return new JsonArray([.. list.Select(Value)]);
            case JsonObject { Count: > 0 } item when item["class_name"] is JsonValue name:
                // Keras 3 writes tuples and functions as objects.
                if (name.ToString() == "__tuple__")
                    return Value(item["items"]);
                if (name.ToString() == "function")
                    return item["config"]?.DeepClone();
                return new JsonObject { ["class_name"] = name.DeepClone(), ["config"] = item["config"] is JsonObject config ? Translate(name.ToString(), config) : new JsonObject() };
            default:
                return value?.DeepClone();
        }
    }

    // [n] for one axis; n for two or three that are the same.
    private static JsonNode? Size(string className, string name, JsonNode value)
    {
        JsonNode? size = Value(value);
        int axes = className.Contains("1D", StringComparison.Ordinal) ? 1 : className.Contains("3D", StringComparison.Ordinal) ? 3 : 2;
        return (axes, size) switch
        {
            (1, JsonArray { Count: 1 } one) => Known(one[0], name),
            ( > 1, JsonValue number) => new JsonArray([.. Enumerable.Range(0, axes).Select(_ => number.DeepClone())]),
            _ => size,
        };
    }

    // The only element of a list.
    private static JsonNode Known(JsonNode? element, string name) => element?.DeepClone() ?? throw new FormatException($"The setting '{name}' is [null]; expected [number].");

    // n, [rows, columns] or [[top, bottom], [left, right]].
    private static JsonArray Margins(JsonNode value) => Value(value) switch
    {
        JsonArray { Count: 2 } pairs => new JsonArray(Pair(pairs[0]), Pair(pairs[1])),
        JsonNode number => new JsonArray(Pair(number), Pair(number)),
        null => throw new FormatException("A padding is null."),
    };

    private static JsonNode Pair(JsonNode? cells) => cells is JsonArray { Count: 2 } pair ? pair.DeepClone() : new JsonArray(cells?.DeepClone(), cells?.DeepClone());
}
