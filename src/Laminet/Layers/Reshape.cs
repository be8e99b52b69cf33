using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>An example's numbers in another shape, in the same order, the batch left alone: a row x becomes y(i, j) = x(i n + j) in n columns. Keras: <c>Reshape</c>.</summary>
/// <param name="targetShape">The shape of one example, without the batch; one length may be -1.</param>
public sealed class Reshape(params int[] targetShape) : Layer
{
    public IReadOnlyList<int> TargetShape { get; } = [.. targetShape];

    protected override Tensor Forward(Tensor input, CallContext context) => input.Reshape([input.Shape[0], .. TargetShape]);
}
