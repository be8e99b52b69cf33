using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The sum of several inputs, y = x1 + x2 + ...: the skip connection of residual networks. (He et al., "Deep residual learning for image recognition", CVPR 2016.) Keras:
/// <c>Add</c>.
/// </summary>
public sealed class Add : ElementwiseMerge
{
    private protected override Tensor Combine(Tensor joined, Tensor next) => joined + next;
}
