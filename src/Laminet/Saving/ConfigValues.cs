using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Saving;

/// <summary>Shapes, pairs and names as JSON values in layer settings.</summary>
internal static class ConfigValues
{
    public static JsonArray FromShape(Shape shape) => [.. shape.Select(length => (JsonNode)length)];

    public static Shape ReadShape(JsonObject config, string name)
    {
        if (config[name] is not JsonArray array)
            throw new FormatException($"The setting '{name}' must be a list of lengths; received {config[name]?.ToJsonString() ?? "nothing"}.");
        return new Shape([.. array.Select(length => length!.GetValue<int>())]);
    }

    public static JsonArray FromPair((int Height, int Width) pair) => [pair.Height, pair.Width];

    public static Size2D? ReadSize(JsonObject config, string name) => config[name] switch
    {
        null => null,
        JsonArray { Count: 2 } array => new Size2D(array[0]!.GetValue<int>(), array[1]!.GetValue<int>()),
        JsonNode other => throw new FormatException($"The setting '{name}' must be a pair of numbers; received {other.ToJsonString()}."),
    };

    /// <summary><c>"valid"</c>, <c>"same"</c>, or the four widths.</summary>
    public static JsonNode FromPadding(Padding padding) => padding.ExplicitCells is { } cells
        ? new JsonArray(FromPair(cells.Height), FromPair(cells.Width))
        : padding.ToString();

    public static Padding ReadPadding(JsonObject config, string name) => config[name] switch
    {
        null => Padding.Valid,
        JsonValue value when value.TryGetValue(out string? text) && text == "valid" => Padding.Valid,
        JsonValue value when value.TryGetValue(out string? text) && text == "same" => Padding.Same,
        JsonArray { Count: 2 } array => Padding.Explicit(ReadCells(array[0]), ReadCells(array[1])),
        JsonNode other => throw new FormatException($"The setting '{name}' must be \"valid\", \"same\" or two pairs of widths; received {other.ToJsonString()}."),
    };

    public static TEnum ReadEnum<TEnum>(JsonObject config, string name, TEnum defaultValue) where TEnum : struct, Enum
    {
        string? text = config.Get<string?>(name, null);
        if (text is null)
            return defaultValue;
        return Enum.TryParse(text, ignoreCase: true, out TEnum value) && Enum.IsDefined(value)
            ? value
            : throw new FormatException($"The setting '{name}' is '{text}'; known are {string.Join(", ", Enum.GetNames<TEnum>())}.");
    }

    private static (int Before, int After) ReadCells(JsonNode? node) => node is JsonArray { Count: 2 } pair
        ? (pair[0]!.GetValue<int>(), pair[1]!.GetValue<int>())
        : throw new FormatException($"A padding's widths must be a pair of numbers; received {node?.ToJsonString() ?? "nothing"}.");
}
