using Laminet.Data;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Training;

/// <summary>What Fit, Evaluate and Predict take, and the settings of Fit.</summary>
public class FitSettingsTests
{
    private static readonly Tensor X = new RandomKey(1).Normal([20, 3]), Y = new RandomKey(2).Normal([20, 1]);

    private static Sequential Small(double learningRate = 0.1, int seed = 4)
    {
        Sequential model = new((ulong)seed, new Input([3]), new Dense(4, "tanh"), new Dense(1));
        model.Compile(new SGD(learningRate), "mse", ["mae"]);
        return model;
    }

    private static float[] Weights(Model model) => [.. model.Weights.SelectMany(weight => weight.Value.ToArray<float>())];

    private static IEnumerable<Batch> Batches()
    {
        for (int start = 0; start < 20; start += 8)
            yield return new Batch(X.Slice(start, Math.Min(20, start + 8)), Y.Slice(start, Math.Min(20, start + 8)));
    }

    private static async IAsyncEnumerable<Batch> Later()
    {
        foreach (Batch batch in Batches())
        {
            await Task.Delay(1);
            yield return batch;
        }
    }

    [Fact]
    public void All_forms_of_data_train_alike()
    {
        float[] expected = Trained(model => model.Fit(X, Y, batchSize: 8, epochs: 2, shuffle: false));
        Assert.Equal(expected, Trained(model => model.Fit(Dataset.FromTensors(X, Y).Batch(8), epochs: 2)));
        Assert.Equal(expected, Trained(model => model.Fit(Batches(), epochs: 2)));
        Assert.Equal(expected, Trained(model => model.Fit(Batches().ToArray(), epochs: 2)));
        Assert.Equal(expected, Trained(model => model.Fit(Later(), epochs: 2)));
        Assert.Equal(expected, Trained(model => model.Fit(new Dictionary<string, Tensor> { ["input"] = X }, new Dictionary<string, Tensor> { ["dense_1"] = Y }, batchSize: 8, epochs: 2, shuffle: false)));
        float[,] table = new float[20, 3];
        Buffer.BlockCopy(X.ToArray<float>(), 0, table, 0, 240);
        float[][] rows = [.. Y.ToArray<float>().Select(number => new[] { number })];
        Assert.Equal(expected, Trained(model => model.Fit(table, rows, batchSize: 8, epochs: 2, shuffle: false)));

        float[] Trained(Action<Model> fit)
        {
            Model model = Small();
            fit(model);
            return Weights(model);
        }
    }

    [Fact]
    public void Predict_and_Evaluate_take_arrays_and_data_sets()
    {
        Model model = Small();
        float[] expected = model.Predict(X).ToArray<float>();
        Assert.Equal(expected, model.Predict(Dataset.FromTensors(X).Batch(7)).Only.ToArray<float>());
        float[,] table = new float[20, 3];
        Buffer.BlockCopy(X.ToArray<float>(), 0, table, 0, 240);
        Assert.Equal(expected, model.Predict(table).Only.ToArray<float>());
        Assert.Equal(model.Evaluate(X, Y)["loss"], model.Evaluate(table, Y)["loss"]);
    }

    [Fact]
    public void An_epoch_of_steps_goes_on_where_the_one_before_ended()
    {
        // 20 examples in batches of 4: epochs of 3 batches begin at 0, 3, 1 (of the second pass).
        List<float> first = [];
        Dataset data = Dataset.FromTensors(Tensor.Range(0, 20).Cast(DType.Float32).Reshape([20, 1]), Tensor.Zeros([20, 1])).Batch(4);
        Sequential model = new(1, new Input([1]), new Seen(first), new Dense(1)) { RunEagerly = true };
        model.Compile(new SGD(0), "mse");
        model.Fit(data, epochs: 3, stepsPerEpoch: 3);
        Assert.Equal([0f, 4, 8, 12, 16, 0, 4, 8, 12], first);
        first.Clear();
        model.Fit(data.Repeat(), epochs: 2, stepsPerEpoch: 3);
        Assert.Equal([0f, 4, 8, 12, 16, 0], first);
        first.Clear();
        // A stream whose length is not known, and a later epoch alone.
        model.Fit(Dataset.FromBatches(data.Batches().Where(_ => true)), epochs: 3, initialEpoch: 2, stepsPerEpoch: 3);
        Assert.Equal([4f, 8, 12], first);
    }

    [Fact]
    public void A_generator_that_goes_on_is_read_once()
    {
        int made = 0;
        IEnumerable<Batch> Endless()
        {
            while (true)
            {
                made++;
                yield return new Batch(X, Y);
            }
        }

        Small().Fit(Endless(), epochs: 4, stepsPerEpoch: 5);
        Assert.Equal(20, made);
    }

    [Fact]
    public void Validation_follows_every_so_many_epochs_with_its_own_batches_and_weights()
    {
        History history = Small().Fit(X, Y, epochs: 5, validationData: (X, Y), validationFrequency: 2);
        Assert.Equal([false, true, false, true, false], history.Epochs.Select(epoch => epoch.ContainsKey("val_loss")));
        Tensor half = Tensor.Full([20], 0.5);
        History plain = Small(0).Fit(X, Y, validationData: (X, Y), validationBatchSize: 7), weighted = Small(0).Fit(X, Y, validationData: (X, Y, half));
        Assert.Equal(plain["val_loss"][0] / 2, weighted["val_loss"][0], 1e-6);
        Assert.Equal(plain["val_mae"][0], weighted["val_mae"][0], 1e-6);
        History some = Small(0).Fit(X, Y, validationData: (X, Y), validationBatchSize: 5, validationSteps: 2);
        Assert.Equal(Small(0).Evaluate(X.Slice(0, 10), Y.Slice(0, 10))["loss"], some["val_loss"][0], 1e-6);
    }

    [Fact]
    public void Epochs_without_validation_change_nothing_in_what_watches_it()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            // At the rate 0 no validation is better than the first, which is that of the second epoch.
            EarlyStopping stopping = new("val_loss", patience: 2);
            ReduceLROnPlateau reducing = new("val_loss", factor: 0.5, patience: 1);
            Model model = Small(0);
            History history = model.Fit(X, Y, epochs: 20, validationData: (X, Y), validationFrequency: 2, callbacks:
                [stopping, reducing, new ModelCheckpoint(Path.Combine(folder, "{epoch}-{val_loss:.2f}.laminet")), new ModelCheckpoint(Path.Combine(folder, "best.laminet"), saveBestOnly: true)]);
            Assert.Equal(6, history.Epochs.Count);
            Assert.Equal(["2", "4", "6", "best"], Directory.GetFiles(folder).Select(file => Path.GetFileName(file).Split('-', '.')[0]).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Four batches of 5 whose gradients are averaged are one batch of 20.
    [Fact]
    public void Gradients_of_several_batches_make_one_change()
    {
        Model whole = Small(), parts = Small();
        whole.Fit(X, Y, batchSize: 20, epochs: 3, shuffle: false);
        parts.Fit(X, Y, batchSize: 5, epochs: 3, shuffle: false, gradientAccumulation: 4);
        foreach ((float expected, float actual) in Weights(whole).Zip(Weights(parts)))
            Assert.Equal(expected, actual, 1e-5);
        Assert.Equal(3, parts.Optimizer!.Iterations);
        // An epoch's last change has what is left: 8 + 8 + 4 examples, two batches a change.
        Model uneven = Small();
        uneven.Fit(X, Y, batchSize: 8, epochs: 1, shuffle: false, gradientAccumulation: 2);
        Assert.Equal(2, uneven.Optimizer!.Iterations);
    }

    // Of the losses [2] and [1, 1, 1] the mean is 1.25 and not 1.5, the mean of the batches' means.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Accumulated_batches_count_by_their_losses(bool masked)
    {
        Sequential model = new(seed: 1, new Input([masked ? 3 : 1, 1]), new Masking(), new Dense(1, kernelInitializer: "zeros"));
        model.Compile(new SGD(1), "mse");
        float first = MathF.Sqrt(2);
        // Three steps, of which two are masked, and three; or one example and three.
        Batch[] batches = masked
            ? [new(Tensor.From((float[])[1, 0, 0], [1, 3, 1]), Tensor.From((float[])[first, 7, float.NaN], [1, 3, 1])), new(Tensor.Ones([1, 3, 1]), Tensor.Ones([1, 3, 1]))]
            : [new(Tensor.Ones([1, 1, 1]), Tensor.Scalar(first).Reshape([1, 1, 1])), new(Tensor.Ones([3, 1, 1]), Tensor.Ones([3, 1, 1]))];
        model.Fit(Dataset.FromBatches(batches), gradientAccumulation: 2);
        Assert.Equal((first + 3) / 2, model.Weights[1].Value.Item<float>(), 1e-6);
        // A batch whose steps are all masked changes nothing, and no number is divided by 0.
        if (masked)
            model.Fit(Dataset.FromBatches([new Batch(Tensor.Zeros([1, 3, 1]), Tensor.Ones([1, 3, 1]))]), gradientAccumulation: 2);
        Assert.Equal((first + 3) / 2, model.Weights[1].Value.Item<float>(), 1e-6);
    }

    // Several outputs: batches count by their examples.
    [Fact]
    public void Accumulated_batches_of_several_outputs_are_one_batch()
    {
        Tensor x = new RandomKey(1).Normal([12, 4]), y = new RandomKey(2).Normal([12, 1]);
        Model whole = TwoOutputs(), parts = TwoOutputs();
        whole.Fit([x], [y, y], batchSize: 12, shuffle: false);
        parts.Fit([x], [y, y], batchSize: 8, shuffle: false, gradientAccumulation: 2);
        foreach ((float expected, float actual) in Weights(whole).Zip(Weights(parts)))
            Assert.Equal(expected, actual, 1e-5);

        static Model TwoOutputs()
        {
            Input input = new([4]);
            SymbolicTensor shared = new Dense(3, "tanh").Call(input);
            Model model = new([input], [new Dense(1).Call(shared), new Dense(1).Call(shared)], seed: 3);
            model.Compile(new SGD(0.1), ["mse", "mae"]);
            return model;
        }
    }

    [Fact]
    public void A_cancelled_training_has_learned_from_every_batch_it_took()
    {
        using CancellationTokenSource source = new();
        Model cancelled = Small(), expected = Small();
        LambdaCallback cancel = new(onTrainBatchEnd: (_, batch, _) =>
        {
            if (batch == 2)
                source.Cancel();
        });
        Assert.True(cancelled.Fit(X, Y, batchSize: 4, shuffle: false, gradientAccumulation: 2, callbacks: [cancel], cancellationToken: source.Token).WasCancelled);
        expected.Fit(X.Slice(0, 12), Y.Slice(0, 12), batchSize: 4, shuffle: false, gradientAccumulation: 2);
        Assert.Equal(Weights(expected), Weights(cancelled));
        Assert.Equal(2, cancelled.Optimizer!.Iterations);
    }

    [Fact]
    public void A_layer_frozen_while_gradients_wait_stays()
    {
        Sequential model = Small();
        Layer first = model.Layers[1], second = model.Layers[2];
        float[] kernel = first.Weights[0].Value.ToArray<float>(), head = second.Weights[0].Value.ToArray<float>();
        model.Fit(X, Y, batchSize: 5, shuffle: false, gradientAccumulation: 4, callbacks: [new LambdaCallback(onTrainBatchEnd: (_, batch, _) => first.Trainable = batch < 1)]);
        Assert.Equal(kernel, first.Weights[0].Value.ToArray<float>());
        Assert.NotEqual(head, second.Weights[0].Value.ToArray<float>());
    }

    [Fact]
    public void A_stream_that_goes_on_is_closed_at_the_end()
    {
        bool isClosed = false;
        IEnumerable<Batch> Endless()
        {
            try
            {
                while (true)
                    yield return new Batch(X, Y);
            }
            finally
            {
                isClosed = true;
            }
        }

        // A reader that goes to another place closes the old one too.
        using (StepsDataset steps = new(Dataset.FromBatches(Endless()), 3))
        {
            Assert.Equal(3, steps.Batches(0).Count());
            Assert.Single(steps.Batches(2).Take(1));
            Assert.True(isClosed);
        }

        isClosed = false;
        LambdaCallback watch = new(onEpochEnd: (_, _, _) => Assert.False(isClosed));
        Small().Fit(Endless(), epochs: 2, stepsPerEpoch: 3, callbacks: [watch]);
        Assert.True(isClosed);
    }

    [Fact]
    public void Parts_within_a_budget_are_as_large_as_the_lengths_of_their_batch_let_them_be()
    {
        var input = new Input([null, 16]);
        Model model = new(input, new Dense(1).Call(new GlobalAveragePooling1D().Call(new Dense(64, "tanh").Call(input))), seed: 4);
        model.Compile(new SGD(0), "mse");
        Dataset data = Dataset.FromRagged([.. Enumerable.Range(0, 32).Select(i => new RandomKey((ulong)i).Normal([i < 16 ? 8 : 64, 16]))], Tensor.Ones([32, 1])).PaddedBatch(16, buckets: [8, 64]);
        double expected = model.Fit(data)["loss"][0];
        long budget = model.Plan(16, length: 8).TrainingBytes!.Value + 1000;
        Assert.Equal(expected, model.Fit(data, memoryBudget: budget)["loss"][0], 1e-5);
        Assert.True(model.Plan(2, length: 64).TrainingBytes < budget && model.Plan(4, length: 64).TrainingBytes > budget);
    }

    [Fact]
    public void Training_ends_when_its_time_is_over()
    {
        History history = Small().Fit(X, Y, batchSize: 4, epochs: 1_000_000, maxTime: TimeSpan.FromMilliseconds(50));
        Assert.InRange(history.Epochs.Count, 1, 999_999);
        Assert.False(history.WasCancelled);
    }

    [Fact]
    public void Callbacks_are_told_of_every_beginning_and_end()
    {
        Order order = new();
        Model model = Small();
        model.Fit(X, Y, batchSize: 10, validationData: (X, Y), callbacks: [order]);
        Assert.Equal(
            ["train begin", "epoch begin 0", "batch begin 0", "batch end 0", "batch begin 1", "batch end 1", "test begin", "test batch begin 0", "test batch end 0", "test batch begin 1",
                "test batch end 1", "test end", "epoch end 0", "train end"],
            order.Moments);
        order.Moments.Clear();
        model.Predict(X, batchSize: 10, callbacks: [order]);
        Assert.Equal(["predict begin", "predict batch begin 0", "predict batch end 0", "predict batch begin 1", "predict batch end 1", "predict end"], order.Moments);
    }

    [Fact]
    public void Metrics_with_weights_count_examples_by_theirs()
    {
        Sequential model = new(4, new Input([3]), new Dense(1));
        model.Compile(new SGD(0), "mse", metrics: ["mae"], weightedMetrics: [new Laminet.Metrics.MeanAbsoluteError("weighted_mae")]);
        Tensor weights = Tensor.From([.. Enumerable.Range(0, 20).Select(i => i < 5 ? 1f : 0)]);
        IReadOnlyDictionary<string, double> logs = model.Evaluate(X, Y, sampleWeight: weights), five = model.Evaluate(X.Slice(0, 5), Y.Slice(0, 5)), all = model.Evaluate(X, Y);
        Assert.Equal(five["mae"], logs["weighted_mae"], 1e-6);
        Assert.Equal(all["mae"], logs["mae"], 1e-6);
    }

    [Fact]
    public void A_data_set_that_nobody_batched_is_told()
    {
        Model model = Small();
        List<string> warnings = [];
        model.Warned += warnings.Add;
        model.Fit(Dataset.FromTensors(X, Y));
        Assert.Contains(warnings, warning => warning.Contains("not batched", StringComparison.Ordinal));
    }

    [Fact]
    public void A_chain_may_grow_after_it_was_saved()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Sequential model = new(4, new Input([3]), new Dense(4));
            model.Save(path);
            model.Add(new Dense(2));
            model.Save(path);
            Assert.Equal(new Shape(20, 2), model.Predict(X).Shape);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_layer_too_large_for_any_machine_can_be_listed()
    {
        Sequential model = new(new Input([480_000]), new Dense(480_000));
        Assert.Equal(230_400_480_000, model.ParameterCount);
        // This thread's own: tests of other classes run beside this one and allocate too.
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("Total params: 230,400,480,000", model.SummaryText(), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
        Assert.Contains("more than 2147483647 elements", Assert.Throws<ShapeException>(() => model.Predict(Tensor.Zeros([1, 480_000]))).Message, StringComparison.Ordinal);
    }

    private sealed class Seen(List<float> first) : Layer
    {
        protected override Tensor Forward(Tensor input, CallContext context)
        {
            if (!input.IsShapeOnly)
                first.Add(input.ToArray<float>()[0]);
            return input;
        }
    }

    private sealed class Order : Callback
    {
        public List<string> Moments { get; } = [];

        public override void OnTrainBegin(Model model, int epochs, int? batches) => Moments.Add("train begin");

        public override void OnTrainEnd(Model model) => Moments.Add("train end");

        public override void OnEpochBegin(Model model, int epoch) => Moments.Add($"epoch begin {epoch}");

        public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs) => Moments.Add($"epoch end {epoch}");

        public override void OnTrainBatchBegin(Model model, int batch) => Moments.Add($"batch begin {batch}");

        public override void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs) => Moments.Add($"batch end {batch}");

        public override void OnTestBegin(Model model, int? batches) => Moments.Add("test begin");

        public override void OnTestBatchBegin(Model model, int batch) => Moments.Add($"test batch begin {batch}");

        public override void OnTestBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs) => Moments.Add($"test batch end {batch}");

        public override void OnTestEnd(Model model, IReadOnlyDictionary<string, double> logs) => Moments.Add("test end");

        public override void OnPredictBegin(Model model, int? batches) => Moments.Add("predict begin");

        public override void OnPredictBatchBegin(Model model, int batch) => Moments.Add($"predict batch begin {batch}");

        public override void OnPredictBatchEnd(Model model, int batch) => Moments.Add($"predict batch end {batch}");

        public override void OnPredictEnd(Model model) => Moments.Add("predict end");
    }
}
