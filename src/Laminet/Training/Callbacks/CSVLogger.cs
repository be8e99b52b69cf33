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
    private IReadOnlyList<string>? columns;
    private bool opened;

    // The file's length at the moment a resumed run goes on from; what was written after it is written again.
    private long? resumedLength;

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches) => (opened, resumedLength) = (false, null);

    /// <inheritdoc/>
    public override void OnEpochBegin(Model model, int epoch)
    {
        // Only now is it known where a resumed training goes on.
        if (!opened)
            Open(epoch);
        opened = true;
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        string header = "";
        if (columns is null)
        {
            columns = [.. figures.Keys];
            header = "epoch," + string.Join(',', columns) + "\n";
        }

        IEnumerable<string> values = columns.Select(column =>
            figures.TryGetValue(column, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : "");
        File.AppendAllText(path, header + epoch.ToString(CultureInfo.InvariantCulture) + "," + string.Join(',', values) + "\n");
    }

    /// <inheritdoc/>
    public override CallbackState GetState() =>
        new(new JsonObject { ["length"] = opened && File.Exists(path) ? new FileInfo(path).Length : resumedLength ?? 0 });

    /// <inheritdoc/>
    public override void SetState(CallbackState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        resumedLength = state.Values.Get("length", 0L);
    }

    private void Open(int firstEpoch)
    {
        columns = null;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
            Directory.CreateDirectory(directory);
        if (!File.Exists(path))
            return;
        if (resumedLength is { } length && length <= new FileInfo(path).Length)
            Shorten(length);
        string[] lines = File.ReadAllLines(path);
        bool keepsAll = append && firstEpoch == 0;
        if (lines.Length == 0 || (!append && firstEpoch == 0 && resumedLength is null))
        {
            File.Delete(path);
            return;
        }

        columns = lines[0].Split(',')[1..];
        if (keepsAll || resumedLength is not null)
            return;
        // Whole or not at all: a run killed in here must not lose the lines of epochs that are done.
        AtomicFile.Write(path, stream =>
        {
            using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
            foreach (string line in lines.Where((line, index) => index == 0 || EpochOf(line) < firstEpoch))
                writer.WriteLine(line);
        });
    }

    private void Shorten(long length)
    {
        using FileStream file = File.OpenWrite(path);
        file.SetLength(length);
    }

    private static int? EpochOf(string line) =>
        int.TryParse(line.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch) ? epoch : null;
}
