using Laminet.Initializers;
using Laminet.Layers;

namespace Laminet.Verification.Layers;

internal static partial class LayerRows
{
    private static readonly LayerRow[] Recurrent =
    [
        new(typeof(SimpleRNN), type => new SimpleRNN(4) { DType = type }, [3, 5, 2], [3, 4], 28),
        new(typeof(SimpleRNN), type => new SimpleRNN(4, "softsign", useBias: false, returnSequences: true, goBackwards: true) { DType = type }, [3, 5, 2], [3, 5, 4], 24),
        new(typeof(LSTM), type => new LSTM(4) { DType = type }, [3, 5, 2], [3, 4], 112),
        new(typeof(LSTM), type => new LSTM(3, returnSequences: true, dropout: 0.3) { DType = type }, [2, 5, 2], [2, 5, 3], 72),
        new(typeof(LSTM), type => new LSTM(3, "softsign", "softplus", recurrentDropout: 0.3, unitForgetBias: false) { DType = type }, [2, 4, 2], [2, 3], 72),
        new(typeof(GRU), type => new GRU(4) { DType = type }, [3, 5, 2], [3, 4], 96),
        new(typeof(GRU), type => new GRU(3, returnSequences: true, resetAfter: false, goBackwards: true) { DType = type }, [2, 5, 2], [2, 5, 3], 54),
        new(typeof(GRU), type => new GRU(3, useBias: false, dropout: 0.2, recurrentDropout: 0.2) { DType = type }, [2, 5, 2], [2, 3], 45),
        new(typeof(RNN), type => new RNN(new LSTMCell(3) { DType = type }, returnSequences: true) { DType = type }, [2, 5, 2], [2, 5, 3], 72),
        new(typeof(StackedRNNCells), type => Stacked(type), [2, 5, 2], [2, 5], 154),
        new(typeof(Bidirectional), type => new Bidirectional(new LSTM(3, returnSequences: true) { DType = type }) { DType = type }, [2, 5, 2], [2, 5, 6], 144),
        new(typeof(Bidirectional), type => new Bidirectional(new GRU(3) { DType = type }, MergeMode.Ave) { DType = type }, [2, 5, 2], [2, 3], 126),
        new(typeof(ConvLSTM1D), type => new ConvLSTM1D(2, 3, strides: 2, padding: Padding.Same, returnSequences: true) { DType = type }, [2, 3, 5, 2], [2, 3, 3, 2], 104),
        new(typeof(ConvLSTM2D), type => new ConvLSTM2D(2, (3, 2), dropout: 0.2, recurrentDropout: 0.2) { DType = type }, [2, 3, 5, 4, 1], [2, 3, 3, 2], 152),
        new(typeof(ConvLSTM3D), type => new ConvLSTM3D(1, 2, unitForgetBias: false) { DType = type }, [1, 2, 3, 3, 2, 1], [1, 2, 2, 1, 1], 68),
        new(typeof(TimeDistributed), type => new TimeDistributed(new Dense(4, "tanh") { DType = type }) { DType = type }, [2, 5, 3], [2, 5, 4], 16),
        new(typeof(SimpleRNNCell), type => new RNN(new SimpleRNNCell(4) { DType = type }) { DType = type }, [2, 5, 3], [2, 4], 32),
        new(typeof(LSTMCell), type => new RNN(new LSTMCell(2, recurrentInitializer: new GlorotUniform()) { DType = type }) { DType = type }, [2, 5, 3], [2, 2], 48),
        new(typeof(GRUCell), type => new RNN(new GRUCell(2) { DType = type }) { DType = type }, [2, 5, 3], [2, 2], 42),
    ];

    // Cells above one another, run over sequences.
    private static RNN Stacked(DType type) => new(new StackedRNNCells(
        new SimpleRNNCell(4) { DType = type }, new GRUCell(3) { DType = type }, new SimpleRNNCell(5) { DType = type })
    { DType = type })
    { DType = type };
}
