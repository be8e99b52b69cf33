namespace Laminet.Text.Tokenizers;

/// <summary>A piece is a token, or the unknown one.</summary>
internal sealed class WordLevelModel(Dictionary<string, int> vocabulary, string unknown) : TokenModel(vocabulary)
{
    public override void Tokenize(string piece, List<ModelToken> tokens)
    {
        if (!Vocabulary.TryGetValue(piece, out int id) && !Vocabulary.TryGetValue(unknown, out id))
            throw new FormatException($"The word '{Excerpts.Of(piece)}' is not in the vocabulary, and neither is a token '{unknown}' for unknown words.");
        tokens.Add(new ModelToken(id, 0, piece.Length));
    }
}
