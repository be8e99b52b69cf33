using System.Globalization;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Tensors;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Runs an <see cref="OwnTraining"/> in a run folder, and tells what came out.</summary>
/// <param name="training">What is trained.</param>
/// <param name="folder">Where.</param>
/// <param name="settings">What was asked for.</param>
/// <param name="data">What is learned from.</param>
internal sealed class OwnTrainingRun(OwnTraining training, RunFolder folder, OwnSettings settings, OwnData data)
{
    /// <summary>Runs to the end, or to the first Ctrl+C.</summary>
    /// <returns>The exit code.</returns>
    public int Run(Surroundings surroundings, bool json)
    {
        RunFolder.Write(folder.Environment, RunEnvironment.Current(surroundings.Clock));
        Screen screen = new(surroundings, json);
        string run = surroundings.Typed(folder.FullPath);
        screen.Line($"{training.Name} on {data.Name}: {data.Sizes}");
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{(settings.Epochs is { } epochs ? $"{epochs} epochs, " : "")}{(settings.Batch is { } batch ? $"batch {batch}, " : "")}seed {settings.Seed}, {Engine.Threads} threads, SIMD {Engine.SimdLevel}"));
        screen.Line($"Run folder: {run}");
        screen.Line();
        OwnRun own = new(folder, settings, data, surroundings, json ? surroundings.Error.WriteLine : line => screen.Line(line));
        Figures? figures = null;
        try
        {
            figures = training.Train(own);
        }
        catch (OperationCanceledException) when (surroundings.Interrupted.IsCancellationRequested)
        {
        }

        double seconds = own.Seconds;
        OwnResult result = new(figures?.ToDictionary(figure => figure.Key, figure => figure.Value) ?? [], own.EpochsDone, seconds);
        string[] made = [.. ((string[])["model.laminet", "model.safetensors", "model.estimator", "words.txt", "written.txt", "picture.png"]).Select(own.At).Where(File.Exists)];
        bool isWhole = figures is not null;
        if (isWhole)
        {
            RunFolder.Write(folder.Result, result);
            File.Delete(folder.Checkpoint);
        }

        string? resume = isWhole || training.Epochs is null ? null : folder.ResumeCommand(surroundings);
        if (json)
            surroundings.Output.WriteLine(JsonOutput.Text(new { Run = folder.FullPath, Files = made, Interrupted = !isWhole, Settings = settings, Result = result, Resume = resume }));
        screen.Line();
        if (isWhole)
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"Trained in {seconds:F1} s:{figures!.Text()}"));
        else if (resume is null)
            screen.Line($"Interrupted; {training.Name} learns all at once, so nothing was kept. Start a new run.");
        else
            screen.Line($"Interrupted; {own.EpochsDone} of {own.MostEpochs} epochs are done{(made.Length > 0 ? ", and what they learned is saved" : "")}.");
        if (resume is not null)
            screen.Line($"Resume:    {resume}");
        foreach (string file in made)
            screen.Line($"Written:   {surroundings.Typed(file)}");
        return isWhole ? ExitCode.Ok : ExitCode.Interrupted;
    }
}

/// <summary>What came out.</summary>
/// <param name="Figures">The figures at the end, by name.</param>
/// <param name="Epochs">How many epochs were trained.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record OwnResult(IReadOnlyDictionary<string, double> Figures, int Epochs, double Seconds);
