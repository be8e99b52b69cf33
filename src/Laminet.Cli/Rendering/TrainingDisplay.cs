using System.Globalization;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Spectre.Console;

namespace Laminet.Cli.Rendering;

/// <summary>
/// Shows training on a terminal: a line for each epoch that is done, and under them a bar over the whole run with the rate, the time
/// left and the running figures.
/// </summary>
internal sealed class TrainingDisplay(Screen screen, TimeProvider clock, int batchSize, string unit, ProgressContext context) : Callback
{
    // The percentage, and the space that Spectre puts between columns and at the end.
    private const int ColumnsBesideBar = 7;

    private readonly ProgressTask task = context.AddTask("starting");
    private int epochs;
    private int batches;
    private int? testBatches;
    private int doneBefore;
    private int done;
    private long started;
    private long epochStarted;

    /// <summary>Runs training with the display that fits: a bar on a terminal, else a line for each epoch, on standard error when a program reads JSON.</summary>
    /// <param name="surroundings">Where to write, and the clock.</param>
    /// <param name="screen">The terminal.</param>
    /// <param name="quiet">Whether lines are enough on a terminal, too.</param>
    /// <param name="json">Whether standard output is one JSON document.</param>
    /// <param name="batchSize">How many of the unit a batch has.</param>
    /// <param name="unit">What the rate counts, such as images.</param>
    /// <param name="fit">Trains with the callback it is given.</param>
    public static History Run(Surroundings surroundings, Screen screen, bool quiet, bool json, int batchSize, string unit, Func<Callback, History> fit)
    {
        if (!screen.IsRich || quiet)
        {
            return fit(json ? new ProgressBar(surroundings.Error, interactive: false)
                : new ProgressBar(surroundings.Output, interactive: false, surroundings.IsTerminal ? Math.Max(1, screen.Width - 1) : null));
        }

        History? history = null;
        screen.Console.Progress().AutoClear(true).Columns(new ProgressBarColumn { Width = BarLength(screen) }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => history = fit(new TrainingDisplay(screen, surroundings.Clock, batchSize, unit, context)));
        return history!;
    }

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches)
    {
        (this.epochs, this.batches) = (epochs, batches ?? 0);
        task.MaxValue = Math.Max(1, (double)epochs * this.batches);
        started = 0;
    }

    /// <inheritdoc/>
    public override void OnEpochBegin(Model model, int epoch)
    {
        epochStarted = clock.GetTimestamp();
        if (started != 0)
            return;
        // Only now is it known where a resumed training goes on.
        started = epochStarted;
        doneBefore = (epoch * batches) + model.Progress.Batch;
    }

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> figures)
    {
        done = (model.Progress.Epoch * batches) + batch + 1;
        double rate = (done - doneBefore) / Math.Max(1e-9, clock.GetElapsedTime(started).TotalSeconds);
        TimeSpan left = TimeSpan.FromSeconds(Math.Min(TimeSpan.MaxValue.TotalSeconds / 2, (((double)epochs * batches) - done) / rate));
        task.Value = done;
        Describe(string.Create(CultureInfo.InvariantCulture, $"epoch {model.Progress.Epoch + 1}/{epochs}  {rate * batchSize:N0} {unit}/s  {Text(left)} left"), figures);
    }

    /// <inheritdoc/>
    public override void OnTestBegin(Model model, int? batches) => testBatches = batches;

    /// <inheritdoc/>
    public override void OnTestBatchEnd(Model model, int batch, IReadOnlyDictionary<string, double> figures) =>
        Describe($"epoch {model.Progress.Epoch + 1}/{epochs}  validation {batch + 1}{(testBatches is { } count ? $"/{count}" : "")}", figures);

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> figures)
    {
        string head = string.Create(CultureInfo.InvariantCulture, $"Epoch {epoch + 1}/{epochs}  {clock.GetElapsedTime(epochStarted).TotalSeconds:F1} s   ");
        // Spectre redraws on a timer. Without this the bar under the new line could show an earlier batch.
        context.Refresh();
        screen.Console.WriteLine(head + ProgressBar.FiguresText(figures, screen.Width - head.Length));
    }

    /// <summary>A time left, in minutes and seconds.</summary>
    public static string Text(TimeSpan time) => time.ToString(time.TotalHours >= 1 ? @"d\.hh\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);

    private void Describe(string head, IEnumerable<KeyValuePair<string, double>> figures) =>
        task.Description = $"{head}  {ProgressBar.FiguresText(figures, screen.Width - BarLength(screen) - ColumnsBesideBar - head.Length - 2)}".TrimEnd();

    // In a narrow terminal the figures need its room.
    private static int BarLength(Screen screen) => screen.Width < 100 ? 10 : 24;
}
