using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Laminet.Vision.Datasets;

/// <summary>A CSV file with a path in each line.</summary>
internal sealed class AnnotationTable
{
    private readonly string file;
    private readonly string[] columns;

    private AnnotationTable(string file, string[] columns) => (this.file, this.columns) = (file, columns);

    public List<Line> Lines { get; } = [];

    /// <summary>Reads a file and checks that it has columns of these names.</summary>
    public static AnnotationTable Read(string file, IReadOnlyList<string> names)
    {
        using StreamReader reader = new(file);
        using CsvParser parser = new(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { TrimOptions = TrimOptions.Trim, BadDataFound = null, IgnoreBlankLines = true });
        AnnotationTable table = new(file, parser.Read() ? parser.Record! : []);
        if (names.FirstOrDefault(name => !table.columns.Contains(name)) is { } missing)
            throw new ArgumentException($"{file} has no column '{missing}'; it has {string.Join(", ", table.columns.DefaultIfEmpty("none"))}.", nameof(names));
        while (parser.Read())
        {
            if (parser.Record!.Length != table.columns.Length)
                throw new FormatException($"{file}, line {parser.RawRow}: received {parser.Record.Length} columns; expected {table.columns.Length}, as in the first line.");
            table.Lines.Add(new Line(table, parser.RawRow, parser.Record));
        }

        return table.Lines.Count > 0 ? table : throw new ArgumentException($"{file} has no lines after the first.", nameof(file));
    }

    /// <summary>A line.</summary>
    internal sealed class Line(AnnotationTable table, int row, string[] cells)
    {
        /// <summary>File and line, for errors.</summary>
        public string Place => $"{table.file}, line {row}";

        public string this[string column] => cells[Array.IndexOf(table.columns, column)];

        public bool IsNumber(string column) => float.TryParse(this[column], NumberStyles.Float, CultureInfo.InvariantCulture, out _);

        public float Number(string column) => float.TryParse(this[column], NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number)
            ? number
            : throw new FormatException($"{Place}, column '{column}': received {Checked.Quoted(this[column])}; expected a number, such as 1.5.");

        /// <summary>A path below a folder.</summary>
        /// <exception cref="FormatException">It leaves the folder.</exception>
        public string Path(string column, string root)
        {
            string full = System.IO.Path.GetFullPath(root), path = System.IO.Path.GetFullPath(this[column], full), below = System.IO.Path.GetRelativePath(full, path);
            return this[column].Length > 0 && !System.IO.Path.IsPathRooted(below) && below is not ("." or "..") && !below.StartsWith("../", StringComparison.Ordinal) && !below.StartsWith("..\\", StringComparison.Ordinal)
                ? below
                : throw new FormatException($"{Place}, column '{column}': received the path {Checked.Quoted(this[column])}; expected one below {root}.");
        }
    }
}
