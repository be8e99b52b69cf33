using Laminet.Layers;

namespace Laminet.Verification.Layers;

internal static partial class LayerRows
{
    private static readonly LayerRow[] NormalizationRows =
    [
        new(typeof(GroupNormalization), type => new GroupNormalization(groups: 2) { DType = type }, [3, 5, 6], [3, 5, 6], 12),
        new(typeof(GroupNormalization), type => new GroupNormalization(groups: -1, axis: 1, epsilon: 0.1, scale: false) { DType = type }, [2, 3, 4, 5], [2, 3, 4, 5], 3),
        new(typeof(UnitNormalization), type => new UnitNormalization { DType = type }, [3, 5], [3, 5], 0),
        new(typeof(UnitNormalization), type => new UnitNormalization([1, 2]) { DType = type }, [2, 3, 4], [2, 3, 4], 0),
        // Of one column the power iteration is exact at once; for more it must have converged, since u and v are constants.
        new(typeof(SpectralNormalization), type => new SpectralNormalization(new Dense(1, "tanh") { DType = type }) { DType = type }, [3, 5], [3, 1], 7),
        new(typeof(SpectralNormalization), type => new SpectralNormalization(new Conv2D(2, 2) { DType = type }, powerIterations: 300) { DType = type }, [2, 3, 3, 2], [2, 2, 2, 2], 20),
        new(typeof(LocalResponseNormalization), type => new LocalResponseNormalization(3, alpha: 0.5) { DType = type }, [2, 3, 7], [2, 3, 7], 0),
        new(typeof(Normalization), type => new Normalization(mean: [0.5, 1, 2], variance: [1, 2, 0.25]) { DType = type }, [4, 3], [4, 3], 0),
        new(typeof(Normalization), type => new Normalization([], mean: [0.5], variance: [4], invert: true) { DType = type }, [4, 2, 3], [4, 2, 3], 0),
    ];

    private static readonly LayerRow[] SignalRows =
    [
        new(typeof(STFTSpectrogram), type => new STFTSpectrogram(frameLength: 8) { DType = type }, [2, 20, 1], [2, 4, 5], 80),
        new(typeof(STFTSpectrogram), type => new STFTSpectrogram(SpectrogramMode.Stft, 6, 2, 8, SignalWindow.Hamming, padding: Padding.Same, expandDims: true) { DType = type }, [2, 9, 2], [2, 5, 10, 2], 60),
        new(typeof(MelSpectrogram), type => new MelSpectrogram(16, 4, numMelBins: 3, samplingRate: 8000, topDb: 1000) { DType = type }, [2, 20], [2, 3, 6], 0),
    ];
}
