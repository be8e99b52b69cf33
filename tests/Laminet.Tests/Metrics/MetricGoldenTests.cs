using System.Text.Json.Nodes;
using Laminet.Metrics;
using Laminet.Tensors;
using Laminet.Tests.Golden;

namespace Laminet.Tests.Metrics;

/// <summary>Figures against the plain numpy of make_learning_golden.py, in one batch, in two, and restored in between.</summary>
public sealed class MetricGoldenTests
{
    public static TheoryData<int, string> Rows => LearningGolden.Rows("metrics", "metric");

    [Theory]
    [MemberData(nameof(Rows))]
    public void Results_are_the_oracles_however_the_data_are_cut(int row, string what)
    {
        Assert.NotEmpty(what);
        JsonNode item = LearningGolden.Cases("metrics")[row]!;
        Tensor target = item.Target(DType.Float64), prediction = item.Tensor("prediction", DType.Float64);
        Tensor? weights = item["weights"] is null ? null : Tensor.From(item.Numbers("weights"));
        double expected = item["result"]!.GetValue<double>();

        Metric metric = Metric.Registry.Deserialize(item.Description("metric"));
        Assert.Equal(0, metric.Result().ToDouble());
        metric.UpdateState(target, prediction, weights);
        Near.Equal(expected, metric.Result().ToDouble(), 1e-12);

        metric.ResetState();
        Assert.Equal(0, metric.Result().ToDouble());
        metric.UpdateState(target.Slice(0, 13), prediction.Slice(0, 13), weights?.Slice(0, 13));
        Metric resumed = Metric.Registry.Deserialize(item.Description("metric"));
        resumed.Restore([.. metric.State.Select(variable => variable.Value)]);
        foreach (Metric each in new[] { metric, resumed })
        {
            each.UpdateState(target.Slice(13), prediction.Slice(13), weights?.Slice(13));
            Near.Equal(expected, each.Result().ToDouble(), 1e-12);
        }

        Assert.Equal(metric.Result().ToDouble(), resumed.Result().ToDouble());
    }
}
