using System.Globalization;
using Laminet.Tensors;

namespace Laminet.Text.Layers;

/// <summary>The part that the look-up layers share: places for the mask and for unknown tokens, then the vocabulary; counting, and inverse document frequencies. As Keras's IndexLookup.</summary>
internal sealed class LookupTable<T> where T : notnull
{
    private readonly Dictionary<T, int> ids;
    private readonly Comparer<T> order;
    private readonly T? mask;
    private readonly bool hasMask;
    private readonly T unknown;
    private readonly int? maxTokens;
    private readonly bool padsToMaxTokens;

    public LookupTable(
        string layer, IEqualityComparer<T> equality, Comparer<T> order, int? maxTokens, int unknownPlaces, (bool Has, T? Token) mask, T unknown, LookupOutput output, bool padsToMaxTokens,
        IReadOnlyList<T>? vocabulary, IReadOnlyList<double>? idfWeights)
    {
        (ids, this.order, this.unknown, UnknownPlaces, Output) = (new Dictionary<T, int>(equality), order, unknown, unknownPlaces, output);
        (hasMask, this.mask, this.maxTokens, this.padsToMaxTokens) = (mask.Has, mask.Token, maxTokens, padsToMaxTokens);
        if (unknownPlaces < 0)
            throw new ArgumentOutOfRangeException(nameof(unknownPlaces), $"{layer}: received numOovIndices = {unknownPlaces}; expected 0 or more.");
        if (maxTokens is { } most && most <= Start)
            throw new ArgumentOutOfRangeException(nameof(maxTokens), $"{layer}: received maxTokens = {most}; expected more than {Start}, the places for the mask and for unknown tokens.");
        if (padsToMaxTokens && maxTokens is null)
            throw new ArgumentException($"{layer}: received padToMaxTokens without maxTokens; give both.", nameof(maxTokens));
        if (idfWeights is not null && vocabulary is null)
            throw new ArgumentException($"{layer}: received idfWeights without a vocabulary; give both, or neither and call Adapt.", nameof(idfWeights));
        if (vocabulary is not null)
            Set(layer, vocabulary, idfWeights);
    }

    public int UnknownPlaces { get; }

    public LookupOutput Output { get; }

    /// <summary>The tokens without the places before them; null before Adapt.</summary>
    public IReadOnlyList<T>? Vocabulary { get; private set; }

    public IReadOnlyList<double>? IdfWeights { get; private set; }

    /// <summary>The place of the first unknown token. A mask has a place of its own only where numbers are given.</summary>
    public int UnknownStart => hasMask && Output == LookupOutput.Int ? 1 : 0;

    /// <summary>The place of the vocabulary's first token.</summary>
    public int Start => UnknownStart + UnknownPlaces;

    public IReadOnlyList<T> All(bool special) =>
        [.. special && UnknownStart > 0 ? new[] { mask! } : [], .. special ? Enumerable.Repeat(unknown, UnknownPlaces) : [], .. Vocabulary ?? []];

    public int Size(string layer) => padsToMaxTokens ? maxTokens!.Value : Start + Required(layer).Count;

    /// <summary>The number of a token; null if it is not known, and -1 for a mask that has no place.</summary>
    public int? IdOf(T token) => hasMask && ids.Comparer.Equals(token, mask!) ? UnknownStart - 1 : ids.TryGetValue(token, out int id) ? id : null;

    public IReadOnlyList<T> Required(string layer) => Vocabulary
        ?? throw new InvalidOperationException($"Layer {layer} has no vocabulary yet. Call its Adapt on the training data before it is used, or give the constructor one.");

    /// <summary>The tokens by their frequency, the most frequent first; of one frequency the last in order first, as in Keras.</summary>
    /// <param name="layer">The layer, for errors.</param>
    /// <param name="documents">Texts as tokens.</param>
    public void Adapt(string layer, IEnumerable<IEnumerable<T>> documents)
    {
        Dictionary<T, (long Count, long Documents)> counts = new(ids.Comparer);
        long total = 0;
        foreach (IEnumerable<T> document in documents)
        {
            HashSet<T> seen = new(ids.Comparer);
            total++;
            foreach (T token in document)
            {
                (long count, long within) = counts.GetValueOrDefault(token);
                counts[token] = (count + 1, within + (seen.Add(token) ? 1 : 0));
            }
        }

        if (total == 0)
            throw new ArgumentException($"Layer {layer}: Adapt received no data; expected one row or more.", nameof(documents));
        counts.Remove(unknown);
        if (hasMask)
            counts.Remove(mask!);
        T[] kept = [.. counts.OrderByDescending(pair => pair.Value.Count).ThenByDescending(pair => pair.Key, order).Take((maxTokens ?? int.MaxValue) - Start).Select(pair => pair.Key)];
        Set(layer, kept, Output == LookupOutput.TfIdf ? [.. kept.Select(token => Math.Log(1 + (total / (1.0 + counts[token].Documents))))] : null);
    }

    /// <summary>The numbers as the layer gives them.</summary>
    public Tensor Encode(string layer, Tensor numbers) => TokenEncoding.Apply(numbers, Output, Output == LookupOutput.Int ? 0 : Size(layer), Output == LookupOutput.TfIdf ? Weights(layer) : null);

    // Unknown tokens weigh as the mean of the known ones; places beyond the vocabulary nothing.
    private Tensor Weights(string layer)
    {
        double mean = IdfWeights is { Count: > 0 } ? IdfWeights.Average() : 0;
        float[] weights = new float[Size(layer)];
        for (int i = 0; i < Start + Required(layer).Count; i++)
            weights[i] = (float)(i < Start ? mean : IdfWeights![i - Start]);
        return Tensor.From(weights);
    }

    private void Set(string layer, IReadOnlyList<T> vocabulary, IReadOnlyList<double>? idfWeights)
    {
        // A list that GetVocabulary gave has the special tokens in front.
        int special = All(special: true).Count - (Vocabulary?.Count ?? 0);
        T[] expected = [.. All(special: true).Take(special)];
        if (special > 0 && vocabulary.Count >= special && vocabulary.Take(special).SequenceEqual(expected, ids.Comparer))
            vocabulary = [.. vocabulary.Skip(special)];
        if (Output == LookupOutput.TfIdf && idfWeights is null)
            throw new ArgumentException($"Layer {layer}: received a vocabulary without idfWeights, which tf-idf needs; give one for each token, or call Adapt.", nameof(idfWeights));
        if (idfWeights is not null && idfWeights.Count != vocabulary.Count)
            throw new ArgumentException($"Layer {layer}: received {vocabulary.Count} tokens and {idfWeights.Count} idfWeights; expected one for each.", nameof(idfWeights));
        if (maxTokens is { } most && Start + vocabulary.Count > most)
            throw new ArgumentException($"Layer {layer}: received {vocabulary.Count} tokens; with {Start} places for the mask and unknown tokens they are more than maxTokens = {most}.", nameof(vocabulary));
        ids.Clear();
        foreach ((int index, T token) in vocabulary.Index())
        {
            if (ids.Comparer.Equals(token, unknown) || (hasMask && ids.Comparer.Equals(token, mask!)))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Layer {layer}: the vocabulary has the token '{token}' at place {index}, which stands for the mask or for unknown tokens. Leave it out."), nameof(vocabulary));
            if (!ids.TryAdd(token, Start + index))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Layer {layer}: the vocabulary has the token '{token}' twice, at the places {ids[token] - Start} and {index}."), nameof(vocabulary));
        }

        (Vocabulary, IdfWeights) = ([.. vocabulary], idfWeights);
    }
}
