using Laminet.Layers;

namespace Laminet.Tests.Layers;

internal static partial class LayerRows
{
    private static readonly LayerRow[] Core =
    [
        new(typeof(ActivityRegularization), _ => new ActivityRegularization(0.5, 0.25), [2, 3, 5], [2, 3, 5], 0),
        new(typeof(Dense), type => new Dense(4, kernelConstraint: "max_norm", biasConstraint: "non_neg") { DType = type, ActivityRegularizer = "l2" }, [3, 5], [3, 4], 24),
    ];
}
