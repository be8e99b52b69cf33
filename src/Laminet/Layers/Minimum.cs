using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The smallest of several inputs, element by element: y = min(x1, x2, ...). Keras: <c>Minimum</c>.</summary>
public sealed class Minimum : ElementwiseMerge
{
    private protected override Tensor Combine(Tensor joined, Tensor next) => joined.Minimum(next);
}
