using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;

namespace Laminet.Tests.Optimizers;

/// <summary>Learning rates by the step: values, settings, optimizers that follow them, errors.</summary>
public sealed class ScheduleTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_optimizer_follows_its_schedule(bool isEager)
    {
        Sequential model = new(1, new Input([1]), new Dense(1, useBias: false, kernelInitializer: "zeros")) { RunEagerly = isEager };
        SGD optimizer = new(new PiecewiseConstantDecay([0, 2], [1, 0.5, 0.25]));
        model.Compile(optimizer, new Drift());
        Assert.Equal(1, optimizer.LearningRate);
        // The loss's slope is 1, so a step is the rate.
        Assert.Equal([1, 0.5, 0.5, 0.25, 0.25], FiveSteps(model));
        Assert.Equal(0.25, optimizer.LearningRate);
        Assert.Equal(0.25, optimizer.State[1].Item<double>());
    }

    [Fact]
    public void A_rate_that_a_schedule_gives_is_not_set()
    {
        Adam optimizer = new(new ExponentialDecay(0.1, 10, 0.5));
        Assert.Equal(
            "Received the learning rate 0.2, but the optimizer was created with the schedule ExponentialDecay, which gives it at each step. To set it yourself, create the optimizer with a number.",
            Assert.Throws<InvalidOperationException>(() => optimizer.LearningRate = 0.2).Message);
        Optimizer read = Optimizer.Registry.Deserialize(JsonNode.Parse(Optimizer.Registry.Serialize(optimizer).ToJsonString()));
        Assert.Equal(0.05, read.Schedule!.At(10), 1e-15);
        Assert.Equal(0.3, new Adam(0.3).GetConfig()["learning_rate"]!.GetValue<double>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_momentum_follows_its_schedule(bool isEager)
    {
        Sequential model = new(1, new Input([1]), new Dense(1, useBias: false, kernelInitializer: "zeros")) { RunEagerly = isEager };
        model.Compile(new SGD(1) { MomentumSchedule = new PiecewiseConstantDecay([1, 2], [0.5, 0.25, 0]) }, new Drift());
        // The loss's slope is 1, so a step is 1 and the share of the step before that the momentum keeps.
        Assert.Equal([1, 1.5, 1.375, 1, 1], FiveSteps(model));
    }

    [Fact]
    public void A_momentum_schedule_is_kept_in_files_and_told_where_it_does_not_fit()
    {
        Adam optimizer = new() { MomentumSchedule = new OneCycle(0.1, 10).Momentum() };
        string written = Optimizer.Registry.Serialize(optimizer).ToJsonString();
        Optimizer read = Optimizer.Registry.Deserialize(JsonNode.Parse(written));
        Assert.Equal(written, Optimizer.Registry.Serialize(read).ToJsonString());
        Assert.Equal(0.85, read.MomentumSchedule!.At(2), 1e-15);
        Assert.DoesNotContain("momentum_schedule", Optimizer.Registry.Serialize(new Adam()).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(
            "Received a momentum schedule for the optimizer Adagrad, which has no momentum of its own to follow it; expected SGD, RMSprop, Muon, Adam, AdamW, Adamax, Nadam, Lamb or Lion. Set it on one of these.",
            Assert.Throws<InvalidOperationException>(() => new Adagrad() { MomentumSchedule = 0.5 }).Message);
        Assert.StartsWith(
            "Received a momentum schedule that begins at 1; expected 0 to 1, without 1.", Assert.Throws<ArgumentOutOfRangeException>(() => new SGD() { MomentumSchedule = 1 }).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "Received maxMomentum = 0.5; expected baseMomentum or more, and below 1.", Assert.Throws<ArgumentOutOfRangeException>(() => new OneCycle(1, 10).Momentum(0.8, 0.5)).Message, StringComparison.Ordinal);
        optimizer.Apply([(Tensor.From(1.0), new Variable(Tensor.From(1.0), "w"))]);
        Assert.Throws<InvalidOperationException>(() => optimizer.MomentumSchedule = null);
    }

    [Fact]
    public void A_training_from_a_file_goes_on_where_its_schedule_was()
    {
        using Scratch scratch = new();
        Sequential whole = Network(), first = Network();
        Tensor x = new RandomKey(1).Normal([8, 3]), y = x.Sum(1, keepDims: true);
        Run(whole, 6);
        Run(first, 3);
        first.Save(scratch.Path("model.laminet"));
        Model second = Model.Load(scratch.Path("model.laminet"));
        Run(second, 3);
        Assert.Equal(6, second.Optimizer!.Iterations);
        foreach ((Variable expected, Variable received) in whole.Weights.Zip(second.Weights))
            Assert.Equal(expected.Value.Reshape([-1]).ToArray<float>(), received.Value.Reshape([-1]).ToArray<float>());

        void Run(Model model, int steps)
        {
            for (int step = 0; step < steps; step++)
                model.TrainOnBatch(x, y);
        }

        static Sequential Network()
        {
            Sequential model = new(1, new Input([3]), new Dense(4, "tanh"), new Dense(1));
            model.Compile(new Adam(new Warmup(new CosineDecay(0.1, 4), 2)), "mse");
            return model;
        }
    }

    [Fact]
    public void Wrong_settings_are_told()
    {
        Assert.StartsWith("Received decaySteps = 0; expected 1 or more.", Assert.Throws<ArgumentOutOfRangeException>(() => new CosineDecay(0.1, 0)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received initialLearningRate = -1; expected zero or more, and finite.", Assert.Throws<ArgumentOutOfRangeException>(() => new PolynomialDecay(-1, 5)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received 1 values for 1 boundaries; expected 2, one more than boundaries.", Assert.Throws<ArgumentException>(() => new PiecewiseConstantDecay([3], [1])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received pctStart = 0.6; expected above 0 and below 0.5 for three phases.", Assert.Throws<ArgumentOutOfRangeException>(() => new OneCycle(1, 10, 0.6, threePhase: true)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received tMul = 0.5; expected 1 or more, and finite.", Assert.Throws<ArgumentOutOfRangeException>(() => new CosineDecayRestarts(1, 10, 0.5)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PiecewiseConstantDecay([3, 3], [1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Warmup(-0.1, 3));
    }

    private static List<double> FiveSteps(Model model)
    {
        List<double> steps = [];
        double before = 0;
        for (int step = 0; step < 5; step++)
        {
            model.TrainOnBatch(Tensor.Ones([1, 1]), Tensor.Ones([1, 1]));
            double now = model.Weights[0].Value.ToDouble();
            steps.Add(before - now);
            before = now;
        }

        return steps;
    }

    /// <summary>A loss whose slope by the prediction is 1.</summary>
    private sealed class Drift() : Laminet.Losses.Loss(Laminet.Losses.LossReduction.SumOverBatchSize, "drift")
    {
        protected override Tensor PerExample(Tensor yTrue, Tensor yPred) => yPred.Sum(-1);
    }
}
