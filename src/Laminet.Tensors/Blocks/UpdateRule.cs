using System.Numerics;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Blocks;

/// <summary>
/// The update of an optimizer for one element of a variable, with its gradient and slots. The whole update of a variable is one
/// pass over memory, on several threads, with bits that do not depend on their number. It is an operation: its inputs are the value, the
/// slots, the gradient and the step's scalars (Float64: share of decay, factor of the gradient, whether the update applies, then the rule's
/// own), its outputs the next value and slots, which overwrite the old ones.
/// </summary>
/// <example><code>
/// new Descent().Apply(variable, gradient, slots: [], UpdateRule.Scalars([0.01]));
///
/// sealed record Descent : UpdateRule
/// {
///     protected override void Update&lt;T&gt;(in UpdateTile&lt;T&gt; tile)
///     {
///         Vector&lt;T&gt; rate = Constant&lt;T&gt;(tile.Scalars[0]);
///         for (int i = 0; i &lt; tile.Gradient.Length; i++)
///             tile.Value[i] -= tile.Gradient[i] * rate;
///     }
/// }
/// </code></example>
public abstract record UpdateRule : Primitive
{
    /// <summary>The most slots a rule may have.</summary>
    public const int MaxSlots = 3;

    // The share of decay, the gradient's factor, and whether the update applies.
    internal const int CommonScalars = 3;

    /// <summary>
    /// True if an element whose gradient is 0 keeps its value and its slots, bit for bit, for all finite scalars. A
    /// compiled step then changes only those rows of an embedding table that were looked up, unless decay or clipping touches all rows. False,
    /// the default, for a rule that also changes elements without a gradient, for instance by momentum.
    /// </summary>
    public virtual bool LeavesZeroGradientsAlone => false;

    internal sealed override bool IsOnePass => true;

    internal sealed override bool MayOverwrite(int input, int output = 0) => input == output;

    internal sealed override Operation? Fold(Operation self, Surroundings surroundings) => LeavesZeroGradientsAlone ? SparseUpdate.InPlaceOf(this, self) : null;

    /// <summary>Makes the scalars of a step, as the operation needs them.</summary>
    /// <param name="own">The scalars of the rule, which it reads from <see cref="UpdateTile{T}.Scalars"/>.</param>
    /// <param name="decay">The fraction of the variable that is subtracted before the rule runs (weight decay).</param>
    /// <param name="factor">The factor of the gradient before the rule runs (clipping).</param>
    public static Tensor Scalars(IReadOnlyList<double> own, double decay = 0, double factor = 1) => Tensor.From<double>([decay, factor, 1, .. own]);

    /// <summary>The same from Float64 scalars.</summary>
    /// <param name="own">The scalars of the rule.</param>
    /// <param name="decay">The fraction of the variable that is subtracted before the rule runs.</param>
    /// <param name="factor">The factor of the gradient before the rule runs.</param>
    /// <param name="applies">1 if the update is made; 0 if value and slots stay as they are, which costs next to nothing. Null for 1.</param>
    public static Tensor Scalars(IReadOnlyList<Tensor> own, Tensor decay, Tensor factor, Tensor? applies = null) =>
        Tensor.Stack([decay, factor, applies ?? Tensor.Scalar(1.0), .. own]);

    /// <summary>Updates a variable and its slots with the rule. Tensors that were read from them before keep their numbers.</summary>
    /// <param name="variable">The variable to train; of a floating-point type.</param>
    /// <param name="gradient">The gradient by the variable, of its shape and type.</param>
    /// <param name="slots">The slots of the variable, each of its shape and type.</param>
    /// <param name="scalars">The scalars of the step, from <see cref="Scalars(IReadOnlyList{double}, double, double)"/>; null for none.</param>
    /// <exception cref="ShapeException">The gradient or a slot has another shape.</exception>
    /// <exception cref="DTypeException">The gradient or a slot has another type, or the type is not floating-point.</exception>
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

    /// <summary>The rule, for kernels that go through a variable.</summary>
    internal void Change<T>(in UpdateTile<T> tile) where T : unmanaged, IFloatingPointIeee754<T> => Update(tile);

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
        VariableUpdate<T> update = new(new UpdatedParts<T>(this, arguments), arguments.InputTensor(arguments.OutputCount));
        Stretches.Share(arguments.InputSpec(0).Shape.ElementCount, update);
        update.Parts.KeepAlive();
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
    private readonly struct VariableUpdate<T>(UpdatedParts<T> parts, Tensor gradient) : IStretchWork
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public UpdatedParts<T> Parts => parts;

        public void Run(int first, int length)
        {
            Span<T> scaled = stackalloc T[TileProgram.TileLength];
            for (int done = 0; done < length; done += TileProgram.TileLength)
            {
                int start = first + done, elements = Math.Min(TileProgram.TileLength, length - done);
                // Copying a tile first costs little more than reading it: it stays in the first-level cache.
                parts.Copy(start, elements);
                parts.Change(start, gradient.AsSpan<T>().Slice(start, elements), scaled);
            }
        }
    }
}
