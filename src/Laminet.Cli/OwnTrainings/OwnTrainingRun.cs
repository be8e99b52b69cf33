using System.Globalization;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Files;
using Laminet.Tensors;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Runs an <see cref="OwnTraining"/> in a run folder, and tells what came out.</summary>
/// <param name="training">What is trained.</param>
/// <param name="settings">What was asked for.</param>
/// <param name="images">On what; not photographs.</param>
internal sealed class OwnTrainingRun(OwnTraining training, OwnSettings settings, ImageData images)
{
    /// <summary>Runs to the end, or to the first Ctrl+C.</summary>
    /// <returns>The exit code.</returns>
    public int Run(Surroundings surroundings, string? output, bool json)
    {
        (RunFolder folder, FileLock lasting) = RunFolder.Create(surroundings, output, training.Name, images.Name);
        using FileLock held = lasting;
        RunFolder.Write(folder.Settings, settings);
        RunFolder.Write(folder.Environment, RunEnvironment.Current(surroundings.Clock));
        Screen screen = new(surroundings, json);
        string run = surroundings.Typed(folder.FullPath);
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{training.Name} on {images.Name}: {images.Train.Count:N0} training, {images.Test.Count:N0} test images"));
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{(settings.Epochs is { } epochs ? $"{epochs} epochs, " : "")}{(settings.Batch is { } batch ? $"batch {batch}, " : "")}seed {settings.Seed}, {Engine.Threads} threads, SIMD {Engine.SimdLevel}"));
        screen.Line($"Run folder: {run}");
        screen.Line();
        (TensorExamples train, TensorExamples test) = ((TensorExamples)images.Train, (TensorExamples)images.Test);
        OwnRun own = new(folder.FullPath, settings, surroundings, json ? surroundings.Error.WriteLine : line => screen.Line(line))
        {
            Images = train.Images,
            Labels = train.LabelTensor,
            TestImages = test.Images,
            TestLabels = test.LabelTensor,
            Classes = images.ClassNames.Count,
        };
        Figures? figures = null;
        try
        {
            figures = training.Train(own);
        }
        catch (OperationCanceledException) when (surroundings.Interrupted.IsCancellationRequested)
        {
        }

        // Fit ends early without an exception; then the last epoch is missing.
        bool isWhole = figures is not null && !surroundings.Interrupted.IsCancellationRequested;
        double seconds = own.Seconds;
        OwnResult result = new(figures?.ToDictionary(figure => figure.Key, figure => figure.Value) ?? [], own.EpochsDone, seconds);
        string[] made = [.. ((string[])["model.laminet", "model.safetensors", "picture.png"]).Select(own.At).Where(File.Exists)];
        if (isWhole)
            RunFolder.Write(folder.Result, result);
        if (json)
            surroundings.Output.WriteLine(JsonOutput.Text(new { Run = folder.FullPath, Files = made, Interrupted = !isWhole, Settings = settings, Result = result }));
        screen.Line();
        screen.Line(isWhole
            ? string.Create(CultureInfo.InvariantCulture, $"Trained in {seconds:F1} s:{OwnRun.Text(figures!)}")
            : $"Interrupted; {own.EpochsDone} of {own.Epochs} epochs are done{(made.Length > 0 ? ", and what they learned is saved" : "")}. A run of {training.Name} cannot be resumed.");
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
