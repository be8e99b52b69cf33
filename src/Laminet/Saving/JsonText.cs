using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Laminet.Saving;

/// <summary>JSON as model files hold it: every double comes back as it was, "NaN" and "Infinity" included; names occur once.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Writing = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
    };

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 256, AllowDuplicateProperties = false };

    public static void Write(Stream stream, JsonObject json)
    {
        using Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true, MaxDepth = Reading.MaxDepth });
        json.WriteTo(writer, Writing);
    }

    /// <exception cref="InvalidDataException">The text is not a JSON object.</exception>
    public static JsonObject Read(byte[] text, string source)
    {
        // The byte order mark, which editors on Windows put before the text.
        ReadOnlySpan<byte> json = text;
        json = json.StartsWith("\uFEFF"u8) ? json["\uFEFF"u8.Length..] : json;
        try
        {
            return JsonNode.Parse(json, documentOptions: Reading) as JsonObject
                ?? throw new InvalidDataException($"{source}: expected a JSON object in braces. The file is damaged; get or save it again.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{source} is not JSON ({exception.Message.TrimEnd('.')}). The file is damaged; get or save it again.", exception);
        }
    }
}
