namespace Laminet.Text.Tokenizers;

/// <summary>Bounds on how much longer the steps of a tokenizer's file may make a text: a few steps that each double it would fill the memory.</summary>
internal static class Growth
{
    // No normal form makes a character of more than 18 (U+FDFA in NFKD).
    private const int MostPerCharacter = 18, MostInAll = 2 * MostPerCharacter, AlwaysAllowed = 1 << 18;

    public static long StepLimit(int length) => Math.Max(AlwaysAllowed, (long)MostPerCharacter * length);

    public static AlignedText Checked(AlignedText after, AlignedText before) => Fits(after.Text.Length, before.Text.Length) ? after : throw TooLong(before.Text.Length);

    public static IEnumerable<AlignedText> Checked(IEnumerable<AlignedText> pieces, AlignedText before)
    {
        long length = 0;
        foreach (AlignedText piece in pieces)
        {
            length += piece.Text.Length;
            if (!Fits(length, before.Text.Length))
                throw TooLong(before.Text.Length);
            yield return piece;
        }
    }

    public static IReadOnlyList<string> Checked(IReadOnlyList<string> after, IReadOnlyList<string> before)
    {
        long length = before.Sum(text => (long)text.Length);
        return Fits(after.Sum(text => (long)text.Length), length) ? after : throw TooLong(length);
    }

    public static FormatException TooLong(long length) => new($"The tokenizer's steps make a text of {length} characters more than {MostPerCharacter} times as long. Its file is damaged, or not meant for texts.");

    private static bool Fits(long after, long before) => after <= Math.Max(AlwaysAllowed, MostInAll * before);
}
