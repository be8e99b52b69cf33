using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Laminet.Layers;

namespace Laminet.Transfer.Language;

/// <summary>A <c>config.json</c> of Hugging Face: the sizes of a model.</summary>
internal sealed class ModelConfig
{
    private const long MostBytes = 1 << 20;

    private readonly JsonObject json;

    private ModelConfig(string path, JsonObject json) => (Path, this.json) = (path, json);

    public string Path { get; }

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">It is no JSON object.</exception>
    public static ModelConfig Read(string path)
    {
        if (new FileInfo(path).Length > MostBytes)
            throw new InvalidDataException($"{path}: it is larger than {MostBytes} bytes; expected the config.json of a model.");
        try
        {
            return new ModelConfig(path, JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new InvalidDataException($"{path}: expected a JSON object, the config.json of a model."));
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path}: it is no JSON. {exception.Message}", exception);
        }
    }

    public bool Has(string name) => json[name] is not null;

    public int Whole(string name, int? otherwise = null)
    {
        double value = Number(name, otherwise);
        return value is >= 1 and <= int.MaxValue && double.IsInteger(value) ? (int)value : throw Wrong(name, "a whole number, 1 or more");
    }

    public double Number(string name, double? otherwise = null) => json[name] switch
    {
        null => otherwise ?? throw Wrong(name, "a number"),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out double number) && double.IsFinite(number) => number,
        _ => throw Wrong(name, "a number"),
    };

    public bool Flag(string name, bool otherwise) => json[name] switch
    {
        null => otherwise,
        JsonValue value when value.TryGetValue(out bool flag) => flag,
        _ => throw Wrong(name, "true or false"),
    };

    public string Text(string name, string? otherwise = null) => json[name] switch
    {
        null => otherwise ?? throw Wrong(name, "a text"),
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => throw Wrong(name, "a text"),
    };

    /// <summary>Requires a setting that our model cannot have otherwise.</summary>
    public void Require(string name, bool holds, string expected)
    {
        if (!holds)
            throw Wrong(name, expected);
    }

    /// <summary>The base of the rotary positions, where older and newer files have it.</summary>
    public double RotaryBase()
    {
        JsonObject? newer = json["rope_parameters"] as JsonObject, scaling = newer ?? json["rope_scaling"] as JsonObject;
        string kind = scaling is null ? "default" : (scaling["rope_type"] ?? scaling["type"])?.ToString() ?? "default";
        Require("rope_scaling", kind == "default", "no scaling of the positions");
        return newer?["rope_theta"] is JsonValue value && value.TryGetValue(out double theta) ? theta : Number("rope_theta", 10_000);
    }

    public ActivationFunction Activation(string name, string otherwise) => Text(name, otherwise) switch
    {
        "gelu" => ActivationFunction.Gelu(),
        "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => ActivationFunction.Gelu(approximate: true),
        "silu" or "swish" => "silu",
        "relu" => "relu",
        _ => throw Wrong(name, "gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, silu, swish or relu"),
    };

    private InvalidDataException Wrong(string name, string expected) => new(string.Create(CultureInfo.InvariantCulture, $"{Path}: '{name}' is {json[name]?.ToJsonString() ?? "missing"}; expected {expected}."));
}
