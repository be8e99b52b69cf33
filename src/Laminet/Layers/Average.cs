using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The mean of several inputs, element by element.</summary>
public sealed class Average : ElementwiseMerge
{
    private protected override Tensor Combine(Tensor joined, Tensor next) => joined + next;

    private protected override Tensor Finish(Tensor joined, int count) => joined / count;
}
