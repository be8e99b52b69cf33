namespace Laminet.Text.Tokenizers;

/// <summary>
/// WordPiece (Wu et al. 2016, as in BERT): the longest token that the word begins with, then the longest that the rest begins with, and so on. A word with a part
/// that is no token is one unknown token as a whole.
/// </summary>
internal sealed class WordPieceModel : TokenModel
{
    private readonly string unknown, prefix;
    private readonly int longestWord;
    private readonly Trie first = new(), later = new();

    public WordPieceModel(Dictionary<string, int> vocabulary, string unknown, string prefix, int longestWord)
        : base(vocabulary)
    {
        (this.unknown, this.prefix, this.longestWord) = (unknown, prefix, longestWord);
        foreach ((string token, int id) in vocabulary)
        {
            first.Add(token, id);
            if (token.Length > prefix.Length && token.StartsWith(prefix, StringComparison.Ordinal))
                later.Add(token.AsSpan(prefix.Length), id);
        }
    }

    public override void Tokenize(string piece, List<ModelToken> tokens)
    {
        int before = tokens.Count;
        for (int start = 0; start < piece.Length;)
        {
            (int length, int id) = IsTooLong(piece) ? (0, 0) : (start == 0 ? first : later).Longest(piece.AsSpan(start));
            if (length == 0)
            {
                tokens.RemoveRange(before, tokens.Count - before);
                tokens.Add(new ModelToken(Unknown(piece), 0, piece.Length));
                return;
            }

            tokens.Add(new ModelToken(id, start, length));
            start += length;
        }
    }

    private bool IsTooLong(string piece) => piece.Length > longestWord && piece.EnumerateRunes().Count() > longestWord;

    private int Unknown(string piece) => Vocabulary.TryGetValue(unknown, out int id)
        ? id
        : throw new FormatException($"The word '{Excerpts.Of(piece)}' has no tokens, and the vocabulary has no token '{unknown}' for such words.");
}
