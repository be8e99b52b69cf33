using System.Text.Json.Nodes;
using Laminet.Text.Tokenizers;

namespace Laminet.Text.Tests.Tokenizers;

/// <summary>Each part of a tokenizer.json, before a byte-level vocabulary whose numbers show every character and every border.</summary>
public class PartTests
{
    [Theory]
    [InlineData("""{"type":"NFC"}""")]
    [InlineData("""{"type":"NFD"}""")]
    [InlineData("""{"type":"NFKC"}""")]
    [InlineData("""{"type":"NFKD"}""")]
    [InlineData("""{"type":"Lowercase"}""")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"NFKD"},{"type":"StripAccents"},{"type":"Lowercase"}]}""")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":false}""")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":true}""")]
    [InlineData("""{"type":"Replace","pattern":{"String":"a"},"content":"bcd"}""")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "}""")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"\\p{L}\\p{M}*"},"content":"x"}""")]
    [InlineData("""{"type":"Prepend","prepend":"▁"}""")]
    [InlineData("""{"type":"Nmt"}""")]
    [InlineData("""{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}""")]
    [InlineData("""{"type":"BertNormalizer","clean_text":false,"handle_chinese_chars":false,"strip_accents":true,"lowercase":false}""")]
    public void A_normalizer_is_equal(string normalizer) => AssertEqual(normalizer, null);

    [Theory]
    [InlineData("""{"type":"BertPreTokenizer"}""")]
    [InlineData("""{"type":"Whitespace"}""")]
    [InlineData("""{"type":"WhitespaceSplit"}""")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":true}""")]
    [InlineData("""{"type":"Punctuation","behavior":"Isolated"}""")]
    [InlineData("""{"type":"Punctuation","behavior":"Removed"}""")]
    [InlineData("""{"type":"Punctuation","behavior":"MergedWithPrevious"}""")]
    [InlineData("""{"type":"Punctuation","behavior":"MergedWithNext"}""")]
    [InlineData("""{"type":"Punctuation","behavior":"Contiguous"}""")]
    [InlineData("""{"type":"Digits","individual_digits":true}""")]
    [InlineData("""{"type":"Digits","individual_digits":false}""")]
    [InlineData("""{"type":"CharDelimiterSplit","delimiter":"e"}""")]
    [InlineData("""{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithNext","invert":false}""")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"\\p{L}+"},"behavior":"Removed","invert":true}""")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false}""")]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""")]
    public void A_pre_tokenizer_is_equal(string preTokenizer) => AssertEqual(null, preTokenizer);

    // Merges that are whole words without a space before them show where an earlier part cut.
    private static void AssertEqual(string? normalizer, string? preTokenizer)
    {
        JsonObject json = JsonNode.Parse(Vocabularies.BytePair.ToJson())!.AsObject();
        json["normalizer"] = normalizer is null ? null : JsonNode.Parse(normalizer);
        JsonNode spelling = JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false}""")!;
        if (preTokenizer?.Contains("ByteLevel", StringComparison.Ordinal) == true)
            json["pre_tokenizer"] = JsonNode.Parse(preTokenizer);
        else
            json["pre_tokenizer"] = preTokenizer is null ? spelling : new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(JsonNode.Parse(preTokenizer), spelling) };
        Oracle.AssertEqual(Tokenizer.Parse(json.ToJsonString()), Lines.Generate(Lines.Count / 4, seed: 20));
    }

    [Theory]
    [InlineData("""{"type":"RobertaProcessing","sep":["z",7],"cls":["y",6],"trim_offsets":true,"add_prefix_space":false}""")]
    [InlineData("""{"type":"BertProcessing","sep":["z",7],"cls":["y",6]}""")]
    [InlineData("""{"type":"Sequence","processors":[{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"q","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[{"SpecialToken":{"id":"q","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"q","type_id":1}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"q":{"id":"q","ids":[9,8],"tokens":["q","r"]}}}]}""")]
    public void A_post_processor_is_equal(string postProcessor)
    {
        JsonObject json = JsonNode.Parse(Vocabularies.BytePair.ToJson())!.AsObject();
        json["post_processor"] = JsonNode.Parse(postProcessor);
        Oracle.AssertEqual(Tokenizer.Parse(json.ToJsonString()), Lines.Generate(50, seed: 21));
    }

    [Theory]
    [InlineData(false, false, false, false)]
    [InlineData(true, false, false, false)]
    [InlineData(false, true, true, false)]
    [InlineData(false, false, true, true)]
    [InlineData(true, true, false, true)]
    public void Added_tokens_are_equal(bool singleWord, bool left, bool right, bool normalized)
    {
        JsonObject json = JsonNode.Parse(Vocabularies.BytePair.ToJson())!.AsObject();
        json["normalizer"] = new JsonObject { ["type"] = "Lowercase" };
        int next = Vocabularies.BytePair.VocabularySize;
        foreach (string content in new[] { "Fox", "FOX the", "и", "[X]", "dogs" })
        {
            json["added_tokens"]!.AsArray().Add(new JsonObject
            {
                ["id"] = Vocabularies.BytePair.IdOf(content) ?? next++,
                ["content"] = content,
                ["single_word"] = singleWord,
                ["lstrip"] = left,
                ["rstrip"] = right,
                ["normalized"] = normalized,
                ["special"] = !normalized,
            });
        }

        Oracle.AssertEqual(Tokenizer.Parse(json.ToJsonString()), ["Fox", "a Fox b", "aFox b", "Fox\u00a0the", "fox the Fox the", "лиса и ёлка", "  [X]  [X]x", "Foxdogs", "xdogs dogs", .. Lines.Generate(100, seed: 22)]);
    }

    // Byte-pair as Llama 2 has it: no words, marks for spaces, bytes for what is not in the vocabulary.
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Byte_pairs_without_an_alphabet_are_equal(bool fallback, bool fuse)
    {
        List<string> tokens = ["<unk>", .. fallback ? Enumerable.Range(0, 256).Select(value => ByteTokens.Name((byte)value)) : [], "▁", "t", "h", "e", "d", "o", "g", "s", "th", "the", "▁the", "do", "dog", "dogs", "▁d", "▁do", "▁dog", "😀", "л", "и", "ли"];
        string[][] merges = [["t", "h"], ["th", "e"], ["▁", "the"], ["d", "o"], ["do", "g"], ["dog", "s"], ["▁", "d"], ["▁d", "o"], ["▁do", "g"], ["л", "и"]];
        JsonObject model = TokenizerJson.BytePair(TokenizerJson.Vocabulary(tokens), merges.Select(merge => (merge[0], merge[1])), "<unk>", fallback);
        model["fuse_unk"] = fuse;
        JsonObject normalizer = JsonNode.Parse("""{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}""")!.AsObject();
        JsonObject decoder = JsonNode.Parse("""{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""")!.AsObject();
        Tokenizer tokenizer = Tokenizer.Of(TokenizerJson.Whole(model, normalizer, null, null, decoder, [("<unk>", 0)]));
        Oracle.AssertEqual(tokenizer, ["the dogs", "dogs the  the", "лиса 😀😀 the", .. Lines.Generate(100, seed: 23)]);
    }

    [Fact]
    public void Byte_pairs_with_an_end_of_words_are_equal()
    {
        JsonObject model = TokenizerJson.BytePair(TokenizerJson.Vocabulary(["<unk>", "l", "o", "w", "e", "r</w>", "w</w>", "lo", "low</w>", "er</w>", "low", "e</w>", "r"]), [("l", "o"), ("lo", "w</w>"), ("e", "r</w>"), ("lo", "w")], "<unk>");
        model["end_of_word_suffix"] = "</w>";
        Tokenizer tokenizer = Tokenizer.Of(TokenizerJson.Whole(model, null, JsonNode.Parse("""{"type":"WhitespaceSplit"}""")!.AsObject(), null, JsonNode.Parse("""{"type":"BPEDecoder","suffix":"</w>"}""")!.AsObject(), []));
        Oracle.AssertEqual(tokenizer, ["low lower", "lower low low", "owe x wore", "slow"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Unigrams_are_equal(bool fallback)
    {
        Random random = new(3);
        string[] pieces = [.. Lines.Generate(300, seed: 9).SelectMany(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).SelectMany(word => new[] { "▁" + word, word[..Math.Min(2, word.Length)], word[^1..] })
            .Where(piece => piece.EnumerateRunes().All(rune => rune.Value != 0xFFFD)).Distinct().Take(400)];
        JsonArray vocabulary = [new JsonArray("<unk>", 0.0), .. fallback ? Enumerable.Range(0, 256).Select(value => (JsonNode)new JsonArray(ByteTokens.Name((byte)value), -20.0)) : [], .. pieces.Select(piece => (JsonNode)new JsonArray(piece, -random.Next(2, 40) / 4.0)), new JsonArray("▁", -3.0)];
        JsonObject model = new() { ["type"] = "Unigram", ["unk_id"] = 0, ["vocab"] = vocabulary, ["byte_fallback"] = fallback };
        JsonObject space = JsonNode.Parse("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""")!.AsObject();
        Tokenizer tokenizer = Tokenizer.Of(TokenizerJson.Whole(model, null, space, null, space.DeepClone().AsObject(), []));
        Oracle.AssertEqual(tokenizer, Lines.Generate(Lines.Count / 2, seed: 24));
    }

    [Fact]
    public void A_table_of_replacements_is_equal()
    {
        byte[] table = ReplacementTable.Of(new Dictionary<string, string> { ["ﬁ"] = "fi", ["①"] = "1", ["②"] = "2", ["\u3000"] = " ", ["\t"] = " ", ["e\u0301"] = "é", ["ß"] = "ss", ["\u00ad"] = "", ["各"] = "各各", ["ｶ"] = "カ" });
        JsonObject json = JsonNode.Parse(Vocabularies.BytePair.ToJson())!.AsObject();
        json["normalizer"] = new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = Convert.ToBase64String(table) };
        Tokenizer tokenizer = Tokenizer.Parse(json.ToJsonString());
        Oracle.AssertEqual(tokenizer, ["ﬁancé ①②③", "cafe\u0301\u3000x\ty", "straße 각 ｶﾀ", .. Lines.Generate(200, seed: 25)]);
        Assert.Equal("fiance 1", tokenizer.Decode(tokenizer.Encode("ﬁance①".Replace("①", " ①", StringComparison.Ordinal)).Ids));
    }

    [Theory]
    [InlineData("normalizer", """{"type":"Shuffle"}""", "The tokenizer's normalizer is of type 'Shuffle', which this reader does not know. It knows Sequence, BertNormalizer")]
    [InlineData("pre_tokenizer", """{"type":"UnicodeScripts"}""", "The tokenizer's pre_tokenizer is of type 'UnicodeScripts', which this reader does not know.")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"(a"},"behavior":"Isolated"}""", "The tokenizer's pre_tokenizer: the regular expression (a is not one that .NET knows:")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"String":" "},"behavior":"Halved"}""", "behavior = \"Halved\": expected Removed, Isolated")]
    [InlineData("post_processor", """{"type":"BertProcessing","sep":["z",99999],"cls":["y",6]}""", "adds the token 99999, which is neither in the vocabulary nor among the added tokens")]
    [InlineData("decoder", """{"type":"CTC"}""", "The tokenizer's decoder is of type 'CTC'")]
    [InlineData("model", """{"type":"Quantum"}""", "The tokenizer's model is of type 'Quantum', which this reader does not know. It knows BPE, WordPiece, WordLevel and Unigram.")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}""", "merges[0] is 'a', 'b'; expected two tokens of the vocabulary whose union is a token, too")]
    [InlineData("model", """{"type":"WordLevel","vocab":{"a":-1},"unk_token":"a"}""", "has a = -1: expected the number of a token, 0 or more")]
    [InlineData("added_tokens", """[{"id":-3,"content":"x"}]""", "has the number -3 and the content 'x'")]
    public void A_wrong_part_is_told(string entry, string content, string message)
    {
        JsonObject json = JsonNode.Parse(Vocabularies.BytePair.ToJson())!.AsObject();
        json[entry] = JsonNode.Parse(content);
        Assert.Contains(message, Assert.Throws<FormatException>(() => Tokenizer.Parse(json.ToJsonString())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_that_each_double_a_text_are_stopped()
    {
        JsonObject json = JsonNode.Parse(Vocabularies.BytePair.ToJson())!.AsObject();
        JsonArray steps = [.. Enumerable.Range(0, 60).Select(_ => JsonNode.Parse("""{"type":"Replace","pattern":{"String":"a"},"content":"aa"}"""))];
        json["normalizer"] = new JsonObject { ["type"] = "Sequence", ["normalizers"] = steps };
        Assert.Contains("more than 18 times as long", Assert.Throws<FormatException>(() => Tokenizer.Parse(json.ToJsonString()).Encode("banana")).Message, StringComparison.Ordinal);
    }
}
