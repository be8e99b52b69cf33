using System.Text;

namespace Laminet.Text.Tokenizers;

/// <summary>Builds an <see cref="AlignedText"/> piece by piece.</summary>
internal sealed class AlignedBuilder(int capacity)
{
    private readonly StringBuilder text = new(capacity);
    private readonly List<int> starts = new(capacity), ends = new(capacity);
    private readonly long limit = Growth.StepLimit(capacity);

    public void Add(char character, int start, int end)
    {
        if (starts.Count >= limit)
            throw Growth.TooLong(capacity);
        text.Append(character);
        starts.Add(start);
        ends.Add(end);
    }

    public void Add(Rune rune, int start, int end)
    {
        Span<char> characters = stackalloc char[2];
        Add(characters[..rune.EncodeToUtf16(characters)], start, end);
    }

    public void Add(ReadOnlySpan<char> characters, int start, int end)
    {
        foreach (char character in characters)
            Add(character, start, end);
    }

    public void Add(AlignedText source, int start, int length)
    {
        for (int i = start; i < start + length; i++)
            Add(source.Text[i], source.Start(i), source.End(i));
    }

    public AlignedText Build() => new(text.ToString(), [.. starts], [.. ends]);
}
