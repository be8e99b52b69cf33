using Laminet.Data;
using Laminet.Layers;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Training;

/// <summary>What fits into how many columns; the moments of training are <see cref="CallbackTests"/>'.</summary>
public sealed class ProgressBarTests
{
    private static readonly Dictionary<string, double> Figures = new()
    {
        ["loss"] = 0.35162,
        ["accuracy"] = 0.8729,
        ["precision"] = 0.5,
        ["val_loss"] = 0.357,
        ["val_accuracy"] = 0.88201,
        ["val_precision"] = 1e-9,
        ["rate"] = 0.01,
    };

    private static Tensor X => new Lcg(5).Tensor([32, 2], minus: 0.5, DType.Float32);

    private static Tensor Y => X.MatMul(Tensor.From(new float[,] { { 2 }, { -3 } }));

    private static Sequential Model()
    {
        Sequential model = new(new Input([2]), new Dense(1));
        model.Compile(new SGD(0.1), "mse", ["mean_absolute_error", "mean_squared_error", new MeanAbsoluteError("another_absolute"), new MeanSquaredError("another_squared")]);
        return model;
    }

    [Theory]
    [InlineData(1000, "loss 0.3516  accuracy 0.8729  precision 0.5000  val_loss 0.3570  val_accuracy 0.8820  val_precision 1E-09  rate 0.0100")]
    [InlineData(118, "loss 0.3516  accuracy 0.8729  precision 0.5000  val_loss 0.3570  val_accuracy 0.8820  val_precision 1E-09  rate 0.0100")]
    [InlineData(117, "loss 0.3516 (val 0.3570)  accuracy 0.8729 (val 0.8820)  precision 0.5000 (val 1E-09)  rate 0.0100")]
    [InlineData(97, "loss 0.3516 (val 0.3570)  accuracy 0.8729 (val 0.8820)  precision 0.5000 (val 1E-09)  rate 0.0100")]
    [InlineData(96, "loss 0.3516 (val 0.3570)  accuracy 0.8729 (val 0.8820)  precision 0.5000 (val 1E-09) ...")]
    [InlineData(60, "loss 0.3516 (val 0.3570)  accuracy 0.8729 (val 0.8820) ...")]
    [InlineData(28, "loss 0.3516 (val 0.3570) ...")]
    [InlineData(27, "")]
    [InlineData(-5, "")]
    public void Figures_are_left_out_from_the_right(int columns, string expected)
    {
        Assert.Equal(expected, ProgressBar.FiguresText(Figures, columns));
        Assert.Empty(ProgressBar.FiguresText([], columns));
    }

    [Fact]
    public void A_figure_of_validation_alone_keeps_its_name() =>
        Assert.Equal("val_loss 0.5000 ...", ProgressBar.FiguresText(new Dictionary<string, double> { ["val_loss"] = 0.5, ["rate"] = 0.01 }, 20));

    [Theory]
    [InlineData(null)]
    [InlineData(79)]
    [InlineData(60)]
    [InlineData(40)]
    [InlineData(10)]
    public void Every_line_fits_and_an_epoch_is_one(int? width)
    {
        StringWriter terminal = new();
        Model().Fit(X, Y, batchSize: 8, epochs: 2, validationSplit: 0.25, callbacks: [new ProgressBar(terminal, interactive: true, width)]);
        string text = terminal.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);

        Assert.All(text.Split('\r', '\n'), line => Assert.InRange(line.Length, 0, width ?? 79));
        Assert.Equal(2, text.Count(c => c == '\n'));
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void At_80_columns_with_four_metrics_rate_time_left_and_the_loss_are_there()
    {
        StringWriter terminal = new();
        Model().Fit(X, Y, batchSize: 8, epochs: 2, validationSplit: 0.25, callbacks: [new ProgressBar(terminal, interactive: true)]);

        Assert.Matches(@"\rEpoch 2/2 \[==========\] 3/3  [\d.]+ (steps/s|s/step)  0:00 left   loss [\d.E-]+.* \.\.\. *\r", terminal.ToString());
        Assert.Matches(@"\rEpoch 2/2  [\d.]+ s   loss [\d.E-]+ \(val [\d.E-]+\) \.\.\. *\r?\n", terminal.ToString());
    }

    [Fact]
    public void Validation_has_its_own_count_rate_and_time_left()
    {
        StringWriter terminal = new();
        Model().Fit(X, Y, batchSize: 8, epochs: 2, validationData: (X, Y), callbacks: [new ProgressBar(terminal, interactive: true, width: 120)]);

        Assert.Matches(@"\rEpoch 1/2 validation \[=+\] 4/4  [\d.]+ (steps/s|s/step)  0:00 left   loss [\d.E-]+", terminal.ToString());
        Assert.Matches(@"\rEpoch 2/2 validation \[=+\] 4/4 ", terminal.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_evaluation_by_itself_ends_with_a_line_of_its_own(bool interactive)
    {
        StringWriter output = new();
        Model().Evaluate(Dataset.FromTensors(X, Y).Batch(8), [new ProgressBar(output, interactive, width: 200)]);
        string text = output.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);

        if (interactive)
            Assert.Matches(@"\rEvaluation \[=+\] 4/4  [\d.]+ (steps/s|s/step)  0:00 left   loss ", text);
        Assert.Matches(@"Evaluation  [\d.]+ s   loss [\d.E-]+  mean_absolute_error [\d.E-]+  .*\n$", text);
        Assert.Equal(1, text.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_prediction_ends_with_a_line_of_its_own(bool interactive)
    {
        StringWriter output = new();
        Model().Predict(X, batchSize: 8, callbacks: [new ProgressBar(output, interactive, width: 200)]);
        string text = output.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);

        if (interactive)
            Assert.Matches(@"\rPrediction \[=+\] 4/4  [\d.]+ (steps/s|s/step)  0:00 left", text);
        Assert.Matches(@"Prediction  [\d.]+ s *\n$", text);
        Assert.Equal(1, text.Count(c => c == '\n'));
    }

    // Where the output goes into a file, as here, nothing is overwritten.
    [Fact]
    public void Without_a_terminal_an_epoch_an_evaluation_and_a_prediction_are_a_line_each()
    {
        StringWriter file = new();
        ProgressBar lines = new(file);
        Sequential model = Model();
        model.Fit(X, Y, batchSize: 8, epochs: 2, validationData: (X, Y), callbacks: [lines]);
        model.Evaluate(X, Y, batchSize: 8, callbacks: [lines]);
        model.Predict(X, batchSize: 8, callbacks: [lines]);

        string text = file.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
        Assert.Matches(@"^Epoch 1/2  [\d.]+ s   loss .* val_loss .*\nEpoch 2/2  [\d.]+ s   loss .*\nEvaluation  [\d.]+ s   loss .*\nPrediction  [\d.]+ s\n$", text);
        Assert.DoesNotContain('\r', text);
    }

    [Fact]
    public void A_training_that_fails_leaves_a_line_of_its_own_to_what_is_told_then()
    {
        StringWriter terminal = new();
        LambdaCallback broken = new(onEpochEnd: (_, _, _) => throw new InvalidOperationException("broken"));

        Assert.Throws<InvalidOperationException>(() => Model().Fit(X, Y, callbacks: [broken, new ProgressBar(terminal, interactive: true)]));
        Assert.Equal(1, terminal.ToString().Count(c => c == '\n'));
        Assert.EndsWith(Environment.NewLine, terminal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_shorter_line_covers_a_longer_one_before_it()
    {
        StringWriter terminal = new();
        Sequential model = Model();
        ProgressBar bar = new(terminal, interactive: true, width: 200);
        bar.OnTestBegin(model, 1);
        bar.OnTestBatchEnd(model, 0, Figures);
        bar.OnTestEnd(model, new Dictionary<string, double> { ["loss"] = 1 });
        string[] lines = terminal.ToString().TrimEnd('\r', '\n').Split('\r');

        Assert.Equal(lines[1].Length, lines[2].Length);
        Assert.EndsWith("   loss 1.0000", lines[2].TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-80)]
    public void A_width_without_columns_is_refused(int width) =>
        Assert.Contains($"Received width = {width}; expected 1 or more", Assert.Throws<ArgumentOutOfRangeException>(() => new ProgressBar(width: width)).Message, StringComparison.Ordinal);
}
