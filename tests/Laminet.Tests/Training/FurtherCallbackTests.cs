using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Training;

/// <summary>Rates by epoch, averages in evaluations, times, the best files, errors on NaN.</summary>
public sealed class FurtherCallbackTests
{
    private static readonly Tensor X = new RandomKey(1).Normal([16, 3]);
    private static readonly Tensor Y = X.Sum(1, keepDims: true);

    [Fact]
    public void A_rate_is_set_by_epoch_and_logged()
    {
        Model model = Linear(new SGD(0.1));
        List<double> received = [];
        History history = model.Fit(X, Y, epochs: 3, callbacks: [new LearningRateScheduler((epoch, rate) =>
        {
            received.Add(rate);
            return 0.1 / (epoch + 1);
        })]);
        Assert.Equal([0.1, 0.05, 0.1 / 3], history["learning_rate"]);
        Assert.Equal([0.1, 0.1, 0.05], received);
        Assert.Contains("with the schedule ExponentialDecay", Assert.Throws<InvalidOperationException>(
            () => Linear(new SGD(new ExponentialDecay(0.1, 3, 0.5))).Fit(X, Y, callbacks: [new LearningRateScheduler((_, _) => 1)])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Evaluations_use_the_averages_and_training_does_not(bool swapOnEpoch)
    {
        Model plain = Linear(Averaging()), swapping = Linear(Averaging());
        History without = plain.Fit(X, Y, epochs: 4, validationData: new(X, Y)), with = swapping.Fit(X, Y, epochs: 4, validationData: new(X, Y), callbacks: [new SwapEMAWeights(swapOnEpoch)]);
        Assert.Equal(without["loss"], with["loss"]);
        Assert.NotEqual(without["val_loss"], with["val_loss"]);
        // At the end both have the averages, so the last validation of the one that swaps is the model's.
        Assert.Equal(with["val_loss"][^1], swapping.Evaluate(X, Y)["loss"], 1e-6);
        Assert.Equal(plain.Weights[0].Value.Reshape([-1]).ToArray<float>(), swapping.Weights[0].Value.Reshape([-1]).ToArray<float>());
        Assert.Equal(
            "SwapEMAWeights: the optimizer (SGD) keeps no moving averages. Create it with UseEma, as in new Adam { UseEma = true }.",
            Assert.Throws<InvalidOperationException>(() => Linear(new SGD(0.1)).Fit(X, Y, callbacks: [new SwapEMAWeights()])).Message);

        static SGD Averaging() => new(0.1) { UseEma = true, EmaMomentum = 0.5 };
    }

    [Fact]
    public void A_timer_measures_epochs_and_ends_a_training()
    {
        TrainingTimer timer = new();
        Linear(new SGD(0.1)).Fit(X, Y, epochs: 3, validationData: new(X, Y), callbacks: [timer]);
        Assert.Equal(3, timer.Epochs.Count);
        Assert.True(timer.Total >= timer.Validation && timer.Validation > TimeSpan.Zero);
        TrainingTimer resumed = new();
        resumed.SetState(timer.GetState());
        Assert.Equal(timer.Epochs, resumed.Epochs);
        Assert.True(resumed.Total >= timer.Total);

        Model model = Linear(new SGD(0.1));
        List<string> warnings = [];
        model.Warned += warnings.Add;
        History history = model.Fit(X, Y, epochs: 1000, callbacks: [new TrainingTimer(TimeSpan.FromTicks(1))]);
        Assert.Single(history.Epochs);
        Assert.StartsWith("TrainingTimer: training stops after ", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingTimer(TimeSpan.Zero));
    }

    [Fact]
    public void NaN_ends_a_training_with_an_error_where_that_is_wanted()
    {
        Model model = Linear(new SGD(0.1));
        model.Warned += _ => { };
        Assert.StartsWith("TerminateOnNaN: the loss became NaN in batch 1 of epoch 1.",
            Assert.Throws<ArithmeticException>(() => model.Fit(X * double.NaN, Y, callbacks: [new TerminateOnNaN(raiseError: true)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_names_no_files_of_others_for_deletion()
    {
        using Scratch scratch = new();
        string foreign = scratch.Path("thesis.tex");
        File.WriteAllText(foreign, "years of work");
        ModelCheckpoint checkpoint = new(scratch.Path("{epoch}.laminet"), monitor: "figure_loss", keepBest: 1);
        Linear(new SGD(0)).Fit(X, Y, epochs: 1, callbacks: [new LambdaCallback(onEpochEnd: (_, _, logs) => logs["figure_loss"] = 5), checkpoint]);
        CallbackState state = checkpoint.GetState();
        JsonNode kept = state.Values["kept"]!.AsArray()[0]!.DeepClone();
        kept["path"] = foreign;
        state.Values["kept"]!.AsArray().Add(kept);
        double figure = 4;
        Linear(new SGD(0)).Fit(X, Y, epochs: 2, callbacks:
        [
            new LambdaCallback(onTrainBegin: _ => checkpoint.SetState(state), onEpochEnd: (_, _, logs) => logs["figure_loss"] = figure--), checkpoint,
            new LambdaCallback(onEpochEnd: (_, epoch, _) => { if (epoch == 0) checkpoint.SetState(state); }),
        ]);
        Assert.True(File.Exists(foreign));
        Assert.Equal("ModelCheckpoint watches 'val_loss', which is not known after a batch, and saveFrequency is 3 batches. Watch a figure of the training, such as 'loss', or save by epochs.",
            Assert.Throws<ArgumentException>(() => Linear(new SGD(0)).Fit(X, Y, callbacks: [new ModelCheckpoint(scratch.Path("m"), saveBestOnly: true, saveFrequency: 3)])).Message);
    }

    [Fact]
    public void The_best_files_stay()
    {
        using Scratch scratch = new();
        double[] values = [5, 3, 4, 1, 2, 6];
        ModelCheckpoint checkpoint = new(scratch.Path("{epoch}.laminet"), monitor: "figure_loss", keepBest: 2);
        List<string[]> files = [];
        Linear(new SGD(0)).Fit(X, Y, epochs: 6, callbacks:
        [
            new LambdaCallback(onEpochEnd: (_, epoch, logs) => logs["figure_loss"] = values[epoch]), checkpoint,
            new LambdaCallback(onEpochEnd: (_, _, _) => files.Add([.. scratch.Files.Where(file => file.EndsWith(".laminet", StringComparison.Ordinal))])),
        ]);
        Assert.Equal([["1.laminet"], ["1.laminet", "2.laminet"], ["2.laminet", "3.laminet"], ["2.laminet", "4.laminet"], ["4.laminet", "5.laminet"], ["4.laminet", "5.laminet"]], files);
        Assert.StartsWith("Received keepBest = 2; expected 1 or more with a placeholder in the path, such as {epoch}, or null.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ModelCheckpoint("best.laminet", keepBest: 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_written_every_few_batches_and_only_below_a_threshold()
    {
        using Scratch scratch = new();
        List<string?> written = [];
        ModelCheckpoint often = new(scratch.Path("a.laminet"), saveFrequency: 3);
        Linear(new SGD(0)).Fit(X, Y, batchSize: 4, epochs: 2, callbacks: [often, new LambdaCallback(onTrainBatchEnd: (_, _, _) => written.Add(scratch.Files.Contains("a.laminet") ? "there" : null))]);
        Assert.Equal([null, null, "there", "there", "there", "there", "there", "there"], written);
        ModelCheckpoint never = new(scratch.Path("b.laminet"), monitor: "loss", saveBestOnly: true, initialValueThreshold: 1e-9);
        Linear(new SGD(0)).Fit(X, Y, callbacks: [never]);
        Assert.Null(never.LastPath);
    }

    private static Sequential Linear(Optimizer optimizer)
    {
        Sequential model = new(1, new Input([3]), new Dense(1));
        model.Compile(optimizer, "mse");
        return model;
    }
}
