using System.Text.Json.Nodes;

namespace Laminet.Text.Tokenizers;

/// <summary>Writes the parts of a <c>tokenizer.json</c>.</summary>
internal static class TokenizerJson
{
    public static JsonObject Whole(JsonObject model, JsonObject? normalizer, JsonObject? preTokenizer, JsonObject? postProcessor, JsonObject? decoder, IEnumerable<(string Token, int Id)> special) => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray([.. special.Select(Special)]),
        ["normalizer"] = normalizer,
        ["pre_tokenizer"] = preTokenizer,
        ["post_processor"] = postProcessor,
        ["decoder"] = decoder,
        ["model"] = model,
    };

    public static JsonObject BytePair(JsonObject vocabulary, IEnumerable<(string Left, string Right)> merges, string? unknown = null, bool fallsBackToBytes = false) => new()
    {
        ["type"] = "BPE",
        ["dropout"] = null,
        ["unk_token"] = unknown,
        ["continuing_subword_prefix"] = null,
        ["end_of_word_suffix"] = null,
        ["fuse_unk"] = fallsBackToBytes,
        ["byte_fallback"] = fallsBackToBytes,
        ["ignore_merges"] = false,
        ["vocab"] = vocabulary,
        ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)new JsonArray(merge.Left, merge.Right))]),
    };

    public static JsonObject WordPiece(JsonObject vocabulary, string unknown) => new()
    {
        ["type"] = "WordPiece",
        ["unk_token"] = unknown,
        ["continuing_subword_prefix"] = "##",
        ["max_input_chars_per_word"] = 100,
        ["vocab"] = vocabulary,
    };

    public static JsonObject WordLevel(JsonObject vocabulary, string unknown) => new() { ["type"] = "WordLevel", ["vocab"] = vocabulary, ["unk_token"] = unknown };

    /// <summary>Tokens with their places in a list as numbers.</summary>
    /// <exception cref="FormatException">A token occurs twice.</exception>
    public static JsonObject Vocabulary(IEnumerable<string> tokens)
    {
        JsonObject vocabulary = [];
        foreach ((int id, string token) in tokens.Index())
        {
            if (!vocabulary.TryAdd(token, id))
                throw new FormatException($"The token '{Excerpts.Of(token)}' occurs twice in the vocabulary: as number {vocabulary[token]} and {id}.");
        }

        return vocabulary;
    }

    public static JsonObject ByteLevel(bool splits = true) => new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = false, ["use_regex"] = splits };

    public static JsonObject Bert(bool lowercase) =>
        new() { ["type"] = "BertNormalizer", ["clean_text"] = true, ["handle_chinese_chars"] = true, ["strip_accents"] = null, ["lowercase"] = lowercase };

    /// <summary>The special tokens around one text and between two, where each half of a pair ends with the same token.</summary>
    public static JsonObject Template((string Token, int Id)? start, (string Token, int Id)? end, int secondType)
    {
        JsonObject tokens = [];
        foreach ((string Token, int Id) one in new[] { start, end }.OfType<(string, int)>())
            tokens[one.Token] = new JsonObject { ["id"] = one.Token, ["ids"] = new JsonArray(one.Id), ["tokens"] = new JsonArray(one.Token) };
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray([.. Mark(start, 0), Sequence("A", 0), .. Mark(end, 0)]),
            ["pair"] = new JsonArray([.. Mark(start, 0), Sequence("A", 0), .. Mark(end, 0), Sequence("B", secondType), .. Mark(end, secondType)]),
            ["special_tokens"] = tokens,
        };

        static JsonObject Sequence(string id, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = id, ["type_id"] = type } };

        static JsonObject[] Mark((string Token, int Id)? token, int type) =>
            token is { } one ? [new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = one.Token, ["type_id"] = type } }] : [];
    }

    private static JsonNode Special((string Token, int Id) one) => new JsonObject
    {
        ["id"] = one.Id,
        ["content"] = one.Token,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };
}
