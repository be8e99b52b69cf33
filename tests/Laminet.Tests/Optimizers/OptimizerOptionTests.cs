using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Verification;

namespace Laminet.Tests.Optimizers;

/// <summary>Averages, accumulation, loss scales, and optimizers that hand their steps on.</summary>
public sealed class OptimizerOptionTests
{
    private static readonly Tensor X = new RandomKey(1).Normal([16, 3]);
    private static readonly Tensor Y = (X.Square().Sum(1, keepDims: true) * 0.3).Tanh();

    public static TheoryData<string> Kinds => [.. Makers.Keys];

    private static Dictionary<string, Func<Optimizer>> Makers => new()
    {
        ["Adamax"] = () => new Adamax(0.02),
        ["Nadam"] = () => new Nadam(0.02),
        ["Ftrl"] = () => new Ftrl(0.5),
        ["Lion"] = () => new Lion(0.01),
        ["Rprop"] = () => new Rprop(0.01),
        ["ScheduleFreeAdamW"] = () => new ScheduleFreeAdamW(0.03),
        ["Lamb"] = () => new Lamb(0.02),
        ["Adafactor"] = () => new Adafactor(0.1),
        ["Muon"] = () => new Muon(0.03),
        ["averages"] = () => new Adam(0.02) { UseEma = true, EmaMomentum = 0.5, EmaOverwriteFrequency = 4 },
        ["accumulation"] = () => new Adam(0.03) { GradientAccumulationSteps = 2, GlobalClipNorm = 1 },
        ["accumulation without rules"] = () => new Lamb(0.03) { GradientAccumulationSteps = 2, UseEma = true },
        ["schedule"] = () => new Adam(new OneCycle(0.05, 200)),
        ["momentum by schedule"] = () => new AdamW(new OneCycle(0.05, 200)) { MomentumSchedule = new OneCycle(0.05, 200).Momentum() },
        ["momentum by schedule alone"] = () => new SGD(0.05) { MomentumSchedule = new OneCycle(0.05, 9, threePhase: true).Momentum(0.2, 0.8), GradientAccumulationSteps = 2 },
        ["momentum within another"] = () => new LossScaleOptimizer(new Nadam(0.02) { MomentumSchedule = new OneCycle(0.02, 9).Momentum() }, dynamicGrowthSteps: 5),
        ["scaled"] = () => new Adam(0.02) { LossScaleFactor = 1024 },
        ["dynamic"] = () => new LossScaleOptimizer(new Nadam(0.02), dynamicGrowthSteps: 5),
        ["several"] = () => new MultiOptimizer(new OptimizerMap(new Nadam(0.02)) { ["dense/.*"] = new Muon(0.02), ["dense_1/bias"] = new SGD(0.1) { UseEma = true } }),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_network_learns_and_a_training_from_a_file_ends_in_the_same_bits(string kind)
    {
        using Scratch scratch = new();
        Model whole = Network(kind), first = Network(kind), eager = Network(kind);
        eager.RunEagerly = true;
        double before = whole.Evaluate(X, Y)["loss"];
        Run(whole, 7);
        Run(first, 3);
        first.Save(scratch.Path("model.laminet"));
        Model second = Model.Load(scratch.Path("model.laminet"));
        Run(second, 4);
        AssertSame(whole, second);
        Run(eager, 7);
        foreach ((Variable expected, Variable received) in whole.Weights.Zip(eager.Weights))
            Near.Equal(expected.Value.Cast(DType.Float64).Reshape([-1]).ToArray<double>(), received.Value.Reshape([-1]), 1e-4);
        Run(whole, 150);
        Assert.InRange(whole.Evaluate(X, Y)["loss"], 0, before / 3);
    }

    // 1 and 0.5 are averaged to 0.75 with momentum 0.5: a = 0.5 * 1 + 0.5 * 0.5.
    [Theory]
    [InlineData("(?!head).*")]
    [InlineData("(")]
    public void Muon_refuses_an_expression_of_unbounded_time(string pattern) => Assert.Contains(
        $"Received excludeLayers with '{pattern}'; expected a path or a regular expression without look-around and back references.",
        Assert.Throws<ArgumentException>(() => new Muon(excludeLayers: [pattern])).Message, StringComparison.Ordinal);

    [Fact]
    public void Averages_start_at_the_first_update_and_are_taken_in_time()
    {
        Variable weight = new(Tensor.From(2.0), "w");
        SGD optimizer = new(1) { UseEma = true, EmaMomentum = 0.5 };
        optimizer.Apply([(Tensor.From(1.0), weight)]);
        Assert.Equal(["iterations", "learning_rate", "0/w/average"], optimizer.State.Select(variable => variable.Name));
        Assert.Equal((1.0, 1.0), (weight.Item<double>(), optimizer.State[2].Item<double>()));
        optimizer.Apply([(Tensor.From(0.5), weight)]);
        Assert.Equal((0.5, 0.75), (weight.Item<double>(), optimizer.State[2].Item<double>()));
        optimizer.SwapAverages();
        Assert.Equal((0.75, 0.5), (weight.Item<double>(), optimizer.State[2].Item<double>()));
        optimizer.SwapAverages();
        optimizer.TakeAverages();
        Assert.Equal(0.75, weight.Item<double>());

        Variable other = new(Tensor.From(2.0), "w");
        SGD overwriting = new(1) { UseEma = true, EmaMomentum = 0.5, EmaOverwriteFrequency = 2 };
        overwriting.Apply([(Tensor.From(1.0), other)]);
        overwriting.Apply([(Tensor.From(0.5), other)]);
        Assert.Equal(0.75, other.Item<double>());
        overwriting.Apply([(Tensor.From(0.25), other)]);
        Assert.Equal((0.5, 0.625), (other.Item<double>(), overwriting.State[2].Item<double>()));
    }

    [Fact]
    public void A_variable_that_is_trained_later_starts_its_average_then()
    {
        Variable first = new(Tensor.From(2.0), "a"), second = new(Tensor.From(5.0), "b", trainable: false);
        SGD optimizer = new(1) { UseEma = true, EmaMomentum = 0.5 };
        optimizer.Apply([(Tensor.From(1.0), first), (Tensor.From(1.0), second)]);
        optimizer.TakeAverages();
        Assert.Equal(5, second.Item<double>());
        second.Trainable = true;
        optimizer.Build([second]);
        optimizer.SwapAverages();
        Assert.Equal(5, second.Item<double>());
        optimizer.SwapAverages();
        optimizer.Apply([(Tensor.From(0.0), first), (Tensor.From(1.0), second)]);
        optimizer.TakeAverages();
        Assert.Equal(4, second.Item<double>());
    }

    [Fact]
    public void Fit_ends_with_the_averages()
    {
        Sequential model = new(1, new Input([3]), new Dense(1));
        SGD optimizer = new(0.1) { UseEma = true, EmaMomentum = 0.9 };
        model.Compile(optimizer, "mse");
        model.Fit(X, Y, epochs: 3);
        Assert.Equal(optimizer.State[2].Value.Reshape([-1]).ToArray<float>(), model.Weights[0].Value.Reshape([-1]).ToArray<float>());
    }

    // Several gradients in one update are the gradient of the larger batch.
    [Fact]
    public void Accumulated_halves_are_the_whole_batch()
    {
        Sequential whole = Linear(new Adam(0.05)), halves = Linear(new Adam(0.05) { GradientAccumulationSteps = 2 });
        for (int step = 0; step < 3; step++)
        {
            whole.TrainOnBatch(X, Y);
            halves.TrainOnBatch(X.Slice(0, 8), Y.Slice(0, 8));
            halves.TrainOnBatch(X.Slice(8, 16), Y.Slice(8, 16));
        }

        Near.Equal(whole.Weights[0].Value.Cast(DType.Float64).Reshape([-1]).ToArray<double>(), halves.Weights[0].Value.Reshape([-1]), 1e-5);
    }

    // An unscaled or ignored infinity would reach the weights; a scale that may not fall below 1 would skip every step from then on.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_step_with_an_infinite_gradient_changes_nothing_and_halves_the_scale(bool ruleless)
    {
        Variable weight = new(Tensor.From(1f, 2), "w");
        LossScaleOptimizer optimizer = new(ruleless ? new Lamb(0.1) { UseEma = true } : new Nadam(0.1) { UseEma = true });
        optimizer.Apply([(Tensor.From(32768f, 0), weight)]);
        float[][] before = [.. optimizer.State.Skip(2).Append(weight).Select(variable => variable.Value.Cast(DType.Float32).Reshape([-1]).ToArray<float>())];
        optimizer.Apply([(Tensor.From(float.PositiveInfinity, 1), weight)]);
        Assert.Equal(before, optimizer.State.Skip(2).Append(weight).Select(variable => variable.Value.Cast(DType.Float32).Reshape([-1]).ToArray<float>()));
        Assert.Equal((16384.0, 1L), (optimizer.Scale, optimizer.Iterations));
        optimizer.Apply([(Tensor.From(float.NaN, 1), weight)]);
        Assert.Equal(8192, optimizer.Scale);
        optimizer.Apply([(Tensor.From(8192f, 1), weight)]);
        Assert.Equal(2, optimizer.Iterations);
        Assert.NotEqual(before[^1], weight.Value.ToArray<float>());
        for (int step = 0; step < 14; step++)
            optimizer.Apply([(Tensor.From(float.NaN, 1), weight)]);
        Assert.Equal(0.5, optimizer.Scale);
    }

    [Fact]
    public void A_scale_doubles_after_enough_finite_steps_and_is_taken_out_of_the_gradients()
    {
        Variable weight = new(Tensor.From(1.0), "w");
        LossScaleOptimizer optimizer = new(new SGD(1), initialScale: 4, dynamicGrowthSteps: 2);
        List<double> scales = [];
        for (int step = 0; step < 4; step++)
        {
            Assert.Equal(3 * optimizer.Scale, optimizer.ScaleLoss(Tensor.From(3.0)).ToDouble());
            optimizer.Apply([(Tensor.From(0.125 * optimizer.Scale), weight)]);
            scales.Add(optimizer.Scale);
        }

        Assert.Equal([4, 8, 8, 16], scales);
        Assert.Equal(0.5, weight.Item<double>());
    }

    [Fact]
    public void The_logs_hold_the_loss_and_not_the_scaled_one()
    {
        Sequential plain = Linear(new SGD(0)), scaled = Linear(new SGD(0) { LossScaleFactor = 64 }), moving = Linear(new LossScaleOptimizer(new SGD(0)));
        double loss = plain.TrainOnBatch(X, Y)["loss"];
        Assert.Equal(loss, scaled.TrainOnBatch(X, Y)["loss"]);
        Assert.Equal(loss, moving.TrainOnBatch(X, Y)["loss"]);
    }

    [Fact]
    public void Each_variable_goes_to_the_optimizer_its_path_names()
    {
        SGD others = new(1), encoder = new(0.1), bias = new(0.01);
        OptimizerMap map = new(others) { ["encoder/.*"] = encoder, ["encoder/bias"] = bias };
        Assert.Equal([others, encoder, bias, others], new[] { "head/kernel", "encoder/kernel", "encoder/bias", "my_encoder/kernel" }.Select(path => map[path]));
        Sequential model = new(1, new Input([2]), new Dense(2, kernelInitializer: "ones") { Name = "encoder" }, new Dense(1, kernelInitializer: "ones") { Name = "head" });
        MultiOptimizer optimizer = new(map);
        model.Compile(optimizer, "mse");
        double[][] before = [.. model.Weights.Select(Numbers)];
        model.TrainOnBatch(Tensor.Ones([1, 2]), Tensor.Zeros([1, 1]));
        // The prediction is 4, so the loss's slope by the output is 8; the head's inputs are 2, the encoder's 1.
        Assert.Equal([0.8, 0.08, 16.0, 8.0], model.Weights.Select((weight, place) => Math.Round(before[place][0] - Numbers(weight)[0], 5)));
        Assert.Equal((1L, 1L, 1L, 1L), (optimizer.Iterations, others.Iterations, encoder.Iterations, bias.Iterations));
        Assert.Equal(1, optimizer.LearningRate);
        Assert.Equal("Received a learning rate for a MultiOptimizer, whose optimizers have one each. Set it on one of its Optimizers.",
            Assert.Throws<InvalidOperationException>(() => optimizer.LearningRate = 1).Message);
    }

    [Fact]
    public void An_optimizer_of_two_entries_is_one_after_a_file()
    {
        SGD slow = new(0.01);
        JsonObject written = Optimizer.Registry.Serialize(new MultiOptimizer(new OptimizerMap(new Adam()) { ["a/.*"] = slow, ["b/.*"] = slow }));
        MultiOptimizer read = (MultiOptimizer)Optimizer.Registry.Deserialize(JsonNode.Parse(written.ToJsonString()));
        Assert.Equal(2, read.Optimizers.Count);
        Assert.Same(read.OptimizerMap["a/x"], read.OptimizerMap["b/x"]);
        Assert.Equal(0.01, read.OptimizerMap["b/x"].LearningRate);
    }

    [Fact]
    public void A_rate_of_0_changes_nothing()
    {
        Variable weight = new(Tensor.From(1.0, -2), "w");
        new Ftrl(0.0) { }.Apply([(Tensor.From(0.5, 0), weight)]);
        Assert.Equal([1, -2], weight.Value.ToArray<double>());
    }

    [Fact]
    public void Wrong_uses_are_told()
    {
        Assert.StartsWith("Received the optimizer map's entry 'encoder/('; expected a path or a regular expression", Assert.Throws<ArgumentException>(() => new OptimizerMap(new Adam()) { ["encoder/("] = new SGD() }).Message, StringComparison.Ordinal);
        OptimizerMap map = new(new Adam()) { ["a.*"] = new SGD(), [".*b"] = new SGD() };
        Assert.StartsWith("The variable 'ab' is named by 2 entries of the optimizer map, 'a.*', '.*b'; expected one at most.", Assert.Throws<ArgumentException>(() => map["ab"]).Message, StringComparison.Ordinal);
        Assert.StartsWith("The optimizer map has an entry 'a.*' already.", Assert.Throws<ArgumentException>(() => map["a.*"] = new SGD()).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received a LossScaleOptimizer in an optimizer map;", Assert.Throws<ArgumentException>(() => new OptimizerMap(new LossScaleOptimizer(new Adam()))).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received a LossScaleOptimizer within a LossScaleOptimizer;", Assert.Throws<ArgumentException>(() => new LossScaleOptimizer(new LossScaleOptimizer(new Adam()))).Message, StringComparison.Ordinal);
        Variable weight = new(Tensor.From(1.0), "w");
        Assert.Equal("Received an option of a LossScaleOptimizer, such as decay, clipping, averages or groups; expected options of its InnerOptimizer alone. Set it there.",
            Assert.Throws<InvalidOperationException>(() => new LossScaleOptimizer(new Adam()) { ClipNorm = 1 }.Apply([(Tensor.From(1.0), weight)])).Message);
        Adam late = new();
        late.Apply([(Tensor.From(1.0), weight)]);
        Assert.StartsWith("Received UseEma = True after the optimizer has made its slots", Assert.Throws<InvalidOperationException>(() => late.UseEma = true).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { GradientAccumulationSteps = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { LossScaleFactor = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { EmaMomentum = 2 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam().SetGroup([weight], rateFactor: -1));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Settings_survive_a_file(string kind)
    {
        JsonObject written = Optimizer.Registry.Serialize(Makers[kind]());
        Optimizer read = Optimizer.Registry.Deserialize(JsonNode.Parse(written.ToJsonString()));
        Assert.Equal(written.ToJsonString(), Optimizer.Registry.Serialize(read).ToJsonString());
    }

    private static Sequential Linear(Optimizer optimizer)
    {
        Sequential model = new(1, new Input([3]), new Dense(1));
        model.Compile(optimizer, "mse");
        return model;
    }

    private static Sequential Network(string kind)
    {
        Sequential model = new(1, new Input([3]), new Dense(12, "tanh"), new Dropout(0.01), new Dense(1));
        model.Compile(Makers[kind](), "mse");
        return model;
    }

    private static void Run(Model model, int steps)
    {
        for (int step = 0; step < steps; step++)
            model.TrainOnBatch(X, Y);
    }

    private static void AssertSame(Model first, Model second)
    {
        foreach ((Variable expected, Variable received) in first.Weights.Concat(first.Optimizer!.State).Zip(second.Weights.Concat(second.Optimizer!.State)))
            Assert.Equal(expected.Value.Cast(DType.Float64).Reshape([-1]).ToArray<double>(), received.Value.Cast(DType.Float64).Reshape([-1]).ToArray<double>());
    }

    private static double[] Numbers(Variable variable) => variable.Value.Cast(DType.Float64).Reshape([-1]).ToArray<double>();
}
