using System.Text.Json;
using System.Text.Json.Nodes;

namespace Laminet.Text.Tokenizers;

/// <summary>A part of a <c>tokenizer.json</c>: an object with a type. Its errors say which part and which entry is wrong.</summary>
internal sealed class Part(JsonObject json, string name)
{
    public JsonObject Json { get; } = json;

    public string Name { get; } = name;

    public string Type => Text("type");

    public static Part Of(JsonNode? node, string name) =>
        node is JsonObject json ? new Part(json, name) : throw new FormatException($"The tokenizer's {name} is {Excerpt(node)}; expected an object.");

    public string Text(string entry, string? fallback = null) => Value<string>(entry, "a text") ?? fallback ?? throw Missing(entry, "a text");

    public bool Flag(string entry, bool fallback) => Optional<bool>(entry, "true or false") ?? fallback;

    public int Number(string entry, int fallback) => Optional<int>(entry, "a whole number") ?? fallback;

    public int? OptionalNumber(string entry) => Optional<int>(entry, "a whole number");

    public string? OptionalText(string entry) => Value<string>(entry, "a text");

    public Part Child(string entry) => Of(Json[entry], $"{Name}.{entry}");

    public JsonArray List(string entry) => Json[entry] as JsonArray ?? throw Missing(entry, "a list");

    public IEnumerable<Part> Children(string entry) => List(entry).Select((node, index) => Of(node, $"{Name}.{entry}[{index}]"));

    /// <summary>A <c>{"String": ...}</c> or <c>{"Regex": ...}</c>.</summary>
    public TextPattern Pattern(string entry)
    {
        if (Json[entry] is JsonValue value && value.TryGetValue(out string? plain))
            return Checked(() => TextPattern.OfText(plain));
        Part pattern = Child(entry);
        return pattern.OptionalText("String") is { } text ? Checked(() => TextPattern.OfText(text)) : Checked(() => TextPattern.OfExpression(pattern.Text("Regex")));
    }

    public FormatException Unknown(string known) => new($"The tokenizer's {Name} is of type '{Type}', which this reader does not know. It knows {known}.");

    public FormatException Wrong(string entry, string reason) => new($"The tokenizer's {Name} has {entry} = {Excerpt(Json[entry])}: {reason}");

    public static string Excerpt(JsonNode? node)
    {
        string text = node?.ToJsonString() ?? "missing";
        return text.Length <= 80 ? text : text[..80] + "...";
    }

    private TextPattern Checked(Func<TextPattern> make)
    {
        try
        {
            return make();
        }
        catch (FormatException exception)
        {
            throw new FormatException($"The tokenizer's {Name}: {exception.Message}", exception);
        }
    }

    private T? Optional<T>(string entry, string expected) where T : struct => Json[entry] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out T read) => read,
        _ => throw Missing(entry, expected),
    };

    private T? Value<T>(string entry, string expected) where T : class => Json[entry] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String && value.TryGetValue(out T? read) => read,
        _ => throw Missing(entry, expected),
    };

    private FormatException Missing(string entry, string expected) => new($"The tokenizer's {Name} has {entry} = {Excerpt(Json[entry])}; expected {expected}.");
}
