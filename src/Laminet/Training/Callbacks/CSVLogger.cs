using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Files;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Writes the figures of each epoch as a line of a comma-separated file, or one with another separator. A resumed run continues in the same file: lines of epochs that are
/// trained again are removed first. If the file cannot be written during training, as on a full disk, training continues with a warning, and the lines are written as soon as
/// that is possible. If the file was removed or moved away, a new one is started. If the file cannot be written at the start, Fit throws. Keras: <c>CSVLogger</c>.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="append">Whether lines of an earlier training stay.</param>
/// <param name="separator">What stands between two values: any character but a quote, a line break and those of which numbers are made.</param>
public sealed class CSVLogger(string path, bool append = false, char separator = ',') : Callback
{
    private const string Epoch = "epoch", Lines = "lines", Waiting = "waiting", Figures = "figures";

    private readonly char separator = Setting.Require(separator, !char.IsAsciiLetterOrDigit(separator) && !"\"\r\n.+-".Contains(separator, StringComparison.Ordinal), "a comma, a semicolon, a tab or the like");
    private readonly ToleratedWrites writes = new(nameof(CSVLogger));

    // Epochs for whose lines the disk had no room yet.
    private readonly List<(int Epoch, Dictionary<string, double> Logs)> waiting = [];
    private List<string> columns = [];
    private int? firstEpoch;
    private bool isOpen;

    // How many lines of the file are the log's; what a file has beyond them is half a line, or written after the moment a resumed run goes on from.
    // Lines and not bytes: a column that came later has made all of them longer. Null where it is not known: then none is beyond them.
    private int? lines;

    // Whether the file may end in half a line.
    private bool isTorn;

    /// <summary>Opens the file to append to it; tests give a stream that fails. The stream has no buffer, since a buffer would be written again at the end.</summary>
    internal Func<string, FileStream> OpenEnd { get; init; } = file => new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches)
    {
        writes.Reset();
        waiting.Clear();
        (isOpen, isTorn, firstEpoch, lines) = (false, false, null, null);
    }

    /// <inheritdoc/>
    public override void OnEpochBegin(Model model, int epoch)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (firstEpoch is null)
        {
            // Only now is it known where a resumed training goes on.
            firstEpoch = epoch;
            if (!append && epoch == 0)
                lines ??= 0;
        }

        writes.Try(model, Open);
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
    public override CallbackState GetState() => new(new JsonObject
    {
        [Lines] = lines,
        [Waiting] = new JsonArray([.. waiting.Select(line => new JsonObject
        {
            [Epoch] = line.Epoch,
            [Figures] = new JsonObject(line.Logs.Select(figure => KeyValuePair.Create(figure.Key, (JsonNode?)JsonValue.Create(figure.Value)))),
        })]),
    });

    /// <inheritdoc/>
    public override void SetState(CallbackState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        int? stored = state.Values.CountOrNone(Lines);
        JsonObject[]? late = state.Values[Waiting]?.ObjectsAt(Waiting);
        (int, Dictionary<string, double>)[] read = [.. late?.Select(line => (line.Count(Epoch), line[Figures].FiguresAt(Figures))) ?? []];
        // An earlier version had no lines that wait, and counted none where the file was not there at that moment.
        lines = late is null && stored == 0 ? null : stored;
        waiting.Clear();
        waiting.AddRange(read);
    }

    private void Open()
    {
        if (isOpen)
            return;
        columns = [];
        if (Path.GetDirectoryName(AtomicFile.Target(path)) is { } directory)
            AtomicFile.CreateDirectory(directory);
        string[] all = lines == 0 ? [] : ReadLines();
        if (all.Length == 0)
        {
            AtomicFile.InPlace(path, File.Delete);
        }
        else
        {
            List<string> header = CsvText.Values(all[0], separator);
            if (header[0] != Epoch)
            {
                throw new ArgumentException($"CSVLogger: the file '{path}' exists and begins with '{all[0][..Math.Min(60, all[0].Length)]}'; expected the columns of a log, \"epoch\" first, separated by '{separator}'. If the file has another separator, give that one. "
                    + "Give another file, or append: false to replace it.");
            }

            columns = header[1..];
            all = [.. Kept(all)];
            // A last line without its end would run into the next one.
            Rewrite(all);
        }

        (lines, isOpen) = (all.Length, true);
    }

    // A file that has fewer lines than it had, as one begun anew after it was moved away, shows by its epochs what is trained again.
    private IEnumerable<string> Kept(string[] all)
    {
        if (lines <= all.Length)
            return all.Take(lines.Value);
        if (append && firstEpoch == 0)
            return all;
        int again = waiting.Count > 0 ? waiting[0].Epoch : firstEpoch!.Value, count = all.Length;
        while (count > 1 && (EpochOf(all[count - 1]) ?? again) >= again)
            count--;
        return all.Take(count);
    }

    private void WriteWaiting()
    {
        Open();
        string[] added = [.. waiting.SelectMany(line => line.Logs.Keys).Distinct().Except(columns)];
        bool isThere = new FileInfo(AtomicFile.Target(path)) is { Exists: true, Length: > 0 };
        if (isThere && added.Length == 0 && !isTorn)
        {
            AtomicFile.InPlace(path, Append);
            lines += waiting.Count;
            return;
        }

        // Logs that appear later, as those of a validation do: earlier lines have nothing there.
        string[] earlier = isThere ? [.. ReadLines().Take(isTorn ? lines!.Value : int.MaxValue).Skip(1).Select(line => line + new string(separator, added.Length))] : [];
        columns = [.. columns, .. added];
        string[] all = [CsvText.Line(columns.Prepend(Epoch), separator), .. earlier, .. waiting.Select(line => Line(line.Epoch, line.Logs))];
        Rewrite(all);
        (lines, isTorn) = (all.Length, false);
    }

    private void Append(string target)
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(waiting.Select(line => Line(line.Epoch, line.Logs) + "\n")));
        using FileStream stream = OpenEnd(target);
        long length = stream.Length;
        isTorn = true;
        try
        {
            stream.Write(text);
        }
        catch (IOException)
        {
            // Half a line would run into the next one. Where this fails too, the next line is written together with all before it.
            stream.SetLength(length);
            isTorn = false;
            throw;
        }

        isTorn = false;
    }

    private string[] ReadLines()
    {
        string[] read = [];
        AtomicFile.InPlace(path, target => read = File.Exists(target) ? File.ReadAllLines(target) : []);
        return read;
    }

    private string Line(int epoch, Dictionary<string, double> logs)
    {
        IEnumerable<string> values = columns.Select(column => logs.TryGetValue(column, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : "");
        return CsvText.Line(values.Prepend(epoch.ToString(CultureInfo.InvariantCulture)), separator);
    }

    // Whole or not at all: a run killed in here must not lose the lines of epochs that are done.
    private void Rewrite(string[] all) => AtomicFile.Write(path, stream =>
    {
        using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
        foreach (string line in all)
            writer.WriteLine(line);
    });

    private int? EpochOf(string line) =>
        int.TryParse(CsvText.Values(line, separator)[0], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch) ? epoch : null;
}
