using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Training;

public sealed class CallbackTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("laminet-").FullName;

    private static Tensor X => new Lcg(5).Tensor([32, 2], minus: 0.5, DType.Float32);

    private static Tensor Y => X.MatMul(Tensor.From(new float[,] { { 2 }, { -3 } }));

    private static Sequential Model(double learningRate = 0.1)
    {
        Sequential model = new(new Input([2]), new Dense(1));
        model.Compile(new SGD(learningRate), "mse");
        return model;
    }

    // Gives the logs of a training as a callback before the one under test sees them.
    private static LambdaCallback Logs(string name, params double[] values) =>
        new(onEpochEnd: (_, epoch, logs) => logs[name] = values[epoch]);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("wait")]
    [InlineData("cooling")]
    public void ReduceLROnPlateau_refuses_a_damaged_state_and_keeps_its_own(string name)
    {
        ReduceLROnPlateau reducing = new();
        string before = reducing.GetState()!.Values.ToJsonString();
        JsonObject damaged = reducing.GetState()!.Values.DeepClone().AsObject();
        damaged[name] = -1;
        damaged["best"] = 0.25;
        Assert.Contains($"'{name}' is -1; expected 0 or more", Assert.Throws<FormatException>(() => reducing.SetState(new CallbackState(damaged))).Message, StringComparison.Ordinal);
        Assert.Equal(before, reducing.GetState()!.Values.ToJsonString());
    }

    [Fact]
    public void EarlyStopping_waits_and_gives_the_best_weights_back()
    {
        Sequential model = Model();
        List<float[]> kernels = [];
        EarlyStopping stopping = new("val_loss", patience: 2, restoreBestWeights: true);
        History history = model.Fit(X, Y, epochs: 10, callbacks:
        [
            Logs("val_loss", 5, 3, 4, 3, 9, 9, 9, 9, 9, 9),
            new LambdaCallback(onEpochEnd: (trained, _, _) => kernels.Add(trained.Weights[0].Value.ToArray<float>())),
            stopping,
        ]);
        Assert.Equal(4, history.Epochs.Count);
        Assert.Equal((3, 1, 3.0), (stopping.StoppedEpoch, stopping.BestEpoch, stopping.Best));
        Assert.Equal(kernels[1], model.Weights[0].Value.ToArray<float>());
    }

    [Theory]
    [InlineData("wait", -1, "'wait' is -1; expected 0 or more.")]
    [InlineData("wait", "long", "The setting 'wait' must be of type Int32; received \"long\".")]
    [InlineData("best", "good", "The setting 'best' must be of type Int64; received \"good\".")]
    [InlineData("best_epoch", -2, "'best_epoch' is -2; expected 0 or more.")]
    [InlineData("stopped_epoch", -3, "'stopped_epoch' is -3; expected 0 or more.")]
    [InlineData(null, null, "The tensor 'best/0' of the best weights is missing; there are other.")]
    public void EarlyStopping_takes_no_wrong_state(string? name, object? value, string reason)
    {
        EarlyStopping stopping = new("val_loss", patience: 9, restoreBestWeights: true);
        Model().Fit(X, Y, epochs: 3, callbacks: [Logs("val_loss", 5, 3, 4), stopping]);
        string before = stopping.GetState()!.Values.ToJsonString();
        JsonObject values = JsonNode.Parse("""{ "wait": 7, "best": 1, "best_epoch": 5 }""")!.AsObject();
        if (name is not null)
            values[name] = value is int number ? JsonValue.Create(number) : JsonValue.Create((string)value!);
        FormatException exception = Assert.ThrowsAny<FormatException>(() => stopping.SetState(new CallbackState(values, name is null ? new Dictionary<string, Tensor> { ["other"] = X } : [])));
        Assert.Equal(reason, exception.Message);
        Assert.Equal(before, stopping.GetState()!.Values.ToJsonString());
        Assert.Equal((1, 3.0), (stopping.BestEpoch, stopping.Best));
    }

    [Fact]
    public void EarlyStopping_knows_which_way_is_better()
    {
        EarlyStopping up = new("val_accuracy", patience: 1), down = new("val_accuracy", patience: 1, mode: MonitorMode.Min);
        Assert.Equal(4, Model().Fit(X, Y, epochs: 4, callbacks: [Logs("val_accuracy", 1, 2, 3, 4), up]).Epochs.Count);
        Assert.Equal(2, Model().Fit(X, Y, epochs: 4, callbacks: [Logs("val_accuracy", 1, 2, 3, 4), down]).Epochs.Count);
    }

    [Fact]
    public void EarlyStopping_without_its_figure_says_which_there_are()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Model().Fit(X, Y, callbacks: [new EarlyStopping()]));
        Assert.Equal("EarlyStopping watches 'val_loss', which this training does not report. Reported: loss. Give Fit validationData or validationSplit.", exception.Message);
    }

    [Fact]
    public void ReduceLROnPlateau_multiplies_after_its_patience_and_cools_down()
    {
        Sequential model = Model(learningRate: 1);
        List<double> rates = [];
        model.Fit(X, Y, epochs: 7, callbacks:
        [
            Logs("loss", 5, 5, 5, 5, 5, 5, 5),
            new ReduceLROnPlateau("loss", factor: 0.5, patience: 2, cooldown: 1, minimumLearningRate: 0.2),
            new LambdaCallback(onEpochEnd: (trained, _, _) => rates.Add(trained.Optimizer!.LearningRate)),
        ]);
        // Epoch 0 is the best; 1 and 2 bring no improvement; 3 cools; from then on two more.
        Assert.Equal([1, 1, 0.5, 0.5, 0.25, 0.25, 0.2], rates.Select(rate => Math.Round(rate, 6)));
    }

    [Fact]
    public void EarlyStopping_takes_a_baseline_as_a_bar_and_not_as_a_best_value()
    {
        Sequential model = Model();
        List<float[]> kernels = [];
        EarlyStopping stopping = new("val_loss", patience: 3, baseline: 1, restoreBestWeights: true);
        History history = model.Fit(X, Y, epochs: 9, callbacks:
        [
            Logs("val_loss", 5, 3, 4, 4, 4, 4, 4, 4, 4),
            new LambdaCallback(onEpochEnd: (trained, _, _) => kernels.Add(trained.Weights[0].Value.ToArray<float>())),
            stopping,
        ]);
        // The improvements of epochs 0 and 1 do not beat 1, so they count too.
        Assert.Equal((3, 2, 1, 3.0), (history.Epochs.Count, stopping.StoppedEpoch, stopping.BestEpoch, stopping.Best));
        Assert.Equal(kernels[1], model.Weights[0].Value.ToArray<float>());

        stopping = new EarlyStopping("val_loss", patience: 3, baseline: 4);
        Assert.Equal(5, Model().Fit(X, Y, epochs: 9, callbacks: [Logs("val_loss", 5, 3, 4, 4, 4, 4, 4, 4, 4), stopping]).Epochs.Count);
    }

    [Fact]
    public void ReduceLROnPlateau_never_raises_the_rate()
    {
        Sequential model = Model(learningRate: 0.01);
        model.Fit(X, Y, epochs: 4, callbacks: [Logs("loss", 5, 5, 5, 5), new ReduceLROnPlateau("loss", patience: 1, minimumLearningRate: 0.1)]);
        Assert.Equal(0.01, model.Optimizer!.LearningRate);
    }

    [Fact]
    public void CSVLogger_writes_a_line_an_epoch_and_starts_anew()
    {
        string path = Path.Combine(folder, "deep", "history.csv");
        for (int run = 0; run < 2; run++)
            Model().Fit(X, Y, epochs: 3, callbacks: [new CSVLogger(path)]);
        string[] lines = File.ReadAllLines(path);
        Assert.Equal("epoch,loss", lines[0]);
        Assert.Equal(["0", "1", "2"], lines[1..].Select(line => line.Split(',')[0]));
        Model().Fit(X, Y, epochs: 1, callbacks: [new CSVLogger(path, append: true)]);
        Assert.Equal(5, File.ReadAllLines(path).Length);
    }

    [Fact]
    public void CSVLogger_takes_another_separator()
    {
        string path = Path.Combine(folder, "history.csv");
        Model().Fit(X, Y, epochs: 2, callbacks: [Logs("a;b", 1, 2), new CSVLogger(path, separator: ';')]);
        Model().Fit(X, Y, epochs: 1, callbacks: [Logs("a;b", 3), new CSVLogger(path, append: true, separator: ';')]);
        string[] lines = File.ReadAllLines(path);
        Assert.Equal("epoch;loss;\"a;b\"", lines[0]);
        Assert.Equal(["1", "2", "3"], lines[1..].Select(line => line.Split(';')[2]));
        Assert.Contains("separated by ','. If the file has another separator, give that one.", Assert.Throws<ArgumentException>(() => Model().Fit(X, Y, callbacks: [new CSVLogger(path, append: true)])).Message, StringComparison.Ordinal);
        foreach (char wrong in (char[])['"', '\n', '.', 'e', '5', '-'])
            Assert.Throws<ArgumentOutOfRangeException>(() => new CSVLogger(path, separator: wrong));
    }

    [Fact]
    public void TerminateOnNaN_stops_at_the_batch_that_lost_it()
    {
        TerminateOnNaN watch = new();
        History history = Model(learningRate: 1e30).Fit(X, Y, batchSize: 4, epochs: 5, callbacks: [watch]);
        // The epoch ends early, and its logs say why.
        Assert.True(double.IsNaN(Assert.Single(history["loss"])) || double.IsInfinity(history["loss"][0]));
        Assert.InRange(watch.Batch!.Value, 1, 3);
    }

    [Fact]
    public void ModelCheckpoint_keeps_the_best_and_fills_in_names()
    {
        string path = Path.Combine(folder, "{epoch}-{val_loss}.laminet");
        ModelCheckpoint checkpoint = new(path, saveBestOnly: true);
        Model().Fit(X, Y, epochs: 4, callbacks: [Logs("val_loss", 3, 4, 2, 2), checkpoint]);
        Assert.Equal(["1-3.0000.laminet", "3-2.0000.laminet"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Assert.Equal(2.0, checkpoint.Best);
    }

    [Fact]
    public void ModelCheckpoint_takes_Keras_formats()
    {
        string path = Path.Combine(folder, "{epoch:03d}-{epoch:d}-{val_loss:.2f}-{val_loss:f}-{{x}}.laminet");
        Model().Fit(X, Y, epochs: 1, callbacks: [Logs("val_loss", 3.14159), new ModelCheckpoint(path)]);
        Assert.Equal(["001-1-3.14-3.141590-{x}.laminet"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("{val_los}")]
    [InlineData("{epoch:x}")]
    [InlineData("{val_loss:02d}")]
    [InlineData("{}")]
    public void ModelCheckpoint_says_which_names_there_are(string name)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => Model().Fit(X, Y, epochs: 1, callbacks: [Logs("val_loss", 3), new ModelCheckpoint($"a-{name}.laminet")]));
        Assert.Equal($"ModelCheckpoint: received '{name}' in the path 'a-{name}.laminet'; expected one of {{epoch}}, {{loss}}, {{val_loss}}, as it is or like "
            + "{epoch:02d} and {loss:.2f}. Name one of them, or write a brace that belongs to the name twice.", exception.Message);
    }

    [Fact]
    public void ProgressBar_shows_rate_and_time_left_and_plain_lines_without_a_terminal()
    {
        StringWriter terminal = new(), file = new();
        Model().Fit(X, Y, batchSize: 8, epochs: 2, validationSplit: 0.25, callbacks: [new ProgressBar(terminal, interactive: true), new ProgressBar(file)]);
        Assert.Matches(@"Epoch 2/2 \[=+\] 3/3  [\d,.]+ (steps/s|s/step)  0:00 left   loss [\d.E-]+", terminal.ToString());
        Assert.DoesNotContain('\r', file.ToString().Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.Matches(@"^Epoch 1/2  [\d.]+ s   loss [\d.E-]+  val_loss [\d.E-]+\nEpoch 2/2  [^\n]+\n$", file.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void All_moments_come_in_order_and_a_failure_is_told()
    {
        Recorder recorder = new();
        Model().Fit(X, Y, batchSize: 16, epochs: 1, validationData: (X, Y), callbacks: [recorder]);
        Assert.Equal("train epoch0 batch0 batch1 test testbatch0 testbatch1 tested epochend0 trained", string.Join(' ', recorder.Moments));
        LambdaCallback broken = new(onEpochEnd: (_, _, _) => throw new InvalidOperationException("broken"));
        Recorder other = new();
        Assert.Throws<InvalidOperationException>(() => Model().Fit(X, Y, callbacks: [broken, other]));
        Assert.Equal("failed: broken", other.Moments[^1]);
    }

    private sealed class Recorder : Callback
    {
        public List<string> Moments { get; } = [];

        public override void OnTrainBegin(Model model, int epochs, int? batches) => Moments.Add("train");

        public override void OnTrainEnd(Model model) => Moments.Add("trained");

        public override void OnTrainFailed(Model model, Exception exception) => Moments.Add("failed: " + exception.Message);

        public override void OnEpochBegin(Model model, int epoch) => Moments.Add($"epoch{epoch}");

        public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs) => Moments.Add($"epochend{epoch}");

        public override void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs) => Moments.Add($"batch{batch}");

        public override void OnTestBegin(Model model, int? batches) => Moments.Add("test");

        public override void OnTestBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs) => Moments.Add($"testbatch{batch}");

        public override void OnTestEnd(Model model, IReadOnlyDictionary<string, double> logs) => Moments.Add("tested");
    }
}
