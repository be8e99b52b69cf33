using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Saving;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Writes the figures of each epoch as a line of a comma-separated file. A resumed run goes on in the same file: lines of epochs that
/// are trained again are dropped first. Where the file cannot be written, as on a full disk, training goes on with a warning, and the lines are
/// written when it can be.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="append">Whether lines of an earlier training stay.</param>
public sealed class CSVLogger(string path, bool append = false) : Callback
{
    private const string Epoch = "epoch";

    private readonly ToleratedWrites writes = new(nameof(CSVLogger));

    // Epochs for whose lines the disk had no room yet.
    private readonly List<(int Epoch, Dictionary<string, double> Logs)> waiting = [];
    private List<string> columns = [];
    private bool opened;

    // How many lines the file had at the moment a resumed run goes on from; what was written after it is written again. Lines and not bytes: a
    // column that came later has made all of them longer.
    private int? resumedLines;

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches)
    {
        writes.Reset();
        waiting.Clear();
        (opened, resumedLines) = (false, null);
    }

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
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(logs);
        waiting.Add((epoch, new Dictionary<string, double>(logs)));
        if (writes.Try(model, WriteWaiting))
            waiting.Clear();
    }

    /// <inheritdoc/>
    internal override string OwnFile => path;

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

    private void WriteWaiting()
    {
        string[] added = [.. waiting.SelectMany(line => line.Logs.Keys).Except(columns)];
        if (added.Length > 0)
            AddColumns(added);
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(waiting.Select(line => Line(line.Epoch, line.Logs))));
        // Without a buffer of its own, which would be written once more at the end.
        using FileStream stream = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        long length = stream.Length;
        try
        {
            stream.Write(text);
        }
        catch (IOException)
        {
            // Half a line would run into the next one.
            stream.SetLength(length);
            throw;
        }
    }

    private string Line(int epoch, Dictionary<string, double> logs)
    {
        IEnumerable<string> values = columns.Select(column => logs.TryGetValue(column, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : "");
        return CsvText.Line(values.Prepend(epoch.ToString(CultureInfo.InvariantCulture))) + "\n";
    }

    // Logs that appear later, as those of a validation do: earlier lines have nothing there.
    private void AddColumns(string[] added)
    {
        string[] lines = File.Exists(path) ? File.ReadAllLines(path) : [], all = [.. columns, .. added];
        Rewrite([CsvText.Line(all.Prepend(Epoch)), .. lines.Skip(1).Select(line => line + new string(',', added.Length))]);
        columns = [.. all];
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
