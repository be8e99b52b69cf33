using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Laminet.Text.Tokenizers;

/// <summary>A text or a regular expression that normalizers and pre-tokenizers look for.</summary>
internal sealed class TextPattern
{
    private const int LimitSeconds = 2;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(LimitSeconds);

    // A character of the basic plane for each category: .NET's expressions see the halves of a surrogate pair, which are letters to none of them.
    private static readonly Lazy<char[]> Representatives = new(MakeRepresentatives);

    private readonly string? text;
    private readonly Regex? expression;

    private TextPattern(string? text, Regex? expression) => (this.text, this.expression) = (text, expression);

    public static TextPattern OfText(string text) => new(text.Length > 0 ? text : throw new FormatException("received an empty pattern."), null);

    /// <exception cref="FormatException">It is no expression that .NET knows.</exception>
    public static TextPattern OfExpression(string expression)
    {
        try
        {
            return new TextPattern(null, new Regex(expression, RegexOptions.CultureInvariant, Limit));
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"the regular expression {expression} is not one that .NET knows: {exception.Message}", exception);
        }
    }

    /// <summary>The places that match, from left to right.</summary>
    /// <exception cref="FormatException">The expression takes too long for this text.</exception>
    public IEnumerable<(int Start, int Length)> Matches(string input)
    {
        if (text is not null)
            return Occurrences(input);
        try
        {
            return input.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? ShadowMatches(input) : [.. expression!.Matches(input).Select(match => (match.Index, match.Length))];
        }
        catch (RegexMatchTimeoutException exception)
        {
            throw new FormatException($"The regular expression {expression} of the tokenizer took more than {LimitSeconds} seconds on a text of {input.Length} characters.", exception);
        }
    }

    /// <summary>Matches and the stretches between them, which together are the input.</summary>
    public IEnumerable<(int Start, int Length, bool IsMatch)> Parts(string input)
    {
        int place = 0;
        foreach ((int start, int length) in Matches(input))
        {
            if (length == 0)
                continue;
            if (start > place)
                yield return (place, start - place, false);
            yield return (start, length, true);
            place = start + length;
        }

        if (place < input.Length)
            yield return (place, input.Length - place, false);
    }

    private IEnumerable<(int Start, int Length)> Occurrences(string input)
    {
        for (int place = 0; (place = input.IndexOf(text!, place, StringComparison.Ordinal)) >= 0; place += text!.Length)
            yield return (place, text!.Length);
    }

    private (int Start, int Length)[] ShadowMatches(string input)
    {
        StringBuilder shadow = new(input.Length);
        List<int> places = new(input.Length + 1);
        for (int i = 0; i < input.Length;)
        {
            Rune rune = Rune.GetRuneAt(input, i);
            shadow.Append(rune.IsBmp ? (char)rune.Value : Representatives.Value[(int)Rune.GetUnicodeCategory(rune)]);
            places.Add(i);
            i += rune.Utf16SequenceLength;
        }

        places.Add(input.Length);
        return [.. expression!.Matches(shadow.ToString()).Select(match => (places[match.Index], places[match.Index + match.Length] - places[match.Index]))];
    }

    private static char[] MakeRepresentatives()
    {
        char[] found = new char[Enum.GetValues<UnicodeCategory>().Length];
        for (int code = 0x500; code < char.MaxValue; code++)
        {
            int category = (int)CharUnicodeInfo.GetUnicodeCategory((char)code);
            if (found[category] == 0)
                found[category] = (char)code;
        }

        return found;
    }
}
