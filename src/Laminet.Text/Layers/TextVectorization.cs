using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Text.Layers;

/// <summary>
/// Texts as numbers of words, or as vectors of counts: makes them alike, cuts them, and looks the words up. Number 0 is padding and 1 an unknown word. Tensors hold no strings, so texts enter by
/// <see cref="Call(IReadOnlyList{string})"/>, before the model; within a model the layer passes on what that gave, and its vocabulary is saved with the model. As in Keras, but capitals
/// beyond ASCII become small letters, too.
/// </summary>
/// <example><code>
/// TextVectorization vectorization = new(maxTokens: 10_000, outputSequenceLength: 200);
/// vectorization.Adapt(texts);
/// Sequential model = new(vectorization, new Embedding(vectorization.VocabularySize, 64), new GlobalAveragePooling1D(), new Dense(1));
/// model.Fit(vectorization.Call(texts), labels);
/// </code></example>
public sealed class TextVectorization : Layer
{
    private const string Punctuation = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'";

    private readonly LookupTable<string> table;

    static TextVectorization() => Registry.Register<TextVectorization>();

    /// <summary>Creates a layer.</summary>
    /// <param name="maxTokens">The most places, those of padding and unknown words included; null for no limit.</param>
    /// <param name="standardize">How texts are made alike.</param>
    /// <param name="split">How texts are cut.</param>
    /// <param name="ngrams">Also takes runs of 2 to this many neighbouring words, with spaces between; null for words alone.</param>
    /// <param name="outputMode">What the layer gives.</param>
    /// <param name="outputSequenceLength">The length of the rows of numbers: shorter texts are padded, longer ones cut; null for that of the longest text of a call.</param>
    /// <param name="padToMaxTokens">Whether vectors have maxTokens places even where the vocabulary is smaller.</param>
    /// <param name="vocabulary">The words in order; null to call <see cref="Adapt"/>.</param>
    /// <param name="idfWeights">The inverse document frequency of each word, for tf-idf.</param>
    /// <exception cref="ArgumentException">The settings do not fit together; the message says which.</exception>
    public TextVectorization(
        int? maxTokens = null, Standardization standardize = Standardization.LowerAndStripPunctuation, TextSplit split = TextSplit.Whitespace, int? ngrams = null, LookupOutput outputMode = LookupOutput.Int,
        int? outputSequenceLength = null, bool padToMaxTokens = false, IReadOnlyList<string>? vocabulary = null, IReadOnlyList<double>? idfWeights = null)
    {
        (MaxTokens, Standardize, Split, PadToMaxTokens) = (maxTokens, standardize, split, padToMaxTokens);
        Ngrams = Setting.Require(ngrams, ngrams is null or >= 1, "1 or more");
        OutputSequenceLength = Setting.Require(outputSequenceLength, outputSequenceLength is null or >= 1, "1 or more");
        Setting.Require(outputMode, outputMode != LookupOutput.OneHot, "numbers, multi-hot, counts or tf-idf");
        if (outputSequenceLength is not null && outputMode != LookupOutput.Int)
            throw new ArgumentException($"{nameof(TextVectorization)}: received outputSequenceLength = {outputSequenceLength} and outputMode = {outputMode}; a length is that of rows of numbers ({LookupOutput.Int}).", nameof(outputSequenceLength));
        table = StringLookup.Table(nameof(TextVectorization), maxTokens, 1, outputMode == LookupOutput.Int ? "" : null, "[UNK]", outputMode, padToMaxTokens, vocabulary, idfWeights);
    }

    /// <summary>The most places.</summary>
    public int? MaxTokens { get; }

    /// <summary>How texts are made alike.</summary>
    public Standardization Standardize { get; }

    /// <summary>How texts are cut.</summary>
    public TextSplit Split { get; }

    /// <summary>The longest runs of words that are tokens.</summary>
    public int? Ngrams { get; }

    /// <summary>What the layer gives.</summary>
    public LookupOutput OutputMode => table.Output;

    /// <summary>The length of the rows of numbers.</summary>
    public int? OutputSequenceLength { get; }

    /// <summary>Whether vectors have <see cref="MaxTokens"/> places.</summary>
    public bool PadToMaxTokens { get; }

    /// <summary>The words in order, without the places before them; null before Adapt.</summary>
    public IReadOnlyList<string>? Vocabulary => table.Vocabulary;

    /// <summary>The inverse document frequencies; null unless tf-idf is given.</summary>
    public IReadOnlyList<double>? IdfWeights => table.IdfWeights;

    /// <inheritdoc/>
    protected override bool SupportsMasking => true;

    /// <summary>How many places there are: the size of an embedding.</summary>
    /// <exception cref="InvalidOperationException">There is no vocabulary yet.</exception>
    public int VocabularySize => table.Size(Label);

    /// <summary>The vocabulary in the order of the numbers.</summary>
    /// <param name="includeSpecialTokens">Whether to begin with padding and the place for unknown words.</param>
    public IReadOnlyList<string> GetVocabulary(bool includeSpecialTokens = true) => table.All(includeSpecialTokens);

    /// <summary>Makes the vocabulary of the words that occur, the most frequent first, and forgets the one before.</summary>
    /// <exception cref="ArgumentException">There are no texts.</exception>
    public void Adapt(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        table.Adapt(Label, texts.Select(Tokens));
    }

    /// <summary>Rows of numbers, shape <c>(texts, length)</c>, Int32; or vectors, shape <c>(texts, places)</c>.</summary>
    /// <exception cref="InvalidOperationException">There is no vocabulary yet.</exception>
    /// <exception cref="ArgumentException">There are no texts.</exception>
    public Tensor Call(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
            throw new ArgumentException($"Layer {Label}: received no texts; expected one or more.", nameof(texts));
        int[][] rows = [.. texts.Select(text => Tokens(text).Select(token => StringLookup.Number(table, Label, token)).ToArray())];
        int length = OutputSequenceLength ?? Math.Max(1, rows.Max(row => row.Length));
        int[] ids = new int[rows.Length * length];
        if (OutputMode != LookupOutput.Int)
            Array.Fill(ids, -1);
        foreach ((int i, int[] row) in rows.Index())
            row.AsSpan(0, Math.Min(row.Length, length)).CopyTo(ids.AsSpan(i * length));
        return table.Encode(Label, Tensor.From(ids, [rows.Length, length]));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context) => input;

    private IEnumerable<string> Tokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string alike = Standardize is Standardization.Lower or Standardization.LowerAndStripPunctuation ? text.ToLowerInvariant() : text;
        if (Standardize is Standardization.StripPunctuation or Standardization.LowerAndStripPunctuation)
            alike = string.Concat(alike.Where(character => !Punctuation.Contains(character, StringComparison.Ordinal)));
        string[] tokens = Split switch
        {
            TextSplit.Whitespace => alike.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
            TextSplit.Character => [.. alike.EnumerateRunes().Select(rune => rune.ToString())],
            _ => [alike],
        };
        return Enumerable.Range(1, Ngrams ?? 1).SelectMany(order => Enumerable.Range(0, Math.Max(0, tokens.Length - order + 1)).Select(start => string.Join(' ', tokens[start..(start + order)])));
    }
}
