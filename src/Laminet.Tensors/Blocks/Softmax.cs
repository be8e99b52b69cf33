namespace Laminet.Tensors;

/// <content>Softmax and its logarithm.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// exp(x) / sum(exp(x)) along an axis: numbers become probabilities. No overflow: the largest element is taken off first.
    /// Where all elements are minus infinity (everything masked out) the result and its gradient are 0, not NaN.
    /// </summary>
    /// <param name="axis">The axis whose entries sum to 1.</param>
    public Tensor Softmax(int axis = -1)
    {
        Tensor exponentials = BelowPeak(axis).Exp();
        return exponentials / SumFromOne(exponentials, axis);
    }

    /// <summary>ln(softmax(x)) along an axis, exact also where the softmax rounds to 0.</summary>
    /// <param name="axis">The axis whose entries are the classes.</param>
    public Tensor LogSoftmax(int axis = -1)
    {
        Tensor below = BelowPeak(axis);
        return below - SumFromOne(below.Exp(), axis).Log();
    }

    // The result does not depend on what is taken off, so the peak is a constant to every derivative. It is kept finite, since
    // infinity less infinity is NaN.
    private Tensor BelowPeak(int axis)
    {
        Tensor peak = Max(axis, keepAxes: true).Detach();
        return this - peak.Maximum(Scalar(DType == DType.Float32 ? float.MinValue : double.MinValue, DType));
    }

    // The peak itself adds 1, so a sum below 1 is the 0 of a row that is all minus infinity.
    private static Tensor SumFromOne(Tensor exponentials, int axis) =>
        exponentials.Sum(axis, keepAxes: true).Maximum(Scalar(1, exponentials.DType));
}
