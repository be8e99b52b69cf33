using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The sum of several inputs: the skip connection of residual networks.</summary>
public sealed class Add : ElementwiseMerge
{
    private protected override Tensor Combine(Tensor joined, Tensor next) => joined + next;
}
