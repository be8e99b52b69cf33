using Laminet.Tensors.Autodiff;

namespace Laminet.Tensors;

/// <summary>A named tensor that can be replaced: a weight, a moving average, an optimizer's slot. The only mutable type.</summary>
/// <remarks>
/// Any number of threads may read a variable, also while a compiled function changes it: a reader waits until the call is done. Tensors that were read
/// before keep their numbers.
/// </remarks>
public sealed partial class Variable : IHasState
{
    private static long created;

    // True while no tensor outside shares the value's buffer: an update may then write into it.
    private bool exclusive;

    /// <summary>Creates a variable with its first value.</summary>
    public Variable(Tensor value, string name, bool trainable = true)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(name);
        plain = Own(value).WithoutHistory();
        Spec = value.Spec;
        Name = name;
        Trainable = trainable;
        Number = Interlocked.Increment(ref created);
    }

    /// <summary>The name, as in <c>kernel</c>.</summary>
    public string Name { get; }

    /// <summary>Whether training updates the variable.</summary>
    public bool Trainable { get; set; }

    /// <summary>
    /// The nearest value that is allowed, of the same shape and type: an optimizer applies it after each update of the variable. Null if all values are.
    /// In tensor operations, since it becomes a part of a compiled step.
    /// </summary>
    public Func<Tensor, Tensor>? Constraint { get; init; }

    /// <summary>The shape; it never changes.</summary>
    public Shape Shape => Spec.Shape;

    /// <summary>The element type; it never changes.</summary>
    public DType DType => Spec.DType;

    /// <summary>
    /// The current value. While a gradient by the variable is taken, it is a watched tensor; in a function that is being compiled, a symbol; in a
    /// <see cref="StateScope"/>, the value of the scope; otherwise the stored value.
    /// </summary>
    public Tensor Value
    {
        get
        {
            Tensor? value = State.Innermost is { } level ? State.Read(this, level) : null;
            return WatchedValues.Of(value ?? StoredValue);
        }
    }

    /// <summary>True while only the shape is known: a layer's weight before its first numbers are drawn.</summary>
    public bool IsShapeOnly => plain is { IsShapeOnly: true };

    /// <summary>The stored value, which the caller may keep: the next update writes elsewhere.</summary>
    internal Tensor StoredValue
    {
        get
        {
            lock (gate)
            {
                WaitUntilFree();
                Draw();
                exclusive = false;
                return Current;
            }
        }
    }

    /// <summary>Grows with every new variable: the order in which compiled functions hold them.</summary>
    internal long Number { get; }

    /// <summary>The stored value, for a caller that holds the variable and not the tensor: the next update may overwrite it.</summary>
    internal Tensor Current => plain ?? Restored();

    /// <summary>Grows with every change of the stored value.</summary>
    internal long Version { get; private set; }

    internal TensorSpec Spec { get; }

    IEnumerable<(string Name, Variable Variable)> IHasState.State => [("value", this)];

    /// <summary>Replaces the value in the innermost <see cref="StateScope"/> or function that is being compiled; outside of these, replaces the stored value.</summary>
    /// <exception cref="ShapeException">The new value has another shape.</exception>
    /// <exception cref="DTypeException">The new value has another element type.</exception>
    public void Assign(Tensor newValue)
    {
        Require(newValue);
        State.Write(this, Own(newValue), Level(newValue));
    }

    /// <summary>Replaces the value by a copy of numbers in row-major order. It allocates nothing if no tensor shares the buffer of the old value.</summary>
    /// <exception cref="ShapeException">There are not as many numbers as elements.</exception>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not the element type.</exception>
    public void Assign<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        if (values.Length != Shape.ElementCount)
            throw new ShapeException($"Variable '{Name}' has shape {Shape}; received {values.Length} numbers for its {Shape.ElementCount} elements.");
        DTypes.Require<T>(DType);
        if (State.Innermost is { } level)
        {
            State.Write(this, Tensor.From(values, Shape), level);
            return;
        }

        lock (gate)
        {
            WaitUntilFree(changes: true);
            Tensor next = Successor().New;
            values.CopyTo(next.AsSpan<T>());
            Succeed(next);
        }
    }

    /// <summary>The number of a variable with one element. Unlike <see cref="Value"/>, reading it shares no buffer.</summary>
    /// <exception cref="ShapeException">The variable has not exactly one element.</exception>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not the element type.</exception>
    /// <exception cref="InvalidOperationException">A function is being compiled, and the number differs in each call.</exception>
    public T Item<T>() where T : unmanaged
    {
        if (State.Innermost is { } level && State.Read(this, level) is { } value)
            return value.Item<T>();
        lock (gate)
        {
            WaitUntilFree();
            Draw();
            return Current.Item<T>();
        }
    }

    /// <summary>
    /// Replaces the value by a tensor whose buffer the variable then owns, such as newly drawn weights. Updates write into the buffer, so the
    /// caller must not keep the tensor or a view of it. <see cref="Assign(Tensor)"/> has no such condition, but costs a copy at the next update.
    /// </summary>
    /// <exception cref="ShapeException">The new value has another shape.</exception>
    /// <exception cref="DTypeException">The new value has another element type.</exception>
    public void TakeOver(Tensor newValue)
    {
        Require(newValue);
        if (Level(newValue) is { } level)
            State.Write(this, newValue, level);
        else
            Store(newValue, ownsBuffer: true);
    }

    /// <summary>
    /// Updates variables with an operation. Its inputs are the values of the variables, then <paramref name="inputs"/>; output i is the new value of variable
    /// i. Outside a scope and a compiled function the kernel overwrites an old value in place if no tensor shares its buffer.
    /// </summary>
    /// <param name="rule">The operation; may overwrite input i by output i.</param>
    /// <param name="variables">The variables, each once.</param>
    /// <param name="inputs">Further inputs of the operation.</param>
    /// <exception cref="ArgumentException">The operation does not have one output for each variable, with its shape and type.</exception>
    public static void Update(Primitive rule, ReadOnlySpan<Variable> variables, params ReadOnlySpan<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (State.Innermost is null && VariableUpdate.InPlace(rule, variables, inputs))
            return;
        Tensor[] operands = new Tensor[variables.Length + inputs.Length];
        for (int i = 0; i < variables.Length; i++)
            operands[i] = variables[i].Value;
        inputs.CopyTo(operands.AsSpan(variables.Length));
        Tensor[] outputs = rule.ApplyAll(operands);
        VariableUpdate.Require(rule, variables, [.. outputs.Select(output => output.Spec)]);
        for (int i = 0; i < variables.Length; i++)
            variables[i].Assign(outputs[i]);
    }

    /// <summary>A value that no other variable has: a tape may watch it for this one alone.</summary>
    internal static Tensor Own(Tensor value) => value.Node is null ? value.View(value.Shape, value.Strides, 0) : value;

    /// <summary>Checks that a tensor can be the variable's value.</summary>
    internal void Require(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Shape != Shape)
            throw new ShapeException($"Variable '{Name}' has shape {Shape}; received a value of shape {value.Shape}.");
        if (value.DType != DType)
            throw new DTypeException($"Variable '{Name}' holds {DType}; received a value of {value.DType}. Cast it first.");
    }

    // First numbers are stored at once: before them there is no state that a scope could keep.
    private State? Level(Tensor newValue) => IsShapeOnly && newValue is { IsShapeOnly: false, Operation: null } ? null : State.Innermost;

    /// <summary>Replaces the stored value.</summary>
    /// <param name="value">The new value.</param>
    /// <param name="ownsBuffer">True if no other tensor shares its buffer, so that the next update may write into it.</param>
    internal void Store(Tensor value, bool ownsBuffer = false)
    {
        lock (gate)
        {
            WaitUntilFree(changes: true);
            // History must not hang on a stored value: a moving average would keep every step's graph alive.
            Succeed(value.WithoutHistory());
            exclusive = ownsBuffer;
        }
    }

    /// <summary>
    /// The value as it is and a tensor to write the next one into: the same tensor where no other shares its buffer, else a new one, since
    /// tensors that were read never change. For a caller that holds the variable, and that tells <see cref="Succeed"/> when it is written.
    /// </summary>
    internal (Tensor Old, Tensor New) Successor()
    {
        Tensor value = Current, old = value.Contiguous();
        // A copy made just now, of a broadcast number for example, is shared with nothing.
        return (old, exclusive || !ReferenceEquals(old, value) ? old : Tensor.Empty(Shape, DType));
    }

    /// <summary>Makes a tensor whose buffer no other tensor shares the stored value.</summary>
    internal void Succeed(Tensor next)
    {
        plain = next;
        first = null;
        ForgetForm();
        Version++;
        exclusive = true;
    }

    /// <summary>For example <c>kernel: Float32 (3, 3, 1, 32)</c>.</summary>
    public override string ToString() => $"{Name}: {Spec}";
}
