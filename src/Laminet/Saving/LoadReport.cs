using System.Text;
using Laminet.Tensors;

namespace Laminet.Saving;

/// <summary>What was loaded and what was not: every tensor of the model and of the file.</summary>
public sealed class LoadReport
{
    internal LoadReport(string source, IReadOnlyList<LoadedTensor> tensors, IReadOnlyList<string>? notes = null) =>
        (Source, Tensors, Notes) = (source, tensors, notes ?? []);

    /// <summary>The file.</summary>
    public string Source { get; }

    /// <summary>The tensors: the model's in its order, then those only the file has.</summary>
    public IReadOnlyList<LoadedTensor> Tensors { get; }

    /// <summary>Notes: parts of the file that were not read, and settings that could not be used.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>True if model and file have the same tensors and all were loaded.</summary>
    public bool IsComplete => Tensors.All(tensor => tensor.Status == LoadStatus.Loaded);

    /// <summary>The tensors with that status.</summary>
    public IEnumerable<LoadedTensor> With(LoadStatus status) => Tensors.Where(tensor => tensor.Status == status);

    /// <summary>A table, one tensor a line, what is wrong first.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(Source).Append(": ").AppendJoin(", ", Enum.GetValues<LoadStatus>().Select(status => (status, Count: With(status).Count()))
            .Where(pair => pair.Count > 0 || pair.status == LoadStatus.Loaded).Select(pair => $"{pair.Count} {Words(pair.status)}")).Append('\n');
        AppendRows(text, Tensors.OrderBy(tensor => tensor.Status == LoadStatus.Loaded));
        foreach (string note in Notes)
            text.Append("Note: ").Append(note).Append('\n');
        return text.ToString();
    }

    /// <summary>Holds the tensors of a model against those of a file.</summary>
    internal static LoadReport Compare(string source, IEnumerable<KeyValuePair<string, TensorSpec>> expected, IEnumerable<KeyValuePair<string, TensorSpec>> found)
    {
        Dictionary<string, TensorSpec> inFile = new(found);
        List<LoadedTensor> tensors = [];
        foreach ((string name, TensorSpec own) in expected)
        {
            LoadStatus status = !inFile.Remove(name, out TensorSpec? other) ? LoadStatus.Missing
                : own.Shape != other.Shape ? LoadStatus.ShapeMismatch
                : own.DType != other.DType && !Holds(own.DType, other.DType) ? LoadStatus.TypeMismatch
                : LoadStatus.Loaded;
            tensors.Add(new LoadedTensor(name, status, own, other));
        }

        tensors.AddRange(inFile.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new LoadedTensor(pair.Key, LoadStatus.Unexpected, null, pair.Value)));
        return new LoadReport(source, tensors);
    }

    // Weights are often published in 16 bits; each such number is a Float32, too, so that nothing is lost.
    private static bool Holds(DType own, DType other) => own is DType.Float32 or DType.Float64 && other is DType.Float16 or DType.BFloat16;

    /// <exception cref="InvalidDataException">There is a tensor of a status that is not allowed; the message lists all of them.</exception>
    internal LoadReport Require(string advice, params IReadOnlyCollection<LoadStatus> allowed)
    {
        LoadedTensor[] wrong = [.. Tensors.Where(tensor => tensor.Status != LoadStatus.Loaded && !allowed.Contains(tensor.Status))];
        if (wrong.Length == 0)
            return this;
        StringBuilder text = new($"{Source} does not fit the model: {wrong.Length} of {Tensors.Count} tensors differ. Nothing was loaded.\n");
        AppendRows(text, wrong);
        throw new InvalidDataException(text.Append(advice).ToString());
    }

    private static void AppendRows(StringBuilder text, IEnumerable<LoadedTensor> tensors)
    {
        List<string[]> rows = [["tensor", "status", "model", "file"], .. tensors.Select(tensor => new[]
        {
            tensor.Name, Words(tensor.Status), tensor.Expected?.ToString() ?? "-", tensor.Found?.ToString() ?? "-",
        })];
        int[] widths = [.. Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            text.Append("  ").Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
    }

    private static string Words(LoadStatus status) => status switch
    {
        LoadStatus.ShapeMismatch => "other shape",
        LoadStatus.TypeMismatch => "other type",
        _ => status.ToString().ToLowerInvariant(),
    };
}
