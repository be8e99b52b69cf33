namespace Laminet.Configuration;

/// <summary>Suggests the name that was probably meant.</summary>
public static class Suggestion
{
    /// <summary><c> Did you mean 'x'?</c>, or an empty text if no name is similar.</summary>
    /// <param name="written">What was received.</param>
    /// <param name="names">The names that exist.</param>
    public static string For(string written, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(names);
        // A long word on the command line is no mistyped name, and comparing costs its length times the name's.
        if (written.Length > 40)
            return "";
        (string Name, int Distance)[] near = [.. names.Select(name => (name, Distance(written, name))).Where(pair => pair.Item2 <= Math.Max(2, pair.name.Length / 3))
            .OrderBy(pair => pair.Item2)];
        return near.Length == 0 ? "" : $" Did you mean '{near[0].Name}'?";
    }

    // Levenshtein's, one row at a time; the beginning of a name is as good as the name.
    private static int Distance(string written, string name)
    {
        (string a, string b) = (written.ToUpperInvariant(), name.ToUpperInvariant());
        if (a.Length >= 3 && b.StartsWith(a, StringComparison.Ordinal))
            return 0;
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
