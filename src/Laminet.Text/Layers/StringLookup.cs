using System.Text;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Text.Layers;

/// <summary>
/// Numbers for strings, by a vocabulary. Tensors hold no strings, so strings enter by <see cref="Call(IReadOnlyList{string})"/>, before the model; within a model the layer passes on what
/// that gave, and its vocabulary is saved with the model. As in Keras.
/// </summary>
/// <example><code>
/// StringLookup lookup = new();
/// lookup.Adapt(["a", "b", "b"]);
/// Tensor ids = lookup.Call(["b", "a", "z"]);  // [1, 2, 0]
/// </code></example>
public sealed class StringLookup : Layer
{
    private readonly LookupTable<string> table;

    static StringLookup() => Registry.Register<StringLookup>();

    /// <summary>Creates a layer.</summary>
    /// <param name="maxTokens">The most places, those of the mask and of unknown strings included; null for no limit.</param>
    /// <param name="numOovIndices">How many places unknown strings share, by their hash. With 0 an unknown string is an error.</param>
    /// <param name="maskToken">The string that stands for padding and has the number 0; null for none.</param>
    /// <param name="oovToken">What the vocabulary shows in the places for unknown strings.</param>
    /// <param name="vocabulary">The strings in order; null to call <see cref="Adapt(IEnumerable{string})"/>.</param>
    /// <param name="idfWeights">The inverse document frequency of each string, for tf-idf.</param>
    /// <param name="outputMode">What the layer gives.</param>
    /// <param name="padToMaxTokens">Whether vectors have maxTokens places even where the vocabulary is smaller.</param>
    /// <exception cref="ArgumentException">The settings do not fit together; the message says which.</exception>
    public StringLookup(
        int? maxTokens = null, int numOovIndices = 1, string? maskToken = null, string oovToken = "[UNK]", IReadOnlyList<string>? vocabulary = null, IReadOnlyList<double>? idfWeights = null,
        LookupOutput outputMode = LookupOutput.Int, bool padToMaxTokens = false)
    {
        (MaxTokens, MaskToken, OovToken, PadToMaxTokens) = (maxTokens, maskToken, oovToken, padToMaxTokens);
        table = Table(nameof(StringLookup), maxTokens, numOovIndices, maskToken, oovToken, outputMode, padToMaxTokens, vocabulary, idfWeights);
    }

    /// <summary>The most places.</summary>
    public int? MaxTokens { get; }

    /// <summary>How many places unknown strings share.</summary>
    public int NumOovIndices => table.UnknownPlaces;

    /// <summary>The string that stands for padding.</summary>
    public string? MaskToken { get; }

    /// <summary>What the vocabulary shows for unknown strings.</summary>
    public string OovToken { get; }

    /// <summary>The strings in order, without the places before them; null before Adapt.</summary>
    public IReadOnlyList<string>? Vocabulary => table.Vocabulary;

    /// <summary>The inverse document frequencies; null unless tf-idf is given.</summary>
    public IReadOnlyList<double>? IdfWeights => table.IdfWeights;

    /// <summary>What the layer gives.</summary>
    public LookupOutput OutputMode => table.Output;

    /// <summary>Whether vectors have <see cref="MaxTokens"/> places.</summary>
    public bool PadToMaxTokens { get; }

    /// <inheritdoc/>
    protected override bool SupportsMasking => true;

    /// <summary>How many places there are: the size of an embedding.</summary>
    /// <exception cref="InvalidOperationException">There is no vocabulary yet.</exception>
    public int VocabularySize => table.Size(Label);

    /// <summary>The vocabulary in the order of the numbers.</summary>
    /// <param name="includeSpecialTokens">Whether to begin with the mask and the places for unknown strings.</param>
    public IReadOnlyList<string> GetVocabulary(bool includeSpecialTokens = true) => table.All(includeSpecialTokens);

    /// <summary>Makes the vocabulary of the strings that occur, the most frequent first, and forgets the one before. For tf-idf each string is a document.</summary>
    /// <exception cref="ArgumentException">There are no strings.</exception>
    public void Adapt(IEnumerable<string> strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        Adapt(strings.Select(one => (IEnumerable<string>)[one]));
    }

    /// <summary>Makes the vocabulary of rows of strings; for tf-idf each row is a document.</summary>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public void Adapt(IEnumerable<IEnumerable<string>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        table.Adapt(Label, rows);
    }

    /// <summary>The numbers of strings, shape <c>(strings,)</c>, or what <see cref="OutputMode"/> makes of them.</summary>
    /// <exception cref="InvalidOperationException">There is no vocabulary yet.</exception>
    /// <exception cref="ArgumentException">A string is not known, and there are no places for unknown ones.</exception>
    public Tensor Call(IReadOnlyList<string> strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        return table.Encode(Label, Tensor.From([.. strings.Select(IdOf)]));
    }

    /// <summary>The numbers of rows of strings of one length, shape <c>(rows, strings)</c>, or what <see cref="OutputMode"/> makes of them.</summary>
    /// <inheritdoc cref="Call(IReadOnlyList{string})" path="/exception"/>
    public Tensor Call(string[,] strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        return table.Encode(Label, Tensor.From([.. strings.Cast<string>().Select(IdOf)], [strings.GetLength(0), strings.GetLength(1)]));
    }

    /// <summary>The strings of numbers: the inverse of the look-up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in the vocabulary.</exception>
    public IReadOnlyList<string> Strings(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        IReadOnlyList<string> all = GetVocabulary();
        return [.. ids.Select(id => id >= 0 && id < all.Count ? all[id] : throw new ArgumentOutOfRangeException(nameof(ids), $"Received the number {id}; the vocabulary has {all.Count} strings."))];
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context) => input;

    internal static LookupTable<string> Table(
        string layer, int? maxTokens, int unknownPlaces, string? mask, string unknown, LookupOutput output, bool pads, IReadOnlyList<string>? vocabulary, IReadOnlyList<double>? idfWeights) =>
        new(layer, StringComparer.Ordinal, Utf8Order, maxTokens, unknownPlaces, (mask is not null, mask), unknown, output, pads, vocabulary, idfWeights);

    /// <summary>The number of a string in a table.</summary>
    internal static int Number(LookupTable<string> table, string layer, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        table.Required(layer);
        return table.IdOf(text) ?? table.UnknownPlaces switch
        {
            0 => throw new ArgumentException($"Layer {layer}: the string '{text}' is not in the vocabulary, and numOovIndices is 0. Add it, or give places for unknown strings.", nameof(text)),
            1 => table.UnknownStart,
            int places => table.UnknownStart + (int)(FarmHash.Of(Encoding.UTF8.GetBytes(text)) % (ulong)places),
        };
    }

    private static Comparer<string> Utf8Order { get; } = Comparer<string>.Create(CompareCodePoints);

    // The order of UTF-8 bytes is that of code points; in UTF-16 the halves of those beyond the BMP are below its last characters.
    private static int CompareCodePoints(string one, string other)
    {
        int place = one.AsSpan().CommonPrefixLength(other);
        if (place == one.Length || place == other.Length)
            return one.Length.CompareTo(other.Length);
        bool isHalf = char.IsSurrogate(one[place]), isOtherHalf = char.IsSurrogate(other[place]);
        return isHalf == isOtherHalf ? one[place].CompareTo(other[place]) : isHalf.CompareTo(isOtherHalf);
    }

    private int IdOf(string text) => Number(table, Label, text);
}
