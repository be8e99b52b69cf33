using System.Text;
using System.Text.Json.Nodes;

namespace Laminet.Text.Tokenizers;

/// <summary>Tokens that are found in the text before anything else, such as <c>[MASK]</c> or <c>&lt;|endoftext|&gt;</c>.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<int, Added> byId = [];
    private readonly Trie raw = new(), normalized = new();
    private bool hasNormalized;

    public AddedTokens(JsonNode? list, Func<AlignedText, AlignedText>? normalizer)
    {
        if (list is null)
            return;
        JsonArray entries = list as JsonArray ?? throw new FormatException($"The tokenizer's added_tokens is {Part.Excerpt(list)}; expected a list.");
        foreach ((int index, JsonNode? node) in entries.Index())
        {
            Part part = Part.Of(node, $"added_tokens[{index}]");
            Added token = new(part.Text("content"), part.Number("id", -1), part.Flag("special", false), part.Flag("single_word", false), part.Flag("lstrip", false), part.Flag("rstrip", false));
            if (token.Id is < 0 or int.MaxValue || token.Content.Length == 0)
                throw new FormatException($"The tokenizer's {part.Name} has the number {token.Id} and the content '{Excerpts.Of(token.Content)}'; expected a number of 0 or more and a text.");
            byId[token.Id] = token;
            if (part.Flag("normalized", !token.IsSpecial))
            {
                hasNormalized = true;
                string content = normalizer is null ? token.Content : normalizer(new AlignedText(Characters.WithoutLoneSurrogates(token.Content))).Text;
                if (content.Length > 0)
                    normalized.Add(content, token.Id);
            }
            else
            {
                raw.Add(token.Content, token.Id);
            }
        }
    }

    public IEnumerable<(string Content, int Id)> All => byId.Values.Select(token => (token.Content, token.Id));

    public bool IsSpecial(int id) => byId.TryGetValue(id, out Added? token) && token.IsSpecial;

    /// <summary>The parts of a text: added tokens, and what lies between them, normalized.</summary>
    public IEnumerable<(AlignedText Text, int? Id)> Extract(AlignedText text, Func<AlignedText, AlignedText>? normalizer)
    {
        foreach ((AlignedText part, int? id) in Split(text, raw))
        {
            if (id is not null)
            {
                yield return (part, id);
                continue;
            }

            AlignedText changed = normalizer is null ? part : normalizer(part);
            foreach ((AlignedText Text, int? Id) inner in hasNormalized ? Split(changed, normalized) : [(changed, null)])
                yield return inner;
        }
    }

    private IEnumerable<(AlignedText Text, int? Id)> Split(AlignedText text, Trie trie)
    {
        string all = text.Text;
        int start = 0;
        for (int place = 0; byId.Count > 0 && place < all.Length;)
        {
            (int length, int id) = trie.Longest(all.AsSpan(place));
            if (length == 0)
            {
                place++;
                continue;
            }

            (int first, int end) = (place, place + length);
            Added token = byId[id];
            place = end;
            if (token.IsSingleWord && (EndsWithWord(all, first) || (end < all.Length && Characters.IsWord(Rune.GetRuneAt(all, end)))))
                continue;
            while (token.TakesSpaceBefore && first > start && char.IsWhiteSpace(all[first - 1]))
                first--;
            while (token.TakesSpaceAfter && end < all.Length && char.IsWhiteSpace(all[end]))
                end++;
            if (first > start)
                yield return (text.Slice(start, first - start), null);
            yield return (text.Slice(first, end - first), id);
            start = place = end;
        }

        if (start < all.Length)
            yield return (text.Slice(start, all.Length - start), null);
    }

    private static bool EndsWithWord(string text, int end) =>
        end > 0 && Rune.DecodeLastFromUtf16(text.AsSpan(0, end), out Rune last, out _) == System.Buffers.OperationStatus.Done && Characters.IsWord(last);

    private sealed record Added(string Content, int Id, bool IsSpecial, bool IsSingleWord, bool TakesSpaceBefore, bool TakesSpaceAfter);
}
