namespace Laminet.OpInfo;

/// <summary>The list of the operators that do not pass, with the reason: a line is the operator, "none" (no counterpart) or "differs", and why.</summary>
internal static class Explained
{
    public static IReadOnlyDictionary<string, (bool HasCounterpart, string Reason)> Read()
    {
        using Stream stream = typeof(Explained).Assembly.GetManifestResourceStream("explained.txt")!;
        using var reader = new StreamReader(stream);
        var found = new Dictionary<string, (bool, string)>();
        while (reader.ReadLine() is string line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            string[] parts = line.Split(' ', 3);
            found.Add(parts[0], (parts[1] == "differs", parts[2]));
        }
        return found;
    }
}
