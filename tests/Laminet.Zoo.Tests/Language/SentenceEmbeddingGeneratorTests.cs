using Laminet.Extensions.AI;
using Laminet.Tensors;
using Laminet.Zoo.Language;
using Microsoft.Extensions.AI;

namespace Laminet.Zoo.Tests.Language;

public class SentenceEmbeddingGeneratorTests
{
    private static readonly SentenceEncoder Encoder = new(
        Bert.SentenceVectors(Bert.Encoder(new() { VocabularySize = 30, MaxLength = 20, Width = 16, NumBlocks = 1, NumHeads = 2, Seed = 1 })), text => [.. text.Select(letter => letter - 'a' + 1)], batchSize: 2);

    [Fact]
    public async Task It_gives_the_vectors_of_the_encoder_with_name_and_number_of_tokens()
    {
        using SentenceEmbeddingGenerator generator = new(Encoder, "letters");
        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(["abc", "hello", "z"]);
        Tensor expected = Encoder.Encode(["abc", "hello", "z"]);
        Assert.Equal(expected.ToArray<float>(), embeddings.SelectMany(embedding => embedding.Vector.ToArray()));
        Assert.All(embeddings, embedding => Assert.Equal(("letters", 16), (embedding.ModelId, embedding.Vector.Length)));
        Assert.Equal(9, embeddings.Usage!.InputTokenCount);
        Assert.Equal(("laminet", "letters", 16), generator.GetService<EmbeddingGeneratorMetadata>() is { } metadata ? (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions) : default);
        Assert.Same(Encoder, generator.GetService<SentenceEncoder>());
        Assert.Null(generator.GetService(typeof(SentenceEncoder), "key"));
        Assert.Empty(await generator.GenerateAsync([]));
    }

    [Fact]
    public async Task Several_threads_may_ask()
    {
        using SentenceEmbeddingGenerator generator = new(Encoder);
        string[] texts = [.. Enumerable.Range(0, 12).Select(i => new string((char)('a' + i), 1 + i))];
        GeneratedEmbeddings<Embedding<float>>[] all = await Task.WhenAll(texts.Select(text => generator.GenerateAsync([text])));
        for (int i = 0; i < texts.Length; i++)
            Assert.Equal(Encoder.Encode([texts[i]]).ToArray<float>(), all[i][0].Vector.ToArray());
    }

    [Fact]
    public async Task Options_that_the_encoder_cannot_meet_are_told()
    {
        using SentenceEmbeddingGenerator generator = new(Encoder, "letters");
        Assert.Contains("have 16", (await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync(["a"], new() { Dimensions = 8 }))).Message, StringComparison.Ordinal);
        Assert.Contains("'letters'", (await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync(["a"], new() { ModelId = "words" }))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => generator.GenerateAsync(["a"], cancellationToken: new CancellationToken(canceled: true)));
    }
}
