using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The largest of several inputs, element by element: y = max(x1, x2, ...). Keras: <c>Maximum</c>.</summary>
public sealed class Maximum : ElementwiseMerge
{
    private protected override Tensor Combine(Tensor joined, Tensor next) => joined.Maximum(next);
}
