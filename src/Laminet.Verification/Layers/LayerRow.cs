using Laminet.Layers;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>A layer for <see cref="LayerChecks"/>: how it is made, the shapes of what goes in and comes out, and its count of parameters.</summary>
internal sealed record LayerRow(Type Type, Func<DType, Layer> Create, Shape Input, Shape Output, int Parameters, int Inputs = 1, int Indices = 0, bool IsSaved = true)
{
    public IReadOnlyList<Tensor> Examples(DType type) =>
        [.. Enumerable.Range(0, Inputs).Select(input => Indices > 0
            ? (new Lcg(11 + input).Tensor(Input, minus: 0, DType.Float64) * Indices).Floor().Cast(DType.Int32)
            : new Lcg(11 + input).Tensor(Input, minus: 0.5, type))];

    public override string ToString() => Type.Name;
}
