using Laminet.Layers;

namespace Laminet.Verification.Layers;

internal static partial class LayerRows
{
    private static readonly LayerRow[] OfCheckpoints =
    [
        new(typeof(Checkpointed), type => new Checkpointed(new Dense(3, "tanh") { DType = type }) { DType = type }, [4, 5], [4, 3], 18),
    ];
}
