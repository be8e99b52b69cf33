using System.Globalization;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Which numbers there are, and how many in each interval.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// The numbers of a tensor, each once, in order; NaN once, at the end. With them where each occurs first, for each element which of them it is, and how often each occurs (Int32). The gradient flows
    /// to where a number occurs first. NumPy, Keras and PyTorch: <c>unique</c>, of the whole tensor; ONNX: <c>Unique</c>.
    /// </summary>
    /// <param name="size">How many numbers the result has, where that must be known beforehand: if there are more, the first; if there are fewer, the smallest follows with a count of 0, as in JAX and Keras.
    /// Null to count, which needs the numbers and thus no compiled function.</param>
    /// <returns>Values, first positions in row-major order and counts, (size), and which of the values each element is, of this tensor's shape.</returns>
    /// <exception cref="InvalidOperationException">A function is being compiled, and no size was given.</exception>
    /// <exception cref="DTypeException">The tensor is of Bool.</exception>
    public (Tensor Values, Tensor Indices, Tensor Inverse, Tensor Counts) Unique(int? size = null)
    {
        Tensor order = Reshape(Length).ArgSort(), sorted = Reshape(Length).Gather(order);
        Tensor isFirst = Ones([Math.Min(1, Length)], DType.Bool);
        if (Length > 1)
        {
            Tensor after = sorted.Slice(1), before = sorted.Slice(0, -1), differs = after.NotEqual(before);
            if (DType.IsFloat())
                differs = differs.And(after.IsNaN().And(before.IsNaN()).Not());
            isFirst = Concatenate([isFirst, differs], 0);
        }

        int count = isFirst.CountedOr(size, "Unique");
        // Running counts of whole numbers are exact in Float64.
        Tensor rank = (isFirst.Cast(DType.Float64).CumSum(0) - 1).Cast(DType.Int32);
        Tensor values = sorted.MaskedSelect(isFirst, count), indices = order.MaskedSelect(isFirst, count);
        if (size > 0 && Length > 0)
        {
            Tensor isThere = Range(0, count).LessEqual(rank.Max());
            (values, indices) = (Where(isThere, values, sorted.At(0)), Where(isThere, indices, order.At(0)));
        }

        // What does not fit the size is counted in a place that is cut off.
        Tensor counts = Ones([Length], DType.Int32).ScatterAdd(rank.Clip(0, count), count + 1).Slice(0, count);
        return (values, indices, Zeros([Length], DType.Int32).PutAlong(order, rank).Reshape(Shape), counts);
    }

    /// <summary>Whether each element is one of some numbers; Bool, of this tensor's shape. NaN is none. NumPy, Keras and PyTorch: <c>isin</c>.</summary>
    /// <param name="numbers">The numbers, of any shape.</param>
    public Tensor IsIn(Tensor numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        DType type = DTypes.Promote(DTypes.Promote(DType, numbers.DType), DType.UInt8);
        if (numbers.Length == 0)
            return Zeros(Shape, DType.Bool);
        Tensor sorted = numbers.Reshape(numbers.Length).Cast(type).Sort(), values = Cast(type);
        return sorted.Gather(sorted.SearchSorted(values).Clip(0, numbers.Length - 1)).Equal(values);
    }

    /// <summary>
    /// The interval in which each element lies, by the borders: Int32, 0 below the first border to the number of borders above the last. NumPy and Keras: <c>digitize</c> of rising borders; PyTorch:
    /// <c>bucketize</c>, whose <c>right</c> is the opposite; TensorFlow: <c>searchsorted</c>.
    /// </summary>
    /// <param name="borders">The borders, a sorted vector.</param>
    /// <param name="right">Whether an interval holds its right border; by default its left one.</param>
    /// <exception cref="ShapeException">The borders are no vector.</exception>
    public Tensor Digitize(Tensor borders, bool right = false)
    {
        ArgumentNullException.ThrowIfNull(borders);
        DType type = DTypes.Promote(DType, borders.DType);
        return borders.Cast(type).SearchSorted(Cast(type), !right);
    }

    /// <summary>
    /// How many numbers lie in each of several intervals of equal width, and their borders, one more. The last interval holds its right border; numbers outside and NaN are not counted. NumPy and Keras:
    /// <c>histogram</c>; PyTorch: <c>histc</c>, <c>histogram</c>.
    /// </summary>
    /// <param name="bins">How many intervals.</param>
    /// <param name="range">The first and the last border; by default the smallest and the largest number, half a unit further out where they are equal.</param>
    /// <param name="weights">What each number counts, of this tensor's shape; null for 1.</param>
    /// <returns>Counts, Int32 or the weights' type, (bins), and borders, Float32 or Float64, (bins + 1).</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no interval, or the last border is below the first.</exception>
    /// <exception cref="ShapeException">The weights have another shape, or there are neither numbers nor a range.</exception>
    public (Tensor Counts, Tensor Borders) Histogram(int bins = 10, (double First, double Last)? range = null, Tensor? weights = null)
    {
        if (bins < 1 || !(range is null || range.Value.First <= range.Value.Last))
        {
            throw new ArgumentOutOfRangeException(bins < 1 ? nameof(bins) : nameof(range), string.Create(CultureInfo.InvariantCulture,
                $"Histogram: received {bins} bins and the range {range}; expected 1 or more, and a range whose last border is not below the first."));
        }

        if (weights is not null && weights.Shape != Shape)
            throw new ShapeException($"Histogram: received weights of shape {weights.Shape} for numbers of shape {Shape}; expected one weight for each.");
        if (range is null && Length == 0)
            throw new ShapeException("Histogram: received no numbers and no range; state the range.");
        Tensor numbers = Reshape(Length).Cast(DType == DType.Float64 ? DType : DType.Float32);
        (Tensor first, Tensor last) = range is { } given
            ? (Scalar(given.First, numbers.DType), Scalar(given.Last, numbers.DType))
            : (numbers.Min(), numbers.Max());
        Tensor half = first.Equal(last).Cast(numbers.DType) * 0.5;
        (first, last) = (first - half, last + half);
        Tensor share = Range(0, bins + 1, numbers.DType) / bins, borders = Where(share.Equal(1L), last, first + ((last - first) * share));
        // Of interval 0 there is none, and above the last border but itself there is none either.
        Tensor place = borders.SearchSorted(numbers, right: true);
        place = Where(numbers.Equal(last), Scalar(bins), place);
        Tensor each = weights is null ? Ones([Length], DType.Int32) : weights.Reshape(Length);
        return (each.ScatterAdd(place, bins + 2).Slice(1, bins + 1), borders);
    }

    /// <summary>
    /// The coordinates of flat positions in row-major order, a tensor for each axis, of this tensor's shape and type. A negative position counts from the end; one beyond the shape goes round. NumPy,
    /// Keras and PyTorch: <c>unravel_index</c>.
    /// </summary>
    /// <param name="shape">The shape that the positions point into; no axis may be empty.</param>
    /// <exception cref="DTypeException">The positions are not integers.</exception>
    public Tensor[] UnravelIndex(Shape shape)
    {
        Check.Integer("UnravelIndex", Spec);
        Tensor rest = this;
        Tensor[] coordinates = new Tensor[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
            (coordinates[axis], rest) = (rest.Mod(shape[axis]), rest.FloorDivide(shape[axis]));
        return coordinates;
    }

    /// <summary>The flat positions of coordinates in row-major order: the opposite of <see cref="UnravelIndex"/>. NumPy: <c>ravel_multi_index</c>.</summary>
    /// <param name="coordinates">A tensor for each axis, from 0 on; they broadcast.</param>
    /// <param name="shape">The shape that they point into.</param>
    /// <exception cref="ShapeException">There is not one tensor for each axis.</exception>
    public static Tensor RavelMultiIndex(IReadOnlyList<Tensor> coordinates, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(coordinates);
        if (coordinates.Count != shape.Rank || shape.Rank == 0)
            throw new ShapeException($"RavelMultiIndex: received {coordinates.Count} tensors for the shape {shape}; expected one for each axis.");
        return coordinates.Skip(1).Index().Aggregate(coordinates[0], (place, next) => (place * shape[next.Index + 1]) + next.Item);
    }
}
