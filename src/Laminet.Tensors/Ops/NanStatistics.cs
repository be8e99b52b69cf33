using System.Globalization;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Figures of the numbers that are not NaN, in order and in running sums.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// The <see cref="Quantile"/> of the numbers that are not NaN; NaN if all are. The gradient flows to the numbers it is between. Floating point only. NumPy,
    /// Keras and PyTorch: <c>nanquantile</c>.
    /// </summary>
    /// <inheritdoc cref="Quantile"/>
    public Tensor NanQuantile(double q, Axes axes = default, bool keepDims = false, QuantileMethod method = QuantileMethod.Linear)
    {
        Check.Float("NanQuantile", Spec);
        if (!(q is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(q), $"NanQuantile: received q = {q.ToString(CultureInfo.InvariantCulture)}; expected 0 to 1. For percents call NanPercentile.");
        int[] reduced = axes.Of(Shape);
        // NaN is sorted to the end.
        Tensor sorted = InLastAxis(reduced).Sort();
        if (sorted.Shape[^1] == 0)
            throw new ShapeException($"NanQuantile: received the shape {Shape}: there are no numbers along the axes.");
        Tensor count = sorted.IsNaN().Not().Cast(DType.Float64).Sum(-1, keepDims: true), place = (count - 1).Maximum(Scalar(0.0)) * q;
        Tensor below = place.Floor(), share = method switch
        {
            QuantileMethod.Lower => place.ZerosLike(),
            QuantileMethod.Higher => place.Ceiling() - below,
            QuantileMethod.Nearest => place.Round() - below,
            QuantileMethod.Midpoint => (place.Ceiling() - below) * 0.5,
            QuantileMethod.Linear => place - below,
            _ => throw new ArgumentOutOfRangeException(nameof(method), method, "NanQuantile: there is no such method."),
        };
        Tensor low = sorted.TakeAlong(below.Cast(DType.Int32)), high = sorted.TakeAlong(place.Ceiling().Cast(DType.Int32)), weight = share.Cast(DType);
        // An infinite number that does not count must not be multiplied by 0.
        Tensor result = Where(share.Equal(0L), low, Where(share.Equal(1L), high, (low * (1 - weight)) + (high * weight))).Squeeze(-1);
        return keepDims ? result.Reshape(KeptShape(reduced)) : result;
    }

    /// <summary>The <see cref="NanQuantile"/> of q / 100. NumPy and Keras: <c>nanpercentile</c>.</summary>
    /// <inheritdoc cref="Percentile"/>
    public Tensor NanPercentile(double q, Axes axes = default, bool keepDims = false, QuantileMethod method = QuantileMethod.Linear) => NanQuantile(q / 100, axes, keepDims, method);

    /// <summary>The <see cref="Median"/> of the numbers that are not NaN; NaN if all are. NumPy and Keras: <c>nanmedian</c>; PyTorch: <c>nanmedian</c>, the lower of the two in the middle.</summary>
    /// <inheritdoc cref="Median"/>
    public Tensor NanMedian(Axes axes = default, bool keepDims = false) => NanQuantile(0.5, axes, keepDims, QuantileMethod.Midpoint);

    /// <summary>The index of the first largest number that is not NaN, Int32; -1 if all are, as in Keras. NumPy and Keras: <c>nanargmax</c>; NumPy throws if all are NaN.</summary>
    /// <inheritdoc cref="ArgMax"/>
    public Tensor NanArgMax(int axis = -1, bool keepDims = false) => NoneWhereAllAreNan(WithoutNan(double.NegativeInfinity).ArgMax(axis, keepDims), axis, keepDims);

    /// <summary>The index of the first smallest number that is not NaN, Int32; -1 if all are, as in Keras. NumPy and Keras: <c>nanargmin</c>; NumPy throws if all are NaN.</summary>
    /// <inheritdoc cref="ArgMin"/>
    public Tensor NanArgMin(int axis = -1, bool keepDims = false) => NoneWhereAllAreNan(WithoutNan(double.PositiveInfinity).ArgMin(axis, keepDims), axis, keepDims);

    /// <summary>The running sum in which NaN counts as 0. NumPy and Keras: <c>nancumsum</c>.</summary>
    /// <param name="axis">The axis.</param>
    public Tensor NanCumSum(int axis) => WithoutNan(0).CumSum(axis);

    /// <summary>The running product in which NaN counts as 1. NumPy and Keras: <c>nancumprod</c>.</summary>
    /// <param name="axis">The axis.</param>
    public Tensor NanCumProd(int axis) => WithoutNan(1).CumProd(axis);

    private Tensor NoneWhereAllAreNan(Tensor indices, int axis, bool keepDims) => Where(IsNaN().All(axis, keepDims), Scalar(-1), indices);
}
