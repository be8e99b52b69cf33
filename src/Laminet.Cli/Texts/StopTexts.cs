namespace Laminet.Cli.Texts;

/// <summary>Finds the text that ends a writing, in parts that come one after another. What may be its beginning is held back.</summary>
internal sealed class StopTexts(IReadOnlyList<string> stops)
{
    private string open = "";

    /// <summary>Whether one was found.</summary>
    public bool IsFound { get; private set; }

    /// <summary>Takes a part, and gives what surely stands before a stop.</summary>
    public string Take(string part)
    {
        open += part;
        int end = stops.Select(stop => open.IndexOf(stop, StringComparison.Ordinal)).Where(place => place >= 0).DefaultIfEmpty(-1).Min();
        IsFound = end >= 0;
        int sure = IsFound ? end : open.Length - stops.Select(stop => Enumerable.Range(1, Math.Min(stop.Length - 1, open.Length)).LastOrDefault(length => open.EndsWith(stop[..length], StringComparison.Ordinal))).DefaultIfEmpty().Max();
        string given = open[..sure];
        open = open[sure..];
        return given;
    }

    /// <summary>What was held back, when nothing follows.</summary>
    public string Rest() => IsFound ? "" : open;
}
