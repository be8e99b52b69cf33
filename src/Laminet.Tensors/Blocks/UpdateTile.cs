using System.Numerics;
using System.Runtime.InteropServices;

namespace Laminet.Tensors.Blocks;

/// <summary>A tile of a variable, its gradient and its slots, as vectors. Valid during the call only.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct UpdateTile<T> where T : unmanaged
{
    private readonly Span<Vector<T>> first;
    private readonly Span<Vector<T>> second;
    private readonly Span<Vector<T>> third;

    internal UpdateTile(ReadOnlySpan<double> scalars, ReadOnlySpan<T> gradient, Span<T> value, Span<T> first, Span<T> second, Span<T> third)
    {
        Scalars = scalars;
        Gradient = MemoryMarshal.Cast<T, Vector<T>>(gradient);
        Value = MemoryMarshal.Cast<T, Vector<T>>(value);
        this.first = MemoryMarshal.Cast<T, Vector<T>>(first);
        this.second = MemoryMarshal.Cast<T, Vector<T>>(second);
        this.third = MemoryMarshal.Cast<T, Vector<T>>(third);
    }

    /// <summary>The scalars of the rule in this step, such as the learning rate; the same for all tiles.</summary>
    public ReadOnlySpan<double> Scalars { get; }

    /// <summary>The gradient, clipped.</summary>
    public ReadOnlySpan<Vector<T>> Gradient { get; }

    /// <summary>The variable, to be updated in place; it has the length of the gradient.</summary>
    public Span<Vector<T>> Value { get; }

    /// <summary>A slot, to be updated in place; it has the length of the gradient, or is empty if there is no such slot.</summary>
    public Span<Vector<T>> Slot(int index) => index switch
    {
        0 => first,
        1 => second,
        2 => third,
        _ => throw new ArgumentOutOfRangeException(nameof(index), $"Received slot {index}; a rule has slots 0 to {UpdateRule.MaxSlots - 1}."),
    };
}
