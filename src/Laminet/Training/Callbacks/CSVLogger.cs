using System.Globalization;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Saving;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Writes the figures of each epoch as a line of a comma-separated file. A resumed run goes on in the same file: lines of epochs that
/// are trained again are dropped first.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="append">Whether lines of an earlier training stay.</param>
public sealed class CSVLogger(string path, bool append = false) : Callback
{
    private const string Epoch = "epoch";

    private List<string> columns = [];
    private bool opened;

    // How many lines the file had at the moment a resumed run goes on from; what was written after it is written again. Lines and not bytes: a
    // column that came later has made all of them longer.
    private int? resumedLines;

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches) => (opened, resumedLines) = (false, null);

    /// <inheritdoc/>
    public override void OnEpochBegin(Model model, int epoch)
    {
        // Only now is it known where a resumed training goes on.
        if (!opened)
            Open(epoch);
        opened = true;
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        string[] added = [.. logs.Keys.Except(columns)];
        if (added.Length > 0)
            AddColumns(added);
        IEnumerable<string> values = columns.Select(column =>
            logs.TryGetValue(column, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : "");
        File.AppendAllText(path, CsvText.Line(values.Prepend(epoch.ToString(CultureInfo.InvariantCulture))) + "\n");
    }

    /// <inheritdoc/>
    public override CallbackState GetState() =>
        new(new JsonObject { ["lines"] = opened && File.Exists(path) ? File.ReadLines(path).Count() : resumedLines ?? 0 });

    /// <inheritdoc/>
    public override void SetState(CallbackState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        // A file of an earlier version has none: the lines of the epochs before the first one stay.
        resumedLines = state.Values.Get<int?>("lines", null);
    }

    private void Open(int firstEpoch)
    {
        columns = [];
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
            AtomicFile.CreateDirectory(directory);
        if (!File.Exists(path))
            return;
        string[] lines = [.. File.ReadLines(path).Take(resumedLines ?? int.MaxValue)];
        bool keepsAll = append && firstEpoch == 0;
        if (lines.Length == 0 || (!append && firstEpoch == 0 && resumedLines is null))
        {
            File.Delete(path);
            return;
        }

        List<string> header = CsvText.Values(lines[0]);
        if (header[0] != Epoch)
        {
            throw new ArgumentException($"CSVLogger: the file '{path}' is there and begins with '{lines[0][..Math.Min(60, lines[0].Length)]}'; expected the columns of a log, \"epoch\" first. "
                + "Give another file, or append: false to replace it.");
        }

        columns = header[1..];
        // A last line without its end would run into the next one.
        if (keepsAll || resumedLines is not null)
            Rewrite(lines);
        else
            Rewrite([lines[0], .. lines[1..].Where(line => EpochOf(line) < firstEpoch)]);
    }

    // Logs that appear later, as those of a validation do: earlier lines have nothing there.
    private void AddColumns(string[] added)
    {
        string[] lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        columns.AddRange(added);
        Rewrite([CsvText.Line(columns.Prepend(Epoch)), .. lines.Skip(1).Select(line => line + new string(',', added.Length))]);
    }

    // Whole or not at all: a run killed in here must not lose the lines of epochs that are done.
    private void Rewrite(IEnumerable<string> lines) => AtomicFile.Write(path, stream =>
    {
        using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
        foreach (string line in lines)
            writer.WriteLine(line);
    });

    private static int? EpochOf(string line) =>
        int.TryParse(CsvText.Values(line)[0], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch) ? epoch : null;
}
