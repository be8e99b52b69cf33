using System.Globalization;
using System.Text.Json.Nodes;
using Laminet.Cli.Rendering;
using Laminet.Data;
using Laminet.Formats.Watching;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Training.Transfer;
using Laminet.Zoo.Models;
using Spectre.Console;

namespace Laminet.Cli.Runs;

/// <summary>Trains in a run folder, from the start or from where it was interrupted, then measures the best model and tells.</summary>
/// <param name="Folder">Where.</param>
/// <param name="Settings">What was asked for.</param>
/// <param name="Data">The images.</param>
/// <param name="Network">A trained network without its classifier, from which the run starts; null for random weights.</param>
internal sealed record TrainingRun(RunFolder Folder, RunSettings Settings, ImageData Data, Model? Network)
{
    // The learning rate of fine-tuning, as a share of that of the head.
    private const double FineTuneRate = 0.1;

    private bool Validates => Settings.ValidationSplit > 0;

    /// <summary>Whether all layers that train are trained by Fit, as opposed to a head alone.</summary>
    private bool Fits => Settings.Transfer is not { FineTune: 0 };

    /// <summary>Runs to the end, or to the first Ctrl+C.</summary>
    /// <param name="surroundings">The world outside.</param>
    /// <param name="quiet">Whether a line an epoch is enough.</param>
    /// <param name="verbose">Whether compilations are told.</param>
    /// <param name="json">Whether standard output is one JSON document.</param>
    /// <returns>The exit code.</returns>
    public int Run(Surroundings surroundings, bool quiet, bool verbose, bool json)
    {
        Screen screen = new(surroundings, json);
        (Examples train, Examples? validation) = Validates ? Data.Train.Split(Settings.ValidationSplit, (ulong)Settings.Seed) : (Data.Train, null);
        Model model = NewModel();
        RunFolder.Write(Folder.Environment, RunEnvironment.Current(surroundings.Clock));
        Announce(screen, surroundings, model, train.Count, validation?.Count ?? 0);
        // On a terminal under a bar: only the bar's own console writes above it.
        Action<string> tell = screen.IsRich && !quiet ? screen.Console.WriteLine : surroundings.Error.WriteLine;
        CompilationLog compilations = new(tell, verbose);
        compilations.Follow(model);
        model.Warned += Warn;

        long started = surroundings.Clock.GetTimestamp();
        int bestEpoch = 0;
        double? headAccuracy = null;
        // A checkpoint is of the epochs after those of the head.
        if (Settings.Transfer is { } transfer && !File.Exists(Folder.Checkpoint))
        {
            HeadTraining head = new(Folder, Settings, transfer);
            TerminateOnNaN headGuard = new();
            Model rest;
            try
            {
                rest = head.Start(model, surroundings, screen, train, validation);
            }
            catch (OperationCanceledException) when (surroundings.Interrupted.IsCancellationRequested)
            {
                Compile(model, Settings.NewOptimizer());
                model.Save(Folder.Model);
                return TellInterruption(surroundings, screen, 0, Settings.Epochs, json);
            }

            compilations.Follow(rest);
            History headHistory = Shown(surroundings, screen, quiet, json, display => head.Fit(rest, [headGuard, display, .. Watching(isOfHead: true)], surroundings.Interrupted));
            RequireSound(rest, headGuard, headHistory);
            Compile(model, Settings.NewOptimizer());
            model.Save(Folder.Model);
            if (headHistory.WasCancelled)
                return TellInterruption(surroundings, screen, rest.Progress.Epoch, Settings.Epochs, json);
            (bestEpoch, headAccuracy) = (head.BestEpoch, head.BestAccuracy);
        }

        if (Fits)
        {
            if (Settings.Transfer is not null)
                PrepareFineTuning(model);
            TerminateOnNaN guard = new();
            History history = Shown(surroundings, screen, quiet, json, display => Fit(model, train, validation, guard, Warn, headAccuracy, display, surroundings.Interrupted));
            RequireSound(model, guard, history);
            // Interrupted before the first epoch was done there is no best model; what there is is better than nothing.
            if (!File.Exists(Folder.Model))
                model.Save(Folder.Model);
            if (history.WasCancelled)
                return TellInterruption(surroundings, screen, model.Progress.Epoch, Epochs, json);
        }

        double seconds = surroundings.Clock.GetElapsedTime(started).TotalSeconds;
        compilations.TellTotal();
        Model best = Model.Load(Folder.Model);
        TestReport report;
        try
        {
            report = TestReport.Measure(best, Data, surroundings.Interrupted);
        }
        catch (OperationCanceledException)
        {
            return TellInterruption(surroundings, screen, Epochs, Epochs, json);
        }

        // The model of a head has no epochs of its own: it is the best one if none of those after it was better.
        RunResult result = new(report.Accuracy, report.Loss, Epochs, Fits ? best.Progress.Epoch : bestEpoch, seconds, report);
        RunFolder.Write(Folder.Result, result);
        File.Delete(Folder.Checkpoint);
        if (json)
            surroundings.Output.WriteLine(JsonOutput.Text(new { Run = Folder.FullPath, Model = Folder.Model, Interrupted = false, Settings, Result = result }));
        else
            TellResult(surroundings, screen, result);
        return ExitCode.Ok;

        void Warn(string message) => tell($"warning: {ErrorText.Printable(message)}");
    }

    // The epochs of Fit, or those of the head if there are no others.
    private int Epochs => Settings.Transfer is { FineTune: > 0 and int tuned } ? tuned : Settings.Epochs;

    private Model NewModel() => Network is not null
        ? Network.WithHead(Data.ClassNames.Count, seed: (ulong)Settings.Seed)
        : NamedModel.OfZoo(ModelCatalog.Find(Settings.Model), Data.ImageShape, Data.ClassNames.Count, Settings.Seed, Settings.NewOptimizer());

    private void PrepareFineTuning(Model model)
    {
        Optimizer optimizer = Settings.NewOptimizer();
        optimizer.LearningRate *= FineTuneRate;
        model.UnfreezeTop(optimizer: optimizer);
        Compile(model, optimizer);
    }

    private static void Compile(Model model, Optimizer optimizer) => model.Compile(optimizer, "sparse_categorical_crossentropy", ["accuracy"]);

    private History Shown(Surroundings surroundings, Screen screen, bool quiet, bool json, Func<Callback, History> fit) =>
        TrainingDisplay.Run(surroundings, screen, quiet, json, Settings.Batch, "images", fit);

    private History Fit(Model model, Examples train, Examples? validation, TerminateOnNaN guard, Action<string> warn, double? headAccuracy, Callback display, CancellationToken cancellation)
    {
        Dataset examples = train.ToDataset().Shuffle(model.Seed).Batch(Settings.Batch);
        return model.Fit(
            Settings.Transfer is { Mirror: true } ? examples.Map(HeadTraining.MirroredAtRandom, model.Seed) : examples, Epochs, validation?.ToDataset().Batch(Settings.Batch),
            callbacks:
            [
                guard,
                display,
                new CSVLogger(Folder.History),
                new BestModel(Folder.Model, Validates ? "val_accuracy" : null, warn, headAccuracy),
                .. Settings.Transfer is null ? (Callback[])[] : [Falling(model.Optimizer!.LearningRate)],
                .. Watching(isOfHead: false),
                // The last, so that what it stores holds what the others have just learned.
                // It stays until the result is written: a process killed before that finds training done and continues with measuring.
                new BackupAndRestore(Folder.Checkpoint, deleteCheckpoint: false),
            ],
            cancellationToken: cancellation);
    }

    // Like a cosine, from epoch to epoch.
    private LearningRateScheduler Falling(double from) => new((epoch, _) => from * (1 + Math.Cos(Math.PI * epoch / Epochs)) / 2);

    // The head and what follows it are two trainings: each has its own folder.
    private IEnumerable<Callback> Watching(bool isOfHead)
    {
        if (Settings.TensorBoard)
        {
            yield return new TensorBoard(isOfHead && Fits ? Path.Combine(Folder.TensorBoard, "head") : Folder.TensorBoard, histogramFrequency: 1, writeGradients: true)
            {
                Hyperparameters = new Dictionary<string, object>
                {
                    ["model"] = Settings.Model,
                    ["batch"] = Settings.Batch,
                    ["optimizer"] = Settings.Optimizer,
                    ["learning_rate"] = Settings.NewOptimizer().LearningRate,
                    ["seed"] = Settings.Seed,
                },
            };
        }

        if (Settings.Wandb && (!isOfHead || !Fits))
            yield return new WandbOffline(config: (JsonObject)JsonNode.Parse(JsonOutput.Text(Settings))!, directory: Folder.FullPath);
    }

    // First of all: a model that computes no numbers is neither saved nor measured.
    private void RequireSound(Model model, TerminateOnNaN guard, History history)
    {
        if (guard.Batch is not null || (history.Epochs.Count > 0 && !BestModel.IsSound(model, history.Epochs[^1])))
            throw Lost(model, guard.Batch);
    }

    private InvalidOperationException Lost(Model model, int? batch)
    {
        // Within an epoch it is not counted yet.
        int epoch = model.Progress.Epoch + (model.Progress.Batch > 0 ? 1 : 0);
        string where = batch is null ? $"epoch {epoch}" : $"epoch {epoch}, batch {batch + 1}";
        return new InvalidOperationException($"the loss is no longer a number ({where}). "
            + $"Start a new run with a smaller --learning-rate than {Settings.NewOptimizer().LearningRate.ToString(CultureInfo.InvariantCulture)}.");
    }

    private void Announce(Screen screen, Surroundings surroundings, Model model, int train, int validation)
    {
        screen.Line(string.Create(CultureInfo.InvariantCulture,
            $"{Settings.Model} ({model.ParameterCount:N0} parameters) on {Data.Name}: {train:N0} training, {validation:N0} validation, {Data.Test.Count:N0} test images"));
        if (Settings.Transfer is { } transfer)
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"Starts from {surroundings.Typed(transfer.From)}: images {Data.ImageShape}, {Data.ClassNames.Count} classes; "
                + $"{Settings.Epochs} epoch{(Settings.Epochs == 1 ? "" : "s")} of the head{(transfer.FineTune > 0 ? $", then {transfer.FineTune} with the top of the network" : "")}"));
        }

        screen.Line(string.Create(CultureInfo.InvariantCulture,
            $"{Settings.Epochs} epochs, batch {Settings.Batch}, {Settings.Optimizer} {Settings.NewOptimizer().LearningRate}, seed {Settings.Seed}, {Engine.Threads} threads, SIMD {Engine.SimdLevel}"));
        screen.Line($"Run folder: {surroundings.Typed(Folder.FullPath)}");
        screen.Line();
    }

    private void TellResult(Surroundings surroundings, Screen screen, RunResult result)
    {
        string run = surroundings.Typed(Folder.FullPath);
        screen.Line();
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"Trained in {result.Seconds:F1} s; the best epoch was {result.BestEpoch} of {result.Epochs}"));
        ReportView.Write(screen, result.Test);
        screen.Line();
        screen.Line($"Model:     {surroundings.Typed(Folder.Model)}");
        screen.Line($"Predict:   laminet predict {run} {(Data.IsOfPhotographs ? "PHOTO" : "0")}");
        screen.Line($"Evaluate:  laminet evaluate {run}");
    }

    private int TellInterruption(Surroundings surroundings, Screen screen, int done, int epochs, bool json)
    {
        string run = surroundings.Typed(Folder.FullPath);
        string resume = $"laminet train --resume {run}";
        if (json)
        {
            surroundings.Output.WriteLine(JsonOutput.Text(new
            {
                Run = Folder.FullPath,
                Model = Folder.Model,
                Interrupted = true,
                EpochsDone = done,
                Settings,
                Resume = resume,
            }));
        }

        screen.Line();
        // A head has no checkpoint: it is trained in seconds once the features are there.
        bool isOfHead = Settings.Transfer is not null && !File.Exists(Folder.Checkpoint);
        screen.Line($"Interrupted; {done} of {epochs} epochs {(isOfHead ? "of the head " : "")}are done.");
        screen.Line($"{(done > 0 && !isOfHead ? "Best so far:" : "Model as is:")} {surroundings.Typed(Folder.Model)}");
        screen.Line($"Resume:      {resume}{(isOfHead ? "   (the head starts again)" : "")}");
        return ExitCode.Interrupted;
    }
}

/// <summary>What came out of a run.</summary>
/// <param name="TestAccuracy">The share of the test images that is named rightly.</param>
/// <param name="TestLoss">The mean loss on them.</param>
/// <param name="Epochs">How many epochs were trained.</param>
/// <param name="BestEpoch">After which of them, counted from 1, the model was written that is in the folder: one that could not be written does not count.</param>
/// <param name="Seconds">How long training took.</param>
/// <param name="Test">All that was measured.</param>
internal sealed record RunResult(double TestAccuracy, double TestLoss, int Epochs, int BestEpoch, double Seconds, TestReport Test);
