using System.Globalization;
using Laminet.Verification;
using Spectre.Console;

namespace Laminet.Cli.Rendering;

/// <summary>Shows on a terminal how many checks are done, the rate and the time left.</summary>
internal static class VerificationDisplay
{
    /// <summary>Runs checks under a bar; without a terminal there is none.</summary>
    /// <param name="screen">The terminal.</param>
    /// <param name="clock">Measures rate and time left.</param>
    /// <param name="count">How many checks there are.</param>
    /// <param name="run">Runs them; it calls its argument with the number that is done.</param>
    public static IReadOnlyList<Outcome> Run(Screen screen, TimeProvider clock, int count, Func<Action<int>, IReadOnlyList<Outcome>> run) => !screen.IsRich
        ? run(_ => { })
        : screen.Console.Progress().AutoClear(true).Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }).Start(context =>
        {
            ProgressTask task = context.AddTask("starting", maxValue: Math.Max(1, count));
            long start = clock.GetTimestamp();
            return run(done =>
            {
                double rate = done / Math.Max(1e-9, clock.GetElapsedTime(start).TotalSeconds);
                task.Increment(1);
                task.Description = string.Create(CultureInfo.InvariantCulture, $"{done:N0}/{count:N0} checks  {rate:N0} checks/s  {TrainingDisplay.Text(TimeSpan.FromSeconds((count - done) / rate))} left");
            });
        });
}
