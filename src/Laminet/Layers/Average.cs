using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The mean of n inputs, element by element: y = (x1 + x2 + ... + xn) / n. Keras: <c>Average</c>.</summary>
public sealed class Average : ElementwiseMerge
{
    private protected override Tensor Combine(Tensor joined, Tensor next) => joined + next;

    private protected override Tensor Finish(Tensor joined, int count) => joined / count;
}
