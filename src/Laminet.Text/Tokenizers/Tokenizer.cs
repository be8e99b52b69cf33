using System.Text.Json.Nodes;

namespace Laminet.Text.Tokenizers;

/// <summary>
/// Cuts texts into the tokens of a vocabulary and puts them together again: characters, words, byte-pair (GPT-2), WordPiece (BERT), SentencePiece, or any
/// <c>tokenizer.json</c> of Hugging Face made of their usual parts. The numbers are those that Hugging Face's library gives. Several threads may use one tokenizer.
/// </summary>
/// <example><code>
/// Tokenizer tokenizer = Tokenizer.Load("tokenizer.json");
/// EncodedText encoded = tokenizer.Encode("Two dogs run.");
/// string text = tokenizer.Decode(encoded.Ids);
/// TokenBatch batch = tokenizer.EncodeBatch(["Two dogs run.", "A cat."], maxLength: 128);
/// </code></example>
public sealed partial class Tokenizer
{
    private static readonly string[] PaddingNames = ["[PAD]", "<pad>", "<|pad|>", "<|endoftext|>", "</s>"];

    private readonly JsonObject description;
    private readonly Func<AlignedText, AlignedText>? normalizer;
    private readonly Func<AlignedText, IEnumerable<AlignedText>>? preTokenizer;
    private readonly Func<IReadOnlyList<string>, IReadOnlyList<string>>? decoder;
    private readonly PostProcessor postProcessor;
    private readonly AddedTokens added;
    private readonly TokenModel model;
    private readonly Dictionary<int, string> tokens;
    private readonly Dictionary<string, int> addedIds;

    /// <summary>Makes a tokenizer of the content of a <c>tokenizer.json</c>.</summary>
    /// <exception cref="FormatException">The description is wrong, or has a part that this class does not know. The message says which.</exception>
    private Tokenizer(JsonObject description)
    {
        this.description = description;
        model = TokenModel.Read(Part.Of(description["model"], "model"));
        normalizer = Optional("normalizer", Normalizers.Read);
        preTokenizer = Optional("pre_tokenizer", PreTokenizers.Read);
        decoder = Optional("decoder", Decoders.Read);
        postProcessor = Optional("post_processor", PostProcessor.Read) ?? PostProcessor.None;
        added = new AddedTokens(description["added_tokens"], normalizer);
        addedIds = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string token, int id) in added.All)
            addedIds[token] = id;
        tokens = new Dictionary<int, string>(model.Vocabulary.Count);
        foreach ((string token, int id) in model.Vocabulary)
            tokens[id] = token;
        foreach ((string token, int id) in added.All)
            tokens[id] = token;
        VocabularySize = tokens.Count == 0 ? 0 : tokens.Keys.Max() + 1;
        foreach (int id in postProcessor.Single.Concat(postProcessor.Pair).Where(item => item.Sequence == 0).Select(item => item.Id))
        {
            if (!tokens.ContainsKey(id))
                throw new FormatException($"The tokenizer's post_processor adds the token {id}, which is neither in the vocabulary nor among the added tokens.");
        }

        if (description["truncation"] is JsonObject truncation)
        {
            Part part = new(truncation, "truncation");
            MaxLength = part.OptionalNumber("max_length") is { } length ? length > 0 ? length : throw part.Wrong("max_length", "expected 1 or more.") : null;
        }

        PaddingId = description["padding"] is JsonObject padding
            ? new Part(padding, "padding").OptionalNumber("pad_id")
            : Array.Find(PaddingNames, name => IdOf(name) is not null) is { } found ? IdOf(found) : null;

        T? Optional<T>(string entry, Func<Part, T> read) where T : class => description[entry] is { } node ? read(Part.Of(node, entry)) : null;
    }

    /// <summary>How many tokens there are: the highest number and 1, so that it is the size of an embedding.</summary>
    public int VocabularySize { get; }

    /// <summary>The length to which the tokenizer's own file cuts texts; null for no limit.</summary>
    public int? MaxLength { get; }

    /// <summary>The token with which shorter rows of a batch are filled; null if the vocabulary has none.</summary>
    public int? PaddingId { get; }

    /// <summary>The number of a token; null if there is no such token.</summary>
    public int? IdOf(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return addedIds.TryGetValue(token, out int id) || model.Vocabulary.TryGetValue(token, out id) ? id : null;
    }

    /// <summary>The token of a number, as the vocabulary spells it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No token has this number.</exception>
    public string TokenOf(int id) => tokens.TryGetValue(id, out string? token)
        ? token
        : throw new ArgumentOutOfRangeException(nameof(id), $"Received the token {id}; the vocabulary has {tokens.Count} tokens, the highest of them {VocabularySize - 1}.");

    /// <summary>Whether a token has no text of its own, such as <c>[CLS]</c>.</summary>
    public bool IsSpecial(int id) => added.IsSpecial(id);

    /// <summary>Puts tokens together to a text.</summary>
    /// <param name="ids">The tokens.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number belongs to no token.</exception>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        string[] kept = [.. ids.Where(id => !skipSpecialTokens || !IsSpecial(id)).Select(TokenOf)];
        return decoder is null ? string.Join(' ', kept) : string.Concat(decoder(kept));
    }
}
