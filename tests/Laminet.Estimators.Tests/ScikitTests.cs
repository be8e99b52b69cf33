using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

/// <summary>
/// scikit-learn 1.2's own tests of MLPClassifier and MLPRegressor (sklearn/neural_network/tests/test_mlp.py) that state numbers or behaviour, with their data, settings and bounds; random numbers are ours. Not translated:
/// test_sparse_matrices (there are no sparse matrices here) and test_preserve_feature_names (data frames; a CsvTable carries names beside the tensor).
/// </summary>
public class ScikitTests
{
    public static TheoryData<HiddenActivation> Activations => [.. Enum.GetValues<HiddenActivation>()];

    public static TheoryData<int, HiddenActivation> DigitsByActivation
    {
        get
        {
            TheoryData<int, HiddenActivation> data = [];
            foreach (HiddenActivation activation in Enum.GetValues<HiddenActivation>())
            {
                data.Add(2, activation);
                data.Add(3, activation);
            }

            return data;
        }
    }

    private static (Tensor X, Tensor Y) Regression => (Data.Table("regression"), Data.Table("targets").Reshape([-1]));

    private static Tensor Two(params int[] labels) => Tensor.From(labels);

    [Fact]
    public void Alpha()
    {
        (Tensor x, Tensor y) = Data.Digits(2);
        double[][] sums = [.. new[] { 0.0, 1 }.Select(alpha =>
        {
            MLPClassifier mlp = Data.Quiet(new MLPClassifier { HiddenLayerSizes = [10], Alpha = alpha, RandomState = 1 });
            mlp.Fit(x.Slice(0, 100), y.Slice(0, 100));
            return mlp.Coefs.Select(weights => weights.Abs().Sum().ToDouble()).ToArray();
        })];
        Assert.True(sums[0][0] > sums[1][0] && sums[0][1] > sums[1][1]);
    }

    [Fact]
    public void Fit_of_a_worked_example()
    {
        MLPClassifier mlp = Data.Quiet(new MLPClassifier
        {
            Solver = Solver.Sgd,
            LearningRateInit = 0.1,
            Alpha = 0.1,
            Activation = HiddenActivation.Logistic,
            RandomState = 1,
            MaxIter = 1,
            HiddenLayerSizes = [2],
            Momentum = 0,
        });
        Tensor x = Tensor.From(new[,] { { 0.6, 0.8, 0.7 } });
        mlp.Build(3, 1, PerceptronOutput.Logistic, DType.Float64, key: 1);
        mlp.Restored(3);
        mlp.Network.Restore(
        [
            Tensor.From(new[,] { { 0.1, 0.2 }, { 0.3, 0.1 }, { 0.5, 0 } }), Tensor.From(new[,] { { 0.1 }, { 0.2 } }), Tensor.From(0.1, 0.1), Tensor.From(1.0),
        ]);
        mlp.PartialFit(x, Two(0), classes: Two(0, 1));
        Near([0.098, 0.195756, 0.2956664, 0.096008, 0.4939998, -0.002244], mlp.Coefs[0], 1.5e-3);
        Near([0.04706, 0.154089], mlp.Coefs[1], 1.5e-3);
        Near([0.098333, 0.09626], mlp.Intercepts[0], 1.5e-3);
        Near([0.9235], mlp.Intercepts[1], 1.5e-3);
        Near([1 - 0.739, 0.739], mlp.PredictProbabilities(x), 1.5e-3);
    }

    [Theory]
    [MemberData(nameof(DigitsByActivation))]
    public void Gradient(int labels, HiddenActivation activation)
    {
        Tensor x = new RandomKey(42).Uniform([5, 10], dtype: DType.Float64);
        Tensor y = Tensor.From([.. Enumerable.Range(0, 5).Select(i => 1 + ((i + 1) % labels))], [5]);
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { Activation = activation, HiddenLayerSizes = [10], Solver = Solver.Lbfgs, Alpha = 1e-5, MaxIter = 1, RandomState = 1 });
        mlp.Fit(x, y);
        Tensor targets = labels == 2 ? (y - 1).Cast(DType.Float64).Reshape([-1, 1]) : (y - 1).OneHot(3).Cast(DType.Float64);
        IReadOnlyList<Variable> variables = mlp.Network.Variables;
        IReadOnlyList<Tensor> gradients = Laminet.Tensors.Autodiff.Gradient.ValueAndGradients(() => mlp.Network.Objective(x, targets, mlp.Alpha).Objective, variables).Gradients;
        foreach ((Variable variable, Tensor gradient) in variables.Zip(gradients))
        {
            double[] values = variable.Value.ToArray<double>(), received = gradient.ToArray<double>();
            for (int i = 0; i < values.Length; i++)
            {
                double slope = (At(i, 1e-5) - At(i, -1e-5)) / 2e-5;
                Assert.Equal(slope, received[i], 1.5e-7);
            }

            variable.Assign(Tensor.From(values, variable.Shape));

            double At(int i, double change)
            {
                double[] moved = [.. values];
                moved[i] += change;
                variable.Assign(Tensor.From(moved, variable.Shape));
                return mlp.Network.Objective(x, targets, mlp.Alpha).Reported.ToDouble();
            }
        }
    }

    [Theory]
    [MemberData(nameof(DigitsByActivation))]
    public void Lbfgs_classification(int classes, HiddenActivation activation)
    {
        (Tensor x, Tensor y) = Data.Digits(classes);
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { Solver = Solver.Lbfgs, HiddenLayerSizes = [50], MaxIter = 150, RandomState = 1, Activation = activation });
        mlp.Fit(x.Slice(0, 150), y.Slice(0, 150));
        Assert.True(mlp.Score(x.Slice(0, 150), y.Slice(0, 150)) > 0.95);
        Assert.Equal(new TensorSpec([50], y.DType), mlp.Predict(x.Slice(150)).Spec);
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Lbfgs_regression(HiddenActivation activation)
    {
        (Tensor x, Tensor y) = Regression;
        MLPRegressor mlp = Data.Quiet(new MLPRegressor { Solver = Solver.Lbfgs, HiddenLayerSizes = [50], MaxIter = 150, RandomState = 1, Activation = activation });
        mlp.Fit(x, y);
        Assert.True(mlp.Score(x, y) > (activation == HiddenActivation.Identity ? 0.80 : 0.98));
    }

    [Theory]
    [MemberData(nameof(DigitsByActivation))]
    public void Lbfgs_classification_maxfun(int classes, HiddenActivation activation)
    {
        (Tensor x, Tensor y) = Data.Digits(classes);
        List<string> warnings = [];
        MLPClassifier mlp = new() { Solver = Solver.Lbfgs, HiddenLayerSizes = [50], MaxIter = 150, MaxFun = 10, RandomState = 1, Activation = activation, Warn = warnings.Add };
        mlp.Fit(x, y);
        Assert.Contains("MaxFun = 10", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.InRange(mlp.Iterations, 1, 10);
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Lbfgs_regression_maxfun(HiddenActivation activation)
    {
        (Tensor x, Tensor y) = Regression;
        List<string> warnings = [];
        MLPRegressor mlp = new() { Solver = Solver.Lbfgs, HiddenLayerSizes = [50], Tol = 0, MaxIter = 150, MaxFun = 10, RandomState = 1, Activation = activation, Warn = warnings.Add };
        mlp.Fit(x, y);
        Assert.Single(warnings);
        Assert.InRange(mlp.Iterations, 1, 10);
    }

    [Theory]
    [InlineData(RateSchedule.InvScaling)]
    [InlineData(RateSchedule.Constant)]
    public void Learning_rate_warmstart(RateSchedule schedule)
    {
        Tensor x = Tensor.From(new double[,] { { 3, 2 }, { 1, 6 }, { 5, 6 }, { -2, -4 } }), y = Two(1, 1, 1, 0);
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { Solver = Solver.Sgd, HiddenLayerSizes = [4], LearningRate = schedule, MaxIter = 1, PowerT = 0.25, WarmStart = true });
        mlp.Fit(x, y);
        double before = mlp.RateNow;
        mlp.Fit(x, y);
        Assert.Equal(schedule == RateSchedule.Constant ? before : mlp.LearningRateInit / Math.Pow(8 + 1, mlp.PowerT), mlp.RateNow);
    }

    [Fact]
    public void Multilabel_classification()
    {
        (Tensor x, Tensor y) = (Data.Table("multilabel"), Data.Table("indicators"));
        MLPClassifier mlp = Data.Quiet(new MLPClassifier
        {
            Solver = Solver.Lbfgs,
            HiddenLayerSizes = [50],
            Alpha = 1e-5,
            MaxIter = 150,
            RandomState = 0,
            Activation = HiddenActivation.Logistic,
            LearningRateInit = 0.2,
        });
        mlp.Fit(x, y);
        Assert.True(mlp.Score(x, y) > 0.97);

        mlp = Data.Quiet(new MLPClassifier { Solver = Solver.Sgd, HiddenLayerSizes = [50], RandomState = 0, Activation = HiddenActivation.Logistic, Alpha = 1e-5, LearningRateInit = 0.2 });
        for (int i = 0; i < 100; i++)
            mlp.PartialFit(x, y, classes: Two(0, 1, 2, 3, 4));
        Assert.True(mlp.Score(x, y) > 0.9);

        MLPClassifier stopping = Data.Quiet(new MLPClassifier { EarlyStopping = true });
        stopping.Fit(x, y);
        Assert.Equal(y.Shape, stopping.Predict(x).Shape);
    }

    [Fact]
    public void Multioutput_regression()
    {
        Tensor x = new RandomKey(1).Normal([200, 100], dtype: DType.Float64), y = x.MatMul(new RandomKey(2).Normal([100, 5], dtype: DType.Float64) * 30);
        MLPRegressor mlp = Data.Quiet(new MLPRegressor { Solver = Solver.Lbfgs, HiddenLayerSizes = [50], MaxIter = 200, RandomState = 1 });
        mlp.Fit(x, y);
        Assert.True(mlp.Score(x, y) > 0.9);
    }

    [Fact]
    public void Partial_fit_classes_error()
    {
        Tensor x = Tensor.From(new double[,] { { 3, 2 } });
        MLPClassifier mlp = new() { Solver = Solver.Sgd };
        mlp.PartialFit(x, Two(0), classes: Two(0, 1));
        string message = Assert.Throws<ArgumentException>(() => mlp.PartialFit(x, Two(0), classes: Two(1, 2))).Message;
        Assert.StartsWith("MLPClassifier: received the classes [1 2]; the first call of PartialFit had [0 1].", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Partial_fit_classification(int classes)
    {
        (Tensor x, Tensor y) = Data.Digits(classes);
        MLPClassifier whole = Data.Quiet(new MLPClassifier { Solver = Solver.Sgd, MaxIter = 100, RandomState = 1, Tol = 0, Alpha = 1e-5, LearningRateInit = 0.2 });
        whole.Fit(x, y);
        MLPClassifier pieces = Data.Quiet(new MLPClassifier { Solver = Solver.Sgd, RandomState = 1, Alpha = 1e-5, LearningRateInit = 0.2 });
        for (int i = 0; i < 100; i++)
            pieces.PartialFit(x, y, classes: Two([.. Enumerable.Range(0, classes)]));
        // Not only the classes: all bits.
        Assert.Equal(whole.PredictProbabilities(x).ToArray<double>(), pieces.PredictProbabilities(x).ToArray<double>());
        Assert.True(pieces.Score(x, y) > 0.95);
    }

    [Fact]
    public void Partial_fit_unseen_classes()
    {
        LabelEncoder names = new(["a", "b", "c", "d"]);
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { RandomState = 0 });
        mlp.PartialFit(Tensor.From(new double[,] { { 1 }, { 2 }, { 3 } }), names.Transform(["a", "b", "c"]), classes: names.Transform(names.Names));
        mlp.PartialFit(Tensor.From(new double[,] { { 4 } }), names.Transform(["d"]));
        Assert.True(mlp.Score(Tensor.From(new double[,] { { 1 }, { 2 }, { 3 }, { 4 } }), names.Transform(["a", "b", "c", "d"])) > 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    public void Partial_fit_regression(double momentum)
    {
        (Tensor x, Tensor y) = Regression;
        MLPRegressor whole = Data.Quiet(new MLPRegressor { Solver = Solver.Sgd, MaxIter = 100, Activation = HiddenActivation.Relu, RandomState = 1, LearningRateInit = 0.01, BatchSize = 200, Momentum = momentum });
        whole.Fit(x, y);
        MLPRegressor pieces = Data.Quiet(new MLPRegressor { Solver = Solver.Sgd, Activation = HiddenActivation.Relu, RandomState = 1, LearningRateInit = 0.01, BatchSize = 200, Momentum = momentum });
        for (int i = 0; i < 100; i++)
            pieces.PartialFit(x, y);
        double[] first = whole.Predict(x).ToArray<double>(), second = pieces.Predict(x).ToArray<double>();
        Assert.All(first.Zip(second), pair => Assert.Equal(pair.First, pair.Second, 1e-7 * Math.Max(1, Math.Abs(pair.First))));
        Assert.True(pieces.Score(x, y) > 0.65);
    }

    [Fact]
    public void Partial_fit_errors()
    {
        Tensor x = Tensor.From(new double[,] { { 3, 2 }, { 1, 6 } }), y = Two(1, 0);
        Assert.Throws<ArgumentException>(() => new MLPClassifier { Solver = Solver.Sgd }.PartialFit(x, y, classes: Two(2)));
        Assert.Throws<ArgumentException>(() => new MLPClassifier { Solver = Solver.Sgd }.PartialFit(x, y));
        string message = Assert.Throws<InvalidOperationException>(() => new MLPClassifier { Solver = Solver.Lbfgs }.PartialFit(x, y)).Message;
        Assert.StartsWith("PartialFit is for the stochastic solvers; received Solver = Lbfgs", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nonfinite_params()
    {
        Tensor x = new RandomKey(0).Uniform([10, 2], dtype: DType.Float64) * double.MaxValue, y = new RandomKey(1).Normal([10], dtype: DType.Float64);
        string message = Assert.Throws<InvalidOperationException>(() => Data.Quiet(new MLPRegressor()).Fit(x, y)).Message;
        Assert.StartsWith("Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_proba_binary()
    {
        (Tensor x, Tensor y) = Data.Digits(2);
        (x, y) = (x.Slice(0, 50), y.Slice(0, 50));
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { HiddenLayerSizes = [5], Activation = HiddenActivation.Logistic, RandomState = 1 });
        mlp.Fit(x, y);
        Assert.Equal([50, 2], mlp.PredictProbabilities(x).Shape);
        LogarithmsAgree(mlp, x);
        Assert.Equal(1.0, Scorers.RocAuc(mlp, x, y));
    }

    [Fact]
    public void Predict_proba_multiclass()
    {
        (Tensor x, Tensor y) = Data.Digits(3);
        (x, y) = (x.Slice(0, 10), y.Slice(0, 10));
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { HiddenLayerSizes = [5] });
        mlp.Fit(x, y);
        Assert.Equal([10, 3], mlp.PredictProbabilities(x).Shape);
        LogarithmsAgree(mlp, x);
    }

    [Fact]
    public void Predict_proba_multilabel()
    {
        (Tensor x, Tensor y) = (Data.Table("multilabel"), Data.Table("indicators"));
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { Solver = Solver.Lbfgs, HiddenLayerSizes = [30], RandomState = 0 });
        mlp.Fit(x, y);
        Tensor probabilities = mlp.PredictProbabilities(x);
        Assert.Equal(y.Shape, probabilities.Shape);
        Assert.True(probabilities.Greater(0.5).Cast(DType.Float64).Equal(y).All().Item<bool>());
        Assert.True((probabilities.Sum(1) - 1).Square().Sum().ToDouble() > 1e-10);
        LogarithmsAgree(mlp, x);
    }

    [Fact]
    public void Shuffling()
    {
        Tensor x = new RandomKey(5).Normal([50, 5], dtype: DType.Float64), y = x.Sum(1) * 40;
        double[] Weights(bool shuffle)
        {
            MLPRegressor mlp = Data.Quiet(new MLPRegressor { HiddenLayerSizes = [1], MaxIter = 1, BatchSize = 1, RandomState = 0, Shuffle = shuffle });
            mlp.Fit(x, y);
            return mlp.Coefs[0].ToArray<double>();
        }

        Assert.Equal(Weights(true), Weights(true));
        Assert.Equal(Weights(false), Weights(false));
        Assert.NotEqual(Weights(true), Weights(false));
    }

    [Fact]
    public void Classifier_dtypes_casting()
    {
        (Tensor x, Tensor y) = (Data.Table("digits2"), Data.Labels("labels2"));
        MLPClassifier of64 = Small<MLPClassifier>(), of32 = Small<MLPClassifier>();
        of64.Fit(x.Slice(0, 300), y.Slice(0, 300));
        of32.Fit(x.Slice(0, 300).Cast(DType.Float32), y.Slice(0, 300));
        Assert.Equal(of64.Predict(x.Slice(300)).ToArray<int>(), of32.Predict(x.Slice(300).Cast(DType.Float32)).ToArray<int>());
        Assert.All(
            of64.PredictProbabilities(x.Slice(300)).ToArray<double>().Zip(of32.PredictProbabilities(x.Slice(300).Cast(DType.Float32)).ToArray<float>()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-2 * Math.Abs(pair.First) + 1e-6));
    }

    [Fact]
    public void Regressor_dtypes_casting()
    {
        (Tensor x, Tensor y) = (Data.Table("digits2"), Data.Labels("labels2"));
        MLPRegressor of64 = Small<MLPRegressor>(), of32 = Small<MLPRegressor>();
        of64.Fit(x.Slice(0, 300), y.Slice(0, 300));
        of32.Fit(x.Slice(0, 300).Cast(DType.Float32), y.Slice(0, 300));
        Assert.All(
            of64.Predict(x.Slice(300)).ToArray<double>().Zip(of32.Predict(x.Slice(300).Cast(DType.Float32)).ToArray<float>()),
            pair => Assert.Equal(pair.First, pair.Second, 2e-4 * Math.Max(Math.Abs(pair.First), 0.05)));
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Param_dtypes(DType type)
    {
        (Tensor x, Tensor y) = (Data.Table("digits2").Cast(type), Data.Labels("labels2"));
        foreach (MultilayerPerceptron mlp in (MultilayerPerceptron[])[Small<MLPClassifier>(), Small<MLPRegressor>()])
        {
            mlp.Fit(x.Slice(0, 300), y.Slice(0, 300));
            Assert.All(mlp.Coefs.Concat(mlp.Intercepts), weights => Assert.Equal(type, weights.DType));
            if (mlp is MLPRegressor)
                Assert.Equal(type, mlp.Predict(x.Slice(300)).DType);
        }
    }

    [Fact]
    public void Loading_and_partial_fit()
    {
        MLPRegressor trained = Data.Quiet(new MLPRegressor { HiddenLayerSizes = [42], RandomState = 42, LearningRateInit = 0.01, MaxIter = 200 });
        Tensor x = Tensor.From(new double[,] { { 2 } });
        trained.Fit(x, Tensor.From(4.0));
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.estimator");
        try
        {
            trained.Save(path);
            MLPRegressor loaded = Data.Quiet((MLPRegressor)Step.Load(path));
            for (int i = 0; i < 200; i++)
                loaded.PartialFit(x, Tensor.From(1.0));
            Assert.Equal(1, loaded.Predict(x).ToArray<double>()[0], 1e-4);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static T Small<T>() where T : MultilayerPerceptron, new() => Data.Quiet(new T { Alpha = 1e-5, HiddenLayerSizes = [5, 3], RandomState = 1, MaxIter = 50 });

    private static void LogarithmsAgree(MLPClassifier mlp, Tensor x)
    {
        Tensor probabilities = mlp.PredictProbabilities(x), logarithms = mlp.PredictLogProbabilities(x);
        Assert.Equal(probabilities.ArgMax(1).ToArray<int>(), logarithms.ArgMax(1).ToArray<int>());
        Assert.All(probabilities.ToArray<double>().Zip(logarithms.ToArray<double>()), pair => Assert.Equal(Math.Log(pair.First), pair.Second, 1e-7 * Math.Abs(pair.Second)));
    }

    private static void Near(double[] expected, Tensor received, double tolerance) =>
        Assert.All(expected.Zip(received.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
}
