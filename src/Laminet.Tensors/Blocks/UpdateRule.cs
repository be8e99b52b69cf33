using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Ops;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Blocks;

/// <summary>
/// What an optimizer does with one element of a variable, its gradient and the optimizer's slots for it. The whole update of a variable is one
/// pass over memory, on several threads, with bits that do not depend on their number. It is an operation: its inputs are the value, the
/// slots, the gradient and the step's scalars (Float64: share of decay, factor of the gradient, then the rule's own), its outputs the next
/// value and slots, which are written over the old ones.
/// </summary>
/// <example><code>
/// sealed record Descent : UpdateRule
/// {
///     protected override void Update&lt;T&gt;(in UpdateTile&lt;T&gt; tile)
///     {
///         Vector&lt;T&gt; rate = Constant&lt;T&gt;(tile.Scalars[0]);
///         for (int i = 0; i &lt; tile.Gradient.Length; i++)
///             tile.Value[i] -= tile.Gradient[i] * rate;
///     }
/// }
/// new Descent().Apply(variable, gradient, slots: [], UpdateRule.Scalars([0.01]));
/// </code></example>
public abstract record UpdateRule : Primitive
{
    /// <summary>The most slots a rule may have.</summary>
    public const int MaxSlots = 3;

    // The share of decay and the gradient's factor.
    private const int CommonScalars = 2;

    internal sealed override bool IsOnePass => true;

    internal sealed override bool MayOverwrite(int input, int output = 0) => input == output;

    /// <summary>The scalars of a step, as the operation takes them.</summary>
    /// <param name="own">The rule's own, which it finds in <see cref="UpdateTile{T}.Scalars"/>.</param>
    /// <param name="decay">The share of the variable that is taken off before the rule sees it.</param>
    /// <param name="factor">What the gradient is multiplied by before the rule sees it.</param>
    public static Tensor Scalars(IReadOnlyList<double> own, double decay = 0, double factor = 1) => Tensor.From<double>([decay, factor, .. own]);

    /// <summary>The same from Float64 scalars.</summary>
    public static Tensor Scalars(IReadOnlyList<Tensor> own, Tensor decay, Tensor factor) => Tensor.Stack([decay, factor, .. own]);

    /// <summary>Changes a variable and its slots by the rule. Tensors that were read from them before keep their numbers.</summary>
    /// <param name="variable">What is trained; of a floating-point type.</param>
    /// <param name="gradient">The gradient by the variable, of its shape and type.</param>
    /// <param name="slots">What the rule remembers of the variable, each of its shape and type.</param>
    /// <param name="scalars">The step's numbers, as <see cref="Scalars(IReadOnlyList{double}, double, double)"/> makes them; null for none.</param>
    /// <exception cref="ShapeException">The gradient or a slot has another shape.</exception>
    /// <exception cref="DTypeException">The gradient or a slot has another type, or that is no floating point.</exception>
    public void Apply(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, Tensor? scalars = null)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(slots);
        if (slots.Count > MaxSlots)
            throw new ArgumentException($"Received {slots.Count} slots; a rule has at most {MaxSlots}.", nameof(slots));
        Require($"the gradient for '{variable.Name}'", gradient.Spec, variable);
        foreach (Variable slot in slots)
            Require($"the slot '{slot.Name}' for '{variable.Name}'", slot.Spec, variable);
        Variable.Update(this, [variable, .. slots], gradient, scalars ?? Scalars(Array.Empty<double>()));
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
    {
        int parts = inputs.Length - 2;
        if (parts is < 1 or > MaxSlots + 1)
            throw new ArgumentException($"{Name}: received {inputs.Length} inputs; expected a value, up to {MaxSlots} slots, a gradient and scalars.", nameof(inputs));
        Check.Float(Name, inputs[0]);
        foreach (TensorSpec other in inputs[1..^1])
        {
            if (other != inputs[0])
                throw new ShapeException($"{Name}: received a gradient or slot of {other} for a value of {inputs[0]}; they must be alike.");
        }

        if (inputs[^1].DType != DType.Float64 || inputs[^1].Shape.Rank != 1 || inputs[^1].Shape[0] < CommonScalars)
            throw new ShapeException($"{Name}: received scalars of {inputs[^1]}; expected a Float64 vector as UpdateRule.Scalars makes it.");
        return inputs[..parts].ToArray();
    }

    /// <summary>Changes a stretch of the variable and of the slots in place.</summary>
    protected abstract void Update<T>(in UpdateTile<T> tile) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>A number in every place of a vector.</summary>
    protected static Vector<T> Constant<T>(double value) where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector.Create(T.CreateTruncating(value));

    /// <inheritdoc/>
    protected sealed override void Run(in KernelArguments arguments)
    {
        if (arguments.InputSpec(0).DType == DType.Float32)
            Run<float>(arguments);
        else
            Run<double>(arguments);
    }

    private void Run<T>(in KernelArguments arguments) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = arguments.OutputCount;
        VariableUpdate<T> update = new(this, arguments.InputTensor(count), arguments.InputTensor(count + 1), count);
        for (int i = 0; i < count; i++)
        {
            // What nothing reads is written aside.
            update.Parts[i] = (arguments.InputTensor(i), arguments.HasOutput(i) ? arguments.OutputTensorAt(i) : Tensor.Empty(arguments.InputSpec(i).Shape, arguments.InputSpec(i).DType));
        }

        Elementwise.Share(arguments.InputSpec(0).Shape.ElementCount, update);
        foreach ((_, Tensor changed) in update.Parts)
            GC.KeepAlive(changed);
    }

    private void Require(string what, TensorSpec spec, Variable variable)
    {
        if (variable.DType is not (DType.Float32 or DType.Float64))
            throw new DTypeException($"{Name}: the variable '{variable.Name}' holds {variable.DType}; only Float32 and Float64 are trained.");
        if (spec.Shape != variable.Shape)
            throw new ShapeException($"{Name}: {what} has shape {spec.Shape}; it must have the variable's shape {variable.Shape}.");
        if (spec.DType != variable.DType)
            throw new DTypeException($"{Name}: {what} holds {spec.DType}; the variable holds {variable.DType}. Cast it first.");
    }

    /// <summary>An update under way, as a value: a step has one for each variable.</summary>
    private struct VariableUpdate<T>(UpdateRule rule, Tensor gradient, Tensor scalars, int count) : IStretchWork
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private const int EdgeParts = MaxSlots + 2;

        /// <summary>The variable, then the slots: each as it is and as it will be, often the same memory.</summary>
        public UpdateParts Parts;

        public readonly void Run(int first, int length)
        {
            Span<T> edge = stackalloc T[EdgeParts * Vector<T>.Count];
            Span<T> scaled = stackalloc T[Elementwise.TileLength];
            ReadOnlySpan<double> numbers = scalars.AsSpan<double>();
            for (int done = 0; done < length; done += Elementwise.TileLength)
            {
                int start = first + done, elements = Math.Min(Elementwise.TileLength, length - done);
                // Copying a tile first costs little more than reading it: it stays in the first-level cache.
                foreach ((Tensor old, Tensor changed) in Parts[..count])
                {
                    if (old.Storage != changed.Storage || old.Offset != changed.Offset)
                        old.AsSpan<T>().Slice(start, elements).CopyTo(changed.AsSpan<T>()[start..]);
                }

                if (numbers[0] != 0)
                {
                    Span<T> value = Part(0, start, elements);
                    TensorPrimitives.Multiply(value, T.CreateTruncating(1 - numbers[0]), value);
                }

                scoped ReadOnlySpan<T> slope = gradient.AsSpan<T>().Slice(start, elements);
                if (numbers[1] != 1)
                {
                    TensorPrimitives.Multiply(slope, T.CreateTruncating(numbers[1]), scaled);
                    slope = scaled[..elements];
                }

                UpdateStretch(start, slope, numbers[CommonScalars..], edge);
            }
        }

        // Whole vectors where they lie; the few elements that are left through a vector at the edge, so that a rule is written once.
        private readonly void UpdateStretch(int start, scoped ReadOnlySpan<T> slope, ReadOnlySpan<double> numbers, Span<T> edge)
        {
            int width = Vector<T>.Count, whole = slope.Length / width * width, rest = slope.Length - whole;
            if (whole > 0)
            {
                rule.Update(new UpdateTile<T>(
                    numbers, slope[..whole], Part(0, start, whole), Part(1, start, whole), Part(2, start, whole), Part(3, start, whole)));
            }

            if (rest == 0)
                return;
            edge.Clear();
            slope[whole..].CopyTo(edge);
            for (int part = 0; part < count; part++)
                Part(part, start + whole, rest).CopyTo(edge[((part + 1) * width)..]);
            rule.Update(new UpdateTile<T>(numbers, Edge(edge, 0), Edge(edge, 1), Edge(edge, 2), Edge(edge, 3), Edge(edge, 4)));
            for (int part = 0; part < count; part++)
                Edge(edge, part + 1)[..rest].CopyTo(Part(part, start + whole, rest));
        }

        private readonly Span<T> Part(int part, int from, int length) => part < count ? Parts[part].New.AsSpan<T>().Slice(from, length) : [];

        private static Span<T> Edge(Span<T> edge, int part) => edge.Slice(part * Vector<T>.Count, Vector<T>.Count);
    }

    /// <summary>Room for a variable and its slots.</summary>
    [InlineArray(MaxSlots + 1)]
    private struct UpdateParts
    {
        private (Tensor Old, Tensor New) first;
    }
}
