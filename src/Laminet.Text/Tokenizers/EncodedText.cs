namespace Laminet.Text.Tokenizers;

/// <summary>A text, or two, as tokens. The lists are of equal length, an entry for each token.</summary>
/// <param name="Ids">The numbers of the tokens.</param>
/// <param name="Tokens">The tokens themselves, as the vocabulary spells them.</param>
/// <param name="Offsets">
/// The characters of the text that a token stands for: <c>text[start..end]</c>, in .NET's characters, of which an emoji has two. Tokens that are parts of one character all
/// have its place. Special tokens have (0, 0).
/// </param>
/// <param name="TypeIds">0 for the first text and 1 for the second, where the model tells them apart.</param>
/// <param name="Sequences">Which text a token is from: 0 or 1; -1 for special tokens.</param>
public sealed record EncodedText(
    IReadOnlyList<int> Ids, IReadOnlyList<string> Tokens, IReadOnlyList<(int Start, int End)> Offsets, IReadOnlyList<int> TypeIds, IReadOnlyList<int> Sequences)
{
    /// <summary>How many tokens there are.</summary>
    public int Count => Ids.Count;
}
