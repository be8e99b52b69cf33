using System.Text;

namespace Laminet.Text.Tokenizers;

/// <summary>A text that normalizers changed, and for each of its characters the characters of the original that it came from.</summary>
internal sealed class AlignedText
{
    private readonly int[]? starts, ends;
    private readonly int origin;

    /// <summary>A text as it was given, or a part of one.</summary>
    /// <param name="text">The text, without lone surrogates.</param>
    /// <param name="origin">Where it begins in the original.</param>
    public AlignedText(string text, int origin = 0) => (Text, this.origin) = (text, origin);

    public AlignedText(string text, int[] starts, int[] ends) => (Text, this.starts, this.ends) = (text, starts, ends);

    public string Text { get; }

    /// <summary>Where in the original the character at an index begins. Both halves of a surrogate pair have the place of the pair.</summary>
    public int Start(int index) => starts?[index] ?? origin + index - (char.IsLowSurrogate(Text[index]) ? 1 : 0);

    public int End(int index) => ends?[index] ?? origin + index + (char.IsHighSurrogate(Text[index]) ? 2 : 1);

    public AlignedText Slice(int start, int length) =>
        start == 0 && length == Text.Length ? this
        : starts is null ? new AlignedText(Text.Substring(start, length), origin + start)
        : new AlignedText(Text.Substring(start, length), starts[start..(start + length)], ends![start..(start + length)]);

    public IEnumerable<(Rune Rune, int Start, int End)> Runes()
    {
        for (int i = 0; i < Text.Length;)
        {
            Rune rune = Rune.GetRuneAt(Text, i);
            yield return (rune, Start(i), End(i));
            i += rune.Utf16SequenceLength;
        }
    }

    /// <summary>Puts a text, which stands for no character of the original, in front of one that is not empty.</summary>
    public AlignedText Prepend(string text)
    {
        if (Text.Length == 0)
            return this;
        AlignedBuilder builder = new(Text.Length + text.Length);
        builder.Add(text, Start(0), Start(0));
        builder.Add(this, 0, Text.Length);
        return builder.Build();
    }
}
