using System.Text.Json;
using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

public class SVCTests
{
    internal static readonly JsonNode Golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "support.json")))!;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Golden["machines"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_optimum_is_that_of_scikit_learn(int number)
    {
        JsonNode one = Golden["machines"]![number]!;
        (Tensor x, Tensor y) = Of(one);
        int train = one["train"]!.GetValue<int>();
        SVC machine = Set(new SVC { Tol = 1e-9 }, one["settings"]!);
        machine.Fit(x.Slice(0, train), y.Slice(0, train));
        Assert.Equal(one["gamma"]!.GetValue<double>(), machine.UsedGamma!.Value, 1e-12);
        // LIBSVM keeps kernel values in single precision; those of polynomials are large.
        double tolerance = machine.Kernel == Kernel.Poly ? 1e-4 : 1e-6;
        Assert.All(one["intercept"]!.AsArray().Zip(machine.Intercept!.ToArray<double>()), pair => Assert.Equal(pair.First!.GetValue<double>(), pair.Second, tolerance));
        Tensor decision = Data.Table(one["decision"]!);
        Projections.Near(decision.Reshape([-1]), machine.DecisionFunction(x.Slice(-30, x.Shape[0])).Reshape([-1]), tolerance);
        Assert.Equal([.. one["predicted"]!.AsArray().Select(label => label!.GetValue<int>())], machine.Predict(x).ToArray<int>());
        Assert.All(machine.Pairs, pair => Assert.InRange(pair.DualityGap, -1e-9, 1e-6));
        if (one["support"] is not { } support)
            return;
        Assert.Equal([.. support.AsArray().Select(place => place!.GetValue<int>())], machine.Support!.ToArray<int>());
        Projections.Near(Data.Table(one["dual"]!), machine.DualCoef!, 10 * tolerance);
    }

    // At the usual tolerance, in single precision.
    [Fact]
    public void Predictions_are_scikit_learns()
    {
        (int right, int all) = (0, 0);
        foreach (JsonNode? one in Golden["machines"]!.AsArray())
        {
            (Tensor x, Tensor y) = Of(one!);
            SVC machine = Set(new SVC(), one!["settings"]!);
            machine.Fit(x.Slice(0, one["train"]!.GetValue<int>()).Cast(DType.Float32), y.Slice(0, one["train"]!.GetValue<int>()));
            int[] usual = [.. one["usual"]!.AsArray().Select(label => label!.GetValue<int>())];
            (right, all) = (right + machine.Predict(x.Cast(DType.Float32)).ToArray<int>().Zip(usual).Count(pair => pair.First == pair.Second), all + usual.Length);
        }

        Assert.True(right >= 0.999 * all, $"{right} of {all}");
    }

    // 400 digits in five orders, the last with a cache of fewer rows than examples: one optimum.
    [Fact]
    public void Any_order_leads_to_the_same_optimum()
    {
        (Tensor x, Tensor y) = Of(Golden["machines"]!.AsArray().Last()!);
        (Tensor trained, Tensor labels, Tensor others) = (x.Slice(0, 400), y.Slice(0, 400), x.Slice(400, 700));
        // Even and odd: one problem of all examples.
        labels = Tensor.From([.. labels.ToArray<int>().Select(label => label % 2)]);
        List<SVC> machines = [];
        for (ulong seed = 0; seed < 5; seed++)
        {
            Tensor order = new RandomKey(seed).Permutation(400);
            SVC machine = new() { C = 5, Tol = 1e-5, CacheSize = seed == 4 ? 0.1 : 200 };
            machine.Fit(trained.Gather(order, 0), labels.Gather(order, 0));
            Assert.InRange(machine.Pairs[0].DualityGap, -1e-9, 1e-3);
            machines.Add(machine);
        }

        Assert.All(machines, machine => Assert.Equal(machines[0].Pairs[0].Objective, machine.Pairs[0].Objective, 1e-3));
        Assert.All(machines, machine => Projections.Near(machines[0].DecisionFunction(others), machine.DecisionFunction(others), 1e-3));
        Assert.All(machines, machine => Assert.Equal(machines[0].Predict(others).ToArray<int>(), machine.Predict(others).ToArray<int>()));
        Assert.True(machines.Select(machine => machine.Pairs[0].Steps).Distinct().Count() > 1);
    }

    // libsvm took the sign from the label that came first.
    [Theory]
    [InlineData(1, -1, false)]
    [InlineData(1, 0, false)]
    [InlineData(1, -1, true)]
    public void A_decision_above_zero_is_for_the_greater_class(int first, int second, bool isReversed)
    {
        Tensor x = Tensor.From(new double[,] { { 0 }, { 2 } }), order = Tensor.From(isReversed ? [1, 0] : (int[])[0, 1]);
        SVC machine = new() { Kernel = Kernel.Linear };
        machine.Fit(x.Gather(order, 0), Tensor.From(first, second).Gather(order, 0));
        Projections.Near(Tensor.From(1.0, -1), machine.DecisionFunction(x), 1e-12);
        Assert.Equal([first, second], machine.Predict(x).ToArray<int>());
        LinearSVC linear = new() { C = 10, Loss = SvmLoss.Hinge };
        linear.Fit(x.Gather(order, 0), Tensor.From(first, second).Gather(order, 0));
        // Of w² + b² the least with b ≥ 1 and 2w + b ≤ -1.
        Projections.Near(Tensor.From(1.0, -1), linear.DecisionFunction(x), 1e-3);
    }

    // By hand: of -1, 1 and the examples at 0 and 2 the widest margin is w = 1, b = -1, α = 1/2 each; objective ½|w|² = ½.
    [Fact]
    public void Two_examples_have_the_margin_between_them()
    {
        SVC machine = new() { Kernel = Kernel.Linear, C = 10 };
        machine.Fit(Tensor.From(new double[,] { { 0 }, { 2 } }), Tensor.From(0, 1));
        Assert.Equal([-0.5, 0.5], machine.DualCoef!.ToArray<double>());
        Assert.Equal((-1.0, 0.5, 0.0, 1), (machine.Intercept!.ToArray<double>()[0], machine.Pairs[0].Objective, machine.Pairs[0].DualityGap, machine.Pairs[0].Steps));
        // C = 0.2 allows no more: w = 0.4.
        machine.C = 0.2;
        machine.Fit(Tensor.From(new double[,] { { 0 }, { 2 } }), Tensor.From(0, 1));
        Assert.Equal([-0.2, 0.2], machine.DualCoef!.ToArray<double>());
    }

    [Fact]
    public void Equal_examples_of_two_classes_do_no_harm()
    {
        SVC machine = new();
        machine.Fit(Tensor.Ones([6, 2], DType.Float64), Tensor.From(0, 1, 0, 1, 0, 0));
        Assert.Equal(1, machine.UsedGamma);
        Assert.True(machine.DecisionFunction(Tensor.Ones([1, 2], DType.Float64)).IsFinite().All().Item<bool>());
    }

    // A tolerance that the start meets: nothing to do, and a decision of 0 for all.
    [Fact]
    public void No_support_vectors_are_needed_for_the_coarsest_tolerance()
    {
        (Tensor x, Tensor y) = PerceptronTests.Irises(new JsonArray(0, 1, 2));
        SVC machine = new() { Tol = 3 };
        machine.Fit(x, y);
        Assert.Equal(0, machine.Support!.Length);
        Assert.Equal([0, 0, 0], machine.Predict(x.Slice(0, 3)).ToArray<int>());
    }

    // Distances are those of Float64, however far from 0 the data lie.
    [Fact]
    public void Data_far_from_zero_keep_their_digits()
    {
        Tensor z = new RandomKey(1).Normal([200, 2]), y = z.Square().Sum(1).Greater(1.4).Cast(DType.Int32), far = (z.Cast(DType.Float64) + 10_000).Cast(DType.Float32);
        SVC exact = new() { C = 100 }, machine = new() { C = 100 };
        exact.Fit(far.Cast(DType.Float64), y);
        machine.Fit(far, y);
        Assert.Equal(exact.Predict(far.Cast(DType.Float64)).ToArray<int>(), machine.Predict(far).ToArray<int>());
        Assert.True(machine.Score(far, y) > 0.97, $"accuracy {machine.Score(far, y)}");
        Assert.Equal(exact.Pairs[0].Objective, machine.Pairs[0].Objective, 1e-2 * exact.Pairs[0].Objective);
    }

    [Fact]
    public void Settings_and_fits_that_fail_leave_what_was_learned()
    {
        (Tensor x, Tensor y) = PerceptronTests.Irises(new JsonArray(0, 1, 2));
        SVC machine = new();
        machine.Fit(x, y);
        double[] before = machine.DecisionFunction(x).ToArray<double>();
        (machine.Kernel, machine.Gamma, machine.MaxIter) = (Kernel.Poly, 3, 5);
        Assert.Equal(before, machine.DecisionFunction(x).ToArray<double>());
        Assert.Throws<OperationCanceledException>(() => machine.Fit(x, y * 2, new CancellationToken(true)));
        Assert.Equal(before, machine.DecisionFunction(x).ToArray<double>());
        machine.Fit(x, y);
        Assert.All(machine.Pairs, pair => Assert.InRange(pair.Steps, 1, 5));
        Assert.NotEqual(before, machine.DecisionFunction(x).ToArray<double>());
    }

    [Fact]
    public void It_is_a_step_of_a_pipeline_and_is_saved()
    {
        SVC machine = new() { GammaRule = GammaRule.Auto, C = 2 }, read = PipelineChecks.LearnsAfterAScalerAndIsSaved(machine, 0.96, (one, x) => one.DecisionFunction(x));
        Assert.Equal(machine.Pairs, read.Pairs);
        Assert.Equal((2, GammaRule.Auto, 0.25), (read.C, read.GammaRule, read.UsedGamma));
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Tensor x = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 7 } });
        PerceptronTests.Says<ArgumentException>("SVC: received targets of the one class [4]; expected two or more to tell apart. (Parameter 'y')", () => new SVC().Fit(x, Tensor.From(4, 4, 4)));
        PerceptronTests.Says<ArgumentException>("SVC: x contains NaN or infinity. Remove those examples, or replace the missing numbers. (Parameter 'x')", () => new SVC().Fit(x / 0.0, Tensor.From(0, 1, 1)));
        PerceptronTests.Says<InvalidOperationException>("This SVC has not learned from data. Call Fit first.", () => new SVC().DecisionFunction(x));
        PerceptronTests.Says<ArgumentOutOfRangeException>("Received C = 0; expected above 0. (Parameter 'C')", () => new SVC().C = 0);
        PerceptronTests.Says<ArgumentOutOfRangeException>("Received Gamma = -1; expected above 0, or null. (Parameter 'Gamma')", () => new SVC().Gamma = -1);
        PerceptronTests.Says<ArgumentException>("The setting 'Kernel' of SVC is of type Kernel (Rbf, Linear, Poly); received sigmoid. (Parameter 'value')", () => new SVC()["kernel"] = "sigmoid");
        SVC machine = new();
        machine.Fit(x, Tensor.From(0, 1, 1));
        PerceptronTests.Says<ShapeException>("SVC: received 1 features; expected 2, as in the data it was fitted to.", () => machine.Predict(x.Slice(0, 1, axis: 1)));
        PerceptronTests.Says<NotSupportedException>("SVC gives no probabilities.", () => machine.PredictProbabilities(x));
    }

    internal static (Tensor X, Tensor Y) Of(JsonNode one)
    {
        string name = one["data"]!.GetValue<string>();
        JsonNode data = Golden[name == "digits" ? "digits" : "iris"]!;
        int[] wanted = [.. one["classes"]!.AsArray().Select(label => label!.GetValue<int>())], labels = [.. data["y"]!.AsArray().Select(label => label!.GetValue<int>())];
        Tensor places = Tensor.From([.. Enumerable.Range(0, labels.Length).Where(i => wanted.Contains(labels[i]))]), x = Data.Table(data["x"]!).Gather(places, 0);
        return (name == "shifted" ? x - 3.5 : x, Tensor.From(labels).Gather(places, 0));
    }

    internal static T Set<T>(T step, JsonNode settings) where T : Step
    {
        foreach ((string name, JsonNode? value) in settings.AsObject())
        {
            step[name == "gamma" && value!.GetValueKind() == JsonValueKind.String ? "gamma_rule" : name] = value!.GetValueKind() switch
            {
                JsonValueKind.String => value.GetValue<string>(),
                JsonValueKind.False => false,
                _ => value.GetValue<double>(),
            };
        }

        return step;
    }
}
