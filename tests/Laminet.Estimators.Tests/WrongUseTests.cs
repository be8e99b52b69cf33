using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

/// <summary>What users do wrong, and what they are told.</summary>
public class WrongUseTests
{
    private static readonly Tensor X = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } });

    [Fact]
    public void Data_that_do_not_fit()
    {
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { MaxIter = 1 });
        Says<ShapeException>("MLPClassifier: received x of shape (3,); expected (examples, features), at least one of each. Reshape one feature to (n, 1)", () => mlp.Fit(Tensor.From(1.0, 2, 3), Tensor.From(0, 1, 0)));
        Says<ShapeException>("MLPClassifier: received x of shape (3, 2) and y of shape (2,); expected a target for each of the 3 examples", () => mlp.Fit(X, Tensor.From(0, 1)));
        Says<DTypeException>("MLPClassifier: received x of Int32 (1, 2); expected Float32 or Float64. Cast it.", () => mlp.Fit(Tensor.From(new[,] { { 1, 2 } }), Tensor.From(0)));
        Says<ArgumentException>("MLPClassifier: x contains NaN or infinity.", () => mlp.Fit(X / 0.0, Tensor.From(0, 1, 0)));
        Says<ArgumentException>("MLPClassifier: received the target 0.5 (position 1); expected classes as whole numbers", () => mlp.Fit(X, Tensor.From(0, 0.5, 1)));
        Says<InvalidOperationException>("This MLPClassifier has not learned from data. Call Fit first.", () => mlp.Predict(X));
        mlp.Fit(X, Tensor.From(0, 1, 0));
        Says<ShapeException>("MLPClassifier: received 1 features; expected 2, as in the data it was fitted to.", () => mlp.Predict(Tensor.From(new double[,] { { 1 } })));
        Says<ArgumentException>("MLPClassifier: received targets of shape (3, 2) with the values [0 1 5]; expected 0 and 1", () => mlp.Fit(X, Tensor.From(new[,] { { 0, 1 }, { 5, 1 }, { 0, 0 } })));
        Says<ArgumentException>("MLPRegressor: y contains NaN or infinity.", () => new MLPRegressor().Fit(X, Tensor.From(1, double.NaN, 2)));
    }

    [Fact]
    public void Settings_that_are_none()
    {
        var pipeline = new Pipeline(("scale", new StandardScaler()), ("mlp", new MLPClassifier()));
        Says<ArgumentException>("MLPClassifier has no setting 'alhpa'. Known: Activation, Alpha, BatchSize,", () => pipeline["mlp.alhpa"] = 1.0);
        Says<ArgumentException>("Pipeline has no step 'net': its steps are scale, mlp. Received the setting 'net.Alpha'.", () => pipeline["net.Alpha"] = 1.0);
        Says<ArgumentException>("The setting 'MaxIter' of MLPClassifier is of type Int32; received 1.5.", () => pipeline["mlp.MaxIter"] = 1.5);
        Says<ArgumentException>("The setting 'Solver' of MLPClassifier is of type Solver (Adam, Sgd, Lbfgs); received adagrad.", () => pipeline["mlp.Solver"] = "adagrad");
        Says<ArgumentOutOfRangeException>("Received Alpha = -1; expected zero or more.", () => pipeline["mlp.Alpha"] = -1.0);
        Says<ArgumentOutOfRangeException>("Received Momentum = 1.5; expected 0 to 1.", () => _ = new MLPRegressor { Momentum = 1.5 });
        Says<ArgumentException>("A Pipeline ends with an Estimator", () => _ = new Pipeline(("scale", new StandardScaler())));
        Says<ArgumentException>("The step 'first' is a MLPClassifier; all but the last must be Transformers", () => _ = new Pipeline(("first", new MLPClassifier()), ("last", new MLPClassifier())));
        Says<ArgumentException>("Received the step name 'a'", () => _ = new Pipeline(("a", new StandardScaler()), ("a", new MLPClassifier())));
        Says<ArgumentException>("GridSearch: received a setting without values", () => _ = new GridSearch(pipeline, new() { ["mlp.Alpha"] = [] }));
        // Before the first fit.
        Says<ArgumentException>("MLPClassifier has no setting 'alhpa'.", () => new GridSearch(pipeline, new() { ["mlp.alhpa"] = [1.0] }).Fit(X, Tensor.From(0, 1, 0)));
    }

    [Fact]
    public void Splits_that_cannot_be()
    {
        Says<ArgumentException>("KFold: received 3 examples; 5 folds need at least as many.", () => _ = new KFold().Split(X, X).ToArray());
        Says<ArgumentException>("StratifiedKFold: received 5 folds, and no class has more than 2 examples. Use fewer folds.", () => _ = new StratifiedKFold().Split(X, Tensor.From(0, 1, 0)).ToArray());
        Says<ArgumentOutOfRangeException>("Received splits = 1; expected 2 or more.", () => _ = new KFold(1));
        Says<ArgumentException>("RocAuc: received targets of 1 classes; expected two.", () => Scorers.RocAuc(new MLPClassifier(), X, Tensor.From(1, 1, 1)));
    }

    [Theory]
    [InlineData("a,b,c\n1,2\n", "line 2: received 2 columns; expected 3")]
    [InlineData("a,b,c\n1,x,3\n", "line 2, column 'b': received 'x'; expected a number, such as 1.5.")]
    [InlineData("a,b,c\n", "has no rows.")]
    [InlineData("a;b;c\n1;2;3\n", "received one column; expected features and a target. Is the separator ','?")]
    [InlineData("", "has no rows.")]
    public void Files_that_are_no_table(string text, string expected)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            Assert.Contains(expected, Assert.Throws<FormatException>(() => CsvTable.Read(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Files_of_other_kinds()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "x,y,kind\n1,2.5,cat\n-3e2,4,dog\n5,6,cat\n");
            CsvTable table = CsvTable.Read(path);
            Assert.Equal([1, 2.5f, -300, 4, 5, 6], table.X.ToArray<float>());
            Assert.Equal([0, 1, 0], table.Y.ToArray<int>());
            Assert.Equal(["x", "y"], table.FeatureNames);
            Assert.Equal(["dog", "cat"], table.Labels!.InverseTransform(Tensor.From(1, 0)));
            Says<ArgumentException>("has no column 'z'; it has x, y, kind.", () => CsvTable.Read(path, "z"), isStart: false);
            Says<FormatException>("column 'kind': received 'cat'; expected a number", () => CsvTable.Read(path, "x"), isStart: false);
            Says<InvalidOperationException>("This StandardScaler has not learned from data, so there is nothing to save.", () => new StandardScaler().Save(path));
            Assert.ThrowsAny<Exception>(() => Step.Load(path));
            Laminet.Saving.SafeTensors.Write(path, new Dictionary<string, Tensor> { ["a"] = X });
            Says<FormatException>("this file holds tensors, and no estimator.", () => Step.Load(path), isStart: false);
            Laminet.Saving.SafeTensors.Write(path, new Dictionary<string, Tensor> { ["a"] = X }, new Dictionary<string, string> { ["laminet.estimator"] = """{"class":"Evil","steps":[],"settings":{}}""" });
            Says<FormatException>("there is no class 'Evil'. Known: Adaline, ELMClassifier, EchoStateNetwork, KMeans, LinearSVC, MLPClassifier, MLPRegressor, MinMaxScaler, PCA, Perceptron, SVC, StandardScaler, TSNE.", () => Step.Load(path), isStart: false);
            Laminet.Saving.SafeTensors.Write(path, new Dictionary<string, Tensor> { ["a"] = X }, new Dictionary<string, string> { ["laminet.estimator"] = "{}" });
            Says<FormatException>("the description of the estimator cannot be read", () => Step.Load(path), isStart: false);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_fit_that_fails_leaves_what_was_learned()
    {
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { MaxIter = 1, RandomState = 1 });
        mlp.Fit(X, Tensor.From(0, 1, 0));
        float[] before = mlp.PredictProbabilities(X).Cast(DType.Float32).ToArray<float>();
        mlp.EarlyStopping = true;
        Says<ArgumentException>("Received class 5 with 1 example", () => mlp.Fit(X, Tensor.From(4, 5, 4)));
        Assert.Equal(before, mlp.PredictProbabilities(X).Cast(DType.Float32).ToArray<float>());
        Assert.Equal([0, 1], mlp.Classes!.ToArray<int>());
    }

    [Fact]
    public void A_file_whose_settings_do_not_fit_its_weights_is_refused_before_memory_is_taken()
    {
        string path = Path.GetTempFileName();
        try
        {
            MLPRegressor mlp = Data.Quiet(new MLPRegressor { MaxIter = 1, HiddenLayerSizes = [4] });
            mlp.Fit(X, Tensor.From(0.0, 1, 0));
            mlp.Save(path);
            Laminet.Saving.SafeTensorsFile file = Laminet.Saving.SafeTensors.Read(path);
            string description = file.Metadata["laminet.estimator"];
            Laminet.Saving.SafeTensors.Write(path, file.Tensors, new Dictionary<string, string> { ["laminet.estimator"] = description.Replace("\"HiddenLayerSizes\":[4]", "\"HiddenLayerSizes\":[2000000000]", StringComparison.Ordinal) });
            Says<FormatException>("the weights of layer 0 have the shape (2, 4); expected (2, 2000000000), as the settings say.", () => Step.Load(path), isStart: false);
            Laminet.Saving.SafeTensors.Write(path, new Dictionary<string, Tensor>(file.Tensors) { ["counts"] = Tensor.From(1L) }, file.Metadata);
            Says<FormatException>("the description of the estimator cannot be read", () => Step.Load(path), isStart: false);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Says<TException>(string text, Action action, bool isStart = true) where TException : Exception
    {
        string message = Assert.ThrowsAny<TException>(action).Message;
        if (isStart)
            Assert.StartsWith(text, message, StringComparison.Ordinal);
        else
            Assert.Contains(text, message, StringComparison.Ordinal);
    }
}
