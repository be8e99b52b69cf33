namespace Laminet.Text.Tokenizers;

/// <summary>A token within a piece: its number and the characters of the piece that it stands for.</summary>
internal readonly record struct ModelToken(int Id, int Start, int Length);

/// <summary>Cuts a piece of text into tokens of a vocabulary.</summary>
internal abstract class TokenModel(Dictionary<string, int> vocabulary)
{
    public Dictionary<string, int> Vocabulary { get; } = vocabulary;

    /// <summary>Adds the tokens of a piece, which is not empty.</summary>
    public abstract void Tokenize(string piece, List<ModelToken> tokens);

    public static TokenModel Read(Part part) => part.Text("type", Guess(part)) switch
    {
        "BPE" => BytePairModel.Read(part),
        "WordPiece" => new WordPieceModel(ReadVocabulary(part), part.Text("unk_token", "[UNK]"), part.Text("continuing_subword_prefix", "##"), part.Number("max_input_chars_per_word", 100)),
        "WordLevel" => new WordLevelModel(ReadVocabulary(part), part.Text("unk_token", "<unk>")),
        "Unigram" => UnigramModel.Read(part),
        _ => throw part.Unknown("BPE, WordPiece, WordLevel and Unigram"),
    };

    // Older files name no type.
    private static string Guess(Part part) => part.Json.ContainsKey("merges") ? "BPE" : part.Json.ContainsKey("unk_id") ? "Unigram" : part.Json.ContainsKey("max_input_chars_per_word") ? "WordPiece" : "WordLevel";

    protected static Dictionary<string, int> ReadVocabulary(Part part)
    {
        Part vocabulary = part.Child("vocab");
        Dictionary<string, int> ids = new(vocabulary.Json.Count, StringComparer.Ordinal);
        foreach ((string token, _) in vocabulary.Json)
        {
            int id = vocabulary.Number(token, -1);
            ids.Add(token, id is >= 0 and < int.MaxValue ? id : throw vocabulary.Wrong(token, "expected the number of a token, 0 or more."));
        }

        return ids;
    }
}
