using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

public class AdalineTests
{
    public static TheoryData<int> Cases => [.. Enumerable.Range(0, PerceptronTests.Golden["adalines"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_delta_rule_is_that_of_NumPy(int number)
    {
        JsonNode one = PerceptronTests.Golden["adalines"]![number]!;
        Tensor all = Data.Table(PerceptronTests.Golden["x"]!);
        (Tensor x, Tensor y) = PerceptronTests.Irises(one["classes"]!);
        StandardScaler scaler = new();
        scaler.Fit(all);
        int batch = one["batch"]!.GetValue<int>();
        Adaline adaline = new()
        {
            Eta0 = one["eta"]!.GetValue<double>(),
            // All at once has a name of its own.
            BatchSize = batch == x.Shape[0] ? null : batch,
            MaxIter = one["passes"]!.GetValue<int>(),
            FitIntercept = one["intercept"]!.GetValue<bool>(),
            Shuffle = false,
            Tol = 0,
        };
        adaline.Fit(scaler.Transform(x), y);
        Projections.Near(Data.Table(one["coef"]!), adaline.Coef!, 1e-12);
        Assert.All(one["bias"]!.AsArray().Zip(adaline.Intercept!.ToArray<double>()), pair => Assert.Equal(pair.First!.GetValue<double>(), pair.Second, 1e-12));
        Assert.Equal(adaline.MaxIter, adaline.NIter);
        Assert.All(one["costs"]!.AsArray().Zip(adaline.Costs), pair => Assert.Equal(pair.First!.GetValue<double>(), pair.Second, 1e-12));
    }

    // Of classes that overlap it finds the one best w, from where it stands still: errors are at right angles to the features.
    [Fact]
    public void Batches_of_all_lead_to_the_least_squares()
    {
        (Tensor x, Tensor y) = PerceptronTests.Irises(new JsonArray(1, 2));
        x = new StandardScaler().FitTransform(x);
        Adaline adaline = new() { Eta0 = 0.5, BatchSize = null, MaxIter = 5000, Tol = 0 };
        adaline.Fit(x, y);
        Tensor errors = ((y.Cast(DType.Float64) * 2) - 3) - adaline.DecisionFunction(x);
        Assert.InRange(errors.MatMul(x).Abs().Max().ToDouble(), 0, 1e-9);
        Assert.InRange(Math.Abs(errors.Sum().ToDouble()), 0, 1e-9);
        Assert.All(adaline.Costs.Zip(adaline.Costs.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1e-12));
        Assert.True(adaline.Score(x, y) > 0.95);
    }

    [Fact]
    public void Passes_end_where_the_cost_stands_still_and_orders_have_seeds()
    {
        (Tensor x, Tensor y) = (new StandardScaler().FitTransform(Data.Table("iris")), Data.Labels("species"));
        Adaline adaline = new() { Eta0 = 0.1, BatchSize = null, MaxIter = 10_000, Tol = 1e-5 };
        adaline.Fit(x, y);
        Assert.InRange(adaline.NIter, 10, 2000);
        Assert.InRange(Math.Abs(adaline.Costs[^1] - adaline.Costs[^2]), 0, 1e-5);
        Assert.Equal(Shuffled(3), Shuffled(3));
        Assert.NotEqual(Shuffled(3), Shuffled(4));

        double[] Shuffled(ulong seed)
        {
            Adaline one = new() { RandomState = seed, MaxIter = 2 };
            one.Fit(x.Cast(DType.Float32), y);
            return one.Coef!.ToArray<double>();
        }
    }

    [Fact]
    public void It_is_a_step_of_a_pipeline_and_is_saved()
    {
        Adaline adaline = new() { RandomState = 2 }, read = PipelineChecks.LearnsAfterAScalerAndIsSaved(adaline, 0.8, (one, x) => one.DecisionFunction(x));
        Assert.Equal(adaline.Costs, read.Costs);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Tensor x = Tensor.From(new double[,] { { 100, 200 }, { 300, 400 }, { 500, 700 } });
        Adaline adaline = new() { Eta0 = 0.5 };
        string message = Assert.Throws<ArgumentException>(() => adaline.Fit(x, Tensor.From(0, 1, 0))).Message;
        Assert.StartsWith("Adaline: the weights grow without end (cost ", message, StringComparison.Ordinal);
        Assert.EndsWith("); Eta0 = 0.5 is too large for these features. Scale them with StandardScaler, or lower Eta0. (Parameter 'x')", message, StringComparison.Ordinal);
        Assert.False(adaline.IsFitted);
        // Just above the limit the weights grow slowly.
        Tensor unit = Tensor.From(new double[,] { { 1 }, { -1 } });
        Assert.StartsWith("Adaline: the weights grow without end", Assert.Throws<ArgumentException>(() => new Adaline { Eta0 = 2.1, BatchSize = null, Tol = 0 }.Fit(unit, Tensor.From(0, 1))).Message, StringComparison.Ordinal);
        // What was learned before is kept.
        adaline.Fit(x / 1000, Tensor.From(3, 5, 3));
        double[] before = adaline.Coef!.ToArray<double>();
        Assert.Throws<ArgumentException>(() => adaline.Fit(x, Tensor.From(0, 1, 0)));
        Assert.Equal(before, adaline.Coef!.ToArray<double>());
        Assert.Equal([3, 5], adaline.Classes!.ToArray<int>());
        PerceptronTests.Says<ArgumentException>("Adaline: received the target 0.5 (position 1); expected classes as whole numbers, for instance by a LabelEncoder. For numbers use MLPRegressor. (Parameter 'y')", () => adaline.Fit(x, Tensor.From(0, 0.5, 1)));
        PerceptronTests.Says<ArgumentOutOfRangeException>("Received BatchSize = 0; expected 1 or more, or null for all. (Parameter 'BatchSize')", () => adaline.BatchSize = 0);
    }
}
