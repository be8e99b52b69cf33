using System.Globalization;
using System.Text.Json.Nodes;
using Laminet.Cli.Rendering;
using Laminet.Data;
using Laminet.Formats.Watching;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Zoo.Models;
using Spectre.Console;

namespace Laminet.Cli.Runs;

/// <summary>Trains in a run folder, from the start or from where it was interrupted, then measures the best model and tells.</summary>
internal sealed record TrainingRun(RunFolder Folder, RunSettings Settings, ImageData Data)
{
    private bool Validates => Settings.ValidationSplit > 0;

    /// <summary>Runs to the end, or to the first Ctrl+C.</summary>
    /// <param name="surroundings">The world outside.</param>
    /// <param name="quiet">Whether a line an epoch is enough.</param>
    /// <param name="verbose">Whether compilations are told.</param>
    /// <param name="json">Whether standard output is one JSON document.</param>
    /// <returns>The exit code.</returns>
    public int Run(Surroundings surroundings, bool quiet, bool verbose, bool json)
    {
        Screen screen = new(surroundings, json);
        Model model = NewModel();
        RunFolder.Write(Folder.Environment, RunEnvironment.Current(surroundings.Clock));
        Announce(screen, surroundings, model);
        // On a terminal under a bar: only the bar's own console writes above it.
        Action<string> tell = screen.IsRich && !quiet ? screen.Console.WriteLine : surroundings.Error.WriteLine;
        CompilationLog compilations = new(tell, verbose);
        compilations.Follow(model);
        model.Warned += Warn;

        long started = surroundings.Clock.GetTimestamp();
        TerminateOnNaN guard = new();
        History history = Train(model, guard, Warn, surroundings, screen, quiet, json);
        double seconds = surroundings.Clock.GetElapsedTime(started).TotalSeconds;
        compilations.TellTotal();
        // First of all: a model that computes no numbers is neither saved nor measured.
        if (guard.Batch is not null || (history.Epochs.Count > 0 && !BestModel.IsSound(model, history.Epochs[^1])))
            throw Lost(model, guard.Batch);
        // Interrupted before the first epoch was done there is no best model; what there is is better than nothing.
        if (!File.Exists(Folder.Model))
            model.Save(Folder.Model);
        if (history.WasCancelled)
            return TellInterruption(surroundings, screen, model, json);

        Model best = Model.Load(Folder.Model);
        TestReport report;
        try
        {
            report = TestReport.Measure(best, Data, surroundings.Interrupted);
        }
        catch (OperationCanceledException)
        {
            return TellInterruption(surroundings, screen, model, json);
        }

        RunResult result = new(report.Accuracy, report.Loss, Settings.Epochs, best.Progress.Epoch, seconds, report);
        RunFolder.Write(Folder.Result, result);
        File.Delete(Folder.Checkpoint);
        if (json)
            surroundings.Output.WriteLine(JsonOutput.Text(new { Run = Folder.FullPath, Model = Folder.Model, Interrupted = false, Settings, Result = result }));
        else
            TellResult(surroundings, screen, result);
        return ExitCode.Ok;

        void Warn(string message) => tell($"warning: {ErrorText.Printable(message)}");
    }

    private Model NewModel()
    {
        Optimizer optimizer = Settings.Optimizer;
        if (Settings.LearningRate is { } rate)
            optimizer.LearningRate = rate;
        return NamedModel.OfZoo(ModelCatalog.Find(Settings.Model), Data.ImageShape, Data.ClassNames.Count, Settings.Seed, optimizer);
    }

    private History Train(Model model, TerminateOnNaN guard, Action<string> warn, Surroundings surroundings, Screen screen, bool quiet, bool json)
    {
        if (screen.IsRich && !quiet)
        {
            History? history = null;
            TrainingDisplay.Run(screen, surroundings.Clock, Settings.Batch, display => history = Fit(display));
            return history!;
        }

        return Fit(json ? new ProgressBar(surroundings.Error, interactive: false)
            : new ProgressBar(surroundings.Output, interactive: false, surroundings.IsTerminal ? Math.Max(1, screen.Width - 1) : null));

        History Fit(Callback display) => model.Fit(
            Data.Train.Images, Data.Train.Labels, Settings.Batch, Settings.Epochs, Settings.ValidationSplit, stratify: Settings.ValidationSplit > 0,
            callbacks:
            [
                guard,
                display,
                new CSVLogger(Folder.History),
                new BestModel(Folder.Model, Validates ? "val_accuracy" : null, warn),
                .. Watching(),
                // The last, so that what it stores holds what the others have just learned.
                // It stays until the result is written: a process killed before that finds training done and continues with measuring.
                new BackupAndRestore(Folder.Checkpoint, deleteCheckpoint: false),
            ],
            cancellationToken: surroundings.Interrupted);
    }

    private IEnumerable<Callback> Watching()
    {
        if (Settings.TensorBoard)
        {
            yield return new TensorBoard(Folder.TensorBoard, histogramFrequency: 1, writeGradients: true)
            {
                Hyperparameters = new Dictionary<string, object>
                {
                    ["model"] = Settings.Model,
                    ["batch"] = Settings.Batch,
                    ["optimizer"] = Settings.Optimizer,
                    ["learning_rate"] = NewModel().Optimizer!.LearningRate,
                    ["seed"] = Settings.Seed,
                },
            };
        }

        if (Settings.Wandb)
            yield return new WandbOffline(config: (JsonObject)JsonNode.Parse(JsonOutput.Text(Settings))!, directory: Folder.FullPath);
    }

    private static InvalidOperationException Lost(Model model, int? batch)
    {
        // Within an epoch it is not counted yet.
        int epoch = model.Progress.Epoch + (model.Progress.Batch > 0 ? 1 : 0);
        string where = batch is null ? $"epoch {epoch}" : $"epoch {epoch}, batch {batch + 1}";
        return new InvalidOperationException($"the loss is no longer a number ({where}). "
            + $"Start a new run with a smaller --learning-rate than {model.Optimizer!.LearningRate.ToString(CultureInfo.InvariantCulture)}.");
    }

    private void Announce(Screen screen, Surroundings surroundings, Model model)
    {
        // As Fit will split them, class by class.
        int validation = Validates ? DataSplit.Stratified(Data.Train.Labels, Settings.ValidationSplit, model.Seed).Validation.Count : 0;
        screen.Line(string.Create(CultureInfo.InvariantCulture,
            $"{Settings.Model} ({model.ParameterCount:N0} parameters) on {Data.Name}: {Data.Train.Count - validation:N0} training, {validation:N0} validation, {Data.Test.Count:N0} test images"));
        screen.Line(string.Create(CultureInfo.InvariantCulture,
            $"{Settings.Epochs} epochs, batch {Settings.Batch}, {Settings.Optimizer} {model.Optimizer!.LearningRate}, seed {Settings.Seed}, {Engine.Threads} threads, SIMD {Engine.SimdLevel}"));
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
        screen.Line($"Predict:   laminet predict {run} 0");
        screen.Line($"Evaluate:  laminet evaluate {run}");
    }

    private int TellInterruption(Surroundings surroundings, Screen screen, Model model, bool json)
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
                EpochsDone = model.Progress.Epoch,
                Settings,
                Resume = resume,
            }));
        }

        screen.Line();
        screen.Line($"Interrupted; {model.Progress.Epoch} of {Settings.Epochs} epochs are done.");
        screen.Line($"{(model.Progress.Epoch > 0 ? "Best so far:" : "Model as is:")} {surroundings.Typed(Folder.Model)}");
        screen.Line($"Resume:      {resume}");
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
