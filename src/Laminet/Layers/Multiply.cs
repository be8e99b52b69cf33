using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The product of several inputs, element by element.</summary>
public sealed class Multiply : ElementwiseMerge
{
    private protected override Tensor Combine(Tensor joined, Tensor next) => joined * next;
}
