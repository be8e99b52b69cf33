using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Formats.Tests.Weights;

/// <summary>The files that Golden/make_weights.py makes, and the numbers that are in them.</summary>
internal static class WeightGolden
{
    private static readonly Lazy<JsonObject> All = new(() => JsonNode.Parse(File.ReadAllText(Path("numbers.json")))!.AsObject());

    public static IEnumerable<string> Files => Directory.EnumerateFiles(System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", "weights")).Where(file => !file.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", "weights", name);

    public static JsonObject Of(string name) => All.Value[name]!.AsObject();

    /// <summary>The numbers of one tensor.</summary>
    public static double[] Numbers(string name) => Values(All.Value[name]);

    public static double[] Values(JsonNode? node) => [.. node!.AsArray().Select(value => value!.GetValue<double>())];

    public static double[] Pretrained(string file, string name) =>
        Values(JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", file)))![name]);

    /// <summary>sin(0.37 i) over all elements, as the scripts have it.</summary>
    public static Tensor Image(Shape shape) => Tensor.From([.. Enumerable.Range(0, shape.ElementCount).Select(i => (float)Math.Sin(i * 0.37))], shape);

    public static double[] Flat(Tensor tensor) => tensor.Cast(DType.Float64).Contiguous().ToArray<double>();

    public static void AssertClose(double[] expected, Tensor actual, double tolerance)
    {
        double[] values = Flat(actual);
        Assert.Equal(expected.Length, values.Length);
        double scale = Math.Max(1, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - values[i]) <= tolerance * scale, $"element {i}: expected {expected[i]}, received {values[i]}");
    }
}
