using System.Text.Json.Nodes;
using Laminet.Metrics;
using Laminet.Tensors;
using Laminet.Tests.Golden;

namespace Laminet.Tests.Metrics;

/// <summary>Figures against the plain numpy of make_learning_golden.py, in one batch, in two, and restored in between.</summary>
public sealed class MetricGoldenTests
{
    private const double Tolerance = 1e-11;

    public static TheoryData<int, string> Rows => LearningGolden.Rows("metrics", "metric");

    [Theory]
    [MemberData(nameof(Rows))]
    public void Results_are_the_oracles_however_the_data_are_cut(int row, string what)
    {
        Assert.NotEmpty(what);
        JsonNode item = LearningGolden.Cases("metrics")[row]!;
        Tensor target = item.Target(DType.Float64), prediction = item.Tensor("prediction", DType.Float64);
        Tensor? weights = item["weights"] is null ? null : Tensor.From(item.Numbers("weights"));
        double[] expected = item["result"] is JsonArray several ? GoldenFile.Numbers(several) : [item["result"]!.GetValue<double>()];

        Metric metric = Metric.Registry.Deserialize(item.Description("metric"));
        Assert.All(Figures(metric), figure => Assert.Equal(0, figure));
        metric.UpdateState(target, prediction, weights);
        Near.Equal(expected, Figures(metric), Tolerance);

        metric.ResetState();
        Assert.All(Figures(metric), figure => Assert.Equal(0, figure));
        metric.UpdateState(target.Slice(0, 13), prediction.Slice(0, 13), weights?.Slice(0, 13));
        Metric resumed = Metric.Registry.Deserialize(item.Description("metric"));
        resumed.Restore([.. metric.State.Select(variable => variable.Value)]);
        foreach (Metric each in new[] { metric, resumed })
        {
            each.UpdateState(target.Slice(13), prediction.Slice(13), weights?.Slice(13));
            Near.Equal(expected, Figures(each), Tolerance);
        }

        Assert.Equal(Figures(metric), Figures(resumed));
    }

    [Fact]
    public void Every_metric_has_cases_of_its_defaults_and_of_other_settings()
    {
        ILookup<string, JsonNode> cases = LearningGolden.ByClass(Metric.Registry, "metrics", "metric");
        foreach (Type type in Families.ClassesOf<Metric>())
        {
            HashSet<string> settings = [.. cases[type.Name].Select(item => item["config"]!.ToJsonString())];
            // The name is a setting of each.
            int wanted = Math.Min(3, type.GetConstructors().Max(constructor => constructor.GetParameters().Length));
            Assert.True(settings.Count >= wanted || (settings.Count > 0 && wanted <= 2), $"{type.Name} has golden cases of {settings.Count} settings; give it its defaults and two others.");
        }
    }

    private static double[] Figures(Metric metric) => metric.Result().ToArray<double>();
}
