using Laminet.Zoo.Language;
using Microsoft.Extensions.AI;

namespace Laminet.Extensions.AI;

/// <summary>
/// A <see cref="SentenceEncoder"/> as the embedding generator of Microsoft.Extensions.AI: vectors of length 1, whose products are cosines. Calls may come from several threads, and take turns.
/// </summary>
/// <example><code>
/// using IEmbeddingGenerator&lt;string, Embedding&lt;float&gt;&gt; generator = new SentenceEmbeddingGenerator(encoder, "all-MiniLM-L6-v2");
/// ReadOnlyMemory&lt;float&gt; vector = await generator.GenerateVectorAsync("a cat on a mat");
/// </code></example>
public sealed class SentenceEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly SentenceEncoder encoder;
    private readonly EmbeddingGeneratorMetadata metadata;
    private readonly Lock turn = new();

    /// <summary>Makes a generator of an encoder.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="modelId">What the model is called; it goes with each embedding. Null for no name.</param>
    public SentenceEmbeddingGenerator(SentenceEncoder encoder, string? modelId = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        (this.encoder, metadata) = (encoder, new EmbeddingGeneratorMetadata("laminet", defaultModelId: modelId, defaultModelDimensions: encoder.Width));
    }

    /// <summary>The embeddings of texts, in their order.</summary>
    /// <param name="values">The texts.</param>
    /// <param name="options">The dimensions, if given, must be the encoder's, and the model the one of this generator.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="ArgumentException">The options ask for other dimensions or another model, or a text has no tokens.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } dimensions && dimensions != encoder.Width)
            throw new ArgumentException($"SentenceEmbeddingGenerator: received options with {dimensions} dimensions; this encoder's vectors have {encoder.Width}. Leave Dimensions out.", nameof(options));
        if (options?.ModelId is { } model && model != metadata.DefaultModelId)
            throw new ArgumentException($"SentenceEmbeddingGenerator: received options for the model '{model}'; this generator's is '{metadata.DefaultModelId}'. Leave ModelId out.", nameof(options));
        string[] texts = [.. values];
        return Task.Run(() => Generate(texts, cancellationToken), cancellationToken);
    }

    /// <summary>This generator, its <see cref="EmbeddingGeneratorMetadata"/> or its <see cref="SentenceEncoder"/>; null for another type, or with a key.</summary>
    /// <param name="serviceType">The type that is wanted.</param>
    /// <param name="serviceKey">No service has a key.</param>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null : ((object[])[this, metadata, encoder]).FirstOrDefault(serviceType.IsInstanceOfType);
    }

    /// <summary>Does nothing: the model belongs to who made it.</summary>
    public void Dispose()
    {
    }

    private GeneratedEmbeddings<Embedding<float>> Generate(string[] texts, CancellationToken cancellationToken)
    {
        float[] numbers;
        lock (turn)
            numbers = encoder.Encode(texts, cancellationToken).ToArray<float>();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        long tokens = texts.Sum(text => (long)encoder.CountTokens(text));
        return new(Enumerable.Range(0, texts.Length).Select(place =>
            new Embedding<float>(numbers.AsMemory(place * encoder.Width, encoder.Width)) { CreatedAt = now, ModelId = metadata.DefaultModelId }))
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }
}
