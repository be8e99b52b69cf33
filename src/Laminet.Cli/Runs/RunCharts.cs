using System.Text.Json;
using Laminet.Cli.OwnTrainings;
using Laminet.Cli.Texts;
using Laminet.Metrics.Reports;
using Laminet.Plots;
using Laminet.Tensors;

namespace Laminet.Cli.Runs;

/// <summary>The charts of a run: what its history.csv and result.json tell.</summary>
internal static class RunCharts
{
    // A confusion matrix of 2,000 classes has some 30 MB.
    private const long MaximumLength = 64 << 20;

    /// <summary>Each chart with the name of its file, without the end; and a note for what is left out.</summary>
    /// <exception cref="UsageException">The run has no epoch yet.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static IEnumerable<(string Name, Chart? Chart, string? Note)> Of(RunFolder folder, Surroundings surroundings)
    {
        string run = surroundings.Typed(folder.FullPath);
        if (OwnSettings.TrainingIn(folder.Settings) is { Epochs: null } once)
            throw new UsageException($"the run '{run}' has no curves: {once.Name} learns all at once. What it drew is in picture.png.");
        if (!File.Exists(folder.History))
            throw new UsageException($"the run '{run}' has no history.csv: no epoch is done. Resume it first: {folder.ResumeCommand(surroundings)}");
        RequireLength(folder.History);
        IReadOnlyList<string> figures = Chart.FiguresOf(folder.History);
        yield return ("curves", Chart.TrainingCurves(folder.History, figures.Count > Chart.MostFigures ? [.. figures.Take(Chart.MostFigures)] : null),
            figures.Count > Chart.MostFigures ? $"history.csv has {figures.Count} figures; curves shows the first {Chart.MostFigures}, as more do not fit." : null);
        // Only classifiers of images are measured class by class; other trainings have figures.
        if (RunSettings.ModelIn(folder.Settings) is TextSettings.Language or TextSettings.Classifier || OwnSettings.TrainingIn(folder.Settings) is not null || ResultOf(folder)?.Test is not { } test)
            yield break;
        if (test.Classes.Count > Chart.MostClasses)
            yield return ("confusion", null, $"There is no confusion matrix: the run has {test.Classes.Count} classes; at most {Chart.MostClasses} can be drawn.");
        else
            yield return ("confusion", Chart.ConfusionMatrix(Matrix(folder.Result, test), $"{test.Images} test images"), null);
    }

    /// <summary>What came out of the run; null where it is not complete.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static RunResult? ResultOf(RunFolder folder)
    {
        if (!File.Exists(folder.Result))
            return null;
        RequireLength(folder.Result);
        try
        {
            RunResult result = JsonOutput.Parse<RunResult>(File.ReadAllText(folder.Result));
            return result.Test.Classes.All(one => one?.Class is not null) && result.Test.Confusion.All(row => row is not null) ? result
                : throw Damaged(folder.Result, "a class or a row of the confusion matrix is null");
        }
        catch (JsonException exception)
        {
            throw Damaged(folder.Result, $"it is not the JSON expected there ({ErrorText.Printable(exception.Message.Split(" Path:")[0])})");
        }
    }

    private static ConfusionMatrix Matrix(string path, TestReport report)
    {
        int classes = report.Classes.Count;
        if (report.Confusion.Count != classes || report.Confusion.Any(row => row.Count != classes || row.Any(count => count < 0)))
            throw Damaged(path, $"the confusion matrix is not {classes} rows of as many counts, for {classes} classes");
        int[] places = [.. Enumerable.Range(0, classes)];
        return ConfusionMatrix.Of(
            Tensor.From([.. places.SelectMany(target => places.Select(_ => target))], [classes * classes]), Tensor.From([.. places.SelectMany(_ => places)], [classes * classes]),
            classes, [.. report.Classes.Select(one => one.Class)], Tensor.From([.. report.Confusion.SelectMany(row => row).Select(count => (double)count)], [classes * classes]));
    }

    private static void RequireLength(string path)
    {
        if (new FileInfo(path).Length > MaximumLength)
            throw Damaged(path, $"it is larger than {MaximumLength >> 20} MB");
    }

    private static InvalidDataException Damaged(string path, string reason) => new($"{path} is damaged: {reason}. Expected the file that 'laminet train' wrote.");
}
