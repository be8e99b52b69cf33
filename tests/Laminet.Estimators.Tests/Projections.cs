using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

/// <summary>The numbers of projections.json, which make_projections_golden.py wrote with scikit-learn.</summary>
internal static class Projections
{
    private static readonly JsonObject Golden =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "projections.json")))!.AsObject();

    public static JsonNode At(string name) => Golden[name]!;

    public static Tensor Table(string name) => Data.Table(At(name));

    public static void Near(Tensor expected, Tensor received, double tolerance)
    {
        Assert.Equal(expected.Length, received.Length);
        double scale = Math.Max(1, expected.Abs().Max().ToDouble());
        Assert.All(expected.ToArray<double>().Zip(received.Cast(DType.Float64).ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, tolerance * scale));
    }
}
