using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laminet.Configuration;
using Laminet.Files;
using Laminet.Saving;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Saves the model after each epoch, or only after an epoch in which a monitored value is the best so far. If the file cannot be written (a full disk, for example), Fit warns
/// and training continues. Keras: <c>ModelCheckpoint</c>.
/// </summary>
/// <param name="path">
/// The file. <c>{epoch}</c> and logs such as <c>{val_loss}</c> are replaced by their values, with a format as in <c>{epoch:02d}</c> and
/// <c>{val_loss:.2f}</c> if wanted. Write a brace that is part of the name twice.
/// </param>
/// <param name="monitor">The log to monitor if <paramref name="saveBestOnly"/> is set.</param>
/// <param name="saveBestOnly">Whether a file is written only when the monitored value improves.</param>
/// <param name="saveWeightsOnly">Whether only weights are written (safetensors), not the model and its training state.</param>
/// <param name="mode">Whether a smaller or a larger value is better.</param>
/// <param name="saveFrequency"><c>"epoch"</c>, or the number of batches after which a file is written, with the figures so far; the epochs' ends are then no moments of their own.</param>
/// <param name="initialValueThreshold">A value that must be beaten before the first file is written; null for none.</param>
/// <param name="keepBest">The number of files with the best values that stay: a worse one of this training is deleted. The path needs a placeholder. Null for all.</param>
public sealed partial class ModelCheckpoint(
    string path, string monitor = "val_loss", bool saveBestOnly = false, bool saveWeightsOnly = false, MonitorMode mode = MonitorMode.Auto,
    SaveFrequency saveFrequency = default, double? initialValueThreshold = null, int? keepBest = null) : Callback
{
    private readonly ToleratedWrites writes = new(nameof(ModelCheckpoint));
    private readonly Monitor watched = new(monitor, mode, 0, nameof(ModelCheckpoint));
    private readonly double? firstBest = Setting.Require(initialValueThreshold, initialValueThreshold is not { } bar || !double.IsNaN(bar), "a number, or null", nameof(initialValueThreshold));
    private readonly int? most = Setting.Require(keepBest, keepBest is null || (keepBest >= 1 && Placeholder.Matches(path).Any(match => match.Groups["name"].Success)),
        "1 or more with a placeholder in the path, such as {epoch}, or null", nameof(keepBest));

    // The files that stay, the best first.
    private readonly List<(double Value, string Path)> kept = [];
    private int batchesSinceSave;

    /// <summary>The file last written.</summary>
    public string? LastPath { get; private set; }

    /// <summary>The best value so far.</summary>
    public double? Best => watched.Best;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A layer of the model is not registered, so that no file could be loaded.</exception>
    public override void OnTrainBegin(Model model, int epochs, int? batches)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (saveFrequency.Batches is { } frequency && (saveBestOnly || most is not null) && watched.Figure.StartsWith("val_", StringComparison.Ordinal))
        {
            throw new ArgumentException($"{nameof(ModelCheckpoint)} watches '{watched.Figure}', which is not known after a batch, and saveFrequency is {frequency} batches. "
                + "Watch a figure of the training, such as 'loss', or save by epochs.");
        }

        watched.Reset(firstBest);
        writes.Reset();
        kept.Clear();
        batchesSinceSave = 0;
        // Now, and not after the first epoch.
        if (!saveWeightsOnly && model.HasGraph && ModelDescription.Write(model).Get<string?>("not_compiled", null) is { } reason)
            model.Warn($"{nameof(ModelCheckpoint)}: the files will hold the model without its loss, metrics and optimizer. {reason}");
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(logs);
        if (saveFrequency.Batches is null)
            Save(model, epoch, logs);
    }

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (saveFrequency.Batches is not { } frequency || ++batchesSinceSave < frequency)
            return;
        batchesSinceSave = 0;
        Save(model, model.Progress.Epoch, new Dictionary<string, double>(logs));
    }

    private void Save(Model model, int epoch, IDictionary<string, double> logs)
    {
        if (logs.TryGetValue("loss", out double loss) && !double.IsFinite(loss))
        {
            model.Warn($"{nameof(ModelCheckpoint)}: the loss of epoch {epoch + 1} is {loss.ToString(CultureInfo.InvariantCulture)}, so nothing is saved: the last good file stays.");
            return;
        }

        double? best = watched.Best, value = saveBestOnly || most is not null ? watched.Read(model, logs) : null;
        if ((saveBestOnly || most is not null) && value is null)
            return;
        if (saveBestOnly && !watched.Improves(value!.Value))
            return;
        if (most is not null && !IsAmongBest(value!.Value))
            return;
        // A name such as {val_loss} can only be filled in where there was a validation.
        if (model.Progress.SkipsValidation && path.Contains("{val_", StringComparison.Ordinal))
            return;
        string file = Fill(epoch, logs);
        if (writes.Try(model, () => Write(model, file)))
            Keep(model, file, value);
        else
            watched.Reset(best); // The file's is still the best that there is.
    }

    private bool IsAmongBest(double value) => !double.IsNaN(value) && (kept.Count < most || watched.Beats(value, kept[^1].Value));

    private void Keep(Model model, string file, double? value)
    {
        LastPath = file;
        if (most is not { } count)
            return;
        kept.RemoveAll(entry => entry.Path == file);
        int place = kept.FindIndex(entry => watched.Beats(value!.Value, entry.Value));
        kept.Insert(place < 0 ? kept.Count : place, (value!.Value, file));
        while (kept.Count > count)
        {
            // It is one of this training, and no longer among the best.
            string worst = kept[^1].Path;
            kept.RemoveAt(kept.Count - 1);
            writes.Try(model, () => AtomicFile.InPlace(worst, File.Delete));
        }
    }

    /// <inheritdoc/>
    public override CallbackState GetState()
    {
        JsonObject values = [];
        watched.Save(values);
        if (most is not null)
            values["kept"] = new JsonArray([.. kept.Select(entry => new JsonObject { ["value"] = BitConverter.DoubleToInt64Bits(entry.Value), ["path"] = entry.Path })]);
        if (saveFrequency.Batches is not null)
            values["batches_since_save"] = batchesSinceSave;
        return new CallbackState(values);
    }

    /// <inheritdoc/>
    public override void SetState(CallbackState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (double, string)[] files = [.. state.Values["kept"]?.ObjectsAt("kept").Select(entry => (BitConverter.Int64BitsToDouble(entry.Get("value", 0L)), entry["path"].TextAt("kept.path"))) ?? []];
        watched.Load(state.Values);
        kept.Clear();
        kept.AddRange(files.Where(entry => IsOwn(entry.Item2)));
        batchesSinceSave = state.Values.Count("batches_since_save");
    }

    // Files that a checkpoint names may be deleted later, so only names that the path can produce are accepted.
    private bool IsOwn(string file)
    {
        StringBuilder pattern = new(@"\A");
        int end = 0;
        foreach (Match match in Placeholder.Matches(path))
        {
            pattern.Append(Regex.Escape(path[end..match.Index])).Append(match.Value is "{{" or "}}" ? Regex.Escape(match.Value[..1]) : @"(-?[0-9]+(\.[0-9]+)?(E[-+]?[0-9]+)?|NaN|-?Infinity)");
            end = match.Index + match.Length;
        }

        return Regex.IsMatch(file, pattern.Append(Regex.Escape(path[end..])).Append(@"\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    // For a name with placeholders, one in the last directory that has none. A colon of a format is no part of a file's name on Windows.
    internal override string OwnFile
    {
        get
        {
            if (Placeholder.Matches(path).FirstOrDefault(match => match.Groups["name"].Success) is not { } first)
                return WithSingleBraces(path);
            char[] separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];
            int start = path[..first.Index].LastIndexOfAny(separators) + 1;
            return WithSingleBraces(path[..start]) + string.Join('_', path[start..].Split([.. separators, ':']));
        }
    }

    // A doubled brace, or a name with or without a format.
    [GeneratedRegex(@"\{\{|\}\}|\{(?<name>[^{}:]*)(?<format>:[^{}]*)?\}")]
    private static partial Regex Placeholder { get; }

    [GeneratedRegex(@"^:(0(?<width>\d))?d$")]
    private static partial Regex WholeNumberFormat { get; }

    [GeneratedRegex(@"^:(\.(?<digits>\d))?f$")]
    private static partial Regex FigureFormat { get; }

    private static string WithSingleBraces(string text) => Placeholder.Replace(text, match => match.Value is "{{" or "}}" ? match.Value[..1] : match.Value);

    private void Write(Model model, string file)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } directory)
            AtomicFile.CreateDirectory(directory);
        if (saveWeightsOnly)
            model.SaveWeights(file);
        else
            model.Save(file);
    }

    private string Fill(int epoch, IDictionary<string, double> logs) => Placeholder.Replace(path, match =>
    {
        if (match.Value is "{{" or "}}")
            return match.Value[..1];
        string name = match.Groups["name"].Value, format = match.Groups["format"].Value;
        string? filled = name == "epoch" ? Formatted(epoch + 1, format) : logs.TryGetValue(name, out double value) ? Formatted(value, format) : null;
        return filled ?? throw new ArgumentException($"ModelCheckpoint: received '{match.Value}' in the path '{path}'; expected one of "
            + $"{string.Join(", ", logs.Keys.Prepend("epoch").Select(known => $"{{{known}}}"))}, as it is or like {{epoch:02d}} and {{loss:.2f}}. "
            + "Name one of them, or write a brace that belongs to the name twice.");
    });

    private static string? Formatted(int epoch, string format) =>
        format.Length == 0 ? epoch.ToString(CultureInfo.InvariantCulture)
        : WholeNumberFormat.Match(format) is { Success: true } match ? epoch.ToString("D" + match.Groups["width"].Value, CultureInfo.InvariantCulture)
        : null;

    // Without a number of digits six, as in Python.
    private static string? Formatted(double value, string format) =>
        format.Length == 0 ? value.ToString("F4", CultureInfo.InvariantCulture)
        : FigureFormat.Match(format) is { Success: true } match
            ? value.ToString("F" + (match.Groups["digits"].Success ? match.Groups["digits"].Value : "6"), CultureInfo.InvariantCulture)
        : null;
}
