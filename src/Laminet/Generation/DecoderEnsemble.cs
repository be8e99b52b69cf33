using Laminet.Tensors;

namespace Laminet.Generation;

/// <summary>
/// Several decoders of one vocabulary write together: the logits of a token are the mean of ln p over them, the logarithm of the geometric mean of their probabilities. Networks that began from other seeds err in other ways.
/// (Sutskever, Vinyals and Le, "Sequence to sequence learning with neural networks", 2014.)
/// </summary>
/// <example><code>
/// var ensemble = new DecoderEnsemble([decoder, otherDecoder]);
/// int[][] texts = ensemble.Generate(prompts, new GenerationSettings { MaxNewTokens = 20, NumBeams = 4, StopTokens = [2] });
/// </code></example>
public sealed class DecoderEnsemble : IDecoder
{
    private const char End = ' ';

    /// <summary>Joins decoders.</summary>
    /// <param name="members">One or more, of the same vocabulary.</param>
    /// <exception cref="ArgumentException">There are none, or their vocabularies differ.</exception>
    public DecoderEnsemble(IReadOnlyList<IDecoder> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (members.Select(member => member.VocabularySize).Distinct().Count() != 1)
            throw new ArgumentException($"DecoderEnsemble: received {members.Count} decoders with vocabularies of [{string.Join(", ", members.Select(member => member.VocabularySize))}] tokens; expected one or more decoders of the same vocabulary.", nameof(members));
        Members = [.. members];
    }

    /// <summary>The decoders.</summary>
    public IReadOnlyList<IDecoder> Members { get; }

    /// <inheritdoc/>
    public int VocabularySize => Members[0].VocabularySize;

    /// <inheritdoc/>
    public int? MaxLength => Members.Min(member => member.MaxLength);

    /// <inheritdoc/>
    public Bundle<Tensor> NewCache(int batch, int length) => Join([.. Members.Select(member => member.NewCache(batch, length))]);

    /// <summary>The cache of the ensemble from those of its members, for decoders whose cache holds what they write about.</summary>
    /// <param name="caches">One of each member, in their order.</param>
    /// <exception cref="ArgumentException">There are not as many caches as members.</exception>
    public Bundle<Tensor> Join(IReadOnlyList<Bundle<Tensor>> caches)
    {
        ArgumentNullException.ThrowIfNull(caches);
        return caches.Count == Members.Count
            ? Bundle.Named<Tensor>([.. caches.SelectMany((cache, member) => cache.Select((_, i) => $"{member}{End}{cache.Names?[i]}"))], [.. caches.SelectMany(cache => cache)])
            : throw new ArgumentException($"DecoderEnsemble: received {caches.Count} caches for {Members.Count} decoders; expected one of each, in their order.", nameof(caches));
    }

    /// <inheritdoc/>
    public (Tensor Logits, Bundle<Tensor> Cache) Next(Tensor tokens, Tensor position, Bundle<Tensor> cache, Tensor? padding = null)
    {
        ArgumentNullException.ThrowIfNull(cache);
        (Tensor Logits, Bundle<Tensor> Cache)[] next = [.. Members.Select((member, i) => member.Next(tokens, position, CacheOf(cache, i), padding))];
        Tensor sum = next.Select(one => one.Logits.LogSoftmax()).Aggregate((one, other) => one + other);
        return (sum / next.Length, Join([.. next.Select(one => one.Cache)]));
    }

    private static Bundle<Tensor> CacheOf(Bundle<Tensor> cache, int member)
    {
        string mark = $"{member}{End}";
        int[] places = [.. Enumerable.Range(0, cache.Count).Where(i => cache.Names![i].StartsWith(mark, StringComparison.Ordinal))];
        string[] names = [.. places.Select(i => cache.Names![i][mark.Length..])];
        return Bundle.Named<Tensor>(names.All(name => name.Length == 0) ? null : names, [.. places.Select(i => cache[i])]);
    }
}
