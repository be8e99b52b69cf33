using System.Numerics;
using System.Runtime.InteropServices;
using Laminet.Tensors.Ops;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Blocks;

/// <summary>
/// What an optimizer does with one element of a variable, its gradient and the optimizer's memory of it (its slots). The whole
/// update of a variable is one pass over memory, on several threads, with bits that do not depend on their number.
/// </summary>
/// <example><code>
/// sealed record Descent(double Rate) : UpdateRule
/// {
///     protected override void Update&lt;T&gt;(in UpdateTile&lt;T&gt; tile)
///     {
///         Vector&lt;T&gt; rate = Constant&lt;T&gt;(Rate);
///         for (int i = 0; i &lt; tile.Gradient.Length; i++)
///             tile.Value[i] -= tile.Gradient[i] * rate;
///     }
/// }
/// new Descent(0.01).Apply(variable, gradient, slots: []);
/// </code></example>
public abstract record UpdateRule
{
    /// <summary>The most slots a rule may have.</summary>
    public const int MaxSlots = 3;

    /// <summary>Changes a variable and its slots by the rule. Tensors that were read from them before keep their numbers.</summary>
    /// <param name="variable">What is trained; Float32 or Float64.</param>
    /// <param name="gradient">The gradient by the variable, of its shape and type.</param>
    /// <param name="slots">What the rule remembers of the variable, each of its shape and type.</param>
    /// <param name="decay">The share of the variable that is taken off before the rule sees it.</param>
    /// <exception cref="ShapeException">The gradient or a slot has another shape.</exception>
    /// <exception cref="DTypeException">The gradient or a slot has another type, or that is no floating point.</exception>
    public void Apply(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, double decay = 0)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(slots);
        if (slots.Count > MaxSlots)
            throw new ArgumentException($"Received {slots.Count} slots; a rule has at most {MaxSlots}.", nameof(slots));
        Require(variable, "the gradient", gradient.Shape, gradient.DType);
        foreach (Variable slot in slots)
            Require(variable, $"the slot '{slot.Name}'", slot.Shape, slot.DType);
        if (variable.DType == DType.Float32)
            Run<float>(variable, gradient.Contiguous(), slots, decay);
        else
            Run<double>(variable, gradient.Contiguous(), slots, decay);
    }

    /// <summary>Changes a stretch of the variable and of the slots in place.</summary>
    protected abstract void Update<T>(in UpdateTile<T> tile) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>A number in every place of a vector.</summary>
    protected static Vector<T> Constant<T>(double value) where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector.Create(T.CreateTruncating(value));

    private void Run<T>(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, double decay)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // The variable, then the slots: each as it was and as it will be, which is the same tensor where nobody else holds it.
        (Tensor Old, Tensor New)[] parts = [.. slots.Prepend(variable).Select(part => part.BeginUpdate())];
        T kept = T.CreateTruncating(1 - decay);
        Elementwise.Tiles(variable.Shape.ElementCount, (first, count) =>
        {
            Span<T> edge = stackalloc T[(MaxSlots + 2) * Vector<T>.Count];
            for (int start = first; start < first + count; start += Elementwise.TileLength)
            {
                int length = Math.Min(Elementwise.TileLength, first + count - start);
                // Copying a tile first costs little more than reading it: it stays in the first-level cache.
                foreach ((Tensor old, Tensor changed) in parts)
                {
                    if (!ReferenceEquals(old, changed))
                        old.AsSpan<T>().Slice(start, length).CopyTo(changed.AsSpan<T>()[start..]);
                }

                if (decay != 0)
                {
                    Span<T> value = parts[0].New.AsSpan<T>().Slice(start, length);
                    TensorPrimitives.Multiply(value, kept, value);
                }

                UpdateStretch(parts, gradient, start, length, edge);
            }
        });
        GC.KeepAlive(gradient);
        GC.KeepAlive(parts);
    }

    // Whole vectors where they lie; the few elements that are left through a vector at the edge, so that a rule is written once.
    private void UpdateStretch<T>((Tensor Old, Tensor New)[] parts, Tensor gradient, int start, int length, Span<T> edge)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = Vector<T>.Count, whole = length / width * width, rest = length - whole;
        if (whole > 0)
        {
            Update(new UpdateTile<T>(
                gradient.AsSpan<T>().Slice(start, whole), Part(0, start, whole), Part(1, start, whole), Part(2, start, whole), Part(3, start, whole)));
        }

        if (rest == 0)
            return;
        edge.Clear();
        gradient.AsSpan<T>().Slice(start + whole, rest).CopyTo(edge);
        for (int part = 0; part < parts.Length; part++)
            Part(part, start + whole, rest).CopyTo(edge[((part + 1) * width)..]);
        Update(new UpdateTile<T>(Edge(edge, 0), Edge(edge, 1), Edge(edge, 2), Edge(edge, 3), Edge(edge, 4)));
        for (int part = 0; part < parts.Length; part++)
            Edge(edge, part + 1)[..rest].CopyTo(Part(part, start + whole, rest));

        Span<T> Part(int part, int from, int count) => part < parts.Length ? parts[part].New.AsSpan<T>().Slice(from, count) : [];

        static Span<T> Edge(Span<T> edge, int part) => edge.Slice(part * Vector<T>.Count, Vector<T>.Count);
    }

    private void Require(Variable variable, string what, Shape shape, DType dtype)
    {
        if (!variable.DType.IsFloat())
            throw new DTypeException($"{GetType().Name}: the variable '{variable.Name}' holds {variable.DType}; only Float32 and Float64 are trained.");
        if (shape != variable.Shape)
            throw new ShapeException($"{GetType().Name}: {what} for '{variable.Name}' has shape {shape}; it must have the variable's shape {variable.Shape}.");
        if (dtype != variable.DType)
            throw new DTypeException($"{GetType().Name}: {what} for '{variable.Name}' holds {dtype}; the variable holds {variable.DType}. Cast it first.");
    }
}

/// <summary>A stretch of a variable, its gradient and its slots, as vectors. Valid during the call only.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct UpdateTile<T> where T : unmanaged
{
    private readonly Span<Vector<T>> first;
    private readonly Span<Vector<T>> second;
    private readonly Span<Vector<T>> third;

    internal UpdateTile(ReadOnlySpan<T> gradient, Span<T> value, Span<T> first, Span<T> second, Span<T> third)
    {
        Gradient = MemoryMarshal.Cast<T, Vector<T>>(gradient);
        Value = MemoryMarshal.Cast<T, Vector<T>>(value);
        this.first = MemoryMarshal.Cast<T, Vector<T>>(first);
        this.second = MemoryMarshal.Cast<T, Vector<T>>(second);
        this.third = MemoryMarshal.Cast<T, Vector<T>>(third);
    }

    /// <summary>The gradient.</summary>
    public ReadOnlySpan<Vector<T>> Gradient { get; }

    /// <summary>The variable, to be changed in place; of the gradient's length.</summary>
    public Span<Vector<T>> Value { get; }

    /// <summary>A slot, to be changed in place; of the gradient's length, or empty where there is no such slot.</summary>
    public Span<Vector<T>> Slot(int index) => index switch
    {
        0 => first,
        1 => second,
        2 => third,
        _ => throw new ArgumentOutOfRangeException(nameof(index), $"Received slot {index}; a rule has slots 0 to {UpdateRule.MaxSlots - 1}."),
    };
}
