using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

/// <summary>The numbers of estimators.json, which make_estimators_golden.py wrote.</summary>
internal static class Data
{
    private static readonly JsonObject Golden =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "estimators.json")))!.AsObject();

    public static JsonNode At(string name) => Golden[name]!;

    public static Tensor Table(string name) => Table(At(name));

    public static Tensor Table(JsonNode node) => Tensor.From(
        [.. node["values"]!.AsArray().Select(value => value!.GetValue<double>())], new Shape([.. node["shape"]!.AsArray().Select(length => length!.GetValue<int>())]));

    public static Tensor Labels(string name) => Table(name).Cast(DType.Int32).Reshape([-1]);

    /// <summary>scikit-learn's digits 0 to 2, scaled to 0 to 1, or 0 and 1 alone.</summary>
    public static (Tensor X, Tensor Y) Digits(int classes) => classes == 3
        ? (new MinMaxScaler().FitTransform(Table("digits3")), Labels("labels3"))
        : (new MinMaxScaler().FitTransform(Table("digits2").Slice(0, 200)), Labels("labels2").Slice(0, 200));

    public static T Quiet<T>(T estimator) where T : MultilayerPerceptron
    {
        estimator.Warn = _ => { };
        return estimator;
    }
}
