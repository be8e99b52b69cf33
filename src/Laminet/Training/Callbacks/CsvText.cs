using System.Text;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Lines of separated values (RFC 4180): a value with the separator or a quote stands in quotes, and its quotes are doubled; a line break
/// within one becomes a space, so that a line is a row.
/// </summary>
internal static class CsvText
{
    public static string Line(IEnumerable<string> values, char separator) => string.Join(separator, values.Select(value => Quoted(value, separator)));

    public static List<string> Values(string line, char separator)
    {
        List<string> values = [];
        StringBuilder value = new();
        bool isQuoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char letter = line[i];
            if (letter == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"')
                value.Append(line[++i]);
            else if (letter == '"')
                isQuoted = !isQuoted;
            else if (letter == separator && !isQuoted)
                Next();
            else
                value.Append(letter);
        }

        Next();
        return values;

        void Next()
        {
            values.Add(value.ToString());
            value.Clear();
        }
    }

    private static string Quoted(string value, char separator)
    {
        value = value.ReplaceLineEndings(" ");
        return value.AsSpan().ContainsAny(separator, '"') ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
    }
}
