using Laminet.Layers;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Tests.Shared;
using Laminet.Training;

namespace Laminet.Tests.Layers;

/// <summary>A step of a transformer allocates nothing managed, with masks and dropout, too.</summary>
[Collection("Engine settings")]
public sealed class AttentionAllocationTests
{
    [Fact]
    public void A_step_of_a_transformer_allocates_nothing()
    {
        var tokens = new Input([12], DType.Int32);
        SymbolicTensor x = new TokenAndPositionEmbedding(9, 12, 16, maskZero: true).Call(tokens);
        x = new TransformerEncoder(32, 2, dropout: 0.1, activation: new(t => t.Gelu())).Call(x);
        x = new TransformerDecoder(32, 4, normalizeFirst: true).Call(x);
        Model model = new(tokens, new Dense(9).Call(x), seed: 1);
        model.Compile("adam", new SparseCategoricalCrossentropy(fromLogits: true));
        Tensor batch = (new RandomKey(1).Uniform([4, 12]) * 9).Cast(DType.Int32);
        Assert.Equal(0, Allocations.Of(_ => model.TrainOnBatch(batch, batch)));
    }
}
