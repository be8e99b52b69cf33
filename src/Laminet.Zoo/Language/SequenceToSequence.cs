using Laminet.Configuration;
using Laminet.Generation;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Language;

/// <summary>
/// A network that reads a sequence of tokens and writes another one. It is trained with teacher forcing: it is given the tokens before the one that it is to write. As a layer it takes the source (batch, steps) and what
/// the target has before each token (batch, time), both Int32, and gives logits (batch, time, vocabulary). Token 0 is padding, at the end of the rows. To decode, call <see cref="NewCache(Tensor, int)"/> with the
/// sources; what the network read is a part of the cache.
/// </summary>
/// <param name="vocabularySize">How many tokens there are to write.</param>
/// <param name="sourceVocabularySize">How many tokens there are to read; as many as to write by default.</param>
public abstract class SequenceToSequence(int vocabularySize, int? sourceVocabularySize) : Layer, IDecoder
{
    private const int LengthStep = 8;

    /// <summary>How many tokens there are to write.</summary>
    public int VocabularySize { get; } = Setting.Require(vocabularySize, vocabularySize >= 2, "2 or more, padding counted");

    /// <summary>How many tokens there are to read.</summary>
    public int SourceVocabularySize { get; } = Setting.Require(sourceVocabularySize ?? vocabularySize, sourceVocabularySize is null or >= 2, "2 or more, padding counted");

    /// <inheritdoc/>
    public int? MaxLength => null;

    /// <summary>Not for these networks: the cache depends on what they read.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    Bundle<Tensor> IDecoder.NewCache(int batch, int length) => throw new InvalidOperationException(
        $"{GetType().Name} writes from what it has read. Give the generation its cache: network.NewCache(sources, length).");

    /// <summary>Reads sources, and gives the cache of targets without tokens.</summary>
    /// <param name="sources">(batch, steps), Int32, padded with 0 at the end.</param>
    /// <param name="length">How many tokens a target can have, the one that starts it counted.</param>
    public abstract Bundle<Tensor> NewCache(Tensor sources, int length);

    /// <inheritdoc/>
    public abstract (Tensor Logits, Bundle<Tensor> Cache) Next(Tensor tokens, Tensor position, Bundle<Tensor> cache, Tensor? padding = null);

    /// <summary>Reads sources and writes a target for each, all in one batch.</summary>
    /// <param name="sources">The tokens of each source, without padding.</param>
    /// <param name="settings">How; set <see cref="GenerationSettings.StopTokens"/> to the token that ends a target.</param>
    /// <param name="start">The token that starts a target in training.</param>
    /// <returns>The tokens of each target, without start and stop.</returns>
    /// <exception cref="ArgumentException">There are no sources, one is empty, or has tokens that are not in the vocabulary or padding; or a setting is wrong.</exception>
    public int[][] Generate(IReadOnlyList<int[]> sources, GenerationSettings settings, int start = 1)
    {
        (settings, Bundle<Tensor> cache) = Read(sources, settings);
        return this.Generate([.. Enumerable.Repeat<int[]>([start], sources.Count)], settings, cache);
    }

    /// <summary>All hypotheses that a beam search keeps for each source, the best first.</summary>
    /// <inheritdoc cref="Generate"/>
    public IReadOnlyList<Hypothesis>[] BeamSearch(IReadOnlyList<int[]> sources, GenerationSettings settings, int start = 1)
    {
        (settings, Bundle<Tensor> cache) = Read(sources, settings);
        return this.BeamSearch([.. Enumerable.Repeat<int[]>([start], sources.Count)], settings, cache);
    }

    /// <summary>Reads a source and writes its target token by token, each when it is asked for.</summary>
    /// <param name="source">The tokens of the source.</param>
    /// <param name="settings">How; no beam search.</param>
    /// <param name="start">The token that starts a target in training.</param>
    /// <param name="cancellationToken">Ends the writing before the next token.</param>
    public IAsyncEnumerable<int> Stream(int[] source, GenerationSettings settings, int start = 1, CancellationToken cancellationToken = default)
    {
        (settings, Bundle<Tensor> cache) = Read([source], settings);
        return this.Stream([start], settings, cache, cancellationToken);
    }

    /// <summary>How much each token that is written looked at each step of the source: (batch, time, steps), for transformers the mean over the heads of the last block. Rows sum to 1.</summary>
    /// <param name="source">(batch, steps), Int32.</param>
    /// <param name="target">What the target has before each token, (batch, time), Int32.</param>
    public abstract Tensor AttentionScores(Tensor source, Tensor target);

    /// <summary>The network as a model with the inputs source and target, for Fit; sequences may have any length.</summary>
    /// <param name="seed">The seed of the weights; null for a new one.</param>
    public Model ToModel(ulong? seed = null)
    {
        Input source = new([null], DType.Int32) { Name = "source" }, target = new([null], DType.Int32) { Name = "target" };
        return new Model([source, target], Call([source, target]).Only, seed: seed);
    }

    /// <inheritdoc/>
    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs[1].NotEqual(0);
    }

    private (GenerationSettings Settings, Bundle<Tensor> Cache) Read(IReadOnlyList<int[]> sources, GenerationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(settings);
        if (sources.Count == 0)
            throw new ArgumentException("Received no sources; expected at least one.", nameof(sources));
        foreach ((int i, int[] source) in sources.Index())
        {
            if (source.Length == 0 || source.Any(token => token < 1 || token >= SourceVocabularySize))
                throw new ArgumentException($"Source {i} is [{string.Join(", ", source)}]; expected tokens from 1 to {SourceVocabularySize - 1}, at least one. Token 0 is padding.", nameof(sources));
        }

        // To a multiple, so that there are few lengths to compile for.
        int length = (sources.Max(source => source.Length) + LengthStep - 1) / LengthStep * LengthStep, newTokens = settings.MaxNewTokens ?? (2 * length);
        Tensor read = Tensor.From([.. sources.SelectMany(source => source.Concat(Enumerable.Repeat(0, length - source.Length)))], [sources.Count, length]);
        return (settings with { MaxNewTokens = newTokens }, NewCache(read, newTokens + 1));
    }

    /// <exception cref="ShapeException">There are other inputs than a source and a target.</exception>
    private protected static (Tensor Source, Tensor Target) Pair(Bundle<Tensor> inputs) =>
        inputs.Count == 2 && inputs.All(input => input.Rank == 2) && inputs[0].Shape[0] == inputs[1].Shape[0]
            ? (inputs[0], inputs[1])
            : throw new ShapeException($"received inputs of shapes {string.Join(", ", inputs.Select(input => input.Shape))}; expected a source (batch, steps) and a target (batch, time).");
}
