using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>A table of numbers with a target, read from a CSV file.</summary>
/// <param name="X">The features, (rows, columns but the target), Float32.</param>
/// <param name="Y">The targets, (rows,): Float32, or Int32 classes where the column holds names.</param>
/// <param name="FeatureNames">The names of the features.</param>
/// <param name="Labels">The names of the classes where the target is text; else null.</param>
public sealed record CsvTable(Tensor X, Tensor Y, IReadOnlyList<string> FeatureNames, LabelEncoder? Labels)
{
    /// <summary>Reads a file. Numbers are written with a point; a text column can only be the target.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">The name of the target's column; without a header its number from 0. Null for the last column.</param>
    /// <param name="hasHeader">Whether the first line holds the names of the columns.</param>
    /// <param name="separator">What stands between columns.</param>
    /// <exception cref="FormatException">A row has another number of columns, a feature is no number, or the file has no rows; the message names file, line and column.</exception>
    /// <exception cref="ArgumentException">There is no column of that name.</exception>
    public static CsvTable Read(string path, string? target = null, bool hasHeader = true, string separator = ",")
    {
        using StreamReader reader = new(path);
        using CsvParser parser = new(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = separator, TrimOptions = TrimOptions.Trim, BadDataFound = null, IgnoreBlankLines = true });
        List<float> features = [];
        List<string> targets = [];
        string[]? names = null;
        int targetAt = -1;
        while (parser.Read())
        {
            string[] cells = parser.Record!;
            if (names is null)
            {
                names = hasHeader ? [.. cells] : [.. Enumerable.Range(0, cells.Length).Select(column => column.ToString(CultureInfo.InvariantCulture))];
                targetAt = target is null ? names.Length - 1 : Array.IndexOf(names, target);
                if (targetAt < 0)
                    throw new ArgumentException($"{path} has no column '{target}'; it has {string.Join(", ", names)}.", nameof(target));
                if (names.Length < 2)
                    throw new FormatException($"{path}: received one column; expected features and a target. Is the separator '{separator}'?");
                if (hasHeader)
                    continue;
            }

            if (cells.Length != names.Length)
                throw new FormatException($"{path}, line {parser.RawRow}: received {cells.Length} columns; expected {names.Length}, as in the first line.");
            for (int column = 0; column < cells.Length; column++)
            {
                if (column == targetAt)
                    targets.Add(cells[column]);
                else if (float.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out float number))
                    features.Add(number);
                else
                    throw new FormatException($"{path}, line {parser.RawRow}, column '{names[column]}': received '{cells[column]}'; expected a number, such as 1.5.");
            }
        }

        if (targets.Count == 0)
            throw new FormatException($"{path} has no rows.");
        float[] numbers = new float[targets.Count];
        bool isNumeric = Enumerable.Range(0, numbers.Length).All(row => float.TryParse(targets[row], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[row]));
        LabelEncoder? labels = isNumeric ? null : new LabelEncoder(targets);
        return new CsvTable(
            Tensor.From(features.ToArray(), [targets.Count, names!.Length - 1]), labels?.Transform(targets) ?? Tensor.From(numbers),
            [.. names.Where((_, column) => column != targetAt)], labels);
    }
}
