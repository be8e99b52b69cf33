using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Several inputs one after the other along an axis, the channels by default: how an Inception module joins its branches.</summary>
/// <param name="axis">The axis, the batch counted as 0; the last by default.</param>
public sealed class Concatenate(int axis = -1) : Merge
{
    public int Axis { get; } = axis;

    protected override Tensor Forward(IReadOnlyList<Tensor> inputs, CallContext context) => Tensor.Concatenate(inputs, Axis);
}
