using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Laminet.Files;
using Laminet.Text.Corpora;

namespace Laminet.Text.Tokenizers;

public sealed partial class Tokenizer
{
    private const string Unknown = "[UNK]";

    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a <c>tokenizer.json</c>, the form in which Hugging Face's library saves its tokenizers and <see cref="Save"/> saves ours.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">It is no such file, or has a part that this class does not know. The message says which.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Tokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string json = TextFiles.All(path);
        return Named(path, () => Parse(json));
    }

    /// <summary>Makes a tokenizer of the text of a <c>tokenizer.json</c>.</summary>
    /// <exception cref="FormatException">It is no such text, or has a part that this class does not know. The message says which.</exception>
    public static Tokenizer Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            JsonNode? node = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            return new Tokenizer(node as JsonObject ?? throw new FormatException($"A tokenizer is written as a JSON object; received {Part.Excerpt(node)}."));
        }
        // Half a surrogate pair in a text is found only when the text is read.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException($"The tokenizer is not JSON: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the tokenizer as a <c>tokenizer.json</c>, which Hugging Face's library reads, too.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <exception cref="IOException">It cannot be written; the old file is as it was.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToJson())));

    /// <summary>The tokenizer as the text of a <c>tokenizer.json</c>.</summary>
    public string ToJson() => description.ToJsonString(Written);

    /// <summary>GPT-2's byte-level tokenizer (Radford et al. 2019) from its two files.</summary>
    /// <param name="vocabularyPath"><c>vocab.json</c>: tokens and their numbers.</param>
    /// <param name="mergesPath"><c>merges.txt</c>: pairs in the order in which they are merged, a line each.</param>
    /// <exception cref="FormatException">The files are not of this form.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static Tokenizer FromGpt2(string vocabularyPath, string mergesPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(vocabularyPath);
        (string json, string[] lines) = (TextFiles.All(vocabularyPath), [.. TextFiles.Lines(mergesPath)]);
        JsonObject vocabulary = Named(vocabularyPath, () => JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
            ?? throw new FormatException("expected an object of tokens and their numbers."));
        (string, string)[] merges = Named(mergesPath, () => lines.Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))
            .Select(line => line.Split(' ') is [string left, string right] ? (left, right) : throw new FormatException($"the line '{Excerpts.Of(line)}' is not two tokens.")).ToArray());
        JsonObject model = TokenizerJson.BytePair(vocabulary, merges);
        (string, int)[] end = vocabulary["<|endoftext|>"] is JsonValue value && value.TryGetValue(out int id) ? [("<|endoftext|>", id)] : [];
        return Named(vocabularyPath, () => new Tokenizer(TokenizerJson.Whole(model, null, TokenizerJson.ByteLevel(), TokenizerJson.ByteLevel(), TokenizerJson.ByteLevel(), end)));
    }

    /// <summary>BERT's WordPiece tokenizer (Devlin et al. 2018) from its vocabulary.</summary>
    /// <param name="vocabularyPath"><c>vocab.txt</c>: a token a line, numbered from 0.</param>
    /// <param name="lowercase">Whether the vocabulary has small letters without accents, as that of <c>bert-base-uncased</c>.</param>
    /// <exception cref="FormatException">The file is not of this form, or lacks [UNK], [CLS] or [SEP].</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Tokenizer FromBert(string vocabularyPath, bool lowercase = true)
    {
        string[] tokens = [.. TextFiles.Lines(vocabularyPath)];
        return Named(vocabularyPath, () => OfWordPieces(tokens, lowercase));
    }

    /// <summary>The tokenizer of a SentencePiece model (Kudo and Richardson 2018), unigram or byte-pair.</summary>
    /// <param name="path">The <c>.model</c> file.</param>
    /// <param name="addStart">Whether the token that begins a text is added, as Llama expects.</param>
    /// <param name="addEnd">Whether the token that ends a text is added, as T5 expects.</param>
    /// <exception cref="FormatException">The file is no such model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Tokenizer FromSentencePiece(string path, bool addStart = false, bool addEnd = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Named(path, () => new Tokenizer(SentencePieceModel.Read(File.ReadAllBytes(path)).ToTokenizerJson(addStart, addEnd)));
    }

    /// <summary>A tokenizer of single characters: those of the texts, and <c>[PAD]</c> (0) and <c>[UNK]</c> (1) for others.</summary>
    /// <param name="texts">The texts whose characters make the vocabulary; numbered in the order of their code points.</param>
    public static Tokenizer OfCharacters(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        string[] characters = [.. texts.SelectMany(text => Characters.WithoutLoneSurrogates(text).EnumerateRunes()).Distinct().Order().Select(rune => rune.ToString())];
        JsonObject model = TokenizerJson.BytePair(TokenizerJson.Vocabulary(["[PAD]", Unknown, .. characters]), [], Unknown);
        return new Tokenizer(TokenizerJson.Whole(model, null, null, null, new JsonObject { ["type"] = "Fuse" }, [("[PAD]", 0), (Unknown, 1)]));
    }

    /// <summary>A tokenizer of words and punctuation marks: the most frequent of the texts, and <c>[PAD]</c> (0) and <c>[UNK]</c> (1) for others.</summary>
    /// <param name="texts">The texts whose words make the vocabulary, the most frequent first; words of one frequency are in the order of their characters.</param>
    /// <param name="vocabularySize">The most tokens, the two special ones included.</param>
    /// <param name="lowercase">Whether capitals and accents are taken away.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 3.</exception>
    public static Tokenizer OfWords(IEnumerable<string> texts, int vocabularySize = 30_000, bool lowercase = false)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 3);
        JsonObject normalizer = TokenizerJson.Bert(lowercase);
        IReadOnlyList<(string Word, long Count)> words = WordCounts.Count(texts, WordCounts.Of(normalizer, BertWords()), Environment.ProcessorCount);
        string[] special = ["[PAD]", Unknown];
        string[] kept = [.. words.Where(word => !special.Contains(word.Word)).OrderByDescending(word => word.Count).ThenBy(word => word.Word, StringComparer.Ordinal).Take(vocabularySize - special.Length).Select(word => word.Word)];
        return new Tokenizer(TokenizerJson.Whole(TokenizerJson.WordLevel(TokenizerJson.Vocabulary([.. special, .. kept]), Unknown), normalizer, BertWords(), null, null, special.Select((token, id) => (token, id))));
    }

    internal static JsonObject BertWords() => new() { ["type"] = "BertPreTokenizer" };

    internal static Tokenizer Of(JsonObject description) => new(description);

    internal static Tokenizer OfWordPieces(IReadOnlyList<string> tokens, bool lowercase)
    {
        JsonObject vocabulary = TokenizerJson.Vocabulary(tokens);
        string[] special = [.. new[] { "[PAD]", Unknown, "[CLS]", "[SEP]", "[MASK]" }.Where(vocabulary.ContainsKey)];
        JsonObject decoder = new() { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true };
        return new Tokenizer(TokenizerJson.Whole(TokenizerJson.WordPiece(vocabulary, Unknown), TokenizerJson.Bert(lowercase), BertWords(),
            TokenizerJson.Template(("[CLS]", Id("[CLS]")), ("[SEP]", Id("[SEP]")), secondType: 1), decoder, special.Select(token => (token, Id(token)))));

        int Id(string token) => (int?)vocabulary[token] ?? throw new FormatException($"The vocabulary of {tokens.Count} tokens lacks {token}; a vocabulary of BERT has it.");
    }

    // Says which file is wrong.
    private static T Named<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            throw new FormatException($"{path}: {exception.Message}", exception);
        }
    }
}
