using System.Globalization;
using System.Text;
using Laminet.Files;
using Laminet.Tensors;

namespace Laminet.Formats.Watching;

/// <summary>
/// Vectors for TensorBoard's projector: a folder of tables of tab-separated values, and <c>projector_config.pbtxt</c>, which names them. All are
/// written anew as a whole, so that a reader never sees half a table.
/// </summary>
internal sealed class ProjectorFiles(string directory)
{
    private readonly SortedDictionary<string, string?> metadataOf = new(StringComparer.Ordinal);

    /// <summary>Writes the vectors of a name.</summary>
    /// <param name="name">What they are called; a slash is part of the name, not of a path.</param>
    /// <param name="vectors">A row a vector.</param>
    /// <param name="metadataPath">The file with a line a vector, seen from the configuration; null for none.</param>
    public void Write(string name, Tensor vectors, string? metadataPath)
    {
        if (vectors.Rank != 2 || vectors.Length == 0)
            throw new ShapeException($"The embedding '{name}': received vectors of shape {vectors.Shape}; expected (count, length), neither 0. Reshape them.");
        RequireOwnFile(name);
        AtomicFile.CreateDirectory(directory);
        double[] numbers = new double[vectors.Length];
        vectors.CopyToDoubles(numbers);
        int length = vectors.Shape[1];
        AtomicFile.Write(Path.Combine(directory, TableOf(name)), stream =>
        {
            using StreamWriter writer = NewWriter(stream);
            for (int row = 0; row < vectors.Shape[0]; row++)
                writer.WriteLine(string.Join('\t', numbers.Skip(row * length).Take(length).Select(value => ((float)value).ToString("R", CultureInfo.InvariantCulture))));
        });
        metadataOf[name] = metadataPath;
        AtomicFile.Write(Path.Combine(directory, "projector_config.pbtxt"), stream =>
        {
            using StreamWriter writer = NewWriter(stream);
            foreach ((string one, string? metadata) in metadataOf)
            {
                writer.WriteLine($"embeddings {{\n  tensor_name: {Quoted(one)}\n  tensor_path: {Quoted(TableOf(one))}");
                if (metadata is not null)
                    writer.WriteLine($"  metadata_path: {Quoted(metadata)}");
                writer.WriteLine("}");
            }
        });
    }

    /// <summary>Writes a label for each vector of a name, and gives the file's name.</summary>
    public string WriteLabels(string name, IReadOnlyList<string> labels)
    {
        RequireOwnFile(name);
        AtomicFile.CreateDirectory(directory);
        string file = $"{FileName(name)}.metadata.tsv";
        AtomicFile.Write(Path.Combine(directory, file), stream =>
        {
            using StreamWriter writer = NewWriter(stream);
            foreach (string label in labels)
                writer.WriteLine(label.ReplaceLineEndings(" ").Replace('\t', ' '));
        });
        return file;
    }

    private void RequireOwnFile(string name)
    {
        if (metadataOf.Keys.FirstOrDefault(other => other != name && string.Equals(FileName(other), FileName(name), StringComparison.OrdinalIgnoreCase)) is { } taken)
            throw new ArgumentException($"The embedding '{name}': its file '{TableOf(name)}' is that of '{taken}'. Give it a name that differs in letters or digits.", nameof(name));
    }

    private static StreamWriter NewWriter(Stream stream) => new(stream, leaveOpen: true) { NewLine = "\n" };

    private static string TableOf(string name) => $"{FileName(name)}.tensors.tsv";

    // Letters, digits and the like stay; all else would be a path or is not allowed on some system.
    private static string FileName(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_'));

    // A string of the text format of Protocol Buffers.
    private static string Quoted(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (byte one in Encoding.UTF8.GetBytes(text))
        {
            if (one is (byte)'"' or (byte)'\\')
                quoted.Append('\\').Append((char)one);
            else if (one is >= 32 and < 127)
                quoted.Append((char)one);
            else
                quoted.Append('\\').Append(Convert.ToString(one, 8).PadLeft(3, '0'));
        }

        return quoted.Append('"').ToString();
    }
}
