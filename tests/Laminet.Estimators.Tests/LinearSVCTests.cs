using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

public class LinearSVCTests
{
    public static TheoryData<int> Cases => [.. Enumerable.Range(0, SVCTests.Golden["linear"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_optimum_is_that_of_scikit_learn(int number)
    {
        JsonNode one = SVCTests.Golden["linear"]![number]!;
        (Tensor x, Tensor y) = SVCTests.Of(one);
        int train = Math.Min(400, x.Shape[0]);
        for (ulong seed = 0; seed < 2; seed++)
        {
            LinearSVC machine = SVCTests.Set(new LinearSVC { Tol = 1e-9, MaxIter = 1_000_000, RandomState = seed }, one["settings"]!);
            machine.Fit(x.Slice(0, train), y.Slice(0, train));
            Projections.Near(Data.Table(one["coef"]!), machine.Coef!, 1e-6);
            Assert.All(one["intercept"]!.AsArray().Zip(machine.Intercept!.ToArray<double>()), pair => Assert.Equal(pair.First!.GetValue<double>(), pair.Second, 1e-6));
            Assert.Equal([.. one["predicted"]!.AsArray().Select(label => label!.GetValue<int>())], machine.Predict(x).ToArray<int>());
        }
    }

    // It has nothing to say, and must not keep the solver from its end.
    [Fact]
    public void An_example_of_zeros_changes_nothing()
    {
        Tensor x = new RandomKey(1).Normal([60, 2], dtype: DType.Float64), y = x.Sum(1).Greater(0).Cast(DType.Int32);
        LinearSVC plain = New(), other = New();
        plain.Fit(x, y);
        other.Fit(Tensor.Concatenate([x, Tensor.Zeros([1, 2], DType.Float64)], 0), Tensor.Concatenate([y, Tensor.From([0])], 0));
        Assert.InRange(other.NIter, 1, other.MaxIter - 1);
        Projections.Near(plain.Coef!, other.Coef!, 1e-3);

        static LinearSVC New() => new() { Loss = SvmLoss.Hinge, FitIntercept = false, Tol = 1e-6 };
    }

    [Fact]
    public void It_is_a_step_of_a_pipeline_and_is_saved() =>
        Assert.Equal(SvmLoss.Hinge, PipelineChecks.LearnsAfterAScalerAndIsSaved(new LinearSVC { Loss = SvmLoss.Hinge }, 0.9, (one, x) => one.DecisionFunction(x)).Loss);

    [Fact]
    public void Wrong_use_is_told()
    {
        Tensor x = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 7 } });
        PerceptronTests.Says<ArgumentException>("LinearSVC: received targets of the one class [4]; expected two or more to tell apart. (Parameter 'y')", () => new LinearSVC().Fit(x, Tensor.From(4, 4, 4)));
        PerceptronTests.Says<ArgumentOutOfRangeException>("Received C = -1; expected above 0. (Parameter 'C')", () => new LinearSVC().C = -1);
        PerceptronTests.Says<ArgumentOutOfRangeException>("Received InterceptScaling = 0; expected above 0. (Parameter 'InterceptScaling')", () => new LinearSVC().InterceptScaling = 0);
        PerceptronTests.Says<ArgumentException>("The setting 'Loss' of LinearSVC is of type SvmLoss (SquaredHinge, Hinge); received log. (Parameter 'value')", () => new LinearSVC()["loss"] = "log");
    }
}
