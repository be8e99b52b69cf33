using System.Runtime.CompilerServices;

namespace Laminet.Tensors;

/// <summary>Which axes a reduction covers: one (<c>x.Sum(0)</c>), several (<c>x.Sum([0, 1])</c>) or, by default, all.</summary>
[CollectionBuilder(typeof(Axes), nameof(Create))]
public readonly struct Axes : IEquatable<Axes>
{
    private readonly int[]? axes;

    private Axes(int[] axes) => this.axes = axes;

    /// <summary>All axes.</summary>
    public static Axes All => default;

    /// <summary>Creates a list of axes from a collection expression such as <c>[0, 1]</c>.</summary>
    public static Axes Create(ReadOnlySpan<int> axes) => new(axes.ToArray());

    /// <summary>One axis.</summary>
    public static implicit operator Axes(int axis) => new([axis]);

    /// <summary>Several axes.</summary>
    public static implicit operator Axes(int[] axes) => new(axes);

    /// <summary>The axes of a shape, from the front and in order.</summary>
    /// <exception cref="ShapeException">An axis is named twice.</exception>
    internal int[] Of(Shape shape)
    {
        int[] resolved = new int[axes?.Length ?? shape.Rank];
        for (int i = 0; i < resolved.Length; i++)
            resolved[i] = axes is null ? i : shape.Axis(axes[i]);
        Array.Sort(resolved);
        for (int i = 1; i < resolved.Length; i++)
        {
            if (resolved[i] == resolved[i - 1])
                throw new ShapeException($"Received the axes [{string.Join(", ", axes!)}] of {shape}; an axis is named twice.");
        }

        return resolved;
    }

    /// <summary>The axes as they were given.</summary>
    internal ReadOnlySpan<int> Given => axes;

    /// <summary>Enumerates the axes.</summary>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(axes ?? [])).GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Axes other) => axes is null == other.axes is null && axes.AsSpan().SequenceEqual(other.axes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Axes other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => axes is null ? 0 : HashCode.Combine(axes.Length, axes.FirstOrDefault());

    /// <summary>True if the same axes are named in the same order.</summary>
    public static bool operator ==(Axes left, Axes right) => left.Equals(right);

    /// <summary>True if they differ.</summary>
    public static bool operator !=(Axes left, Axes right) => !left.Equals(right);
}
