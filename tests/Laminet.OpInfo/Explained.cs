namespace Laminet.OpInfo;

/// <summary>An operator that does not pass.</summary>
/// <param name="HasCounterpart">Whether Laminet has it.</param>
/// <param name="Float32">Whether a sample of Float32 differs.</param>
/// <param name="Float64">Whether a sample of Float64 differs.</param>
/// <param name="Reason">Why.</param>
internal sealed record Explanation(bool HasCounterpart, bool Float32, bool Float64, string Reason);

/// <summary>
/// The list of the operators that do not pass, explained.txt: a line is the operator, then "none" for no counterpart, or "differs", "differs32" or "differs64" by the types that differ, for Float32 with the number of a sample that
/// does, and the reason.
/// </summary>
internal static class Explained
{
    public static IReadOnlyDictionary<string, Explanation> Read()
    {
        using Stream stream = typeof(Explained).Assembly.GetManifestResourceStream("explained.txt")!;
        using var reader = new StreamReader(stream);
        var found = new Dictionary<string, Explanation>();
        while (reader.ReadLine() is string line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            string[] parts = line.Split(' ', 3);
            found.Add(parts[0], parts[1] switch
            {
                "none" => new Explanation(false, true, true, parts[2]),
                "differs" => new Explanation(true, true, true, parts[2]),
                "differs32" => new Explanation(true, true, false, parts[2]),
                "differs64" => new Explanation(true, false, true, parts[2]),
                string other => throw new InvalidDataException($"explained.txt: received {other} for {parts[0]}; expected none, differs, differs32 or differs64."),
            });
        }
        return found;
    }
}
