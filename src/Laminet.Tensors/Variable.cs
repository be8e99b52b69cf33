using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors;

/// <summary>A named tensor that can be replaced: a weight, a moving average, an optimizer's memory. The only mutable thing.</summary>
public sealed partial class Variable
{
    private Tensor? watched;

    // True while nobody but this variable can hold the value: an update may then write into it.
    private bool exclusive;

    /// <summary>Creates a variable with its first value.</summary>
    public Variable(Tensor value, string name, bool trainable = true)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(name);
        plain = value;
        Spec = value.Spec;
        Name = name;
        Trainable = trainable;
    }

    /// <summary>The name, as in <c>kernel</c>.</summary>
    public string Name { get; }

    /// <summary>Whether training may change it by its gradient.</summary>
    public bool Trainable { get; set; }

    /// <summary>The lengths of the axes; never change.</summary>
    public Shape Shape => Spec.Shape;

    /// <summary>The element type; never changes.</summary>
    public DType DType => Spec.DType;

    /// <summary>The current value. Inside a gradient's computation it is a watched tensor.</summary>
    public Tensor Value
    {
        get
        {
            // What a gradient around the trace watches has numbers, which would become constants.
            if (Tracer.Current is { } tracer)
                return watched is { Operation: not null } ? watched : tracer.Read(this);
            if (watched is not null)
                return watched;
            Tensor value = Current;
            exclusive = false;
            return value;
        }
    }

    /// <summary>True while only the shape is known: a layer's weight before its first numbers are drawn.</summary>
    public bool IsShapeOnly => plain is { IsShapeOnly: true };

    /// <summary>The stored value, for one who does not hold on to it: it may be overwritten by the next update.</summary>
    internal Tensor Current => plain ?? Unpacked();

    /// <summary>Grows with every change of the value.</summary>
    internal long Version { get; private set; }

    /// <summary>True while a gradient is being taken by this variable.</summary>
    internal bool IsWatched => watched is not null;

    internal TensorSpec Spec { get; }

    /// <summary>Replaces the value.</summary>
    /// <exception cref="ShapeException">The new value has another shape.</exception>
    /// <exception cref="DTypeException">The new value has another element type.</exception>
    public void Assign(Tensor newValue)
    {
        ArgumentNullException.ThrowIfNull(newValue);
        if (newValue.Shape != Shape)
            throw new ShapeException($"Variable '{Name}' has shape {Shape}; received a value of shape {newValue.Shape}.");
        if (newValue.DType != DType)
            throw new DTypeException($"Variable '{Name}' holds {DType}; received a value of {newValue.DType}. Cast it first.");
        if (Tracer.Current is { } tracer)
        {
            tracer.Assign(this, newValue.Detach());
            return;
        }

        // History must not hang on a stored value: a moving average would keep every step's graph alive.
        plain = newValue.Detach();
        ForgetPanels();
        Version++;
        exclusive = false;
    }

    /// <summary>Replaces the value by numbers in row-major order, which are copied: without an allocation where nobody holds the old value.</summary>
    /// <exception cref="ShapeException">There are not as many numbers as elements.</exception>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not the element type.</exception>
    /// <exception cref="InvalidOperationException">A function is being compiled; see <see cref="Compilation.Function.Effect"/>.</exception>
    public void Assign<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        if (values.Length != Shape.ElementCount)
            throw new ShapeException($"Variable '{Name}' has shape {Shape}; received {values.Length} numbers for its {Shape.ElementCount} elements.");
        DTypes.Require<T>(DType);
        values.CopyTo(BeginUpdate().New.AsSpan<T>());
        GC.KeepAlive(this);
    }

    /// <summary>The number of a variable with one element. Unlike reading <see cref="Value"/> it leaves nobody who holds the value.</summary>
    /// <exception cref="ShapeException">The variable has not exactly one element.</exception>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not the element type.</exception>
    /// <exception cref="InvalidOperationException">A function is being compiled: the number will be another in each call.</exception>
    public T Item<T>() where T : unmanaged => (Tracer.Current is null ? Current : Value).Item<T>();

    /// <summary>
    /// Replaces the value by a tensor that the caller gives away, such as first weights just drawn: updates write into it, so nobody may
    /// hold it or a view of it. <see cref="Assign"/> asks for nothing and costs a copy at the next update.
    /// </summary>
    /// <exception cref="ShapeException">The new value has another shape.</exception>
    /// <exception cref="DTypeException">The new value has another element type.</exception>
    public void TakeOver(Tensor newValue)
    {
        Assign(newValue);
        exclusive = Tracer.Current is null;
    }

    /// <summary>
    /// The value as it is and a tensor to write the next one into, which becomes the value: the same tensor where nobody has
    /// read this variable since the last update, else a new one, since tensors that somebody holds never change.
    /// </summary>
    internal (Tensor Old, Tensor New) BeginUpdate()
    {
        if (Tracer.Current is not null)
            throw new InvalidOperationException($"The variable '{Name}' is updated in place while a function is compiled. Put the update into Function.Effect, or use Assign.");
        Tensor value = Current, old = value.Contiguous();
        // A copy made just now, of a broadcast number for example, is nobody else's.
        plain = exclusive || !ReferenceEquals(old, value) ? old : Tensor.Empty(Shape, DType);
        ForgetPanels();
        Version++;
        exclusive = true;
        return (old, plain);
    }

    /// <summary>Takes over numbers that will not stay where they are.</summary>
    internal void CopyFrom(Tensor source) => StridedCopy.Run(source, BeginUpdate().New);

    /// <summary>Makes <see cref="Value"/> give <paramref name="leaf"/>, or the stored value for null; returns what it was before.</summary>
    internal Tensor? Watch(Tensor? leaf)
    {
        Tensor? before = watched;
        watched = leaf;
        return before;
    }

    /// <summary>For example <c>kernel: Float32 (3, 3, 1, 32)</c>.</summary>
    public override string ToString() => $"{Name}: {Spec}";
}
