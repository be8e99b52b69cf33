using System.Globalization;
using Laminet.Tensors.Compilation;

namespace Laminet.Tensors;

/// <content>Entries of the first axis, reduced by the segment that each belongs to. The segments need no order.</content>
public sealed partial class Tensor
{
    /// <summary>The sum of the entries of each segment, (count, ...); 0 for an empty one. Keras and JAX: <c>segment_sum</c>; PyTorch: <c>segment_reduce</c>, <c>index_add</c>.</summary>
    /// <param name="segments">For each entry of the first axis the number of its segment, integers from 0 on.</param>
    /// <param name="count">How many segments there are; null for one more than the largest number, which needs the numbers and thus no compiled function.</param>
    /// <exception cref="ShapeException">There is not one number for each entry.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or not below the count.</exception>
    /// <exception cref="InvalidOperationException">A function is being compiled, and no count was given.</exception>
    /// <exception cref="DTypeException">The numbers are not integers.</exception>
    public Tensor SegmentSum(Tensor segments, int? count = null)
    {
        Tensor places = SegmentsOf("SegmentSum", segments, ref count);
        return ScatterAdd(places, count!.Value);
    }

    /// <summary>The product of the entries of each segment, (count, ...); 1 for an empty one. Keras and JAX: <c>segment_prod</c>; PyTorch: <c>segment_reduce</c>.</summary>
    /// <inheritdoc cref="SegmentSum"/>
    public Tensor SegmentProd(Tensor segments, int? count = null) => Segmented("SegmentProd", segments, count, Scalar(1L, DType), ScatterMode.Multiply);

    /// <summary>
    /// The largest of the entries of each segment, (count, ...); minus infinity for an empty one, the type's smallest number of integers. Equal largest entries share the gradient. Keras and JAX:
    /// <c>segment_max</c>; PyTorch: <c>segment_reduce</c>.
    /// </summary>
    /// <inheritdoc cref="SegmentSum"/>
    public Tensor SegmentMax(Tensor segments, int? count = null) =>
        Segmented("SegmentMax", segments, count, DType.IsFloat() ? Scalar(double.NegativeInfinity, DType) : Scalar((long)DTypes.Range(DType).Lowest, DType), ScatterMode.Maximum);

    /// <summary>
    /// The smallest of the entries of each segment, (count, ...); infinity for an empty one, the type's largest number of integers. Equal smallest entries share the gradient. Keras and JAX:
    /// <c>segment_min</c>; PyTorch: <c>segment_reduce</c>.
    /// </summary>
    /// <inheritdoc cref="SegmentSum"/>
    public Tensor SegmentMin(Tensor segments, int? count = null) =>
        Segmented("SegmentMin", segments, count, DType.IsFloat() ? Scalar(double.PositiveInfinity, DType) : Scalar((ulong)DTypes.Range(DType).Highest, DType), ScatterMode.Minimum);

    /// <summary>
    /// Whether the class of each row is among its k most probable: fewer than k classes have a larger number, so equal ones count as well. False where its number is not finite. Bool, (batch). Keras:
    /// <c>in_top_k</c>.
    /// </summary>
    /// <param name="targets">The class of each row, integers, (batch).</param>
    /// <param name="k">How many.</param>
    /// <exception cref="ShapeException">This tensor is not (batch, classes), or the targets are not (batch).</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class does not exist.</exception>
    public Tensor InTopK(Tensor targets, int k)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (Rank != 2 || targets.Rank != 1 || targets.Shape[0] != Shape[0])
            throw new ShapeException($"InTopK: received predictions {Shape} and targets {targets.Shape}; expected (batch, classes) and (batch).");
        Tensor own = TakeAlong(targets.ExpandDims(-1));
        return Greater(own).Cast(DType.Int32).Sum(-1).Less((long)k).And(own.IsFinite().Squeeze(-1));
    }

    private Tensor Segmented(string operation, Tensor segments, int? count, Tensor start, ScatterMode mode)
    {
        Tensor places = SegmentsOf(operation, segments, ref count);
        Shape shape = Shape;
        Tensor result = start.BroadcastTo([count!.Value, .. shape.Skip(1)]);
        return result.PutAlong(places.Reshape([shape[0], .. Enumerable.Repeat(1, Rank - 1)]).BroadcastTo(shape), this, 0, mode);
    }

    private Tensor SegmentsOf(string operation, Tensor segments, ref int? count)
    {
        ArgumentNullException.ThrowIfNull(segments);
        if (Rank == 0 || segments.Shape != Shape[..1])
            throw new ShapeException($"{operation}: received {Shape} and the segments {segments.Shape}; expected a number of a segment for each entry of the first axis.");
        if (count < 0)
            throw new ArgumentOutOfRangeException(nameof(count), string.Create(CultureInfo.InvariantCulture, $"{operation}: received the count {count}; expected 0 or more."));
        Tensor places = segments.AsIndices(operation);
        if (count is null && (places.Operation is not null || places.IsShapeOnly || Function.IsTracing))
        {
            throw new InvalidOperationException($"{operation}: how many segments there are depends on the numbers of the tensor of shape {segments.Shape}, which are not known while a function is compiled or a "
                + $"layer is built. State it, {operation}(segments, count: n).");
        }

        count ??= segments.Length == 0 ? 0 : checked(places.Max().Item<int>() + 1);
        return places;
    }
}
