using System.Numerics;
using System.Runtime.CompilerServices;
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
        Require(variable, null, gradient.Spec);
        for (int i = 0; i < slots.Count; i++)
            Require(variable, slots[i].Name, slots[i].Spec);
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
        VariableUpdate<T> update = new(this, gradient, decay) { Count = slots.Count + 1 };
        update.Parts[0] = variable.BeginUpdate();
        for (int i = 0; i < slots.Count; i++)
            update.Parts[i + 1] = slots[i].BeginUpdate();
        Elementwise.Share(variable.Shape.ElementCount, update);
        GC.KeepAlive(gradient);
        foreach ((Tensor old, Tensor changed) in update.Parts)
        {
            GC.KeepAlive(old);
            GC.KeepAlive(changed);
        }
    }

    // What is checked is the gradient where no slot is named.
    private void Require(Variable variable, string? slot, TensorSpec spec)
    {
        if (variable.DType is not (DType.Float32 or DType.Float64))
            throw new DTypeException($"{GetType().Name}: the variable '{variable.Name}' holds {variable.DType}; only Float32 and Float64 are trained.");
        if (spec.Shape != variable.Shape)
            throw new ShapeException($"{GetType().Name}: {What()} for '{variable.Name}' has shape {spec.Shape}; it must have the variable's shape {variable.Shape}.");
        if (spec.DType != variable.DType)
            throw new DTypeException($"{GetType().Name}: {What()} for '{variable.Name}' holds {spec.DType}; the variable holds {variable.DType}. Cast it first.");

        string What() => slot is null ? "the gradient" : $"the slot '{slot}'";
    }

    /// <summary>An update under way, as a value: a step has one for each variable.</summary>
    private struct VariableUpdate<T>(UpdateRule rule, Tensor gradient, double decay) : IStretchWork
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly T kept = T.CreateTruncating(1 - decay);

        /// <summary>The variable, then the slots: each as it was and as it will be, which is the same tensor where nobody else holds it.</summary>
        public UpdateParts Parts;

        public required int Count { get; init; }

        public readonly void Run(int first, int count)
        {
            Span<T> edge = stackalloc T[(MaxSlots + 2) * Vector<T>.Count];
            for (int done = 0; done < count; done += Elementwise.TileLength)
            {
                int start = first + done, length = Math.Min(Elementwise.TileLength, count - done);
                // Copying a tile first costs little more than reading it: it stays in the first-level cache.
                foreach ((Tensor old, Tensor changed) in Parts[..Count])
                {
                    if (!ReferenceEquals(old, changed))
                        old.AsSpan<T>().Slice(start, length).CopyTo(changed.AsSpan<T>()[start..]);
                }

                if (decay != 0)
                {
                    Span<T> value = Part(0, start, length);
                    TensorPrimitives.Multiply(value, kept, value);
                }

                UpdateStretch(start, length, edge);
            }
        }

        // Whole vectors where they lie; the few elements that are left through a vector at the edge, so that a rule is written once.
        private readonly void UpdateStretch(int start, int length, Span<T> edge)
        {
            int width = Vector<T>.Count, whole = length / width * width, rest = length - whole;
            if (whole > 0)
            {
                rule.Update(new UpdateTile<T>(
                    gradient.AsSpan<T>().Slice(start, whole), Part(0, start, whole), Part(1, start, whole), Part(2, start, whole), Part(3, start, whole)));
            }

            if (rest == 0)
                return;
            edge.Clear();
            gradient.AsSpan<T>().Slice(start + whole, rest).CopyTo(edge);
            for (int part = 0; part < Count; part++)
                Part(part, start + whole, rest).CopyTo(edge[((part + 1) * width)..]);
            rule.Update(new UpdateTile<T>(Edge(edge, 0), Edge(edge, 1), Edge(edge, 2), Edge(edge, 3), Edge(edge, 4)));
            for (int part = 0; part < Count; part++)
                Edge(edge, part + 1)[..rest].CopyTo(Part(part, start + whole, rest));
        }

        private readonly Span<T> Part(int part, int from, int count) => part < Count ? Parts[part].New.AsSpan<T>().Slice(from, count) : [];

        private static Span<T> Edge(Span<T> edge, int part) => edge.Slice(part * Vector<T>.Count, Vector<T>.Count);
    }

    /// <summary>Room for a variable and its slots.</summary>
    [InlineArray(MaxSlots + 1)]
    private struct UpdateParts
    {
        private (Tensor Old, Tensor New) first;
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
