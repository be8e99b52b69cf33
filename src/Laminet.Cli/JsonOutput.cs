using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Laminet.Cli;

/// <summary>How JSON is written, on standard output and in run folders, and read back.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        WriteIndented = true,
        // A loss that is no number any more must not stop the report of it.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        // Class names such as T-shirt/top and letters of any language stay readable; nothing here goes into a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        MaxDepth = 8,
    };

    private static readonly JsonSerializerOptions OneLine = new(Options) { WriteIndented = false };

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>A value in one line.</summary>
    public static string Line<T>(T value) => JsonSerializer.Serialize(value, OneLine);

    /// <exception cref="JsonException">The text is no such object.</exception>
    public static T Parse<T>(string text) => JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException("It is null.");
}
