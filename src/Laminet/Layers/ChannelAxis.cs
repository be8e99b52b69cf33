using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Channels on another axis than the last.</summary>
internal static class ChannelAxis
{
    /// <summary>The tensor with an axis in the place of the last one, and that one in its place: in what order the others come makes no difference. The same again undoes it.</summary>
    public static Tensor SwappedWithLast(this Tensor tensor, int axis)
    {
        if (axis == tensor.Rank - 1)
            return tensor;
        int[] order = [.. Enumerable.Range(0, tensor.Rank)];
        (order[axis], order[^1]) = (order[^1], order[axis]);
        return tensor.Transpose(order);
    }
}
