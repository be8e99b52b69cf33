using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The first input less the second: y = x1 - x2. Keras: <c>Subtract</c>.</summary>
public sealed class Subtract : ElementwiseMerge
{
    private protected override Tensor Combine(Tensor joined, Tensor next) => joined - next;

    private protected override Tensor Finish(Tensor joined, int count) =>
        count == 2 ? joined : throw new ShapeException($"received {count} inputs; expected two. To subtract several, add them first.");
}
