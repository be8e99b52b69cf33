namespace Laminet.Text.Corpora;

/// <summary>
/// Documents in folders: each subfolder is a class and holds its documents, a file each, as in <c>pos/0001.txt</c> and <c>neg/0001.txt</c>. Classes and files are in the order of their names.
/// </summary>
/// <example><code>
/// DocumentFolder folder = new("aclImdb/train");
/// TextVectorization vectorization = new(maxTokens: 10_000, outputSequenceLength: 200);
/// vectorization.Adapt(folder.Texts());
/// Dataset data = Dataset.From(folder.Documents, one => (vectorization.Call([one.Read()]).Squeeze(0), Tensor.Scalar(one.Label)));
/// </code></example>
public sealed class DocumentFolder
{
    /// <summary>Lists a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="pattern">Which files are documents.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="ArgumentException">It has no subfolders with such files.</exception>
    public DocumentFolder(string path, string pattern = "*.txt")
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string[] folders = [.. Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal)];
        Classes = [.. folders.Select(folder => Path.GetFileName(folder)!)];
        Documents = [.. folders.Index().SelectMany(folder => Directory.EnumerateFiles(folder.Item, pattern).Order(StringComparer.Ordinal).Select(file => new Document(file, folder.Index)))];
        if (Documents.Count == 0)
            throw new ArgumentException($"The folder {path} has {folders.Length} subfolders and no files {pattern} in them; expected a subfolder for each class.", nameof(path));
    }

    /// <summary>The names of the classes, in the order of their numbers.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The documents.</summary>
    public IReadOnlyList<Document> Documents { get; }

    /// <summary>The texts, read one by one.</summary>
    public IEnumerable<string> Texts() => Documents.Select(document => document.Read());
}
