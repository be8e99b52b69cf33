using System.Text.Json.Nodes;

namespace Laminet.Configuration;

/// <summary>Reads parts of JSON that must exist and have one form. Messages name the part that is missing or has another form.</summary>
internal static class JsonForms
{
    /// <summary>An object.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static JsonObject ObjectAt(this JsonNode? node, string what) => node as JsonObject ?? throw Wrong(node, what, "an object in braces");

    /// <summary>A list.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static JsonArray ListAt(this JsonNode? node, string what) => node as JsonArray ?? throw Wrong(node, what, "a list in brackets");

    /// <summary>A list of objects.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static JsonObject[] ObjectsAt(this JsonNode? node, string what) => [.. node.ListAt(what).Select((item, place) => item.ObjectAt($"{what}[{place}]"))];

    /// <summary>A text.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static string TextAt(this JsonNode? node, string what) => node is JsonValue value && value.TryGetValue(out string? text) ? text : throw Wrong(node, what, "a text");

    /// <summary>A list of texts.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static string[] TextsAt(this JsonNode? node, string what) => [.. node.ListAt(what).Select((item, place) => item.TextAt($"{what}[{place}]"))];

    /// <summary>A whole number.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static int WholeNumberAt(this JsonNode? node, string what) => node is JsonValue value && value.TryGetValue(out int number) ? number : throw Wrong(node, what, "a whole number");

    /// <summary>Numbers by name; NaN and the infinities among them.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    public static Dictionary<string, double> FiguresAt(this JsonNode? node, string what) => node.ObjectAt(what).ToDictionary(figure => figure.Key, figure =>
    {
        try
        {
            return SettingValues.ToDouble(figure.Value ?? throw new InvalidOperationException());
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            throw Wrong(figure.Value, $"{what}.{figure.Key}", "a number");
        }
    });

    /// <summary>A number of things, 0 where it is absent.</summary>
    /// <exception cref="FormatException">It is no whole number, or negative.</exception>
    public static int Count(this JsonObject json, string name) => json.CountOrNone(name) ?? 0;

    /// <summary>A number of things; null where it is absent.</summary>
    /// <exception cref="FormatException">It is no whole number, or negative.</exception>
    public static int? CountOrNone(this JsonObject json, string name) =>
        json.Get<int?>(name, null) is not { } count ? null : count >= 0 ? count : throw Wrong(json[name], $"'{name}'", "0 or more");

    /// <summary>What an exception says; of a value that is missing, or of another type, the runtime says nothing that helps.</summary>
    public static string Reason(Exception exception) => exception switch
    {
        NullReferenceException => "a required value is missing or null",
        InvalidOperationException { Source: "System.Text.Json" } => "a value has another type than expected",
        _ => exception.Message.TrimEnd('.'),
    };

    /// <summary>JSON as a message shows it.</summary>
    public static string Excerpt(JsonNode? node)
    {
        const int most = 200;
        string text = node?.ToJsonString() ?? "nothing";
        return text.Length <= most ? text : text[..most] + "...";
    }

    private static FormatException Wrong(JsonNode? node, string what, string expected) => new($"{what} is {Excerpt(node)}; expected {expected}.");
}
