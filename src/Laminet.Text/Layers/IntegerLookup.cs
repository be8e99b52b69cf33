using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Text.Layers;

/// <summary>Places in a vocabulary for integers of any size, such as identifiers. It takes tensors, in a model too, and its vocabulary is saved with the model. As in Keras.</summary>
/// <example><code>
/// IntegerLookup lookup = new();
/// lookup.Adapt([12, 1138, 42, 42]);
/// Tensor ids = lookup.Call(Tensor.From(new[] { 42, 7 }));  // [1, 0]
/// </code></example>
public sealed class IntegerLookup : Layer
{
    private readonly LookupTable<long> table;

    static IntegerLookup() => Registry.Register<IntegerLookup>();

    /// <summary>Creates a layer.</summary>
    /// <param name="maxTokens">The most places, those of the mask and of unknown integers included; null for no limit.</param>
    /// <param name="numOovIndices">How many places unknown integers share, by their remainder. With 0 an unknown integer gives -1.</param>
    /// <param name="maskToken">The integer that stands for padding and has the place 0; null for none.</param>
    /// <param name="oovToken">What the vocabulary shows in the places for unknown integers.</param>
    /// <param name="vocabulary">The integers in order; null to call <see cref="Adapt(IEnumerable{long})"/>.</param>
    /// <param name="idfWeights">The inverse document frequency of each integer, for tf-idf.</param>
    /// <param name="outputMode">What the layer gives.</param>
    /// <param name="padToMaxTokens">Whether vectors have maxTokens places even where the vocabulary is smaller.</param>
    /// <exception cref="ArgumentException">The settings do not fit together; the message says which.</exception>
    public IntegerLookup(
        int? maxTokens = null, int numOovIndices = 1, int? maskToken = null, int oovToken = -1, IReadOnlyList<string>? vocabulary = null, IReadOnlyList<double>? idfWeights = null,
        LookupOutput outputMode = LookupOutput.Int, bool padToMaxTokens = false)
    {
        (MaxTokens, MaskToken, OovToken, PadToMaxTokens) = (maxTokens, maskToken, oovToken, padToMaxTokens);
        table = new LookupTable<long>(nameof(IntegerLookup), EqualityComparer<long>.Default, Comparer<long>.Default, maxTokens, numOovIndices, (maskToken is not null, maskToken ?? 0), oovToken, outputMode, padToMaxTokens,
            vocabulary is null ? null : [.. vocabulary.Select(Parse)], idfWeights);
    }

    /// <summary>The most places.</summary>
    public int? MaxTokens { get; }

    /// <summary>How many places unknown integers share.</summary>
    public int NumOovIndices => table.UnknownPlaces;

    /// <summary>The integer that stands for padding.</summary>
    public int? MaskToken { get; }

    /// <summary>What the vocabulary shows for unknown integers.</summary>
    public int OovToken { get; }

    /// <summary>The integers in order, without the places before them, in digits: JSON's numbers do not hold all of 64 bits. Null before Adapt.</summary>
    public IReadOnlyList<string>? Vocabulary => table.Vocabulary is { } known ? [.. known.Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture))] : null;

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

    /// <summary>The vocabulary in the order of the places.</summary>
    /// <param name="includeSpecialTokens">Whether to begin with the mask and the places for unknown integers.</param>
    public IReadOnlyList<long> GetVocabulary(bool includeSpecialTokens = true) => table.All(includeSpecialTokens);

    /// <summary>Makes the vocabulary of the integers that occur, the most frequent first, and forgets the one before. Call it before a model with this layer is used.</summary>
    /// <exception cref="ArgumentException">There are no integers.</exception>
    public void Adapt(IEnumerable<long> integers)
    {
        ArgumentNullException.ThrowIfNull(integers);
        Adapt(integers.Select(one => (IEnumerable<long>)[one]));
    }

    /// <summary>Makes the vocabulary of rows of integers; for tf-idf each row is a document.</summary>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public void Adapt(IEnumerable<IEnumerable<long>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        table.Adapt(Label, rows);
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!TokenEncoding.IsInteger(input))
            throw new DTypeException($"received {input.Spec}; expected integers. Give the model's Input that type: new Input([null], DType.Int64).");
        Tensor numbers = input.Cast(DType.Int64), unknown = UnknownIds(numbers);
        List<(long Token, int Id)> pairs = [.. table.Required(Label).Index().Select(pair => (pair.Item, table.Start + pair.Index))];
        if (MaskToken is { } mask)
            pairs.Add((mask, table.UnknownStart - 1));
        (long Token, int Id)[] sorted = [.. pairs.OrderBy(pair => pair.Token)];
        if (sorted.Length == 0)
            return table.Encode(Label, unknown);
        // The place of each number among the sorted tokens; the last place stands for those above all of them.
        Tensor places = Tensor.From([.. sorted.Select(pair => pair.Token)]).SearchSorted(numbers).Cast(DType.Int32).Clip(0, sorted.Length - 1);
        Tensor isKnown = Tensor.From([.. sorted.Select(pair => pair.Token)]).Gather(places).Equal(numbers);
        return table.Encode(Label, Tensor.Where(isKnown, Tensor.From([.. sorted.Select(pair => pair.Id)]).Gather(places), unknown));
    }

    private Tensor UnknownIds(Tensor numbers) => NumOovIndices switch
    {
        0 => Tensor.Full(numbers.Shape, -1, DType.Int32),
        1 => Tensor.Full(numbers.Shape, table.UnknownStart, DType.Int32),
        int places => (numbers.Mod(places) + table.UnknownStart).Cast(DType.Int32),
    };

    private static long Parse(string digits) => long.TryParse(digits, System.Globalization.CultureInfo.InvariantCulture, out long number)
        ? number
        : throw new ArgumentException($"{nameof(IntegerLookup)}: received '{digits}' in the vocabulary; expected integers.", nameof(digits));
}
