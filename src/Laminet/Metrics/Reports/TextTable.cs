using System.Globalization;
using System.Text;

namespace Laminet.Metrics.Reports;

/// <summary>Text in columns that are aligned to the right.</summary>
internal static class TextTable
{
    public static string Of(string[] heads, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. heads.Select((head, column) => rows.Select(row => row[column].Length).Append(head.Length).Max())];
        StringBuilder text = new();
        foreach (string[] row in rows.Prepend(heads))
            text.AppendJoin("  ", row.Select((cell, column) => cell.PadLeft(widths[column]))).Append('\n');
        return text.ToString();
    }

    /// <summary>A number with a fixed count of digits; a number exactly between two is rounded to the even one, as Python does.</summary>
    public static string Fixed(double number, int digits)
    {
        double factor = Math.Pow(10, digits), scaled = number * factor;
        // Only a product without rounding error is a true tie.
        bool isTie = Math.FusedMultiplyAdd(number, factor, -scaled) == 0 && scaled - Math.Floor(scaled) == 0.5;
        return (isTie ? Math.Round(scaled, MidpointRounding.ToEven) / factor : number).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
