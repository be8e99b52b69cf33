using System.Collections;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors;

/// <summary>
/// The lengths of a tensor's axes, outermost first; <c>()</c> is a scalar. Two shapes with the same lengths are equal.
/// </summary>
/// <remarks>At most <see cref="MaxRank"/> axes. A tensor has at most <see cref="int.MaxValue"/> elements; a shape may have more.</remarks>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    /// <summary>The most axes a tensor may have.</summary>
    public const int MaxRank = 8;

    private readonly int[]? dimensions;
    private readonly long count;

    /// <summary>Creates a shape from its axes' lengths.</summary>
    /// <exception cref="ShapeException">A length is negative, or there are more than eight axes.</exception>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        if (dimensions.Length > MaxRank)
            throw new ShapeException($"Received {dimensions.Length} axes; a tensor has at most {MaxRank}.");
        long length = 1;
        bool empty = false;
        foreach (int dimension in dimensions)
        {
            if (dimension < 0)
                throw new ShapeException($"Received an axis of length {dimension} in {Text(dimensions)}; lengths are zero or more.");
            if (dimension == 0)
                empty = true;
            else
                length = length > long.MaxValue / dimension ? long.MaxValue : length * dimension;
        }

        this.dimensions = dimensions.ToArray();
        count = empty ? 0 : length;
        initialised = true;
    }

    // default(Shape) is the scalar shape: it must count one element though its fields are zero.
    private readonly bool initialised;

    /// <summary>The shape of a single number: no axes, one element.</summary>
    public static Shape Scalar => default;

    /// <summary>How many axes there are.</summary>
    public int Rank => dimensions?.Length ?? 0;

    /// <summary>How many elements there are: the product of the lengths (1 for a scalar).</summary>
    /// <remarks>Not named Length: a collection expression <c>[.. shape]</c> would take that for the number of axes.</remarks>
    /// <exception cref="ShapeException">There are more than <see cref="int.MaxValue"/>: no tensor can have the shape.</exception>
    public int ElementCount => !initialised ? 1 : count <= int.MaxValue ? (int)count : throw TooMany();

    /// <summary>How many elements there are, also if a tensor cannot hold so many; at most <see cref="long.MaxValue"/>.</summary>
    public long LongCount => initialised ? count : 1;

    /// <summary>The lengths, outermost first.</summary>
    public ReadOnlySpan<int> Dimensions => dimensions;

    int IReadOnlyCollection<int>.Count => Rank;

    /// <summary>The length of one axis; a negative number counts from the end, so <c>shape[-1]</c> is the innermost.</summary>
    public int this[int axis] => Dimensions[Axis(axis)];

    /// <summary>The length of one axis: <c>shape[^1]</c> is the innermost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public int this[Index axis] => axis is { IsFromEnd: true, Value: > 0 } ? this[-axis.Value] : this[axis.GetOffset(Rank)];

    /// <summary>Checks that there is a place for each number of a tensor of this shape.</summary>
    internal void RequireRoom<T>(ReadOnlySpan<T> destination)
    {
        if (destination.Length < ElementCount)
            throw new ArgumentException($"Received room for {destination.Length} numbers; the tensor of shape {this} has {ElementCount}.", nameof(destination));
    }

    /// <summary>Some neighbouring axes as a shape: <c>shape[1..]</c> is all but the outermost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range reaches beyond the axes.</exception>
    public Shape this[Range axes]
    {
        get
        {
            int first = axes.Start.GetOffset(Rank), end = axes.End.GetOffset(Rank);
            return first >= 0 && first <= end && end <= Rank
                ? new(Dimensions[first..end])
                : throw new ArgumentOutOfRangeException(nameof(axes), $"Received the axes {axes} of the shape {this}, which has {Rank}; expected a start and an end of 0 to {Rank} "
                    + $"(or ^{Rank} to ^0), with the start not after the end.");
        }
    }

    /// <summary>Creates a shape from a collection expression, as in <c>Shape s = [2, 3]</c>.</summary>
    public static Shape Create(ReadOnlySpan<int> dimensions) => new(dimensions);

    /// <summary>Converts an array of lengths to a shape.</summary>
    public static implicit operator Shape(int[] dimensions) => new(dimensions);

    /// <summary>Converts an axis number that may count from the end to one that counts from the front.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public int Axis(int axis)
    {
        int fromFront = axis < 0 ? axis + Rank : axis;
        return (uint)fromFront < (uint)Rank
            ? fromFront
            : throw new ArgumentOutOfRangeException(nameof(axis), Rank == 0
                ? $"Received axis {axis}; the shape () has no axes: it is a single number."
                : $"Received axis {axis}; the shape {this} has axes {-Rank} to {Rank - 1}.");
    }

    /// <summary>Strides, in elements, of a row-major tensor of this shape.</summary>
    internal int[] RowMajorStrides()
    {
        int[] strides = new int[Rank];
        int stride = 1;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Math.Max(1, Dimensions[axis]);
        }

        return strides;
    }

    /// <summary>How many elements some neighbouring axes span.</summary>
    internal int CountOf(Range axes)
    {
        int count = 1;
        foreach (int length in Dimensions[axes])
            count *= length;
        return count;
    }

    /// <summary>The same shape with one axis's length changed.</summary>
    public Shape With(int axis, int length)
    {
        int[] changed = Dimensions.ToArray();
        changed[Axis(axis)] = length;
        return new Shape(changed);
    }

    /// <summary>
    /// The shape to which both broadcast by NumPy's rules: axes are aligned at the innermost one, and two lengths must be equal or one of them 1.
    /// </summary>
    /// <exception cref="ShapeException">An axis differs and neither is 1.</exception>
    public static Shape Broadcast(Shape left, Shape right)
    {
        if (left == right)
            return left;
        int rank = Math.Max(left.Rank, right.Rank);
        Span<int> result = stackalloc int[rank];
        for (int axis = 1; axis <= rank; axis++)
        {
            int l = axis <= left.Rank ? left[^axis] : 1;
            int r = axis <= right.Rank ? right[^axis] : 1;
            if (l != r && l != 1 && r != 1)
            {
                throw new ShapeException($"Shapes {left} and {right} do not broadcast: counted from the right, axis {axis} has lengths {l} and {r}. "
                    + "They must be equal or one of them must be 1; Reshape or Transpose one of the two.");
            }

            result[rank - axis] = l == 1 ? r : l;
        }

        return new Shape(result);
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Dimensions.SequenceEqual(other.Dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int dimension in Dimensions)
            hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <summary>True if both have the same axes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>True if they differ in an axis.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The lengths in brackets, as Keras prints them: <c>(128, 28, 28, 1)</c>, <c>(10,)</c>, <c>()</c>.</summary>
    public override string ToString() => Text(Dimensions);

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(dimensions ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The index of an element in row-major order, for an error: <c>2, 0</c>.</summary>
    internal string PlaceText(int place)
    {
        int[] index = new int[Rank];
        for (int axis = Rank - 1; axis >= 0; axis--)
            (place, index[axis]) = Math.DivRem(place, Dimensions[axis]);
        return string.Join(", ", index);
    }

    private static string Text(ReadOnlySpan<int> dimensions) =>
        dimensions.Length == 1 ? $"({dimensions[0]},)" : $"({string.Join(", ", dimensions.ToArray())})";

    private ShapeException TooMany() => new($"The shape {this} has more than {int.MaxValue} elements, the most one tensor holds. Split it.");
}
