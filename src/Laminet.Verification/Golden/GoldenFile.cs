using System.Text.Json;
using System.Text.Json.Nodes;

namespace Laminet.Verification.Golden;

/// <summary>Reads what the scripts in this folder wrote; the assembly contains it.</summary>
internal static class GoldenFile
{
    public static JsonObject Json(string name)
    {
        using Stream stream = Open(name);
        return JsonNode.Parse(stream)!.AsObject();
    }

    public static JsonElement Element(string name)
    {
        using Stream stream = Open(name);
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }

    public static double[] Numbers(JsonNode? node) => [.. node!.AsArray().Select(value => value!.GetValue<double>())];

    private static Stream Open(string name) =>
        typeof(GoldenFile).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The assembly contains no file {name}.");
}
