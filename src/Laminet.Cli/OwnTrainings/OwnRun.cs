using System.Globalization;
using Laminet.Files;
using Laminet.Plots;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Cli.OwnTrainings;

/// <summary>What an <see cref="OwnTraining"/> is given, and where it leaves what it has learned.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="settings">What was asked for.</param>
/// <param name="surroundings">Its clock, and Ctrl+C, which ends the training at the next report.</param>
/// <param name="tell">Writes a line for people.</param>
internal sealed class OwnRun(string folder, OwnSettings settings, Surroundings surroundings, Action<string> tell)
{
    private readonly List<string> lines = [];
    private readonly long started = surroundings.Clock.GetTimestamp();

    /// <summary>Training images, bytes of (examples, height, width, 1).</summary>
    public required Tensor Images { get; init; }

    /// <summary>Their classes.</summary>
    public required Tensor Labels { get; init; }

    /// <summary>Test images.</summary>
    public required Tensor TestImages { get; init; }

    /// <summary>Their classes.</summary>
    public required Tensor TestLabels { get; init; }

    public int Classes { get; init; }

    public ulong Seed => (ulong)settings.Seed;

    public int Epochs => settings.Epochs ?? 1;

    public int Batch => settings.Batch ?? 1;

    public CancellationToken Cancellation => surroundings.Interrupted;

    /// <summary>How many epochs are done.</summary>
    public int EpochsDone { get; private set; }

    /// <summary>Since the start.</summary>
    public double Seconds => surroundings.Clock.GetElapsedTime(started).TotalSeconds;

    /// <summary>A file in the run's folder.</summary>
    public string At(string name) => Path.Combine(folder, name);

    /// <summary>Training images as vectors from 0 to 1.</summary>
    public Tensor Vectors() => ToVectors(Images);

    /// <summary>Test images as vectors from 0 to 1.</summary>
    public Tensor TestVectors() => ToVectors(TestImages);

    /// <summary>Saves what an epoch has learned, writes its figures into history.csv, and tells them with the time left.</summary>
    /// <param name="figures">The figures.</param>
    /// <param name="save">Saves it.</param>
    /// <exception cref="InvalidOperationException">A figure is no number: the file of the epoch before stays.</exception>
    /// <exception cref="OperationCanceledException">The user has asked for the end.</exception>
    public void EpochDone(Figures figures, Action save)
    {
        if (figures.Find(figure => !double.IsFinite(figure.Value)) is { Key: { } lost })
        {
            throw new InvalidOperationException($"the {lost} of epoch {EpochsDone + 1} is no longer a number: the training has diverged. "
                + $"{(EpochsDone > 0 ? $"What was learned until epoch {EpochsDone} is saved. " : "")}Start a new run with another --seed, or a larger --batch.");
        }

        save();
        EpochsDone++;
        double seconds = Seconds, left = seconds / EpochsDone * (Epochs - EpochsDone);
        if (lines.Count == 0)
            lines.Add(string.Join(',', ["epoch", .. figures.Select(figure => figure.Key), "seconds"]));
        lines.Add(string.Join(',', [EpochsDone.ToString(CultureInfo.InvariantCulture), .. figures.Select(figure => figure.Value.ToString("R", CultureInfo.InvariantCulture)), seconds.ToString("F1", CultureInfo.InvariantCulture)]));
        AtomicFile.Write(At("history.csv"), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n")));
        tell(string.Create(CultureInfo.InvariantCulture, $"Epoch {EpochsDone}/{Epochs}  {seconds:F1} s{Text(figures)}{(left > 0 ? $"  about {TimeSpan.FromSeconds(Math.Ceiling(left)):c} left" : "")}"));
        Cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Trains a compiled model epoch by epoch, and saves it after each.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">Its inputs.</param>
    /// <param name="y">Its targets; null if it has none.</param>
    /// <param name="measure">Draws the picture and gives the figures of an epoch.</param>
    public Figures Fit(Model model, Tensor x, Tensor? y, Func<Figures> measure)
    {
        Figures figures = [];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            model.Fit(x, y, Batch, epochs: epoch + 1, initialEpoch: epoch, cancellationToken: Cancellation);
            Cancellation.ThrowIfCancellationRequested();
            figures = measure();
            EpochDone(figures, () => model.Save(At("model.laminet")));
        }

        return figures;
    }

    /// <summary>Tells a part of the work that has no epochs.</summary>
    /// <exception cref="OperationCanceledException">The user has asked for the end.</exception>
    public void PartDone(string what)
    {
        tell(string.Create(CultureInfo.InvariantCulture, $"{what}, {Seconds:F1} s"));
        Cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Writes weights as model.safetensors.</summary>
    public void Save(params IEnumerable<(string Name, Tensor Tensor)> weights) => SafeTensors.Write(At("model.safetensors"), weights.ToDictionary(weight => weight.Name, weight => weight.Tensor));

    /// <summary>Draws grey images, (images, height, width) from 0 to 1, side by side as picture.png.</summary>
    public void Picture(Tensor images, int columns) =>
        Chart.ImageGrid(images.ExpandDims(-1).Clip(0.0, 1.0) * 255, columns: columns, side: Math.Max(16, Math.Max(images.Shape[1], images.Shape[2]))).Save(At("picture.png"));

    /// <summary>Kernels or weights of units as images, each from its least number to its greatest.</summary>
    public static Tensor Stretched(Tensor images)
    {
        Tensor least = images.Min([1, 2], keepDims: true), range = images.Max([1, 2], keepDims: true) - least;
        return (images - least) / (range + 1e-12);
    }

    public static string Text(Figures figures) => string.Concat(figures.Select(figure => string.Create(CultureInfo.InvariantCulture, $"  {figure.Key} {figure.Value:G5}")));

    private static Tensor ToVectors(Tensor images) => images.Reshape([images.Shape[0], -1]).Cast(DType.Float32) / 255;
}
