using System.Text.Json.Nodes;
using Laminet.Configuration;

namespace Laminet.Training.Callbacks;

/// <summary>Watches one figure and keeps its best value. Three callbacks share it.</summary>
internal sealed class Monitor(string figure, MonitorMode mode, double minDelta, string watcher)
{
    private readonly double minDelta = Setting.Require(Math.Abs(minDelta), !double.IsNaN(minDelta), "a number", nameof(minDelta));
    private readonly bool larger = mode == MonitorMode.Max || (mode == MonitorMode.Auto && LargerIsBetter(figure, watcher));

    /// <summary>The best value so far; null before the first.</summary>
    public double? Best { get; private set; }

    public string Figure => figure;

    /// <summary>The value of the figure in an epoch; null for a validation figure in an epoch without validation.</summary>
    /// <exception cref="ArgumentException">The training has no such figure; the message lists those it has.</exception>
    public double? Read(Model model, IDictionary<string, double> logs) => logs.TryGetValue(figure, out double value) ? value
        : model.Progress.SkipsValidation && figure.StartsWith("val_", StringComparison.Ordinal) ? null
        : throw new ArgumentException($"{watcher} watches '{figure}', which this training does not report.{Suggestion.For(figure, logs.Keys)} Reported: {string.Join(", ", logs.Keys)}. "
            + (figure.StartsWith("val_", StringComparison.Ordinal) ? "Give Fit validationData or validationSplit." : "Watch one of them."));

    /// <summary>Whether the value is better than the best by more than the smallest change that counts. If so, it becomes the new best.</summary>
    public bool Improves(double value)
    {
        bool better = !double.IsNaN(value) && (Best is not { } best || Beats(value, best));
        if (better)
            Best = value;
        return better;
    }

    /// <summary>Whether the value is better than another by more than the smallest change that counts.</summary>
    public bool Beats(double value, double other) => larger ? value - other > minDelta : other - value > minDelta;

    /// <summary>Sets the best value; by default clears it, for a new training.</summary>
    public void Reset(double? best = null) => Best = best;

    public void Save(JsonObject values) => values["best"] = Best is { } best ? BitConverter.DoubleToInt64Bits(best) : null;

    // As bits, so that nothing is lost on the way through text.
    public void Load(JsonObject values) => Best = values["best"] is null ? null : BitConverter.Int64BitsToDouble(values.Get("best", 0L));

    private static bool LargerIsBetter(string name, string watcher)
    {
        if (Names(["acc", "auc", "precision", "recall", "f1", "iou", "dice", "score", "r2", "kappa", "similarity", "psnr", "ssim", "bleu", "sensitivity", "specificity"]))
            return true;
        if (Names(["loss", "error", "mse", "mae", "mape", "entropy", "hinge", "huber", "poisson", "divergence", "perplexity", "distance"]))
            return false;
        throw new ArgumentException($"{watcher} watches '{name}', and it is not known whether larger or smaller values of it are better. Check the name, or pass MonitorMode.Max or MonitorMode.Min.");

        bool Names(string[] parts) => Array.Exists(parts, part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
    }
}
