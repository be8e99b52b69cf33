using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Training;

/// <summary>What broke when users tried it, and what it does now.</summary>
public sealed class FaultTests : IDisposable
{
    private static readonly Tensor X = new RandomKey(1).Normal([32, 3]), Y = X.Sum(1).Reshape([32, 1]);
    private readonly string folder = Directory.CreateTempSubdirectory("laminet-faults-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_history_belongs_to_its_own_call()
    {
        Model model = Small();
        History first = model.Fit(X, Y, epochs: 2), second = model.Fit(X, Y, epochs: 3);
        Assert.Equal((2, 3), (first.Epochs.Count, second.Epochs.Count));
        Assert.Throws<ShapeException>(() => model.Fit(X.Slice(0, 2, axis: 1), Y));
        Assert.Equal((2, 3), (first.Epochs.Count, second.Epochs.Count));
    }

    [Fact]
    public void A_figure_of_later_epochs_alone_is_found()
    {
        LambdaCallback late = new(onEpochEnd: (_, epoch, figures) =>
        {
            if (epoch == 1)
                figures["late"] = 5;
        });
        Assert.Equal([double.NaN, 5], Small().Fit(X, Y, epochs: 2, callbacks: [late])["late"]);
    }

    [Fact]
    public void An_evaluation_within_a_callback_does_not_mix_with_the_training_around()
    {
        History plain = Small().Fit(X, Y, batchSize: 8, epochs: 2, shuffle: false);
        List<double> within = [];
        LambdaCallback evaluates = new(onTrainBatchEnd: (model, _, _) => within.Add(model.Evaluate(X, Y + 100)["loss"]));
        History history = Small().Fit(X, Y, batchSize: 8, epochs: 2, shuffle: false, callbacks: [evaluates]);
        Assert.Equal(plain["loss"], history["loss"]);
        Assert.Equal(8, within.Count);
        Assert.All(within, loss => Assert.InRange(loss, 1000, double.MaxValue));
    }

    [Fact]
    public void A_nested_training_of_the_same_model_keeps_the_progress_and_the_figures_around_it()
    {
        Model model = Small(learningRate: 0);
        List<int> batches = [];
        History? within = null;
        LambdaCallback nested = new(onTrainBatchEnd: (_, batch, _) =>
        {
            batches.Add(batch);
            if (batch == 1)
                within = model.Fit(X, Y + 100, batchSize: 16, epochs: 3);
        });
        History history = model.Fit(X, Y, batchSize: 8, epochs: 1, shuffle: false, callbacks: [nested]);
        Assert.Equal([0, 1, 2, 3], batches);
        Assert.Equal(3, within!.Epochs.Count);
        Assert.Equal(Small(learningRate: 0).Fit(X, Y, batchSize: 8, shuffle: false)["loss"], history["loss"]);
    }

    [Fact]
    public void Single_steps_go_on_with_their_figures_after_an_evaluation()
    {
        Model model = Small(learningRate: 0);
        double before = model.TrainOnBatch(X, Y)["loss"];
        model.Evaluate(X, Y + 100);
        Assert.Equal(before, model.TrainOnBatch(X, Y)["loss"], 1e-6);
    }

    [Fact]
    public void A_compilation_that_fails_leaves_the_model_as_it_was()
    {
        Model model = Small();
        (Optimizer? optimizer, Loss? loss, IReadOnlyList<Metric> metrics) = (model.Optimizer, model.Loss, model.Metrics);
        Assert.Throws<ArgumentException>(() => model.Compile("adam", "mae", ["mse", "mse"]));
        Assert.Same(optimizer, model.Optimizer);
        Assert.Same(loss, model.Loss);
        Assert.Same(metrics, model.Metrics);
        model.Fit(X, Y);
    }

    [Theory]
    [InlineData("val_mean_iou", 2)]
    [InlineData("val_psnr", 2)]
    [InlineData("my_error", 0)]
    [InlineData("val_loss", 0)]
    public void Which_way_is_better_is_known_of_common_names(string figure, int best)
    {
        int epoch = 0;
        LambdaCallback gives = new(onEpochEnd: (_, _, figures) => figures[figure] = epoch++);
        ModelCheckpoint checkpoint = new(Path.Combine(folder, "best.laminet"), figure, saveBestOnly: true);
        Small().Fit(X, Y, epochs: 3, callbacks: [gives, checkpoint]);
        Assert.Equal(best, checkpoint.Best);
    }

    [Fact]
    public void Which_way_is_better_of_another_name_must_be_said()
    {
        Assert.Contains("'quality', and it is not known whether larger or smaller values of it are better. Check the name, or pass MonitorMode", Assert.Throws<ArgumentException>(() => new EarlyStopping("quality")).Message, StringComparison.Ordinal);
        _ = new EarlyStopping("quality", mode: MonitorMode.Max);
    }

    [Fact]
    public void A_checkpoint_is_not_overwritten_where_the_loss_is_no_number()
    {
        string file = Path.Combine(folder, "deep", "down", "last.laminet");
        Model model = Small();
        List<string> warnings = [];
        model.Warned += warnings.Add;
        ModelCheckpoint checkpoint = new(file);
        model.Fit(X, Y, callbacks: [checkpoint, new TerminateOnNaN()]);
        byte[] good = File.ReadAllBytes(file);
        model.Fit(X, Y * double.NaN, callbacks: [checkpoint, new TerminateOnNaN()]);
        Assert.Equal(good, File.ReadAllBytes(file));
        Assert.Collection(
            warnings, warning => Assert.StartsWith("Fit: the loss is NaN from batch 1 of epoch 1 on. Example 0 of that batch, counted from 0, in the targets y,", warning, StringComparison.Ordinal),
            warning => Assert.Contains("the last good file stays", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void An_unregistered_layer_is_told_before_the_first_epoch()
    {
        Sequential model = new(new Input([3]), new Dense(1), new Unknown());
        model.Compile("sgd", "mse");
        Assert.Contains("Unknown is not registered", Assert.Throws<ArgumentException>(() => model.Fit(X, Y, callbacks: [new ModelCheckpoint(Path.Combine(folder, "x.laminet"))])).Message, StringComparison.Ordinal);
        Assert.Equal(0, model.Optimizer!.Iterations);
    }

    [Fact]
    public void A_log_stays_a_table_whatever_comes()
    {
        string file = Path.Combine(folder, "log.csv");
        Dataset data = Dataset.FromTensors(X, Y).Batch(16);
        Small().Fit(data, 1, callbacks: [new CSVLogger(file)]);
        File.WriteAllText(file, File.ReadAllText(file).TrimEnd('\n'));
        LambdaCallback strange = new(onEpochEnd: (_, epoch, figures) => figures["a,\"b\""] = epoch);
        Small().Fit(data, 2, data, callbacks: [strange, new CSVLogger(file, append: true)]);
        string[] lines = File.ReadAllLines(file);
        Assert.Equal("epoch,loss,mean_absolute_error,val_loss,val_mean_absolute_error,\"a,\"\"b\"\"\"", lines[0]);
        Assert.Equal([6, 6, 6, 6], lines.Select(line => line.Replace("\"a,\"\"b\"\"\"", "ab", StringComparison.Ordinal).Split(',').Length));
        Assert.Equal(["0", "0", "1"], lines[1..].Select(line => line.Split(',')[0]));

        File.WriteAllText(file, "name,price\nx,3\n");
        Assert.Contains("begins with 'name,price'", Assert.Throws<ArgumentException>(() => Small().Fit(data, 1, callbacks: [new CSVLogger(file, append: true)])).Message, StringComparison.Ordinal);
        Assert.Equal("name,price\nx,3\n", File.ReadAllText(file));
    }

    [Fact]
    public void A_resumed_log_goes_on_at_a_row_although_a_later_column_made_its_rows_longer()
    {
        string file = Path.Combine(folder, "log.csv");
        Dataset data = Dataset.FromTensors(X, Y).Batch(16);
        CSVLogger first = new(file);
        CallbackState? state = null;
        LambdaCallback later = new(onEpochEnd: (_, epoch, figures) =>
        {
            if (epoch == 1)
                figures["a_figure_that_comes_later"] = 5;
        });
        LambdaCallback saves = new(onEpochBegin: (_, epoch) => state = epoch == 1 ? first.GetState() : state);
        Small().Fit(data, 2, callbacks: [later, saves, first]);
        CSVLogger resumed = new(file);
        resumed.OnTrainBegin(Small(), 2, null);
        resumed.SetState(state!);
        resumed.OnEpochBegin(Small(), 1);
        Assert.Equal(["epoch,loss,mean_absolute_error,a_figure_that_comes_later", "0"], File.ReadAllLines(file).Select((line, i) => i == 0 ? line : line.Split(',')[0]));
        Assert.EndsWith(",\n", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_out_of_their_ranges_are_refused()
    {
        Action[] wrong =
        [
            () => _ = new RMSprop(rho: 1.5), () => _ = new RMSprop(momentum: -0.5), () => _ = new RMSprop(epsilon: -1), () => _ = new Adam(epsilon: -1), () => _ = new Adam(double.PositiveInfinity),
            () => _ = new SGD(double.NaN), () => _ = new Adagrad(epsilon: double.NaN), () => _ = new Adadelta(rho: 2), () => _ = new Dropout(1.1), () => _ = new Dropout(double.NaN),
        ];
        foreach (Action make in wrong)
            Assert.Contains("Received", Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_typo_is_answered_with_the_nearest_name()
    {
        Assert.StartsWith("There is no loss named 'binary_crosentropy'. Did you mean 'binary_crossentropy'? Known:", Assert.Throws<ArgumentException>(() => (Loss)"binary_crosentropy").Message, StringComparison.Ordinal);
        Assert.StartsWith("There is no metric named 'acuracy'. Did you mean 'Accuracy'?", Assert.Throws<ArgumentException>(() => (Metric)"acuracy").Message, StringComparison.Ordinal);
        Assert.StartsWith("There is no optimizer named 'adan'. Did you mean 'Adam'?", Assert.Throws<ArgumentException>(() => (Optimizer)"adan").Message, StringComparison.Ordinal);
        Assert.StartsWith("There is no activation named 'rellu'. Did you mean 'relu'?", Assert.Throws<ArgumentException>(() => new Dense(1, "rellu")).Message, StringComparison.Ordinal);
        Assert.Contains("does not report. Did you mean 'loss'?", Assert.Throws<ArgumentException>(() => Small().Fit(X, Y, callbacks: [new EarlyStopping("losss")])).Message, StringComparison.Ordinal);
        Assert.Contains("There is no figure 'los'. Did you mean 'loss'?", Assert.Throws<KeyNotFoundException>(() => Small().Fit(X, Y)["los"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_padding_has_a_name()
    {
        Tensor x = new RandomKey(1).Normal([1, 5, 5, 1]);
        Assert.Equal(new Shape(1, 5, 5, 2), new Conv2D(2, 3, padding: "same").Call(x).Shape);
        Assert.Equal(new Shape(1, 3, 3, 2), new Conv2D(2, 3, padding: "valid").Call(x).Shape);
        Assert.Equal(Padding.Same, new MaxPooling2D(padding: "same").Padding);
        Assert.Equal("There is no padding named 'full'; expected \"valid\", \"same\" or, for sequences, \"causal\", or cells as Padding.Explicit gives them. (Parameter 'name')",
            Assert.Throws<ArgumentException>(() => new Conv2D(2, 3, padding: "full")).Message);
    }

    [Fact]
    public void A_dropout_of_all_leaves_nothing()
    {
        Assert.Equal([0f, 0], new Dropout(1).Call(Tensor.From(float.PositiveInfinity, 2f).Reshape([1, 2]), training: true).ToArray<float>());
        Assert.Equal([1f, 2], new Dropout(1).Call(Tensor.From(1f, 2f).Reshape([1, 2])).ToArray<float>());
    }

    [Fact]
    public void A_number_for_each_example_fits_an_output_of_one_unit()
    {
        History column = Small().Fit(X, Y, epochs: 2), flat = Small().Fit(X, Y.Reshape([32]), epochs: 2);
        Assert.Equal(column["loss"], flat["loss"]);
        Assert.Equal(column["mean_absolute_error"], flat["mean_absolute_error"]);
    }

    [Fact]
    public void Stratifying_takes_a_column_of_labels_and_needs_a_split()
    {
        Tensor labels = X.ArgMax().Reshape([32, 1]);
        Assert.Equal(DataSplit.Stratified(labels.Reshape([32]), 0.25, 1).Validation, DataSplit.Stratified(labels, 0.25, 1).Validation);
        Assert.Contains("no validationSplit", Assert.Throws<ArgumentException>(() => Small().Fit(X, Y, stratify: true)).Message, StringComparison.Ordinal);
    }

    private static Sequential Small(double learningRate = 0.01)
    {
        Sequential model = new(7, new Input([3]), new Dense(1));
        model.Compile(new SGD(learningRate), "mse", ["mean_absolute_error"]);
        return model;
    }

    private sealed class Unknown : Layer
    {
        protected override Tensor Forward(Tensor input, CallContext context) => input;
    }
}
