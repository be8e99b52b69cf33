using System.Diagnostics;
using System.Globalization;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Shows training as Keras does: the epoch, a bar, the rate, the time left, and the running means; validation is shown too. Without a
/// terminal it writes one line an epoch.
/// </summary>
/// <param name="writer">Where to write; standard output by default.</param>
/// <param name="interactive">Whether lines may be overwritten; by default whether standard output is a terminal.</param>
public sealed class ProgressBar(TextWriter? writer = null, bool? interactive = null) : Callback
{
    private const int Width = 24;
    private readonly TextWriter output = writer ?? Console.Out;
    private readonly bool overwrite = interactive ?? (writer is null && !Console.IsOutputRedirected);
    private readonly Stopwatch sinceStart = new();
    private readonly Stopwatch sinceShown = new();
    private int? total;
    private int epochs;
    private int firstBatch;
    private int longest;

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches) => (this.epochs, total) = (epochs, batches);

    /// <inheritdoc/>
    public override void OnEpochBegin(Model model, int epoch)
    {
        ArgumentNullException.ThrowIfNull(model);
        firstBatch = model.Progress.Batch;
        sinceStart.Restart();
        sinceShown.Restart();
    }

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (overwrite && (sinceShown.ElapsedMilliseconds >= 100 || batch + 1 == total))
            Show(Line(model.Progress.Epoch, batch + 1, logs));
    }

    /// <inheritdoc/>
    public override void OnTestBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs)
    {
        if (overwrite && sinceShown.ElapsedMilliseconds >= 100)
            Show($"validating, batch {batch + 1}   {Text(logs)}");
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs)
    {
        string line = $"Epoch {epoch + 1}/{epochs}  {sinceStart.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s   {Text(logs)}";
        if (overwrite)
            Show(line);
        output.WriteLine(overwrite ? "" : line);
        longest = 0;
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(Model model)
    {
        if (overwrite && longest > 0)
            output.WriteLine();
    }

    private string Line(int epoch, int done, IReadOnlyDictionary<string, double> logs)
    {
        double rate = (done - firstBatch) / Math.Max(1e-9, sinceStart.Elapsed.TotalSeconds);
        string speed = rate >= 1 ? $"{rate.ToString("F0", CultureInfo.InvariantCulture)} steps/s" : $"{(1 / rate).ToString("F1", CultureInfo.InvariantCulture)} s/step";
        if (total is not { } count)
            return $"Epoch {epoch + 1}/{epochs}  step {done}  {speed}   {Text(logs)}";
        int filled = (int)((long)Width * done / Math.Max(1, count));
        TimeSpan left = TimeSpan.FromSeconds((count - done) / rate);
        return $"Epoch {epoch + 1}/{epochs} [{new string('=', filled)}{new string('.', Width - filled)}] {done}/{count}  {speed}  "
            + $"{left.ToString(left.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture)} left   {Text(logs)}";
    }

    private void Show(string line)
    {
        output.Write('\r' + line.PadRight(longest));
        longest = line.Length;
        sinceShown.Restart();
    }

    private static string Text(IEnumerable<KeyValuePair<string, double>> logs) =>
        string.Join("  ", logs.Select(figure => $"{figure.Key} {figure.Value.ToString("G4", CultureInfo.InvariantCulture)}"));
}
