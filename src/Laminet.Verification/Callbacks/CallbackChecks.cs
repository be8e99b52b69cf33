using System.Globalization;
using System.Text.RegularExpressions;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Verification.Callbacks;

/// <summary>What callbacks do in trainings that can be followed by hand.</summary>
internal static class CallbackChecks
{
    // The rule of Keras: two epochs that are not better than the best, and the second of them is the last.
    [Verifies(typeof(EarlyStopping))]
    public static void Training_stops_after_the_patience_and_has_the_best_weights()
    {
        Model model = Line();
        EarlyStopping stopping = new(patience: 2, restoreBestWeights: true);
        double[] losses = [3, 2, 2.5, 2.25, 1];
        stopping.OnTrainBegin(model, losses.Length, 1);
        int epoch = 0;
        for (; epoch < losses.Length && !model.Progress.StopTraining; epoch++)
        {
            model.Weights[0].Assign(Tensor.Full([1, 1], epoch));
            stopping.OnEpochEnd(model, epoch, Logs("val_loss", losses[epoch]));
        }

        stopping.OnTrainEnd(model);
        Expect.Equal((int?)3, stopping.StoppedEpoch, "the epoch that was the last");
        Expect.Equal(4, epoch, "epochs that were trained");
        Expect.Equal((1, (double?)2), (stopping.BestEpoch, stopping.Best), "the best epoch and its loss");
        Expect.Equal(1f, model.Weights[0].Value.At(0).At(0).Item<float>(), "the weight, that of the best epoch");
    }

    [Verifies(typeof(ReduceLROnPlateau))]
    public static void The_rate_is_halved_after_each_plateau_and_keeps_to_its_minimum()
    {
        Model model = Line();
        ReduceLROnPlateau reducing = new(factor: 0.5, patience: 2, minimumLearningRate: 0.2);
        reducing.OnTrainBegin(model, 9, 1);
        List<double> rates = [];
        for (int epoch = 0; epoch < 9; epoch++)
        {
            reducing.OnEpochEnd(model, epoch, Logs("val_loss", 1));
            rates.Add(model.Optimizer!.LearningRate);
        }

        Near.Equal([1, 1, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2], rates, 1e-7, "rates after each epoch, ");
    }

    [Verifies(typeof(LearningRateScheduler))]
    public static void Each_epoch_has_the_rate_of_the_function()
    {
        Model model = Line();
        LearningRateScheduler scheduler = new((epoch, rate) => rate / (epoch + 1));
        List<double> rates = [];
        for (int epoch = 0; epoch < 4; epoch++)
        {
            scheduler.OnEpochBegin(model, epoch);
            rates.Add(model.Optimizer!.LearningRate);
        }

        Near.Equal([1, 0.5, 0.5 / 3, 0.125 / 3], rates, 1e-7, "rates of each epoch, ");
    }

    // The loss w² has the gradient 2 w, so steps of 0.25 halve the weight: 1, 0.5, 0.25. Averages: 0.5, then (0.5 + 0.25) / 2.
    [Verifies(typeof(SwapEMAWeights))]
    public static void Averages_are_in_the_model_while_it_is_tested()
    {
        Model model = Line(new SGD(0.25) { UseEma = true, EmaMomentum = 0.5 });
        model.Weights[0].Assign(Tensor.Ones([1, 1]));
        for (int step = 0; step < 2; step++)
            model.TrainOnBatch(Tensor.Ones([1, 1]), Tensor.Zeros([1, 1]));
        SwapEMAWeights swap = new();
        List<double> weights = [Weight()];
        swap.OnTrainBegin(model, 1, 1);
        swap.OnTestBegin(model, 1);
        weights.Add(Weight());
        swap.OnTestEnd(model, Logs("loss", 1));
        weights.Add(Weight());
        Near.Equal([0.25, 0.375, 0.25], weights, 1e-7, "the weight before, in and after the test, ");

        double Weight() => model.Weights[0].Value.Sum().ToDouble();
    }

    [Verifies(typeof(TerminateOnNaN), double.NaN)]
    [Verifies(typeof(TerminateOnNaN), double.PositiveInfinity)]
    public static void Training_stops_at_a_loss_that_is_no_number(double loss)
    {
        Model model = Line();
        TerminateOnNaN guard = new();
        guard.OnTrainBatchEnd(model, 0, Logs("loss", 1e30));
        Expect.Equal(false, model.Progress.StopTraining, "whether training stops at a finite loss");
        guard.OnTrainBatchEnd(model, 1, Logs("loss", loss));
        Expect.Equal((true, (int?)1), (model.Progress.StopTraining, guard.Batch), "whether training stops, and the batch");
        Expect.Throws<ArithmeticException>(() => new TerminateOnNaN(raiseError: true).OnTrainBatchEnd(model, 1, Logs("loss", loss)), "with raiseError");
    }

    [Verifies(typeof(TrainingTimer))]
    public static void Times_add_up_and_stop_with_the_training()
    {
        Model model = Line();
        TrainingTimer timer = new();
        timer.OnTrainBegin(model, 2, 1);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            timer.OnEpochBegin(model, epoch);
            Thread.Sleep(20);
            timer.OnEpochEnd(model, epoch, Logs("loss", 1));
        }

        timer.OnTrainEnd(model);
        TimeSpan total = timer.Total;
        Expect.Equal(2, timer.Epochs.Count, "epochs");
        // A clock tick is up to 16 ms.
        Expect.True(timer.Epochs.All(time => time.TotalMilliseconds >= 4), $"expected epochs of about 20 ms, received {string.Join(" and ", timer.Epochs)}");
        Expect.True(total >= timer.Epochs[0] + timer.Epochs[1], $"expected a total of at least the epochs, received {total}");
        Thread.Sleep(20);
        Expect.Equal(total, timer.Total, "the total after the end");
    }

    [Verifies(typeof(LambdaCallback))]
    public static void Functions_are_called_in_the_order_of_the_training()
    {
        List<string> calls = [];
        LambdaCallback callback = new(
            _ => calls.Add("begin"), _ => calls.Add("end"), (_, epoch) => calls.Add($"epoch {epoch}"), (_, epoch, _) => calls.Add($"end of epoch {epoch}"),
            (_, batch, _) => calls.Add($"end of batch {batch}"), (_, batch) => calls.Add($"batch {batch}"));
        Fit(Line(), 2, callback);
        string[] epoch = ["batch 0", "end of batch 0", "batch 1", "end of batch 1"];
        Expect.Sequence(["begin", "epoch 0", .. epoch, "end of epoch 0", "epoch 1", .. epoch, "end of epoch 1", "end"], calls, "calls");
    }

    [Verifies(typeof(ProgressBar))]
    public static void Each_epoch_is_a_line_with_the_figures_of_the_history()
    {
        using StringWriter writer = new();
        History history = Fit(Line(new SGD(0.125)), 2, new ProgressBar(writer, interactive: false, width: 80));
        string[] lines = writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            string expected = string.Create(CultureInfo.InvariantCulture, $"Epoch {epoch + 1}/2 ... loss {history["loss"][epoch]:F4}");
            Expect.True(lines.Any(line => Regex.IsMatch(line, "^" + Regex.Escape(expected).Replace(@"\ \.\.\.\ ", ".*", StringComparison.Ordinal) + "$")), $"expected a line '{expected}', received '{writer}'");
        }
    }

    [Verifies(typeof(CSVLogger))]
    public static void The_file_has_a_line_for_each_epoch_with_the_figures_of_the_history() => InAFolder(folder =>
    {
        string file = Path.Combine(folder, "log.csv");
        History history = Fit(Line(new SGD(0.125)), 3, new CSVLogger(file));
        string[][] lines = [.. File.ReadAllLines(file).Select(line => line.Split(','))];
        Expect.Sequence(["epoch", "loss"], lines[0], "columns");
        Expect.Sequence(["0", "1", "2"], lines[1..].Select(line => line[0]), "epochs");
        Near.Equal(history["loss"], [.. lines[1..].Select(line => double.Parse(line[1], CultureInfo.InvariantCulture))], 0, "losses, ");
    });

    // Steps of 1.25 times the gradient 2 w overshoot: the first epoch is the best.
    [Verifies(typeof(ModelCheckpoint))]
    public static void The_file_is_the_model_of_the_best_epoch() => InAFolder(folder =>
    {
        string file = Path.Combine(folder, "best.laminet");
        Model model = Line(new SGD(1.25));
        model.Weights[0].Assign(Tensor.Ones([1, 1]));
        List<double> weights = [];
        LambdaCallback watch = new(onEpochEnd: (trained, _, _) => weights.Add(trained.Weights[0].Value.Sum().ToDouble()));
        Fit(model, 3, watch, new ModelCheckpoint(file, "loss", saveBestOnly: true));
        Expect.True(weights[2] != weights[0], "expected weights that change");
        Expect.Equal(weights[0], Model.Load(file).Weights[0].Value.Sum().ToDouble(), "the weight in the file, that of the first epoch");
    });

    [Verifies(typeof(BackupAndRestore))]
    public static void A_training_that_goes_on_from_the_file_ends_in_the_same_bits() => InAFolder(folder =>
    {
        string file = Path.Combine(folder, "backup");
        Model whole = Network(), first = Network(), second = Network();
        Fit(whole, 4);
        Fit(first, 2, new BackupAndRestore(file, deleteCheckpoint: false));
        BackupAndRestore backup = new(file);
        Fit(second, 4, backup);
        Expect.Equal(true, backup.HasResumed, "whether the second training went on from the file");
        foreach ((Variable expected, Variable received) in whole.Weights.Zip(second.Weights))
            Expect.Sequence(expected.Value.Reshape([-1]).ToArray<float>(), received.Value.Reshape([-1]).ToArray<float>(), received.Name);
    });

    private static Dictionary<string, double> Logs(string name, double value) => new() { [name] = value };

    internal static Sequential Line(Optimizer? optimizer = null)
    {
        Sequential model = new(0, new Input([1]), new Dense(1, useBias: false, kernelInitializer: "ones"));
        model.Compile(optimizer ?? new SGD(1), "mse");
        return model;
    }

    private static Sequential Network()
    {
        Sequential model = new(0, new Input([1]), new Dense(3, "tanh"), new Dropout(0.25), new Dense(1));
        model.Compile(new Adam(0.05), "mse");
        return model;
    }

    // Two batches of one example: to learn 0 from 1.
    internal static History Fit(Model model, int epochs, params Callback[] callbacks) =>
        model.Fit(Tensor.Ones([2, 1]), Tensor.Zeros([2, 1]), batchSize: 1, epochs: epochs, callbacks: callbacks);

    internal static void InAFolder(Action<string> check)
    {
        string folder = Directory.CreateTempSubdirectory("laminet-verify-").FullName;
        try
        {
            check(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
