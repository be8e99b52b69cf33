using Laminet.Layers;

namespace Laminet.Bench.Architectures;

/// <summary>Four blocks of width 256 with 8 heads over 128 steps: one that predicts the next of 65 characters, and one that tells sequences of 8,000 words apart.</summary>
internal static class Transformer
{
    private const int Width = 256, Heads = 8, Blocks = 4, Steps = 128;

    public static Architecture Gpt { get; } = Architecture.Of("gpt_small", [Steps], 65, 3_225_665, input =>
    {
        SymbolicTensor x = input.Then(new TokenAndPositionEmbedding(65, Steps, Width));
        for (int block = 0; block < Blocks; block++)
            x = x.Then(new TransformerDecoder(4 * Width, Heads, activation: new(x => x.Gelu()), normalizeFirst: true));
        return x.Then(new LayerNormalization(epsilon: 1e-5), new Dense(65));
    }, words: 65, labelAxes: 1);

    public static Architecture Encoder { get; } = Architecture.Of("encoder", [Steps], 2, 5_207_554, input =>
    {
        SymbolicTensor x = input.Then(new Embedding(8000, Width));
        for (int block = 0; block < Blocks; block++)
            x = x.Then(new TransformerEncoder(4 * Width, Heads, activation: new(x => x.Gelu())));
        return x.Then(new GlobalAveragePooling1D(), new Dense(2));
    }, words: 8000);
}
