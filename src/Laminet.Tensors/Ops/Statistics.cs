using System.Globalization;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Figures of numbers along axes.</content>
public sealed partial class Tensor
{
    /// <summary>The standard deviation, the square root of <see cref="Variance"/>. Its gradient where all numbers are equal is not finite. NumPy, Keras and PyTorch: <c>std</c>.</summary>
    /// <param name="axes">The axes; by default all.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    /// <param name="correction">What is taken off the number of elements: 0 in NumPy and Keras, 1 in PyTorch.</param>
    public Tensor Std(Axes axes = default, bool keepDims = false, int correction = 0) => Variance(axes, keepDims, correction).Sqrt();

    /// <summary>
    /// The number below which a share q of the numbers lies: of n sorted numbers that at the place q (n - 1). NaN where one of the numbers is. NumPy, Keras and PyTorch: <c>quantile</c>. Floating point only.
    /// </summary>
    /// <param name="q">From 0 to 1.</param>
    /// <param name="axes">The axes; by default all.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    /// <param name="method">What to give between two numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">q is not from 0 to 1.</exception>
    /// <exception cref="ShapeException">There are no numbers.</exception>
    public Tensor Quantile(double q, Axes axes = default, bool keepDims = false, QuantileMethod method = QuantileMethod.Linear)
    {
        Check.Float("Quantile", Spec);
        if (!(q is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(q), $"Quantile: received q = {q.ToString(CultureInfo.InvariantCulture)}; expected 0 to 1. For percents call Percentile.");
        int[] reduced = axes.Of(Shape);
        Tensor sorted = InLastAxis(reduced).Sort();
        int count = sorted.Shape[^1];
        if (count == 0)
            throw new ShapeException($"Quantile: received the shape {Shape}: there are no numbers along the axes.");
        double place = q * (count - 1), below = Math.Floor(place), above = Math.Ceiling(place);
        Tensor At(double position) => sorted.At((int)position, -1);
        Tensor result = method switch
        {
            QuantileMethod.Lower => At(below),
            QuantileMethod.Higher => At(above),
            QuantileMethod.Nearest => At(Math.Round(place)),
            QuantileMethod.Midpoint => (At(below) + At(above)) * 0.5,
            QuantileMethod.Linear when below == above => At(below),
            QuantileMethod.Linear => (At(below) * (1 - (place - below))) + (At(above) * (place - below)),
            _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Quantile: there is no such method."),
        };
        // NaN is sorted to the end.
        Tensor last = sorted.At(-1, -1);
        result = Where(last.IsNaN(), last, result);
        return keepDims ? result.Reshape(KeptShape(reduced)) : result;
    }

    /// <summary>The quantile of q / 100. NumPy and Keras: <c>percentile</c>.</summary>
    /// <param name="q">From 0 to 100.</param>
    /// <param name="axes">The axes; by default all.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    /// <param name="method">What to give between two numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">q is not from 0 to 100.</exception>
    public Tensor Percentile(double q, Axes axes = default, bool keepDims = false, QuantileMethod method = QuantileMethod.Linear) => Quantile(q / 100, axes, keepDims, method);

    /// <summary>The number in the middle, of an even count the mean of the two there: <see cref="Quantile"/> of one half. NumPy and Keras: <c>median</c>; PyTorch: <c>median</c>, the lower of the two.</summary>
    /// <inheritdoc cref="Quantile"/>
    public Tensor Median(Axes axes = default, bool keepDims = false) => Quantile(0.5, axes, keepDims, QuantileMethod.Midpoint);

    /// <summary>The largest number less the smallest. NumPy and Keras: <c>ptp</c>.</summary>
    /// <param name="axes">The axes; by default all.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    public Tensor Ptp(Axes axes = default, bool keepDims = false) => Max(axes, keepDims) - Min(axes, keepDims);

    /// <summary>The mean with weights: Σ w x / Σ w. NumPy and Keras: <c>average</c>.</summary>
    /// <param name="weights">w; they broadcast with the numbers.</param>
    /// <param name="axes">The axes; by default all.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    public Tensor Average(Tensor weights, Axes axes = default, bool keepDims = false)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Tensor weighted = this * weights;
        return weighted.Sum(axes, keepDims) / weights.BroadcastTo(weighted.Shape).Sum(axes, keepDims);
    }

    /// <summary>How many numbers are not 0, Int64. NumPy, Keras and PyTorch: <c>count_nonzero</c>.</summary>
    /// <param name="axes">The axes; by default all.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    public Tensor CountNonZero(Axes axes = default, bool keepDims = false) => NotEqual(0L).Cast(DType.Int64).Sum(axes, keepDims);

    /// <summary>Each number less the one before it, several times over. NumPy, Keras and PyTorch: <c>diff</c>.</summary>
    /// <param name="n">How many times.</param>
    /// <param name="axis">The axis, which becomes shorter by one each time.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is negative.</exception>
    public Tensor Diff(int n = 1, int axis = -1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        Tensor result = this;
        for (; n > 0; n--)
        {
            Tensor after = result.Slice(1, axis: axis), before = result.Slice(0, -1, axis: axis);
            result = DType == DType.Bool ? after.Xor(before) : after - before;
        }

        return result;
    }

    /// <summary>The area below a curve by trapezoids: Σ d (y[i] + y[i + 1]) / 2. NumPy and Keras: <c>trapezoid</c>.</summary>
    /// <param name="dx">d, the distance of the points.</param>
    /// <param name="axis">The axis of the points.</param>
    public Tensor Trapezoid(double dx = 1, int axis = -1) => (Slice(1, axis: axis) + Slice(0, -1, axis: axis)).Sum(axis) * (dx / 2);

    /// <summary>The area below a curve of points that are not evenly spaced.</summary>
    /// <param name="x">The places of the points, of this tensor's shape, or a vector along the axis.</param>
    /// <param name="axis">The axis of the points.</param>
    public Tensor Trapezoid(Tensor x, int axis = -1)
    {
        ArgumentNullException.ThrowIfNull(x);
        int along = Shape.Axis(axis);
        Tensor places = x.Rank == 1 ? x.Reshape(new Shape([.. Enumerable.Repeat(1, along), x.Length, .. Enumerable.Repeat(1, Rank - along - 1)])) : x;
        return ((Slice(1, axis: along) + Slice(0, -1, axis: along)) * places.Diff(axis: along)).Sum(along) * 0.5;
    }

    /// <summary>The covariances of variables, the rows of a matrix: Σ (x - mean x)(y - mean y) / (n - correction). NumPy and PyTorch: <c>cov</c>.</summary>
    /// <param name="correction">1 by default, as there.</param>
    /// <exception cref="ShapeException">The tensor is no matrix.</exception>
    public Tensor Covariance(int correction = 1)
    {
        if (Rank != 2)
            throw new ShapeException($"Covariance: received the shape {Shape}; expected a matrix, a row for each variable.");
        Tensor centred = this - Mean(1, keepDims: true);
        return centred.MatMul(centred, transposeOther: true) / (double)Math.Max(0, Shape[1] - correction);
    }

    /// <summary>The correlation coefficients of variables, the rows of a matrix, from -1 to 1; NaN for one that does not vary. NumPy, Keras and PyTorch: <c>corrcoef</c>.</summary>
    /// <exception cref="ShapeException">The tensor is no matrix.</exception>
    public Tensor CorrCoef()
    {
        Tensor covariance = Covariance(), deviation = covariance.Diagonal().Sqrt();
        return (covariance / deviation.ExpandDims(1) / deviation).Clip(-1.0, 1.0);
    }

    /// <summary>The sum of the numbers that are not NaN. NumPy, Keras and PyTorch: <c>nansum</c>.</summary>
    /// <param name="axes">The axes; by default all.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    public Tensor NanSum(Axes axes = default, bool keepDims = false) => WithoutNan(0).Sum(axes, keepDims);

    /// <summary>The product of the numbers that are not NaN. NumPy and Keras: <c>nanprod</c>.</summary>
    /// <inheritdoc cref="NanSum"/>
    public Tensor NanProd(Axes axes = default, bool keepDims = false) => WithoutNan(1).Product(axes, keepDims);

    /// <summary>The mean of the numbers that are not NaN; NaN if all are. NumPy, Keras and PyTorch: <c>nanmean</c>.</summary>
    /// <inheritdoc cref="NanSum"/>
    public Tensor NanMean(Axes axes = default, bool keepDims = false) => NanSum(axes, keepDims) / CountOfNumbers(axes, keepDims);

    /// <summary>The variance of the numbers that are not NaN; NaN if all are. NumPy and Keras: <c>nanvar</c>.</summary>
    /// <inheritdoc cref="Std"/>
    public Tensor NanVariance(Axes axes = default, bool keepDims = false, int correction = 0) =>
        (WithoutNan(0) - NanMean(axes, keepDims: true)).MaskedBy(IsNaN().Not()).Square().Sum(axes, keepDims) / (CountOfNumbers(axes, keepDims) - correction).Relu();

    /// <summary>The standard deviation of the numbers that are not NaN. NumPy and Keras: <c>nanstd</c>.</summary>
    /// <inheritdoc cref="Std"/>
    public Tensor NanStd(Axes axes = default, bool keepDims = false, int correction = 0) => NanVariance(axes, keepDims, correction).Sqrt();

    /// <summary>The largest of the numbers that are not NaN; NaN if all are. NumPy and Keras: <c>nanmax</c>.</summary>
    /// <inheritdoc cref="NanSum"/>
    public Tensor NanMax(Axes axes = default, bool keepDims = false) =>
        NanWhereAllAre(WithoutNan(double.NegativeInfinity).Max(axes, keepDims), axes, keepDims);

    /// <summary>The smallest of the numbers that are not NaN; NaN if all are. NumPy and Keras: <c>nanmin</c>.</summary>
    /// <inheritdoc cref="NanSum"/>
    public Tensor NanMin(Axes axes = default, bool keepDims = false) =>
        NanWhereAllAre(WithoutNan(double.PositiveInfinity).Min(axes, keepDims), axes, keepDims);

    private Tensor WithoutNan(double other)
    {
        Check.Float("NanSum and its kind", Spec);
        return Where(IsNaN(), Scalar(other, DType), this);
    }

    private Tensor CountOfNumbers(Axes axes, bool keepDims) => IsNaN().Not().Cast(DType).Sum(axes, keepDims);

    private Tensor NanWhereAllAre(Tensor result, Axes axes, bool keepDims) => Where(IsNaN().All(axes, keepDims), Scalar(double.NaN, DType), result);

    // The given axes as one, the last.
    private Tensor InLastAxis(int[] reduced)
    {
        Shape shape = Shape;
        int[] kept = [.. Enumerable.Range(0, Rank).Except(reduced)];
        return Transpose([.. kept, .. reduced]).Reshape(new Shape([.. kept.Select(axis => shape[axis]), reduced.Aggregate(1, (product, axis) => product * shape[axis])]));
    }
}
