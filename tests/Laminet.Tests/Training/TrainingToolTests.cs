using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Training.Tools;
using Laminet.Verification;

namespace Laminet.Tests.Training;

/// <summary>Trials before a training: what they find, and that they leave nothing behind.</summary>
public sealed class TrainingToolTests
{
    private static readonly Tensor X = new RandomKey(1).Normal([32, 4]);
    private static readonly Tensor Y = X.Slice(0, 32).Sum(1, keepDims: true).Tanh();
    private static readonly Tensor Labels = X.Sum(1).Greater(0).Cast(DType.Int32);

    // Left at the last rate, or with the trial's slots, a training after it would be another.
    [Theory]
    [InlineData("rate")]
    [InlineData("size")]
    [InlineData("dev")]
    [InlineData("overfit")]
    public void A_training_after_a_trial_has_the_bits_of_one_without(string tool)
    {
        foreach (bool isFresh in new[] { true, false })
        {
            Sequential plain = Network(), tried = Network();
            if (!isFresh)
            {
                plain.Fit(X, Y, epochs: 1);
                tried.Fit(X, Y, epochs: 1);
            }

            switch (tool)
            {
                case "rate": LearningRateFinder.Run(tried, X, Y, batchSize: 8, steps: 9); break;
                case "size": BatchSizeFinder.Run(tried, X, Y, 4); break;
                case "dev": FastDevRun.Run(tried, X, Y, 8, new Batch(X, Y)); break;
                default: OverfitOneBatch.Run(tried, X, Y, 20); break;
            }

            plain.Fit(X, Y, epochs: 2, batchSize: 8);
            tried.Fit(X, Y, epochs: 2, batchSize: 8);
            Assert.Equal(plain.Optimizer!.LearningRate, tried.Optimizer!.LearningRate);
            foreach ((Variable expected, Variable received) in plain.Weights.Concat(plain.Optimizer.State).Zip(tried.Weights.Concat(tried.Optimizer.State)))
                Assert.Equal(Numbers(expected), Numbers(received));
        }
    }

    [Fact]
    public void Learning_rates_grow_by_one_factor()
    {
        LearningRateCurve curve = LearningRateFinder.Run(Network(), X, Y, minLearningRate: 1e-6, maxLearningRate: 1, steps: 5, divergence: 1e9);
        Near.Equal([1e-6, 3.16227766e-5, 1e-3, 3.16227766e-2, 1], curve.LearningRates, 1e-8);
        Assert.Equal(5, curve.Losses.Count);
    }

    [Fact]
    public void A_good_rate_is_suggested_and_divergence_ends_the_trial()
    {
        Sequential model = new(1, new Input([4]), new Dense(1));
        model.Compile(new SGD(0.5), "mse");
        LearningRateCurve curve = LearningRateFinder.Run(model, X, X.Sum(1, keepDims: true), batchSize: 32, minLearningRate: 1e-4, maxLearningRate: 100, steps: 60);
        Assert.InRange(curve.LearningRates.Count, 10, 59);
        Assert.InRange(curve.Suggestion!.Value, 1e-3, 1);
        Assert.Equal(0.5, model.Optimizer!.LearningRate);
        Assert.Null(new LearningRateCurve([1, 2, 3], [1, 2, 3], [1, 2, 3]).Suggestion);
        Assert.Equal(2, new LearningRateCurve([1, 2, 3], [3, 2, 1], [3, 2, 1]).Suggestion);
    }

    [Fact]
    public void A_rate_that_follows_a_schedule_is_not_tried()
    {
        Sequential model = new(1, new Input([4]), new Dense(1));
        model.Compile(new SGD(new CosineDecay(0.1, 5)), "mse");
        Assert.StartsWith("LearningRateFinder: the optimizer follows the schedule CosineDecay, so its rate cannot be tried.",
            Assert.Throws<ArgumentException>(() => LearningRateFinder.Run(model, X, Y)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batch_sizes_double_within_the_memory()
    {
        Sequential model = Network();
        long of16 = model.Plan(16).TrainingBytes!.Value;
        BatchSizes sizes = BatchSizeFinder.Run(model, X, Y, 4, memoryBudget: of16, gain: 0);
        Assert.All(sizes.Trials.Index(), trial => Assert.Equal(4 << trial.Index, trial.Item.BatchSize));
        Assert.True(sizes.Trials[^1].BatchSize <= 16);
        Assert.All(sizes.Trials, trial => Assert.True(trial.Bytes > 0 && trial.Bytes <= of16 && trial.SecondsPerExample > 0));
        Assert.Contains(sizes.Best, sizes.Trials.Select(trial => trial.BatchSize));
        Assert.StartsWith("BatchSizeFinder: a batch of 4 takes ", Assert.Throws<ArgumentException>(() => BatchSizeFinder.Run(model, X, Y, 4, memoryBudget: 10)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => BatchSizeFinder.Run(model, X, Y, 64));
    }

    [Fact]
    public void Tools_need_examples()
    {
        foreach (Action<Model, Tensor, Tensor> run in (Action<Model, Tensor, Tensor>[])
        [
            (model, x, y) => LearningRateFinder.Run(model, x, y), (model, x, y) => BatchSizeFinder.Run(model, x, y), (model, x, y) => FastDevRun.Run(model, x, y), (model, x, y) => OverfitOneBatch.Run(model, x, y),
        ])
            Assert.StartsWith("Received no examples:", Assert.Throws<ShapeException>(() => run(Network(), X.Slice(0, 0), Y.Slice(0, 0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dev_run_calls_every_callback_once_and_writes_no_file()
    {
        using Scratch scratch = new();
        List<string> calls = [];
        IReadOnlyDictionary<string, double> figures = FastDevRun.Run(Network(), X, Y, 8, new Batch(X, Y), [new Recorder(calls), new ModelCheckpoint(scratch.Path("m.laminet")), new CSVLogger(scratch.Path("log.csv"))]);
        Assert.Equal(["train", "batch", "test batch", "epoch", "train end", "predict batch"], calls);
        Assert.Equal(["loss", "val_loss"], figures.Keys.Order());
        Assert.Empty(scratch.Files);
    }

    [Fact]
    public void A_network_that_can_learn_a_batch_does()
    {
        Sequential model = new(1, new Input([4]), new Dense(32, "tanh"), new Dense(1));
        model.Compile(new Adam(0.02), "mse");
        OverfitReport report = OverfitOneBatch.Run(model, X, Y);
        Assert.True(report.IsLearned, report.ToString());
        Assert.Empty(report.Causes);
        Assert.StartsWith("The batch was learned in ", report.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "too high", "The learning rate 100 is too high" },
        { "too low", "The learning rate 1E-05 is too low" },
        { "dead", "Layer 'first' gives only zeros: its ReLUs are dead" },
        { "dead layer", "Layer 're_lu' gives only zeros: its ReLUs are dead" },
        { "dead activation", "Layer 'activation' gives only zeros: its ReLUs are dead" },
        { "dead convolution", "Layer 'conv1d' gives only zeros: its ReLUs are dead" },
        { "detached", "Layer 'first' gets no gradient" },
        { "frozen", "No weight is trainable." },
        { "partly frozen", "Frozen are the layers 'first'" },
        { "twice", "the last layer ends with softmax, so the loss squashes its outputs again" },
        { "sparse probabilities", ": the last layer is linear. Give the loss fromLogits: true, or let the last layer end with softmax." },
        { "probabilities", ": the last layer is linear. Give the loss fromLogits: true, or let the last layer end with softmax." },
        { "binary probabilities", ": the last layer is linear. Give the loss fromLogits: true, or let the last layer end with sigmoid." },
        { "negative probabilities", "The loss expects probabilities, but the outputs go from -" },
        { "range", "The last layer ends with sigmoid, whose outputs go from 0 to 1, but the targets go from" },
        { "penalty", "The penalties on weights are" },
        { "decay", "The weight decay 50 is too strong" },
        { "scale", "The inputs are as large as" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_named(string fault, string cause)
    {
        bool isDead = fault.StartsWith("dead", StringComparison.Ordinal);
        Dense first = new(16, fault == "dead" ? "relu" : isDead ? null : "tanh", biasInitializer: isDead ? new Laminet.Initializers.Constant(-1000) : null) { Name = "first" };
        Layer[] between = fault switch
        {
            "detached" => [new Detached()],
            "dead layer" => [new ReLU()],
            "dead activation" => [new Activation("relu")],
            "dead convolution" => [new Reshape([16, 1]), new Conv1D(2, 3, activation: "relu", kernelInitializer: "ones"), new Flatten()],
            _ => [],
        };
        (Layer last, Loss loss, Tensor y) = fault switch
        {
            "twice" => (new Dense(2, "softmax"), new SparseCategoricalCrossentropy(fromLogits: true), Labels),
            "sparse probabilities" => (new Dense(2), new SparseCategoricalCrossentropy(), Labels),
            "probabilities" => (new Dense(2), new CategoricalCrossentropy(), Labels.OneHot(2)),
            "binary probabilities" => (new Dense(1), new BinaryCrossentropy(), Labels.Reshape([32, 1])),
            "negative probabilities" => (new Dense(2, "tanh"), new SparseCategoricalCrossentropy(), Labels),
            "range" => (new Dense(1, "sigmoid"), new MeanSquaredError(), Y * 5),
            "penalty" => (new Dense(1, kernelRegularizer: new L2(1000)), new MeanSquaredError(), Y),
            _ => ((Layer)new Dense(1), (Loss)new MeanSquaredError(), Y),
        };
        Sequential model = new(1, [new Input([4]), first, .. between, last]);
        Optimizer optimizer = fault switch
        {
            "too high" => new SGD(100),
            "too low" => new Adam(1e-5),
            "decay" => new Adam(0.02) { WeightDecay = 50 },
            _ => new Adam(0.01),
        };
        if (fault == "frozen")
            model.Trainable = false;
        if (fault == "partly frozen")
            first.Trainable = false;
        model.Compile(optimizer, loss);
        OverfitReport report = OverfitOneBatch.Run(model, fault == "scale" ? X * 1e4 : X, y, fault == "too low" ? 100 : 60, goal: 1e-4);
        Assert.False(report.IsLearned);
        Assert.Contains(cause, report.Causes[0], StringComparison.Ordinal);
    }

    // Outputs of a linear layer can be trained to lie where probabilities should, and to stay there for no other batch.
    [Fact]
    public void A_wrong_loss_is_told_even_if_the_batch_is_learned()
    {
        Sequential model = new(1, new Input([4]), new Dense(1));
        model.Compile(new Adam(0.05), new BinaryCrossentropy());
        OverfitReport report = OverfitOneBatch.Run(model, X, Labels.Reshape([32, 1]), goal: 0.5);
        Assert.True(report.IsLearned, report.ToString());
        Assert.Contains("steps, but:\n- The loss expects probabilities, but the outputs go from ", report.ToString(), StringComparison.Ordinal);
        Assert.Single(report.Causes);
    }

    private static Sequential Network()
    {
        Sequential model = new(1, new Input([4]), new Dense(8, "tanh"), new BatchNormalization(), new Dropout(0.2), new Dense(1));
        model.Compile(new Adam(0.01), "mse");
        return model;
    }

    private static double[] Numbers(Variable variable) => variable.Value.Cast(DType.Float64).Reshape([-1]).ToArray<double>();

    private sealed class Detached : Layer
    {
        protected override Tensor Forward(Tensor x, CallContext context) => x.Detach();
    }

    private sealed class Recorder(List<string> calls) : Callback
    {
        public override void OnTrainBegin(Model model, int epochs, int? batches) => calls.Add("train");

        public override void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs) => calls.Add("batch");

        public override void OnTestBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs) => calls.Add("test batch");

        public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs) => calls.Add("epoch");

        public override void OnTrainEnd(Model model) => calls.Add("train end");

        public override void OnPredictBatchEnd(Model model, int batch) => calls.Add("predict batch");
    }
}
