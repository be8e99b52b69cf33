using System.Globalization;

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

    /// <inheritdoc/>
    public override void OnTrainBegin(Model model, int epochs, int? batches) => opened = false;

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
        if (columns is null)
        {
            columns = [.. figures.Keys];
            File.WriteAllText(path, "epoch," + string.Join(',', columns) + "\n");
        }

        IEnumerable<string> values = columns.Select(column =>
            figures.TryGetValue(column, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : "");
        File.AppendAllText(path, epoch.ToString(CultureInfo.InvariantCulture) + "," + string.Join(',', values) + "\n");
    }

    private void Open(int firstEpoch)
    {
        columns = null;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
            Directory.CreateDirectory(directory);
        if (!File.Exists(path))
            return;
        string[] lines = File.ReadAllLines(path);
        bool keepsAll = append && firstEpoch == 0;
        if (lines.Length == 0 || (!append && firstEpoch == 0))
        {
            File.Delete(path);
            return;
        }

        columns = lines[0].Split(',')[1..];
        File.WriteAllLines(path, lines.Where((line, index) => index == 0 || keepsAll || EpochOf(line) < firstEpoch));
    }

    private static int? EpochOf(string line) =>
        int.TryParse(line.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch) ? epoch : null;
}
