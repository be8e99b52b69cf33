using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

public class PerceptronTests
{
    internal static readonly JsonNode Golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "linear.json")))!;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Golden["perceptrons"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void In_the_same_order_the_weights_are_those_of_scikit_learn(int number)
    {
        JsonNode one = Golden["perceptrons"]![number]!;
        (Tensor x, Tensor y) = Irises(one["classes"]!);
        Perceptron perceptron = new() { Shuffle = false };
        foreach ((string name, JsonNode? value) in one["settings"]!.AsObject())
            perceptron[name] = value is null ? null : value.GetValueKind() is System.Text.Json.JsonValueKind.False ? false : value.GetValue<double>();
        perceptron.Fit(x, y);
        Projections.Near(Data.Table(one["coef"]!), perceptron.Coef!, 1e-9);
        Assert.All(one["intercept"]!.AsArray().Zip(perceptron.Intercept!.ToArray<double>()), pair => Assert.Equal(pair.First!.GetValue<double>(), pair.Second, 1e-9));
        Assert.Equal([.. one["predicted"]!.AsArray().Select(label => label!.GetValue<int>())], perceptron.Predict(Data.Table(Golden["x"]!).Slice(0, 9)).ToArray<int>());
        Projections.Near(Data.Table(one["decision"]!).Reshape([-1]), perceptron.DecisionFunction(Data.Table(Golden["x"]!).Slice(0, 9)).Reshape([-1]), 1e-9);
        // A pass without a mistake ends ours, five without progress end scikit-learn's.
        int passes = one["iterations"]!.GetValue<int>();
        Assert.InRange(perceptron.NIter, passes - 5, passes);
        Assert.True(perceptron.NIter == passes || perceptron.Mistakes[^1] == 0);
    }

    // Novikoff: at most (R / gamma)² mistakes, for any order and any separating (w, b) of length 1.
    [Theory]
    [InlineData(2, 0.5)]
    [InlineData(2, 0.05)]
    [InlineData(10, 0.1)]
    public void Mistakes_are_within_the_margin_bound(int features, double margin)
    {
        for (ulong seed = 0; seed < 10; seed++)
        {
            Tensor w = new RandomKey(seed).Fold(0).Normal([features + 1], dtype: DType.Float64);
            w /= w.Square().Sum().Sqrt();
            Tensor some = Tensor.Concatenate([new RandomKey(seed).Fold(1).Normal([400, features], dtype: DType.Float64), Tensor.Ones([400, 1], DType.Float64)], 1), sides = some.MatMul(w);
            int[] far = [.. sides.ToArray<double>().Index().Where(one => Math.Abs(one.Item) >= margin).Select(one => one.Index)];
            (some, sides) = (some.Gather(Tensor.From(far), 0), sides.Gather(Tensor.From(far), 0));
            Perceptron perceptron = new() { Tol = null, MaxIter = 100_000, RandomState = seed };
            perceptron.Fit(some.Slice(0, features, axis: 1), sides.Greater(0).Cast(DType.Int32));
            double bound = some.Square().Sum(1).Max().ToDouble() / Math.Pow(sides.Abs().Min().ToDouble(), 2);
            Assert.InRange(perceptron.Mistakes.Sum(), 1, bound);
            Assert.Equal(0, perceptron.Mistakes[^1]);
            Assert.Equal(1, perceptron.Score(some.Slice(0, features, axis: 1), sides.Greater(0).Cast(DType.Int32)));
        }
    }

    [Fact]
    public void Exclusive_or_is_not_learned_and_and_is()
    {
        Tensor x = Tensor.From(new double[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } });
        foreach (bool isShuffled in (bool[])[false, true])
        {
            Perceptron perceptron = new() { Tol = null, MaxIter = 500, Shuffle = isShuffled };
            perceptron.Fit(x, Tensor.From(0, 1, 1, 0));
            Assert.All(perceptron.Mistakes, count => Assert.InRange(count, 1, 4));
            Assert.Equal(500, perceptron.NIter);
            Assert.InRange(perceptron.Score(x, Tensor.From(0, 1, 1, 0)), 0, 0.75);
            perceptron.Fit(x, Tensor.From(0, 0, 0, 1));
            Assert.Equal(1, perceptron.Score(x, Tensor.From(0, 0, 0, 1)));
            Assert.True(perceptron.NIter < 20);
        }
    }

    [Fact]
    public void The_sides_do_not_depend_on_the_order_of_the_labels()
    {
        foreach (int first in (int[])[1, -1])
        {
            Perceptron perceptron = new();
            perceptron.Fit(Tensor.From(new double[,] { { 0 }, { 2 } }) * first, Tensor.From(first, -first));
            double[] decisions = perceptron.DecisionFunction(Tensor.From(new double[,] { { 0 }, { 2 } }) * first).ToArray<double>();
            // Above 0 for the greater class.
            Assert.Equal([Math.Sign(first), -Math.Sign(first)], decisions.Select(Math.Sign));
        }
    }

    [Fact]
    public void It_is_a_step_of_a_pipeline_and_is_saved()
    {
        Perceptron perceptron = new() { RandomState = 2, Tol = null, MaxIter = 50 }, read = PipelineChecks.LearnsAfterAScalerAndIsSaved(perceptron, 0.8, (one, x) => one.DecisionFunction(x));
        Assert.Equal(perceptron.Mistakes, read.Mistakes);
        Assert.Equal((perceptron.NIter, perceptron.Coef!.DType), (read.NIter, DType.Float64));
    }

    public static TheoryData<string> Classifiers => [nameof(Perceptron), nameof(Adaline), nameof(LinearSVC), nameof(SVC), nameof(ELMClassifier)];

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void A_cancelled_fit_leaves_what_was_learned(string name)
    {
        (Tensor x, Tensor y) = Irises(new JsonArray(0, 1, 2));
        Estimator one = New(name);
        one.Fit(x, y);
        int[] before = one.Predict(x).ToArray<int>();
        Assert.ThrowsAny<OperationCanceledException>(() => one.Fit(-x, y, new CancellationToken(true)));
        Assert.Equal(before, one.Predict(x).ToArray<int>());
    }

    // Numbers whose squares overflow would give NaN, and a classifier that always says the same.
    [Theory]
    [MemberData(nameof(Classifiers))]
    public void Numbers_that_overflow_are_refused(string name)
    {
        (Tensor x, Tensor y) = Irises(new JsonArray(0, 1));
        string message = Assert.Throws<ArgumentException>(() => New(name).Fit(x * 1e200, y)).Message;
        Assert.Matches($"^{name}: x has numbers as large as .*E\\+20[01], whose products overflow Float64. Scale x, for instance with StandardScaler.", message);
    }

    private static Estimator New(string name) => name switch
    {
        nameof(Perceptron) => new Perceptron(),
        nameof(Adaline) => new Adaline(),
        nameof(LinearSVC) => new LinearSVC(),
        nameof(SVC) => new SVC(),
        _ => new ELMClassifier { HiddenUnits = 50, Activation = HiddenActivation.Relu },
    };

    [Fact]
    public void Wrong_use_is_told()
    {
        Tensor x = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 7 } });
        Says<ArgumentException>("Perceptron: received targets of the one class [4]; expected two or more to tell apart. (Parameter 'y')", () => new Perceptron().Fit(x, Tensor.From(4, 4, 4)));
        Says<ShapeException>("Perceptron: received targets of shape (3, 2); expected one class for each example, (3,). One-hot rows become classes by ArgMax(-1).", () => new Perceptron().Fit(x, Tensor.Zeros([3, 2])));
        Says<ShapeException>("Perceptron: received x of shape (3, 2) and y of shape (2,); expected a target for each of the 3 examples, (n,) or (n, outputs).", () => new Perceptron().Fit(x, Tensor.From(0, 1)));
        Says<InvalidOperationException>("This Perceptron has not learned from data. Call Fit first.", () => new Perceptron().Predict(x));
        Says<ArgumentOutOfRangeException>("Received Eta0 = 0; expected above 0. (Parameter 'Eta0')", () => new Perceptron().Eta0 = 0);
        Says<ArgumentOutOfRangeException>("Received Tol = NaN; expected 0 or more, or null. (Parameter 'Tol')", () => new Perceptron().Tol = double.NaN);
        Says<NotSupportedException>("Perceptron gives no probabilities.", () => new Perceptron().PredictProbabilities(x));
    }

    /// <summary>Irises of some species, in an order that mixes them.</summary>
    internal static (Tensor X, Tensor Y) Irises(JsonNode classes)
    {
        int[] wanted = [.. classes.AsArray().Select(label => label!.GetValue<int>())], species = [.. Golden["y"]!.AsArray().Select(label => label!.GetValue<int>())];
        Tensor places = Tensor.From([.. Enumerable.Range(0, species.Length).Where(i => wanted.Contains(species[i]))]);
        return (Data.Table(Golden["x"]!).Gather(places, 0), Tensor.From(species).Gather(places, 0));
    }

    internal static void Says<T>(string message, Action action) where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);
}
