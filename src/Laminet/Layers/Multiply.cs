using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The product of several inputs, element by element: y = x1 x2 ... Keras: <c>Multiply</c>.</summary>
public sealed class Multiply : ElementwiseMerge
{
    private protected override Tensor Combine(Tensor joined, Tensor next) => joined * next;
}
