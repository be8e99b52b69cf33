using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

/// <summary>Those of scikit-learn's tests (<see cref="ScikitTests"/>) that are about when a training ends, and how it goes on.</summary>
public class ScikitStoppingTests
{
    private static (Tensor X, Tensor Y) Iris => (Data.Table("iris"), Data.Labels("species"));

    private static Tensor Two(params int[] labels) => Tensor.From(labels);

    [Fact]
    public void Tolerance()
    {
        Tensor x = Tensor.From(new double[,] { { 3, 2 }, { 1, 6 } }), y = Two(1, 0);
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { Tol = 0.5, MaxIter = 3000, Solver = Solver.Sgd });
        mlp.Fit(x, y);
        Assert.True(mlp.MaxIter > mlp.Iterations);
    }

    [Fact]
    public void Verbose_sgd()
    {
        Tensor x = Tensor.From(new double[,] { { 3, 2 }, { 1, 6 } }), y = Two(1, 0);
        StringWriter output = new();
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { Solver = Solver.Sgd, MaxIter = 2, Verbose = true, HiddenLayerSizes = [2], Output = output });
        mlp.Fit(x, y);
        mlp.PartialFit(x, y);
        Assert.Matches(@"^Iteration 1, loss = \d\.\d{8}\r?\nIteration 2, loss = .*\r?\nIteration 3, ", output.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Early_stopping(bool classifies)
    {
        (Tensor x, Tensor y) = Data.Digits(2);
        (x, y) = (x.Slice(0, 100), y.Slice(0, 100));
        MultilayerPerceptron mlp = Make(true);
        mlp.Fit(x, y);
        Assert.True(mlp.MaxIter > mlp.Iterations);
        Assert.Null(mlp.BestLoss);
        Assert.Equal(mlp.ValidationScores!.Max(), mlp.BestValidationScore);
        Assert.True(mlp.BestValidationScore + mlp.Tol > mlp.ValidationScores![^2]);
        Assert.True(mlp.BestValidationScore + mlp.Tol > mlp.ValidationScores![^1]);

        mlp = Make(false);
        mlp.Fit(x, y);
        Assert.Null(mlp.ValidationScores);
        Assert.Null(mlp.BestValidationScore);
        Assert.NotNull(mlp.BestLoss);

        MultilayerPerceptron Make(bool stops)
        {
            MultilayerPerceptron made = classifies ? new MLPClassifier() : new MLPRegressor();
            (made.Tol, made.MaxIter, made.Solver, made.EarlyStopping) = (0.2, 3000, Solver.Sgd, stops);
            return Data.Quiet(made);
        }
    }

    [Fact]
    public void Adaptive_learning_rate()
    {
        Tensor x = Tensor.From(new double[,] { { 3, 2 }, { 1, 6 } }), y = Two(1, 0);
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { Tol = 0.5, MaxIter = 3000, Solver = Solver.Sgd, LearningRate = RateSchedule.Adaptive });
        mlp.Fit(x, y);
        Assert.True(mlp.MaxIter > mlp.Iterations);
        Assert.True(1e-6 > mlp.RateNow);
    }

    [Fact]
    public void Warm_start()
    {
        (Tensor x, Tensor y) = Iris;
        MLPClassifier Fitted()
        {
            MLPClassifier mlp = Data.Quiet(new MLPClassifier { HiddenLayerSizes = [2], Solver = Solver.Lbfgs, WarmStart = true });
            mlp.Fit(x, y);
            return mlp;
        }

        MLPClassifier same = Fitted();
        same.Fit(x, y);
        same.Fit(x, Two([.. Enumerable.Repeat(0, 40), .. Enumerable.Repeat(1, 40), .. Enumerable.Repeat(2, 70)]));
        foreach ((int[] labels, string text) in (ReadOnlySpan<(int[], string)>)[
            ([.. Enumerable.Repeat(0, 75), .. Enumerable.Repeat(1, 75)], "[0 1]"),
            ([.. Enumerable.Repeat(0, 50), .. Enumerable.Repeat(1, 50), .. Enumerable.Repeat(3, 50)], "[0 1 3]"),
            ([.. Enumerable.Range(0, 150).Select(i => Math.Min(i / 37, 3))], "[0 1 2 3]"),
            ([.. Enumerable.Range(0, 150).Select(i => i / 30)], "[0 1 2 3 4]")])
        {
            MLPClassifier mlp = Fitted();
            double[] before = mlp.Coefs[0].ToArray<double>();
            string message = Assert.Throws<ArgumentException>(() => mlp.Fit(x, Tensor.From(labels))).Message;
            Assert.StartsWith($"warm_start can only be used where `y` has the same classes as in the previous call to fit. Previously got [0 1 2], `y` has {text}", message, StringComparison.Ordinal);
            Assert.Equal(before, mlp.Coefs[0].ToArray<double>());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Warm_start_full_iteration(bool classifies)
    {
        (Tensor x, Tensor y) = Iris;
        MultilayerPerceptron mlp = classifies ? new MLPClassifier() : new MLPRegressor();
        (mlp.HiddenLayerSizes, mlp.Solver, mlp.WarmStart, mlp.MaxIter) = ([2], Solver.Sgd, true, 3);
        Data.Quiet(mlp).Fit(x, y);
        Assert.Equal(3, mlp.Iterations);
        mlp.Fit(x, y);
        Assert.Equal(6, mlp.Iterations);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(50)]
    [InlineData(100)]
    public void N_iter_no_change(int count)
    {
        (Tensor x, Tensor y) = Data.Digits(2);
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { Tol = 0.01, MaxIter = 3000, Solver = Solver.Sgd, IterationsNoChange = count });
        mlp.Fit(x.Slice(0, 100), y.Slice(0, 100));
        Assert.Equal(count + 1, mlp.NoImprovementCount);
        Assert.True(3000 > mlp.Iterations);
    }

    [Fact]
    public void N_iter_no_change_inf()
    {
        (Tensor x, Tensor y) = Data.Digits(2);
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { Tol = 1e9, MaxIter = 3000, Solver = Solver.Sgd, IterationsNoChange = int.MaxValue });
        mlp.Fit(x.Slice(0, 100), y.Slice(0, 100));
        Assert.Equal(3000, mlp.Iterations);
        Assert.Equal(mlp.Iterations - 1, mlp.NoImprovementCount);
    }

    [Fact]
    public void Early_stopping_stratified()
    {
        MLPClassifier mlp = new() { EarlyStopping = true };
        string message = Assert.Throws<ArgumentException>(() => mlp.Fit(Tensor.From(new double[,] { { 1, 2 }, { 2, 3 }, { 3, 4 }, { 4, 5 } }), Two(0, 0, 0, 1))).Message;
        Assert.StartsWith("Received class 1 with 1 example (position 3); a stratified split needs at least 2 of each class", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Warm_start_with_early_stopping(bool classifies)
    {
        (Tensor x, Tensor y) = Iris;
        MultilayerPerceptron mlp = classifies ? new MLPClassifier() : new MLPRegressor();
        (mlp.MaxIter, mlp.RandomState, mlp.WarmStart, mlp.EarlyStopping) = (10, 0, true, true);
        Data.Quiet(mlp).Fit(x, y);
        int scores = mlp.ValidationScores!.Count;
        mlp["max_iter"] = 20;
        mlp.Fit(x, y);
        Assert.True(mlp.ValidationScores.Count > scores);
    }
}
