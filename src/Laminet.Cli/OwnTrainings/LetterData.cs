using System.Globalization;
using System.Text;
using Laminet.Text.Corpora;

namespace Laminet.Cli.OwnTrainings;

/// <summary>A text, letter by letter: a letter is any character, also a space and the end of a line.</summary>
internal sealed record LetterData(string Key, string Name, string Sha256) : OwnData(Key, Name, Sha256)
{
    // What a chain remembers of a longer text does not fit into memory. What looks farther back than 20 letters knows its text by heart.
    private const int Most = 1 << 24, MostOrder = 20, Fewest = 20;
    private const string Expected = "expected a text file (UTF-8, also .gz)";

    public static OwnSource Source { get; } = new(KeyOf, Load);

    public required IReadOnlyList<string> All { get; init; }

    /// <summary>The first nine tenths, which are counted.</summary>
    public IReadOnlyList<string> Known => field ??= [.. All.Take(All.Count * 9 / 10)];

    /// <summary>The last tenth.</summary>
    public IReadOnlyList<string> Unseen => field ??= [.. All.Skip(Known.Count)];

    public override int Count => Known.Count;

    public override string Unit => "letters";

    public override string Sizes => string.Create(CultureInfo.InvariantCulture, $"{Count:N0} letters to count, {Unseen.Count:N0} to test");

    // In each part something must follow as many letters as there are epochs.
    public override int MostEpochs => Math.Min(MostOrder, Unseen.Count - 1);

    private static string KeyOf(Surroundings surroundings, string? asked)
    {
        if (asked is null)
            throw new UsageException($"--data is missing; {Expected}.");
        string path = surroundings.FullPath(asked);
        return File.Exists(path) ? path : throw new UsageException($"--data: there is no file '{asked}'; {Expected}.");
    }

    private static LetterData Load(string path, int? limit)
    {
        // A string for each letter that there is, not for each place.
        Dictionary<Rune, string> known = [];
        List<string> letters = [];
        foreach (Rune letter in TextFiles.Lines(path).SelectMany(line => $"{line}\n".EnumerateRunes()).Take(Math.Min(limit ?? int.MaxValue, Most + 1)))
        {
            if (!known.TryGetValue(letter, out string? text))
                known[letter] = text = letter.ToString();
            letters.Add(text);
        }

        if (letters.Count > Most)
            throw new UsageException(FormattableString.Invariant($"--data: {path} has more than {Most:N0} letters, whose counts may not fit into memory. Take the first N with --limit N."));
        if (letters.Count < Fewest || !letters.Exists(letter => Rune.IsLetter(letter.EnumerateRunes().First())))
            throw new UsageException($"--data: received {letters.Count} characters{(limit is null ? "" : ", which --limit leaves,")} of {path}; expected at least {Fewest}, letters among them. A tenth is held back.");
        return new LetterData(path, Path.GetFileNameWithoutExtension(path), SumOf([path])) { All = letters };
    }
}
