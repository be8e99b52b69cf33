using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// y = exp(x) / sum(exp(x)) along an axis or several. With a mask only what it lets count takes part; the rest, and all of a row of which nothing counts, is 0. Keras:
/// <c>Softmax</c>; PyTorch: <c>nn.Softmax</c>.
/// </summary>
/// <param name="axis">The axis or axes along which the output sums to 1; the last by default.</param>
public sealed class Softmax(Axes? axis = null) : Layer
{
    public Axes Axis { get; } = axis ?? -1;
    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        if (context.MaskOf(input) is not { } mask)
            return Share(input);
        while (mask.Rank < input.Rank)
            mask = mask.ExpandDims(-1);
        // A finite number, so that a row of which nothing counts has no NaN.
        Tensor shares = Share(Tensor.Where(mask, input, Tensor.Scalar(input.DType == DType.Float16 ? -3e4 : -1e9, input.DType)));
        return Tensor.Where(mask, shares, Tensor.Scalar(0, input.DType));
    }

    private Tensor Share(Tensor x)
    {
        int[] axes = [.. Axis];
        return axes.Length == 1 ? x.Softmax(axes[0]) : (x - x.LogSumExp(Axis, keepDims: true)).Exp();
    }
}
