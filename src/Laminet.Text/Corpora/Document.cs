namespace Laminet.Text.Corpora;

/// <summary>A document of a folder.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">The number of its class.</param>
public sealed record Document(string Path, int Label)
{
    /// <summary>The text of the document, UTF-8.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">It is not UTF-8.</exception>
    public string Read() => TextFiles.All(Path);
}
