using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

public class ELMClassifierTests
{
    private static readonly JsonNode Golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "ridge.json")))!;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_outputs_are_those_of_scikit_learns_ridge(int number)
    {
        JsonNode one = Golden["cases"]![number]!;
        Tensor hidden = (Data.Table("iris") - 3.5).MatMul(Data.Table(Golden["weights"]!)).Tanh();
        Tensor targets = (Data.Labels("species").OneHot(3).Cast(DType.Float64) * 2) - 1;
        // In parts as well as at once.
        foreach (int part in (int[])[150, 40])
        {
            RidgeLeastSquares squares = new(149, 3);
            for (int start = 0; start < 150; start += part)
                squares.Add(hidden.Slice(start, Math.Min(start + part, 150)), targets.Slice(start, Math.Min(start + part, 150)));
            Projections.Near(Data.Table(one["coef"]!), squares.Solve(one["alpha"]!.GetValue<double>()), 1e-7);
        }
    }

    // Above, below and at the sizes where the work is divided: 64, and panels of 512.
    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(700)]
    public void Equations_of_any_size_are_solved(int size)
    {
        Tensor h = new RandomKey(1).Normal([size + 20, size], dtype: DType.Float64), targets = new RandomKey(2).Normal([size + 20, 2], dtype: DType.Float64);
        RidgeLeastSquares squares = new(size, 2);
        squares.Add(h, targets);
        Tensor b = squares.Solve(0.5), rest = h.MatMul(h.MatMul(b) - targets, transposeThis: true) + (0.5 * b);
        Assert.InRange(rest.Abs().Max().ToDouble(), 0, 1e-9 * size);
        Tensor a = h.MatMul(h, transposeThis: true), l = Cholesky.Factor(a);
        Projections.Near(a.Reshape([-1]), l.MatMul(l, transposeOther: true).Reshape([-1]), 1e-13);
    }

    [Theory]
    [InlineData(HiddenActivation.Relu, false)]
    [InlineData(HiddenActivation.Tanh, false)]
    [InlineData(HiddenActivation.Logistic, true)]
    public void The_outputs_are_the_least_squares_over_the_drawn_units(HiddenActivation activation, bool isSingle)
    {
        (Tensor x, Tensor y) = Data.Digits(3);
        ELMClassifier machine = new() { HiddenUnits = 100, Activation = activation, WeightScale = 2, Alpha = 0.1, RandomState = 3 };
        machine.Fit(isSingle ? x.Cast(DType.Float32) : x, y);
        Tensor inputs = x.MatMul(machine.HiddenCoef!.Cast(DType.Float64)) + machine.HiddenIntercept!.Cast(DType.Float64);
        Tensor hidden = activation switch { HiddenActivation.Relu => inputs.Relu(), HiddenActivation.Tanh => inputs.Tanh(), _ => inputs.Sigmoid() };
        Tensor targets = (y.OneHot(3).Cast(DType.Float64) * 2) - 1, rest = hidden.MatMul(hidden.MatMul(machine.Coef!) - targets, transposeThis: true) + (0.1 * machine.Coef!);
        Assert.InRange(rest.Abs().Max().ToDouble(), 0, isSingle ? 0.05 : 1e-8);
        Projections.Near(hidden.MatMul(machine.Coef!).Reshape([-1]), machine.DecisionFunction(x).Reshape([-1]), 1e-9);
        // W and b are drawn as they say: of deviation 2 / √64.
        Assert.Equal(0.25, machine.HiddenCoef!.Cast(DType.Float64).Square().Mean().Sqrt().ToDouble(), 0.01);
        Assert.True(machine.Score(x, y) > 0.99);
    }

    // What was not seen is recognised, too; the seed names the weights.
    [Fact]
    public void It_learns_digits_and_repeats_itself()
    {
        (Tensor x, Tensor y) = Data.Digits(3);
        Tensor order = new RandomKey(1).Permutation(x.Shape[0]);
        (x, y) = (x.Gather(order, 0), y.Gather(order, 0));
        int half = x.Shape[0] / 2;
        Assert.True(Fitted(1).Score(x.Slice(half, x.Shape[0]), y.Slice(half, x.Shape[0])) > 0.97);
        Assert.Equal(Fitted(1).Coef!.ToArray<double>(), Fitted(1).Coef!.ToArray<double>());
        Assert.NotEqual(Fitted(1).Coef!.ToArray<double>(), Fitted(2).Coef!.ToArray<double>());

        ELMClassifier Fitted(ulong seed)
        {
            ELMClassifier machine = new() { HiddenUnits = 60, Alpha = 1, RandomState = seed };
            machine.Fit(x.Slice(0, half), y.Slice(0, half));
            return machine;
        }
    }

    [Fact]
    public void Two_classes_have_one_output()
    {
        (Tensor x, Tensor y) = Data.Digits(2);
        ELMClassifier machine = new() { HiddenUnits = 50, Alpha = 0.1 };
        machine.Fit(x, y);
        Assert.Equal([50, 1], machine.Coef!.Shape);
        Assert.Equal(1, machine.DecisionFunction(x).Rank);
        Assert.True(machine.Score(x, y) > 0.98);
        // A setting counts for the next fit.
        double[] before = machine.DecisionFunction(x).ToArray<double>();
        machine.Activation = HiddenActivation.Identity;
        Assert.Equal(before, machine.DecisionFunction(x).ToArray<double>());
    }

    [Fact]
    public void It_is_a_step_of_a_pipeline_and_is_saved() =>
        PipelineChecks.LearnsAfterAScalerAndIsSaved(new ELMClassifier { HiddenUnits = 50, Activation = HiddenActivation.Tanh, Alpha = 0.1 }, 0.95, (one, x) => one.DecisionFunction(x));

    [Fact]
    public void Wrong_use_is_told()
    {
        Tensor x = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 7 } });
        ELMClassifier machine = new() { HiddenUnits = 5, Alpha = 0 };
        PerceptronTests.Says<ArgumentException>("ELMClassifier: the equations of 5 units and 3 examples are singular with Alpha = 0. Set Alpha higher, take fewer units, or cast x to Float64. (Parameter 'x')", () => machine.Fit(x, Tensor.From(0, 1, 0)));
        Assert.False(machine.IsFitted);
        PerceptronTests.Says<InvalidOperationException>("This ELMClassifier has not learned from data. Call Fit first.", () => machine.Predict(x));
        PerceptronTests.Says<ArgumentException>("ELMClassifier: received targets of the one class [2]; expected two or more to tell apart. (Parameter 'y')", () => machine.Fit(x, Tensor.From(2, 2, 2)));
        PerceptronTests.Says<ArgumentOutOfRangeException>("Received HiddenUnits = 0; expected 1 or more. (Parameter 'HiddenUnits')", () => machine.HiddenUnits = 0);
        PerceptronTests.Says<ArgumentOutOfRangeException>("Received Alpha = -1; expected 0 or more. (Parameter 'Alpha')", () => machine.Alpha = -1);
        Assert.Equal("Cholesky: received a matrix that is not positive definite (a pivot is -3).", Assert.Throws<ArithmeticException>(() => Cholesky.Factor(Tensor.From(new double[,] { { 1, 0 }, { 2, 1 } }))).Message);
    }
}
