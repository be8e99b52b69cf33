using System.Globalization;
using System.Text;
using Laminet.Files;

namespace Laminet.Cli.OwnTrainings;

/// <summary>The history.csv of an own training: a line for each epoch.</summary>
internal static class OwnHistory
{
    // Of 100,000 epochs it is smaller.
    private const long MaximumLength = 64 << 20;

    /// <summary>Writes it whole.</summary>
    public static void Write(string path, IReadOnlyList<Figures> epochs)
    {
        StringBuilder text = new("epoch");
        foreach ((string name, _) in epochs[0])
            text.Append(',').Append(name);
        foreach ((int epoch, Figures figures) in epochs.Index())
        {
            text.Append('\n').Append((epoch + 1).ToString(CultureInfo.InvariantCulture));
            foreach ((_, double value) in figures)
                text.Append(',').Append(value.ToString("R", CultureInfo.InvariantCulture));
        }

        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.Append('\n').ToString())));
    }

    /// <summary>Reads back the first epochs; what follows them is trained again.</summary>
    /// <param name="path">The file.</param>
    /// <param name="epochs">How many.</param>
    /// <exception cref="InvalidDataException">The file does not have them.</exception>
    public static IReadOnlyList<Figures> Read(string path, int epochs)
    {
        string[] lines = File.Exists(path) && new FileInfo(path).Length <= MaximumLength ? File.ReadAllLines(path) : [];
        string[] names = lines.Length > 0 ? lines[0].Split(',') : [];
        if (epochs < 0 || lines.Length <= epochs || names is not ["epoch", _, ..])
            throw Damaged();
        return [.. Enumerable.Range(1, epochs).Select(epoch =>
        {
            string[] parts = lines[epoch].Split(',');
            if (parts.Length != names.Length || parts[0] != epoch.ToString(CultureInfo.InvariantCulture))
                throw Damaged();
            return new Figures(names.Zip(parts).Skip(1).Select(pair => KeyValuePair.Create(
                pair.First, double.TryParse(pair.Second, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : throw Damaged())));
        })];

        InvalidDataException Damaged() => new($"{path} does not have the figures of the {epochs} epochs that are done. It was changed or is damaged; start a new run.");
    }
}
