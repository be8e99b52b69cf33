using System.Diagnostics;
using System.Globalization;
using Laminet.Configuration;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Shows the progress of training as Keras does: the epoch, a bar, the rate, the time left, and the running means. It also shows validation, evaluation and prediction. Each
/// line fits the terminal. Without a terminal it writes one line for each epoch. Keras: <c>ProgbarLogger</c>.
/// </summary>
/// <remarks>
/// Fit, Evaluate and Predict write nothing by themselves, as with Keras's <c>verbose=0</c>. The callback is <c>verbose="auto"</c>; with <c>interactive: true</c> it is <c>verbose=1</c>, with
/// <c>interactive: false</c>, a line an epoch, <c>verbose=2</c>.
/// </remarks>
/// <param name="writer">Where to write; standard output by default.</param>
/// <param name="interactive">Whether lines may be overwritten; by default whether standard output is a terminal.</param>
/// <param name="width">
/// The most columns of a line. By default the width of the terminal; if there is none, 80 where lines are overwritten and no limit otherwise.
/// </param>
public sealed class ProgressBar(TextWriter? writer = null, bool? interactive = null, int? width = null) : Callback
{
    private const int LongestBar = 24;
    private static readonly Dictionary<string, double> NoFigures = [];
    private readonly TextWriter output = writer ?? Console.Out;
    private readonly bool isTerminal = IsTerminal(writer);
    private readonly bool overwrite = interactive ?? IsTerminal(writer);
    private readonly int? width = Setting.Require(width, width is null or > 0, "1 or more");
    private readonly Stopwatch sinceEpoch = new();
    private readonly Stopwatch sincePass = new();
    private readonly Stopwatch sinceShown = new();
    private int epochs;
    private int? batches;
    private int shownLength;

    // What is gone through at the moment: an epoch's batches, those of an evaluation.
    private string label = "";
    private int? total;
    private int doneBefore;

    // A terminal may be resized. Its last column stays free: a character there makes some terminals begin a new line.
    private int Columns => width ?? (isTerminal ? TerminalWidth() - 1 : overwrite ? 79 : int.MaxValue);

    /// <summary>
    /// Formats figures on one line: <c>loss 0.3516  val_loss 0.3570</c>. If that is too long, each validation figure is written next to the training figure,
    /// <c>loss 0.3516 (val 0.3570)</c>, and as many of the last figures as necessary are replaced by <c>...</c>.
    /// </summary>
    /// <param name="figures">The figures by name.</param>
    /// <param name="columns">How many characters the text may have.</param>
    /// <returns>The text; empty if there is no room for the first figure.</returns>
    public static string FiguresText(IEnumerable<KeyValuePair<string, double>> figures, int columns)
    {
        const string validation = "val_";
        Dictionary<string, double> all = new(figures);
        string whole = string.Join("  ", all.Select(figure => $"{figure.Key} {Number(figure.Value)}"));
        if (whole.Length <= columns)
            return whole;
        string[] pairs = [.. all
            .Where(figure => !figure.Key.StartsWith(validation, StringComparison.Ordinal) || !all.ContainsKey(figure.Key[validation.Length..]))
            .Select(figure => $"{figure.Key} {Number(figure.Value)}{(all.TryGetValue(validation + figure.Key, out double beside) ? $" (val {Number(beside)})" : "")}")];
        IEnumerable<string> shorter = Enumerable.Range(0, pairs.Length)
            .Select(left => string.Join("  ", pairs.SkipLast(left)) + (left > 0 ? " ..." : ""));
        return shorter.FirstOrDefault(text => text.Length <= columns, "");
    }

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches) => (this.epochs, this.batches) = (epochs, batches);

    /// <inheritdoc/>
    public override void OnEpochBegin(Model model, int epoch)
    {
        ArgumentNullException.ThrowIfNull(model);
        sinceEpoch.Restart();
        Begin($"Epoch {epoch + 1}/{epochs}", batches, model.Progress.Batch);
    }

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs) => Advance(batch + 1, logs);

    /// <inheritdoc/>
    public override void OnTestBegin(Model model, int? batches)
    {
        ArgumentNullException.ThrowIfNull(model);
        Begin(model.Progress.IsRunning ? $"Epoch {model.Progress.Epoch + 1}/{epochs} validation" : "Evaluation", batches);
    }

    /// <inheritdoc/>
    public override void OnTestBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> logs) => Advance(batch + 1, logs);

    /// <inheritdoc/>
    public override void OnTestEnd(Model model, IReadOnlyDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(model);
        // Validation is a part of its epoch, whose line has the figures of both.
        if (!model.Progress.IsRunning)
            End(label, sincePass, logs);
    }

    /// <inheritdoc/>
    public override void OnPredictBegin(Model model, int? batches) => Begin("Prediction", batches);

    /// <inheritdoc/>
    public override void OnPredictBatchEnd(Model model, int batch) => Advance(batch + 1);

    /// <inheritdoc/>
    public override void OnPredictEnd(Model model) => End(label, sincePass);

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs) => End($"Epoch {epoch + 1}/{epochs}", sinceEpoch, logs);

    /// <inheritdoc/>
    public override void OnTrainEnd(Model model) => Leave();

    /// <inheritdoc/>
    public override void OnTrainFailed(Model model, Exception exception) => Leave();

    /// <summary>Begins to count what is gone through.</summary>
    /// <param name="name">What stands at the beginning of the line.</param>
    /// <param name="count">How many there are; null where that is unknown.</param>
    /// <param name="done">How many were done before.</param>
    private void Begin(string name, int? count, int done = 0)
    {
        (label, total, doneBefore) = (name, count, done);
        sincePass.Restart();
        sinceShown.Restart();
    }

    /// <summary>Shows how many are done, with rate and time left, ten times a second at most.</summary>
    private void Advance(int done, IReadOnlyDictionary<string, double>? figures = null)
    {
        if (overwrite && (sinceShown.ElapsedMilliseconds >= 100 || done == total))
            Show(Fitted(Count(done), figures ?? NoFigures));
    }

    /// <summary>Ends the count with a line that stays: how long it took and what came out.</summary>
    private void End(string name, Stopwatch since, IEnumerable<KeyValuePair<string, double>>? figures = null)
    {
        string line = Fitted($"{name}  {since.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s", figures ?? NoFigures);
        if (overwrite)
            Show(line);
        output.WriteLine(overwrite ? "" : line);
        shownLength = 0;
    }

    // What is written next begins on a line of its own.
    private void Leave()
    {
        if (shownLength > 0)
            output.WriteLine();
        shownLength = 0;
    }

    private string Count(int done)
    {
        double rate = (done - doneBefore) / Math.Max(1e-9, sincePass.Elapsed.TotalSeconds);
        string speed = rate >= 1 ? $"{rate.ToString("F0", CultureInfo.InvariantCulture)} steps/s" : $"{(1 / rate).ToString("F1", CultureInfo.InvariantCulture)} s/step";
        if (total is not { } count)
            return $"{label}  step {done}  {speed}";
        TimeSpan left = TimeSpan.FromSeconds(Math.Clamp((count - done) / rate, 0, 1e9));
        string time = (left.TotalHours >= 1 ? $"{(int)left.TotalHours}:" : "") + left.ToString(left.TotalHours >= 1 ? @"mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
        return $"{label} {Bar(done, count)}{done}/{count}  {speed}  {time} left";
    }

    // In a narrow terminal the figures need its room.
    private string Bar(int done, int count)
    {
        int length = Math.Clamp((Columns - 59) / 2, 0, LongestBar);
        int filled = (int)Math.Clamp((long)length * done / Math.Max(1, count), 0, length);
        return length == 0 ? "" : $"[{new string('=', filled)}{new string('.', length - filled)}] ";
    }

    private string Fitted(string head, IEnumerable<KeyValuePair<string, double>> figures)
    {
        string text = FiguresText(figures, Columns - head.Length - 3);
        string line = text.Length > 0 ? $"{head}   {text}" : head;
        return line.Length <= Columns ? line : line[..Math.Max(0, Columns)];
    }

    private void Show(string line)
    {
        // What stood there before goes away, but for what a narrowed terminal has broken.
        output.Write('\r' + line.PadRight(Math.Min(shownLength, Columns)));
        shownLength = line.Length;
        sinceShown.Restart();
    }

    private static bool IsTerminal(TextWriter? writer) => writer is null && !Console.IsOutputRedirected;

    private static int TerminalWidth()
    {
        try
        {
            // Some terminals report no columns at all.
            return Console.WindowWidth > 0 ? Console.WindowWidth : 80;
        }
        catch (Exception exception) when (exception is IOException or PlatformNotSupportedException)
        {
            return 80;
        }
    }

    // Four decimals, as Keras has them, keep lines under each other; very small and very large figures have four digits.
    private static string Number(double value) =>
        value.ToString(value == 0 || Math.Abs(value) is >= 1e-3 and < 1e4 ? "F4" : "G4", CultureInfo.InvariantCulture);
}
