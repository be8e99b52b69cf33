using System.Text.Json.Nodes;
using Laminet.Metrics;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Metrics;

/// <summary>Figures against the plain numpy of make_learning_golden.py, in one batch, in two, and restored in between.</summary>
internal static class MetricGoldens
{
    private const double Tolerance = 1e-11;

    public static IEnumerable<Check> All() =>
        from row in LearningGolden.Named(Metric.Registry, "metrics", "metric")
        select new Check(Family.Metrics, row.Class.Name, CheckKind.Value, $"{row.Name}: results are the oracle's however the data are cut", _ => AreTheOracles(row.Item));

    private static void AreTheOracles(JsonNode item)
    {
        Tensor target = item.Target(DType.Float64), prediction = item.Tensor("prediction", DType.Float64);
        Tensor? weights = item["weights"] is null ? null : Tensor.From(item.Numbers("weights"));
        double[] expected = item["result"] is JsonArray several ? GoldenFile.Numbers(several) : [item["result"]!.GetValue<double>()];

        Metric metric = Metric.Registry.Deserialize(item.Description("metric"));
        Expect.True(Figures(metric).All(figure => figure == 0), $"before the first batch, expected zeros, received {metric.Result()}");
        metric.UpdateState(target, prediction, weights);
        Near.Equal(expected, Figures(metric), Tolerance);

        metric.ResetState();
        Expect.True(Figures(metric).All(figure => figure == 0), $"before the first batch, expected zeros, received {metric.Result()}");
        metric.UpdateState(target.Slice(0, 13), prediction.Slice(0, 13), weights?.Slice(0, 13));
        Metric resumed = Metric.Registry.Deserialize(item.Description("metric"));
        resumed.Restore([.. metric.State.Select(variable => variable.Value)]);
        foreach (Metric each in new[] { metric, resumed })
        {
            each.UpdateState(target.Slice(13), prediction.Slice(13), weights?.Slice(13));
            Near.Equal(expected, Figures(each), Tolerance);
        }

        Expect.Sequence(Figures(metric), Figures(resumed), "restored in between");
    }

    private static double[] Figures(Metric metric) => metric.Result().ToArray<double>();
}
