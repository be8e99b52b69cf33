using System.Text;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.Mapping;

/// <summary>What was imported and what was not: every tensor of the model and of the file, with its conversion.</summary>
public sealed class ImportReport
{
    internal ImportReport(string source, string matching, IReadOnlyList<ImportedTensor> tensors, IReadOnlyList<string> notes) =>
        (Source, Matching, Tensors, Notes) = (source, matching, tensors, notes);

    /// <summary>The file.</summary>
    public string Source { get; }

    /// <summary>How the tensors were matched: by name, by order, or by shape.</summary>
    public string Matching { get; }

    /// <summary>The tensors: the model's in its order, then those only the file has.</summary>
    public IReadOnlyList<ImportedTensor> Tensors { get; }

    /// <summary>Remarks on the file, and on settings that it does not hold.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The tensors with that status.</summary>
    public IEnumerable<ImportedTensor> With(ImportStatus status) => Tensors.Where(tensor => tensor.Status == status);

    /// <summary>A table, one tensor a line, what is wrong first.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(Source).Append(": ").AppendJoin(", ", Enum.GetValues<ImportStatus>().Select(status => (status, Count: With(status).Count()))
            .Where(pair => pair.Count > 0 || pair.status == ImportStatus.Loaded).Select(pair => $"{pair.Count} {Words(pair.status)}")).Append("; matched ").Append(Matching).Append('\n');
        AppendRows(text, Tensors.OrderBy(tensor => !IsWrong(tensor.Status)));
        foreach (string note in Notes)
            text.Append("Note: ").Append(note).Append('\n');
        return text.ToString();
    }

    /// <exception cref="InvalidDataException">There is a tensor of a status that is not allowed; the message lists all of them.</exception>
    internal ImportReport Require(IReadOnlyCollection<ImportStatus> allowed)
    {
        ImportedTensor[] wrong = [.. Tensors.Where(tensor => IsWrong(tensor.Status) && !allowed.Contains(tensor.Status))];
        if (wrong.Length == 0)
            return this;
        StringBuilder text = new($"{Source} does not fit the model: {wrong.Length} of {Tensors.Count} tensors differ. Nothing was loaded.\n");
        AppendRows(text, wrong.Select(WithNearest));
        text.Append("If only names differ, pass a WeightMap with Rename. Name weights that should keep their values in Keep, and tensors that should be left out in Skip; or pass allowMissing, allowUnexpected or allowMismatch.");
        throw new InvalidDataException(text.ToString());
    }

    // The name that was perhaps meant, among those that found no partner either.
    private ImportedTensor WithNearest(ImportedTensor tensor) => tensor.Status switch
    {
        ImportStatus.Missing => tensor with { Remark = tensor.Remark + Suggestion.For(tensor.Target!, With(ImportStatus.Unused).Select(other => other.Source!)) },
        ImportStatus.Unused => tensor with { Remark = tensor.Remark + Suggestion.For(tensor.Source!, With(ImportStatus.Missing).Select(other => other.Target!)) },
        _ => tensor,
    };

    private static bool IsWrong(ImportStatus status) => status is ImportStatus.Missing or ImportStatus.Unused or ImportStatus.ShapeMismatch or ImportStatus.TypeMismatch;

    private static void AppendRows(StringBuilder text, IEnumerable<ImportedTensor> tensors)
    {
        List<string[]> rows = [["file", "has", "model", "has", "status", ""], .. tensors.Select(tensor => new[]
        {
            tensor.Source ?? "-", Shown(tensor.Found), tensor.Target ?? "-", Shown(tensor.Expected), Words(tensor.Status), tensor.Remark.Trim(),
        })];
        int[] widths = [.. Enumerable.Range(0, 6).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            text.Append("  ").Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
    }

    private static string Shown(TensorSpec? spec) => spec?.ToString() ?? "-";

    private static string Words(ImportStatus status) => status switch
    {
        ImportStatus.ShapeMismatch => "other shape",
        ImportStatus.TypeMismatch => "other type",
        ImportStatus.NotNeeded => "not needed",
        _ => status.ToString().ToLowerInvariant(),
    };
}
