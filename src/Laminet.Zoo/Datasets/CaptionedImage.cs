using System.Text;

namespace Laminet.Zoo.Datasets;

/// <summary>An image with what several people wrote about it, as in Flickr8k. (Hodosh, Young and Hockenmaier, "Framing image description as a ranking task", 2013.)</summary>
/// <param name="Image">The name of its file.</param>
/// <param name="Captions">The captions, as they are in the file.</param>
public sealed record CaptionedImage(string Image, IReadOnlyList<string> Captions)
{
    /// <summary>The most characters of a line.</summary>
    public const int MaximumLine = 4096;

    /// <summary>Reads <c>captions.txt</c>: after a line "image,caption" a line for each caption, the image's name before the first comma. The images come in the order in which the file first names them.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <exception cref="InvalidDataException">A line is not of that form; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<CaptionedImage> Read(string path)
    {
        using StreamReader reader = new(path);
        return Parse(reader, path);
    }

    /// <summary>The words of a caption, of letters and digits in lower case, with a space between: "A boy's dog -- running." gives "a boys dog running". Letters beyond ASCII are left out.</summary>
    /// <param name="caption">The caption.</param>
    public static string PlainText(string caption)
    {
        ArgumentNullException.ThrowIfNull(caption);
        StringBuilder plain = new(caption.Length);
        foreach (char letter in caption.ToLowerInvariant())
            plain.Append(char.IsAsciiLetterOrDigit(letter) ? letter : letter == '\'' ? null : ' ');
        return string.Join(' ', plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Reads captions from text of that form.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">A line is not of that form; the message names it.</exception>
    public static IReadOnlyList<CaptionedImage> Parse(TextReader reader, string name = "text")
    {
        ArgumentNullException.ThrowIfNull(reader);
        OrderedDictionary<string, List<string>> captions = new(StringComparer.Ordinal);
        foreach ((int number, string line) in BoundedLines.Read(reader, MaximumLine, name, "a file of captions"))
        {
            int comma = line.IndexOf(',', StringComparison.Ordinal);
            (string image, string caption) = comma < 0 ? ("", "") : (line[..comma].Trim(), Unquoted(line[(comma + 1)..].Trim()));
            if (image.Length == 0 || caption.Length == 0)
                throw new InvalidDataException($"{name}, line {number}: expected the name of an image, a comma and a caption.");
            if (number == 1 && (image, caption) == ("image", "caption"))
                continue;
            if (!captions.TryGetValue(image, out List<string>? known))
                captions.Add(image, known = []);
            known.Add(caption);
        }

        return [.. captions.Select(pair => new CaptionedImage(pair.Key, pair.Value))];
    }

    // A caption with quotes in it is quoted as a whole, and they are doubled.
    private static string Unquoted(string caption) =>
        caption.Length > 1 && caption[0] == '"' && caption[^1] == '"' ? caption[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : caption;
}
