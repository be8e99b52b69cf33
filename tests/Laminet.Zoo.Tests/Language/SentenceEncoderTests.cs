using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Language;

namespace Laminet.Zoo.Tests.Language;

public class SentenceEncoderTests
{
    private static readonly Model Encoder = Bert.Encoder(new() { VocabularySize = 30, MaxLength = 40, Width = 16, NumBlocks = 1, NumHeads = 2, Seed = 1 });

    // Each letter is a token.
    private static readonly SentenceEncoder Sentences = new(Bert.SentenceVectors(Encoder), text => [.. text.Select(letter => letter - 'a' + 1)], batchSize: 4);

    [Fact]
    public void Texts_of_any_length_and_order_give_the_vectors_of_each_alone()
    {
        string[] texts = ["abc", "z", new('q', 40), "hello", "world", "sphinx", new('x', 17), "abc", "xyz"];
        Tensor all = Sentences.Encode(texts);
        Assert.Equal([9, 16], all.Shape);
        for (int i = 0; i < texts.Length; i++)
            Assert.InRange((all.Slice(i, i + 1) - Sentences.Model.Predict(Tensor.From([.. texts[i].Select(letter => letter - 'a' + 1)], [1, texts[i].Length]))).Abs().Max().ToDouble(), 0, 1e-5);
        Assert.All(all.Square().Sum(1).ToArray<float>(), length => Assert.Equal(1, length, 1e-5));
        Assert.Equal(5, Sentences.CountTokens("hello"));
        Assert.Equal([0, 16], Sentences.Encode([]).Shape);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Contains("has no tokens", Assert.Throws<ArgumentException>(() => Sentences.Encode(["a", ""])).Message, StringComparison.Ordinal);
        Assert.Contains("Take Bert.SentenceVectors", Assert.Throws<ArgumentException>(() => new SentenceEncoder(Bert.Classifier(Bert.Encoder(new() { VocabularySize = 9, Width = 8, NumBlocks = 1, NumHeads = 1, HasSegments = true }), 2), _ => [1])).Message, StringComparison.Ordinal);
        Assert.Throws<OperationCanceledException>(() => Sentences.Encode(["a"], new CancellationToken(canceled: true)));
    }
}
