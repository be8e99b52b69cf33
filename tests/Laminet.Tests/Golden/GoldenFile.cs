using System.Text.Json.Nodes;

namespace Laminet.Tests.Golden;

/// <summary>Reads what the scripts in this folder wrote.</summary>
internal static class GoldenFile
{
    public static JsonObject Json(string name) =>
        JsonNode.Parse(File.ReadAllText(PathOf(name)), documentOptions: default)!.AsObject();

    public static double[] Numbers(JsonNode? node) => [.. node!.AsArray().Select(value => value!.GetValue<double>())];

    public static float[] Floats(string name)
    {
        byte[] bytes = File.ReadAllBytes(PathOf(name));
        float[] values = new float[bytes.Length / sizeof(float)];
        Buffer.BlockCopy(bytes, 0, values, 0, bytes.Length);
        return values;
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name);
}
