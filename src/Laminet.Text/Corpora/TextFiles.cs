using System.IO.Compression;
using System.Text;
using System.Text.Unicode;

namespace Laminet.Text.Corpora;

/// <summary>
/// Texts in files, read line by line: the sequences can be enumerated again and again, and a corpus need not fit into memory. Files are UTF-8; those whose names end in <c>.gz</c> are unpacked on
/// the way. A line without an end is an error after <c>longest</c> characters, so that a file of another kind does not fill the memory.
/// </summary>
/// <example><code>
/// Tokenizer tokenizer = VocabularyTrainer.BytePair(TextFiles.Lines("corpus.txt"), 8000);
/// foreach ((string english, string french) in TextFiles.Parallel("train.en.gz", "train.fr.gz"))
///     Console.WriteLine($"{english} - {french}");
/// </code></example>
public static class TextFiles
{
    private const int Longest = 1 << 20;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The lines of a file, without their ends.</summary>
    /// <param name="path">The file.</param>
    /// <param name="longest">The most characters of a line.</param>
    /// <exception cref="IOException">The file cannot be read, thrown here or while reading.</exception>
    /// <exception cref="FormatException">Thrown while reading: a line is longer, or not UTF-8.</exception>
    public static IEnumerable<string> Lines(string path, int longest = Longest)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        // An error now, and not when the first line is read, perhaps on another thread.
        return File.Exists(path) ? Read(path, longest, Strict) : throw new FileNotFoundException($"Cannot read {path}: there is no such file.", path);
    }

    /// <summary>The rows of a table whose columns are separated by tabs.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">How many columns each row must have; null for as many as the first row.</param>
    /// <param name="longest">The most characters of a line.</param>
    /// <inheritdoc cref="Lines" path="/exception[@cref='IOException']"/>
    /// <exception cref="FormatException">Thrown while reading: a row has another number of columns, or a line is longer.</exception>
    public static IEnumerable<string[]> Table(string path, int? columns = null, int longest = Longest)
    {
        IEnumerable<string> lines = Lines(path, longest);
        return Rows();

        IEnumerable<string[]> Rows()
        {
            int? expected = columns;
            foreach ((int number, string line) in lines.Index())
            {
                string[] fields = line.Split('\t');
                expected ??= fields.Length;
                yield return fields.Length == expected
                    ? fields
                    : throw new FormatException($"{path}, line {number + 1}: {fields.Length} column{(fields.Length == 1 ? "" : "s")}; expected {expected}, separated by tabs.");
            }
        }
    }

    /// <summary>The lines of two files that belong together, such as a text and its translation.</summary>
    /// <param name="source">The one file.</param>
    /// <param name="target">The other.</param>
    /// <param name="longest">The most characters of a line.</param>
    /// <inheritdoc cref="Lines" path="/exception[@cref='IOException']"/>
    /// <exception cref="FormatException">Thrown while reading: one file has more lines than the other, or a line is longer.</exception>
    public static IEnumerable<(string Source, string Target)> Parallel(string source, string target, int longest = Longest)
    {
        (IEnumerable<string> one, IEnumerable<string> other) = (Lines(source, longest), Lines(target, longest));
        return Pairs();

        IEnumerable<(string, string)> Pairs()
        {
            using IEnumerator<string> left = one.GetEnumerator(), right = other.GetEnumerator();
            for (int count = 0; ; count++)
            {
                (bool hasLeft, bool hasRight) = (left.MoveNext(), right.MoveNext());
                if (hasLeft != hasRight)
                    throw new FormatException($"{(hasLeft ? target : source)} ends after {count} lines; {(hasLeft ? source : target)} has more. Lines of the same number must belong together.");
                if (!hasLeft)
                    yield break;
                yield return (left.Current, right.Current);
            }
        }
    }

    /// <summary>The whole text of a file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">It is not UTF-8.</exception>
    internal static string All(string path)
    {
        try
        {
            return File.ReadAllText(path, Strict);
        }
        catch (DecoderFallbackException exception)
        {
            throw NotUtf8(path, exception);
        }
    }

    private static FormatException NotUtf8(string place, Exception exception) => new($"{place}: not UTF-8. Convert the file.", exception);

    // The reader decodes far ahead, so the line is looked for anew: each byte as a character of Latin-1.
    private static int LineThatIsNotUtf8(string path, int longest)
    {
        int number = 1;
        try
        {
            // A character has at most four bytes.
            foreach (string line in Read(path, (int)Math.Min(4L * longest, int.MaxValue), Encoding.Latin1).TakeWhile(line => Utf8.IsValid(Encoding.Latin1.GetBytes(line))))
                number++;
        }
        catch (FormatException)
        {
            // The line goes on after the wrong byte for longer than any may.
        }

        return number;
    }

    private static IEnumerable<string> Read(string path, int longest, Encoding encoding)
    {
        using FileStream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using StreamReader reader = new(stream, encoding, detectEncodingFromByteOrderMarks: encoding == Strict, 1 << 16);
        StringBuilder line = new();
        for (int number = 1; Next(number); number++)
            yield return line.ToString();

        bool Next(int number)
        {
            line.Clear();
            try
            {
                if (reader.Peek() < 0 && reader.EndOfStream)
                    return false;
                for (int letter = reader.Read(); letter is not ('\n' or -1); letter = reader.Read())
                {
                    if (line.Length == longest)
                        throw new FormatException($"{path}, line {number}: longer than {longest} characters. Is it a text with lines?");
                    line.Append((char)letter);
                }
            }
            catch (DecoderFallbackException exception)
            {
                throw NotUtf8($"{path}, line {LineThatIsNotUtf8(path, longest)}", exception);
            }
            catch (InvalidDataException exception)
            {
                throw new FormatException($"{path}, line {number}: the packed file is damaged.", exception);
            }

            if (number == 1 && encoding == Strict && (line is ['\0', ..] or [_, '\0', ..]))
                throw new FormatException($"{path}, line 1: begins with a NUL, as UTF-16 without a mark does; expected UTF-8. Convert the file.");
            if (line.Length > 0 && line[^1] == '\r')
                line.Length--;
            return true;
        }
    }
}
