using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Laminet.Text.Tokenizers;

/// <summary>The tokens whose scores, logarithms of probabilities, have the largest sum (Kudo 2018), found by Viterbi's algorithm.</summary>
internal sealed class UnigramModel : TokenModel
{
    // As in SentencePiece: a character that is no token costs this much more than the rarest token.
    private const double UnknownPenalty = 10;

    private readonly double[] scores;
    private readonly double unknownScore;
    private readonly int? unknown;
    private readonly int[]? bytes;
    private readonly Trie trie = new();

    private UnigramModel(Dictionary<string, int> vocabulary, double[] scores, int? unknown, bool fallsBackToBytes)
        : base(vocabulary)
    {
        (this.scores, this.unknown, unknownScore) = (scores, unknown, scores.DefaultIfEmpty().Min() - UnknownPenalty);
        bytes = fallsBackToBytes ? ByteTokens.Of(vocabulary) : null;
        foreach ((string token, int id) in vocabulary)
            trie.Add(token, id);
    }

    public static new UnigramModel Read(Part part)
    {
        JsonArray entries = part.List("vocab");
        Dictionary<string, int> vocabulary = new(entries.Count, StringComparer.Ordinal);
        double[] scores = new double[entries.Count];
        for (int id = 0; id < scores.Length; id++)
        {
            if (entries[id] is not JsonArray { Count: 2 } pair || pair[0] is not JsonValue name || !name.TryGetValue(out string? token)
                || pair[1] is not JsonValue number || !number.TryGetValue(out scores[id]) || double.IsNaN(scores[id]))
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"The tokenizer's {part.Name}.vocab[{id}] is {Part.Excerpt(entries[id])}; expected a token and its score."));
            }

            vocabulary[token] = id;
        }

        int? unknown = part.OptionalNumber("unk_id");
        if (unknown is { } given && (given < 0 || given >= scores.Length))
            throw part.Wrong("unk_id", $"the vocabulary has {scores.Length} tokens.");
        return new UnigramModel(vocabulary, scores, unknown, part.Flag("byte_fallback", false));
    }

    public override void Tokenize(string piece, List<ModelToken> tokens)
    {
        (double Score, int Start, int Id)[] best = new (double, int, int)[piece.Length + 1];
        Array.Fill(best, (0, -1, -1), 1, piece.Length);
        for (int start = 0; start < piece.Length;)
        {
            double before = best[start].Score;
            int size = char.IsHighSurrogate(piece[start]) ? 2 : 1, node = 0;
            bool isKnown = false;
            for (int end = start; end < piece.Length && (node = trie.Step(node, piece[end])) >= 0; end++)
            {
                if (trie.ValueAt(node) is not (>= 0 and int id))
                    continue;
                Offer(end + 1, before + scores[id], start, id);
                isKnown |= end + 1 - start == size;
            }

            if (!isKnown)
                Offer(start + size, before + unknownScore, start, -1);
            start += size;
        }

        int first = tokens.Count;
        for (int end = piece.Length; end > 0; end = best[end].Start)
        {
            (_, int start, int id) = best[end];
            if (id < 0 || id == unknown)
            {
                // Neighbouring unknown characters are one token.
                while (start > 0 && (best[start].Id < 0 || best[start].Id == unknown))
                    start = best[start].Start;
                AddUnknown(piece, start, end, tokens);
                best[end].Start = start;
            }
            else
            {
                tokens.Add(new ModelToken(id, start, end - start));
            }
        }

        tokens.Reverse(first, tokens.Count - first);

        void Offer(int end, double score, int start, int id)
        {
            if (best[end].Start < 0 || score > best[end].Score)
                best[end] = (score, start, id);
        }
    }

    // Backwards, as the tokens are found.
    private void AddUnknown(string piece, int start, int end, List<ModelToken> tokens)
    {
        if (Vocabulary.TryGetValue(piece[start..end], out int whole))
        {
            tokens.Add(new ModelToken(whole, start, end - start));
            return;
        }

        if (bytes is not null)
        {
            foreach (byte value in Encoding.UTF8.GetBytes(piece[start..end]).Reverse())
                tokens.Add(new ModelToken(bytes[value], start, end - start));
            return;
        }

        tokens.Add(new ModelToken(unknown ?? throw new FormatException($"The text '{Excerpts.Of(piece[start..end])}' has no tokens, and the tokenizer names no unk_id for such texts."), start, end - start));
    }
}
