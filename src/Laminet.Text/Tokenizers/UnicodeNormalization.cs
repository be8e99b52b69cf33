using System.Globalization;
using System.Text;

namespace Laminet.Text.Tokenizers;

/// <summary>
/// The four normal forms of Unicode (Annex 15), with the place in the original of each character. <see cref="string.Normalize()"/> gives no places, and with
/// <c>InvariantGlobalization</c> it changes nothing.
/// </summary>
internal static class UnicodeNormalization
{
    // Hangul syllables are computed (The Unicode Standard, 3.12).
    private const int FirstSyllable = 0xAC00, FirstLeading = 0x1100, FirstVowel = 0x1161, FirstTrailing = 0x11A7;
    private const int Leadings = 19, Vowels = 21, Trailings = 28, Syllables = Leadings * Vowels * Trailings;

    private static readonly Lazy<Tables> Data = new(Read);

    /// <summary>A normal form of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="compatibility">Whether characters of a special form are replaced, as a ligature by its letters (NFKD, NFKC).</param>
    /// <param name="compose">Whether letters and accents are composed (NFC, NFKC).</param>
    public static AlignedText Apply(AlignedText text, bool compatibility, bool compose)
    {
        if (Ascii.IsValid(text.Text))
            return text;
        List<Symbol> symbols = [];
        foreach ((Rune rune, int start, int end) in text.Runes())
            Decompose(rune.Value, start, end, compatibility, symbols);
        Reorder(symbols);
        if (compose)
            Compose(symbols);
        AlignedBuilder builder = new(text.Text.Length);
        foreach (Symbol symbol in symbols)
            builder.Add(new Rune(symbol.Code), symbol.Start, symbol.End);
        return builder.Build();
    }

    private static void Decompose(int code, int start, int end, bool compatibility, List<Symbol> symbols)
    {
        if (code - FirstSyllable is >= 0 and < Syllables and int index)
        {
            symbols.Add(new Symbol(FirstLeading + (index / (Vowels * Trailings)), 0, start, end));
            symbols.Add(new Symbol(FirstVowel + (index % (Vowels * Trailings) / Trailings), 0, start, end));
            if (index % Trailings != 0)
                symbols.Add(new Symbol(FirstTrailing + (index % Trailings), 0, start, end));
            return;
        }

        if (Data.Value.Decompositions.TryGetValue(code, out (bool IsCompatibility, int[] Parts) found) && (compatibility || !found.IsCompatibility))
        {
            foreach (int part in found.Parts)
                Decompose(part, start, end, compatibility, symbols);
            return;
        }

        symbols.Add(new Symbol(code, ClassOf(code), start, end));
    }

    // Marks in a row are ordered by their combining class; marks of one class keep their order.
    private static void Reorder(List<Symbol> symbols)
    {
        for (int start = 0; start < symbols.Count; start++)
        {
            int end = start;
            while (end < symbols.Count && symbols[end].Class != 0)
                end++;
            if (end - start > 1)
            {
                Symbol[] ordered = [.. symbols[start..end].OrderBy(symbol => symbol.Class)];
                for (int i = 0; i < ordered.Length; i++)
                    symbols[start + i] = ordered[i];
            }

            start = Math.Max(start, end - 1);
        }
    }

    private static void Compose(List<Symbol> symbols)
    {
        int starter = -1, kept = 0, lastClass = 0;
        for (int i = 0; i < symbols.Count; i++)
        {
            Symbol symbol = symbols[i];
            // A mark composes with its starter unless a mark between them has its class or a higher one.
            bool reaches = starter >= 0 && (kept == starter + 1 || (lastClass < symbol.Class && lastClass != 0));
            if (reaches && Composite(symbols[starter].Code, symbol.Code) is { } composite)
            {
                Symbol first = symbols[starter];
                symbols[starter] = new Symbol(composite, 0, Math.Min(first.Start, symbol.Start), Math.Max(first.End, symbol.End));
                continue;
            }

            if (symbol.Class == 0)
                starter = kept;
            lastClass = symbol.Class;
            symbols[kept++] = symbol;
        }

        symbols.RemoveRange(kept, symbols.Count - kept);
    }

    private static int? Composite(int first, int second)
    {
        if (first - FirstLeading is >= 0 and < Leadings and int leading && second - FirstVowel is >= 0 and < Vowels and int vowel)
            return FirstSyllable + (((leading * Vowels) + vowel) * Trailings);
        if (first - FirstSyllable is >= 0 and < Syllables and int syllable && syllable % Trailings == 0 && second - FirstTrailing is > 0 and < Trailings and int trailing)
            return FirstSyllable + syllable + trailing;
        return Data.Value.Composites.TryGetValue((first, second), out int composite) ? composite : null;
    }

    private static int ClassOf(int code) => Data.Value.Classes.GetValueOrDefault(code);

    private static Tables Read()
    {
        Tables tables = new([], [], []);
        using StreamReader reader = new(typeof(UnicodeNormalization).Assembly.GetManifestResourceStream("unicode.txt")!);
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split(' ');
            int code = Hex(fields[0]), combining = int.Parse(fields[1], CultureInfo.InvariantCulture);
            if (combining != 0)
                tables.Classes[code] = combining;
            if (fields.Length <= 3)
                continue;
            int[] parts = [.. fields[3..].Select(Hex)];
            tables.Decompositions[code] = (fields[2] == "K", parts);
            if (fields[2] == "C")
                tables.Composites[(parts[0], parts[1])] = code;
        }

        return tables;

        static int Hex(string field) => int.Parse(field, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private readonly record struct Symbol(int Code, int Class, int Start, int End);

    private sealed record Tables(Dictionary<int, (bool IsCompatibility, int[] Parts)> Decompositions, Dictionary<(int First, int Second), int> Composites, Dictionary<int, int> Classes);
}
