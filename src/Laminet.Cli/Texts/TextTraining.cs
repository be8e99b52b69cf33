using System.Globalization;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Data;
using Laminet.Tensors;
using Laminet.Text.Tokenizers;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Cli.Texts;

/// <summary>Trains a model on texts in a run folder, keeps the best epoch, and tells.</summary>
/// <param name="surroundings">The world outside.</param>
/// <param name="folder">Where.</param>
/// <param name="settings">What was asked for.</param>
/// <param name="quiet">Whether a line an epoch is enough.</param>
/// <param name="json">Whether standard output is one JSON document.</param>
internal sealed class TextTraining(Surroundings surroundings, RunFolder folder, TextSettings settings, bool quiet, bool json)
{
    private readonly Screen screen = new(surroundings, json);

    /// <summary>Writes the settings, trains, and writes the result.</summary>
    /// <param name="model">The model, compiled.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="train">The batches of an epoch, or of all steps.</param>
    /// <param name="validation">Batches for validation; null for none.</param>
    /// <param name="what">What it learns from, in a line.</param>
    /// <param name="unit">What the rate counts.</param>
    /// <param name="unitsPerStep">How many of them a step has.</param>
    /// <param name="figure">The figure by which the best epoch is found, if there is validation.</param>
    /// <param name="maxTime">After which time training ends; null for no limit.</param>
    /// <param name="figures">More figures, of those of the best epoch.</param>
    /// <param name="next">What the user may do next.</param>
    /// <returns>The exit code.</returns>
    public int Run(
        Model model, Tokenizer tokenizer, Dataset train, Dataset? validation, string what, string unit, int unitsPerStep, string figure, TimeSpan? maxTime,
        Func<IReadOnlyDictionary<string, double>, IEnumerable<KeyValuePair<string, double>>> figures, IReadOnlyList<(string Word, string Command)> next)
    {
        tokenizer.Save(Path.Combine(folder.FullPath, "tokenizer.json"));
        RunFolder.Write(folder.Settings, settings);
        RunFolder.Write(folder.Environment, RunEnvironment.Current(surroundings.Clock));
        string run = surroundings.Typed(folder.FullPath), resume = folder.ResumeCommand(surroundings);
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{settings.Network} ({model.ParameterCount:N0} parameters) on {what}"));
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{settings.Epochs} epochs{(settings.StepsPerEpoch is { } steps ? $" of {steps} steps" : "")}, batch {settings.Batch}, "
            + $"learning rate {settings.LearningRate:G3}, seed {settings.Seed}, {Engine.Threads} threads, SIMD {Engine.SimdLevel}"));
        screen.Line($"Run folder: {run}");
        screen.Line();
        long started = surroundings.Clock.GetTimestamp();
        TerminateOnNaN guard = new();
        History history = TrainingDisplay.Run(surroundings, screen, quiet, json, unitsPerStep, unit, display => model.Fit(
            train, settings.Epochs, validation, stepsPerEpoch: settings.StepsPerEpoch, maxTime: maxTime, cancellationToken: surroundings.Interrupted,
            callbacks:
            [
                guard, display, new CSVLogger(folder.History), new BestModel(folder.Model, validation is null ? null : figure, message => surroundings.Error.WriteLine($"warning: {message}")),
                // The last, so that it stores what the others have just learned; it stays until the result is written.
                new BackupAndRestore(folder.Checkpoint, deleteCheckpoint: false),
            ]));
        if (guard.Batch is not null)
        {
            throw new InvalidOperationException($"the loss is no longer a number (epoch {history.Epochs.Count + 1}). Start a new run with a smaller --learning-rate than "
                + $"{settings.LearningRate.ToString("G3", CultureInfo.InvariantCulture)}.");
        }

        // Ended before the first epoch was done: what there is is better than nothing.
        if (!File.Exists(folder.Model))
            model.Save(folder.Model);
        TextResult result = Result(history, validation is null ? "loss" : figure, surroundings.Clock.GetElapsedTime(started).TotalSeconds, figures);
        if (!history.WasCancelled)
        {
            RunFolder.Write(folder.Result, result);
            File.Delete(folder.Checkpoint);
        }

        if (json)
            surroundings.Output.WriteLine(JsonOutput.Text(new { Run = folder.FullPath, Model = folder.Model, Interrupted = history.WasCancelled, Settings = settings, Result = result, Resume = history.WasCancelled ? resume : null }));
        screen.Line();
        string best = result.BestEpoch == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; the best epoch was {result.BestEpoch} of {result.Epochs}");
        screen.Line(history.WasCancelled
            ? $"Interrupted; {result.Epochs} of {settings.Epochs} epochs are done, and the {(result.Epochs > 0 ? "best" : "model as it is")} is saved."
            : string.Create(CultureInfo.InvariantCulture, $"Trained in {result.Seconds:F1} s{best}"));
        if (result.Figures.Count > 0)
            screen.Line(string.Join("  ", result.Figures.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value:F4}"))));
        screen.Line();
        if (history.WasCancelled)
            next = [("Resume", resume), .. next];
        int width = next.Max(one => one.Word.Length) + 2;
        screen.Line($"{"Model:".PadRight(width)} {surroundings.Typed(folder.Model)}");
        foreach ((string word, string command) in next)
            screen.Line($"{(word + ":").PadRight(width)} {command}");
        return history.WasCancelled ? ExitCode.Interrupted : ExitCode.Ok;
    }

    private static TextResult Result(
        History history, string figure, double seconds, Func<IReadOnlyDictionary<string, double>, IEnumerable<KeyValuePair<string, double>>> figures)
    {
        // The first of equal ones, as the file was written then. Without validation it is the last.
        int best = !figure.StartsWith("val_", StringComparison.Ordinal) ? history.Epochs.Count - 1
            : Enumerable.Range(0, history.Epochs.Count).OrderBy(epoch => history.Epochs[epoch][figure] * (figure.EndsWith("loss", StringComparison.Ordinal) ? 1 : -1)).FirstOrDefault(-1);
        Dictionary<string, double> all = best < 0 ? [] : new(history.Epochs[best]);
        return new TextResult(new Dictionary<string, double>(best < 0 ? [] : all.Concat(figures(all))), history.Epochs.Count, best + 1, seconds);
    }
}

/// <summary>What came out of a training on texts.</summary>
/// <param name="Figures">The figures of the best epoch, by name.</param>
/// <param name="Epochs">How many epochs were trained.</param>
/// <param name="BestEpoch">Which of them is saved, counted from 1; 0 if none was done.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record TextResult(IReadOnlyDictionary<string, double> Figures, int Epochs, int BestEpoch, double Seconds);
