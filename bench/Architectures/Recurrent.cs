using Laminet.Layers;
using Laminet.Losses;

namespace Laminet.Bench.Architectures;

/// <summary>Recurrent networks: reviews of 200 words, read in both directions by two layers, and series of 32 numbers over 100 steps.</summary>
internal static class Recurrent
{
    private const int Words = 20_000;

    public static Architecture BidirectionalLSTM { get; } = Reviews("imdb_bilstm", 2_757_761, sequences => new LSTM(64, returnSequences: sequences));

    public static Architecture BidirectionalGRU { get; } = Reviews("imdb_bigru", 2_709_121, sequences => new GRU(64, returnSequences: sequences));

    public static Architecture Series { get; } = Architecture.Of("series_rnn", [100, 32], 1, 20_737, input => input.Then(new SimpleRNN(128), new Dense(1)), () => new MeanSquaredError());

    private static Architecture Reviews(string name, long parameters, Func<bool, RecurrentLayer> layer) => Architecture.Of(
        name, [200], 1, parameters,
        input => input.Then(new Embedding(Words, 128), new Bidirectional(layer(true)), new Bidirectional(layer(false)), new Dense(1)),
        () => new BinaryCrossentropy(fromLogits: true), Words);
}
