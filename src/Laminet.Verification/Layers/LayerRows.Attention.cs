using Laminet.Layers;

namespace Laminet.Verification.Layers;

internal static partial class LayerRows
{
    private static readonly LayerRow[] Attention =
    [
        new(typeof(LayerNormalization), type => new LayerNormalization { DType = type }, [3, 5, 7], [3, 5, 7], 14),
        new(typeof(LayerNormalization), type => new LayerNormalization(axis: [1, 2], epsilon: 1e-2) { DType = type }, [3, 5, 7], [3, 5, 7], 70),
        new(typeof(LayerNormalization), type => new LayerNormalization(axis: 1, center: false) { DType = type }, [3, 5, 7], [3, 5, 7], 5),
        new(typeof(LayerNormalization), type => new LayerNormalization(scale: false) { DType = type }, [3, 20], [3, 20], 20),
        new(typeof(RMSNormalization), type => new RMSNormalization { DType = type }, [3, 5, 7], [3, 5, 7], 7),
        new(typeof(RMSNormalization), type => new RMSNormalization(axis: [-1, 1]) { DType = type }, [3, 5, 7], [3, 5, 7], 35),
        new(typeof(Attention), type => new Attention { DType = type }, [2, 4, 3], [2, 4, 3], 0, Inputs: 2),
        new(typeof(Attention), type => new Attention(useScale: true, scoreMode: ScoreMode.Concat, dropout: 0.3, useCausalMask: true) { DType = type }, [2, 4, 3], [2, 4, 3], 2, Inputs: 3),
        new(typeof(AdditiveAttention), type => new AdditiveAttention { DType = type }, [2, 4, 3], [2, 4, 3], 3, Inputs: 3),
        new(typeof(AdditiveAttention), type => new AdditiveAttention(useScale: false, useCausalMask: true) { DType = type }, [2, 4, 3], [2, 4, 3], 0, Inputs: 2),
        new(typeof(MultiHeadAttention), type => new MultiHeadAttention(2, 3) { DType = type }, [2, 4, 5], [2, 4, 5], 143),
        new(typeof(MultiHeadAttention), type => new MultiHeadAttention(2, 3, valueDim: 4, dropout: 0.4, useBias: false, outputShape: [3, 2], useCausalMask: true) { DType = type }, [2, 4, 5], [2, 4, 3, 2], 148, Inputs: 3),
        new(typeof(MultiHeadAttention), type => new MultiHeadAttention(2) { DType = type }, [2, 4, 6], [2, 4, 6], 168, Inputs: 2),
        new(typeof(MultiHeadAttention), type => new MultiHeadAttention(2, 3, slidingWindow: 2, useGate: true) { DType = type }, [2, 4, 5], [2, 4, 5], 179),
        new(typeof(GroupQueryAttention), type => new GroupQueryAttention(3, 4, 2, slidingWindow: 3, useGate: true) { DType = type }, [2, 4, 5], [2, 4, 5], 281),
        new(typeof(GroupQueryAttention), type => new GroupQueryAttention(3, 4, 2, useCausalMask: true) { DType = type }, [2, 4, 5], [2, 4, 5], 209),
        new(typeof(GroupQueryAttention), type => new GroupQueryAttention(2, 3, 1, dropout: 0.3, useBias: false) { DType = type }, [2, 4, 5], [2, 4, 5], 80, Inputs: 2),
        new(typeof(GroupQueryAttention), type => new GroupQueryAttention(2, 4, 2, useBias: false, useCausalMask: true, rotaryMaxWavelength: 100) { DType = type }, [2, 4, 5], [2, 4, 5], 120),
        new(typeof(TransformerEncoder), type => new TransformerEncoder(5, 2, dropout: 0.2) { DType = type }, [2, 4, 6], [2, 4, 6], 263),
        new(typeof(TransformerEncoder), type => new TransformerEncoder(5, 3, activation: "tanh", normalizeFirst: true) { DType = type }, [2, 4, 6], [2, 4, 6], 263),
        new(typeof(TransformerDecoder), type => new TransformerDecoder(5, 2, activation: "tanh") { DType = type }, [2, 4, 6], [2, 4, 6], 263),
        new(typeof(TransformerDecoder), type => new TransformerDecoder(5, 2, dropout: 0.2, activation: "sigmoid", normalizeFirst: true) { DType = type }, [2, 4, 6], [2, 4, 6], 443, Inputs: 2),
        new(typeof(LayerScale), type => new LayerScale(0.5) { DType = type }, [2, 3, 4], [2, 3, 4], 4),
        new(typeof(ClassToken), type => new ClassToken("random_normal") { DType = type }, [2, 4, 6], [2, 5, 6], 6),
        new(typeof(PositionEmbedding), type => new PositionEmbedding(9) { DType = type }, [2, 4, 6], [2, 4, 6], 54),
        new(typeof(SinePositionEncoding), type => new SinePositionEncoding { DType = type }, [2, 4, 6], [2, 4, 6], 0),
        new(typeof(RotaryEmbedding), type => new RotaryEmbedding { DType = type }, [2, 4, 3, 6], [2, 4, 3, 6], 0),
        new(typeof(RotaryEmbedding), type => new RotaryEmbedding(100, 2, sequenceAxis: 2, featureAxis: 1) { DType = type }, [2, 4, 3], [2, 4, 3], 0),
        new(typeof(ReversibleEmbedding), type => new ReversibleEmbedding(7, 3, maskZero: true) { DType = type }, [2, 5], [2, 5, 3], 21, Indices: 7),
        new(typeof(ReversibleEmbedding), type => new ReversibleEmbedding(7, 3, logitSoftCap: 2) { DType = type }, [2, 5, 3], [2, 5, 7], 21),
        new(typeof(TokenAndPositionEmbedding), type => new TokenAndPositionEmbedding(7, 6, 3) { DType = type }, [2, 5], [2, 5, 3], 39, Indices: 7),
    ];
}
