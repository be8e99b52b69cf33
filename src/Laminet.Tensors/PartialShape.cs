using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors;

/// <summary>
/// A shape in which some lengths may be unknown: <c>[null, 64]</c> is a sequence of any length whose steps have 64 numbers. For data
/// all lengths are known, and a model is compiled for them.
/// </summary>
[CollectionBuilder(typeof(PartialShape), nameof(Create))]
public sealed class PartialShape : IReadOnlyList<int?>, IEquatable<PartialShape>
{
    private const int Unknown = -1;

    // Plain numbers and loops: LINQ over int? would be compiled anew in every process, before the first step.
    private readonly int[] lengths;

    private PartialShape(int[] lengths) => this.lengths = lengths;

    /// <summary>How many axes there are.</summary>
    public int Count => lengths.Length;

    /// <summary>Whether every length is known.</summary>
    public bool IsKnown
    {
        get
        {
            foreach (int length in lengths)
            {
                if (length == Unknown)
                    return false;
            }

            return true;
        }
    }

    /// <summary>The length of an axis, or null.</summary>
    public int? this[int axis] => lengths[axis] == Unknown ? null : lengths[axis];

    /// <summary>Converts a shape, whose lengths are all known.</summary>
    public static implicit operator PartialShape(Shape shape) => new(shape.Dimensions.ToArray());

    /// <summary>Creates a shape from lengths, as in the collection expression <c>[null, 64]</c>.</summary>
    /// <exception cref="ShapeException">A length is negative, or there are too many axes.</exception>
    public static PartialShape Create(ReadOnlySpan<int?> lengths)
    {
        int[] known = new int[lengths.Length];
        for (int axis = 0; axis < known.Length; axis++)
            known[axis] = lengths[axis] ?? 1;
        // Checks them.
        _ = new Shape(known);
        for (int axis = 0; axis < known.Length; axis++)
        {
            if (lengths[axis] is null)
                known[axis] = Unknown;
        }

        return new PartialShape(known);
    }

    /// <summary>The shape, if every length is known.</summary>
    /// <exception cref="ShapeException">A length is unknown.</exception>
    public Shape ToShape() => IsKnown
        ? new Shape(lengths)
        : throw new ShapeException($"The shape {this} has lengths that are unknown until there is data. Use PartialShape, or give the lengths in Input.");

    /// <summary>The shape with one length in place of all unknown ones.</summary>
    public Shape Filled(int length)
    {
        int[] filled = [.. lengths];
        for (int axis = 0; axis < filled.Length; axis++)
        {
            if (filled[axis] == Unknown)
                filled[axis] = length;
        }

        return new(filled);
    }

    /// <summary>Whether a shape agrees in all known lengths.</summary>
    public bool Fits(Shape shape)
    {
        if (shape.Rank != lengths.Length)
            return false;
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            if (lengths[axis] != Unknown && lengths[axis] != shape[axis])
                return false;
        }

        return true;
    }

    /// <summary>As Keras writes it: <c>(None, 28, 28, 1)</c>.</summary>
    public override string ToString() => lengths.Length == 1 ? $"({Text(lengths[0])},)" : $"({string.Join(", ", lengths.Select(Text))})";

    /// <inheritdoc/>
    public bool Equals(PartialShape? other) => other is not null && lengths.AsSpan().SequenceEqual(other.lengths);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PartialShape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int length in lengths)
            hash.Add(length);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<int?> GetEnumerator()
    {
        for (int axis = 0; axis < lengths.Length; axis++)
            yield return this[axis];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string Text(int length) => length == Unknown ? "None" : length.ToString(CultureInfo.InvariantCulture);
}
