using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

public class PipelineTests
{
    [Fact]
    public void Scalers_agree_with_scikit_learn_and_go_back()
    {
        JsonNode golden = Data.At("scaling");
        Tensor x = Data.Table(golden["x"]!);
        Check(new StandardScaler(), "standard");
        Check(new StandardScaler { WithMean = false }, "no_mean");
        Check(new MinMaxScaler { Low = -1, High = 2 }, "minmax");

        void Check(Transformer scaler, string name)
        {
            Tensor scaled = scaler.FitTransform(x);
            Near(Data.Table(golden[name]!), scaled, 1e-10);
            Near(x, scaler.InverseTransform(scaled), 1e-12);
        }
    }

    [Fact]
    public void Clip_holds_new_numbers_to_the_range()
    {
        var scaler = new MinMaxScaler { Clip = true };
        scaler.Fit(Tensor.From(new double[,] { { 0 }, { 10 } }));
        Assert.Equal([0, 0.5, 1], scaler.Transform(Tensor.From(new double[,] { { -5 }, { 5 }, { 50 } })).ToArray<double>());
    }

    [Fact]
    public void Folds_are_those_of_scikit_learn()
    {
        JsonNode golden = Data.At("folds");
        Tensor y = Tensor.From([.. golden["kinds"]!.AsArray().Select(kind => kind!.GetValue<int>())], [14]), x = Tensor.Zeros([14, 1], DType.Float64);
        Check(new KFold(4), "plain");
        Check(new StratifiedKFold(3), "stratified");
        Check(new StratifiedKFold(4), "stratified4");
        foreach (Splitter shuffled in (Splitter[])[new KFold(4, shuffle: true, randomState: 3), new StratifiedKFold(3, shuffle: true, randomState: 3)])
        {
            (int[] Train, int[] Test)[] splits = [.. shuffled.Split(x, y)];
            Assert.Equal(Enumerable.Range(0, 14), splits.SelectMany(split => split.Test).Order());
            Assert.All(splits, split => Assert.Equal(Enumerable.Range(0, 14), split.Train.Concat(split.Test).Order()));
            Assert.NotEqual([0, 1, 2, 3], splits[0].Test);
        }

        void Check(Splitter splitter, string name) =>
            Assert.Equal(golden[name]!.AsArray().Select(fold => fold!.AsArray().Select(place => place!.GetValue<int>()).ToArray()), splitter.Split(x, y).Select(split => split.Test));
    }

    [Fact]
    public void Scores_agree_with_scikit_learn()
    {
        JsonNode golden = Data.At("scores");
        Assert.Equal(golden["r2"]!.GetValue<double>(), Scores.R2(Data.Table(golden["y"]!), Data.Table(golden["p"]!)), 1e-12);
        bool[] truth = [.. golden["truth"]!.AsArray().Select(one => one!.GetValue<int>() == 1)];
        double[] probabilities = [.. golden["probabilities"]!.AsArray().Select(one => one!.GetValue<double>())];
        Assert.Equal(golden["auc"]!.GetValue<double>(), Scorers.RocAuc(new Given(probabilities), Tensor.Zeros([probabilities.Length, 1], DType.Float64), Tensor.From([.. truth.Select(one => one ? 7 : 3)], [truth.Length])), 1e-12);
        Tensor constant = Tensor.From(2.0, 2);
        Assert.Equal(1, Scores.R2(constant, constant));
        Assert.Equal(0, Scores.R2(constant, Tensor.From(2.0, 1)));
    }

    [Fact]
    public void A_pipeline_scales_trains_is_searched_saved_and_loaded()
    {
        (Tensor x, Tensor y) = (Data.Table("iris"), Data.Labels("species"));
        var pipeline = new Pipeline(("scale", new StandardScaler()), ("mlp", Data.Quiet(new MLPClassifier { HiddenLayerSizes = [10], RandomState = 1, Solver = Solver.Sgd, LearningRateInit = 0.1, MaxIter = 60 })));
        List<string> progress = [];
        var search = new GridSearch(pipeline, new() { ["mlp.Alpha"] = [1e-4, 1000.0], ["mlp__hidden_layer_sizes"] = [10, new[] { 8, 4 }] })
        {
            Progress = (result, done, count) => progress.Add($"{done}/{count}"),
        };
        search.Fit(x, y);
        Assert.Equal(["1/4", "2/4", "3/4", "4/4"], progress);
        Assert.Equal(1e-4, search.Best.Settings["mlp.Alpha"]);
        Assert.True(search.Best.Mean > 0.93, $"{search.Best.Mean}");
        Assert.True(search.Results[^1].Mean < 0.8);
        Assert.Matches(@"^rank  mean     deviation  seconds  settings\n   1   0\.9\d+ .* mlp\.Alpha = 0\.0001, mlp__hidden_layer_sizes = ", search.ToTable());
        // The estimator that was searched is as it was.
        Assert.False(pipeline.IsFitted);
        Assert.Equal([10], ((MLPClassifier)pipeline.Named("mlp")).HiddenLayerSizes);

        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.estimator");
        try
        {
            search.BestEstimator.Save(path);
            var loaded = (Pipeline)Step.Load(path);
            Assert.Equal(search.PredictProbabilities(x).ToArray<double>(), loaded.PredictProbabilities(x).ToArray<double>());
            Assert.Equal(1e-4, loaded["mlp.Alpha"]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Cross_validation_fits_fresh_copies()
    {
        (Tensor x, Tensor y) = (Data.Table("iris"), Data.Labels("species"));
        MLPClassifier mlp = Data.Quiet(new MLPClassifier { HiddenLayerSizes = [10], RandomState = 1, Solver = Solver.Lbfgs, Activation = HiddenActivation.Tanh });
        double[] scores = CrossValidation.Scores(mlp, x, y);
        Assert.Equal(5, scores.Length);
        Assert.True(scores.Average() > 0.93, $"{scores.Average()}");
        Assert.False(mlp.IsFitted);
        Tensor predicted = CrossValidation.Predict(mlp, x, y);
        Assert.Equal(scores.Average(), Scores.Accuracy(y, predicted), 1e-12);
        Assert.Equal([150, 3], CrossValidation.Predict(mlp, x, y, probabilities: true).Shape);
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => CrossValidation.Scores(mlp, x, y, cancellation: cancelled.Token));
    }

    [Fact]
    public void A_random_search_draws_each_candidate_and_repeats()
    {
        (Tensor x, Tensor y) = (Data.Table("regression"), Data.Table("targets").Reshape([-1]));
        RandomizedSearch Search() => new(
            Data.Quiet(new MLPRegressor { RandomState = 1, Solver = Solver.Lbfgs, MaxIter = 20 }),
            new() { ["Alpha"] = random => Math.Pow(10, -4 + (6 * random.NextDouble())), ["HiddenLayerSizes"] = random => random.Next(2, 9) }, iterations: 3, randomState: 5, splitter: new KFold(3),
            scorer: Scorers.NegMeanSquaredError);
        RandomizedSearch first = Search(), second = Search();
        first.Fit(x, y);
        second.Fit(x, y);
        Assert.Equal(3, first.Results.Select(result => result.Settings["Alpha"]).Distinct().Count());
        Assert.Equal(first.Results.Select(result => result.Mean), second.Results.Select(result => result.Mean));
        Assert.All(first.Results, result => Assert.True(result.Mean < 0));
        Assert.Equal(first.Best.Settings["Alpha"], first.BestEstimator["Alpha"]);
    }

    /// <summary>A classifier whose probabilities are known.</summary>
    private sealed class Given(double[] probabilities) : Estimator
    {
        public override void Fit(Tensor x, Tensor y, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override Tensor Predict(Tensor x) => throw new NotSupportedException();

        public override Tensor PredictProbabilities(Tensor x) => Tensor.Stack([1 - Tensor.From(probabilities), Tensor.From(probabilities)], axis: 1);

        public override double Score(Tensor x, Tensor y) => throw new NotSupportedException();

        protected internal override IReadOnlyDictionary<string, Tensor> GetState() => throw new NotSupportedException();

        protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state) => throw new NotSupportedException();
    }

    private static void Near(Tensor expected, Tensor received, double tolerance) =>
        Assert.All(expected.ToArray<double>().Zip(received.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1, Math.Abs(pair.First))));
}
