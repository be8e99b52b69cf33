namespace Laminet.Tensors;

/// <summary>
/// The part of an index such as <c>x[0, .., 1..3]</c> for one axis: a position, which drops the axis, or a range, which keeps it. It converts from
/// <c>2</c>, <c>-1</c> or <c>^1</c> (the last), and <c>1..5</c>, <c>..^1</c> or <c>..</c> (the whole axis).
/// </summary>
public readonly struct AxisIndex : IEquatable<AxisIndex>
{
    private readonly Range range;

    private AxisIndex(Range range, bool isPosition) => (this.range, IsPosition) = (range, isPosition);

    /// <summary>True for one position, which drops the axis.</summary>
    public bool IsPosition { get; }

    /// <summary>One position; a negative one counts from the end, as in Python.</summary>
    public static implicit operator AxisIndex(int position) => position < 0 ? new Index(-position, fromEnd: true) : new Index(position);

    /// <summary>One position.</summary>
    public static implicit operator AxisIndex(Index position) => new(new Range(position, position), isPosition: true);

    /// <summary>The positions of a range, without its end.</summary>
    public static implicit operator AxisIndex(Range range) => new(range, isPosition: false);

    /// <inheritdoc/>
    public bool Equals(AxisIndex other) => range.Equals(other.range) && IsPosition == other.IsPosition;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AxisIndex other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(range, IsPosition);

    /// <summary>True if both select the same positions.</summary>
    public static bool operator ==(AxisIndex left, AxisIndex right) => left.Equals(right);

    /// <summary>True if they differ.</summary>
    public static bool operator !=(AxisIndex left, AxisIndex right) => !left.Equals(right);

    /// <summary>As it is written in C#: <c>^1</c>, <c>1..5</c>.</summary>
    public override string ToString() => IsPosition ? range.Start.ToString() : range.ToString();

    /// <summary>The first position and how many there are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis has no such positions.</exception>
    internal (int First, int Count) Of(Shape shape, int axis)
    {
        int length = shape[axis], first = range.Start.GetOffset(length);
        if (IsPosition)
        {
            return (uint)first < (uint)length ? (first, 1) : throw Outside(length == 0
                ? $"Received index {this} for axis {axis} of {shape}, which has length 0 and so no position."
                : $"Received index {this} for axis {axis} of {shape}, which has length {length}; expected 0 to {length - 1}, or ^1 to ^{length} from the end.");
        }

        int end = range.End.GetOffset(length);
        return first >= 0 && first <= end && end <= length ? (first, end - first) : throw Outside(
            $"Received the range {this} for axis {axis} of {shape}, which has length {length}; expected a start and an end of 0 to {length} (or ^{length} to ^0), "
            + "with the start not after the end. Slice clips positions beyond the ends, and supports steps.");
    }

    // As the indexers call them.
    private static ArgumentOutOfRangeException Outside(string indices) => new(nameof(indices), indices);
}
