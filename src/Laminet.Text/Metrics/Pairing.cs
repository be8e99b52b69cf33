namespace Laminet.Text.Metrics;

/// <summary>Checks that texts and their references go together.</summary>
internal static class Pairing
{
    /// <exception cref="ArgumentException">There are no texts, or not as many references.</exception>
    public static void Require<TText, TReference>(IReadOnlyCollection<TText> texts, IReadOnlyCollection<TReference> references)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(references);
        if (texts.Count != references.Count || texts.Count == 0)
            throw new ArgumentException($"Received {texts.Count} texts and {references.Count} references; expected one or more, and as many of both.", nameof(references));
    }

    /// <summary>Each reference as the only one of its text.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Single(IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        return [.. references.Select(reference => (IReadOnlyList<string>)[reference])];
    }

    public static void RequireReferences(IReadOnlyList<string> references, int text)
    {
        if (references is not { Count: > 0 })
            throw new ArgumentException($"The text {text} has no reference; expected one or more.", nameof(references));
    }
}
