using Laminet.Layers;

namespace Laminet.Tests.Layers;

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
    ];
}
