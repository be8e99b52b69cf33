namespace Laminet.Tensors.Compilation;

/// <summary>The origin of a tensor of a graph.</summary>
public enum OperationKind
{
    /// <summary>A parameter: an input of each call.</summary>
    Parameter,

    /// <summary>The value of a variable at the start of a call.</summary>
    Variable,

    /// <summary>A constant: the same in every call.</summary>
    Constant,

    /// <summary>The result of a primitive.</summary>
    Computed,

    /// <summary>One of several outputs of its input, a primitive.</summary>
    Part,

    /// <summary>No tensor: an action that runs at its place with the numbers of its inputs.</summary>
    HostCall,
}

/// <summary>
/// One tensor of a graph, and the operation that computes it. To read a graph, for instance in an exporter, match <see cref="Primitive"/> against
/// the records of <c>Laminet.Tensors.Ops</c> and <c>Laminet.Tensors.Blocks</c>. Their properties are the attributes of the operation.
/// </summary>
public sealed record Operation
{
    internal Operation(OperationKind kind, TensorSpec spec, int number) => (Kind, Spec, Number) = (kind, spec, number);

    /// <summary>The origin of the tensor.</summary>
    public OperationKind Kind { get; internal init; }

    /// <summary>Its shape and type; Bool (0) for a host call and for a primitive with several outputs, which are not tensors.</summary>
    public TensorSpec Spec { get; internal init; }

    /// <summary>Its place in the order in which the function was written down; inputs have lower or equal numbers.</summary>
    internal int Number { get; init; }

    /// <summary>The shape and type of what is no tensor: a host call, a primitive of several outputs.</summary>
    internal static TensorSpec NoTensor { get; } = new([0], DType.Bool);

    /// <summary>The primitive that computes it; null for parameters, variables, constants, parts and host calls.</summary>
    public Primitive? Primitive { get; internal init; }

    /// <summary>The inputs of the operation.</summary>
    public IReadOnlyList<Operation> Inputs { get; internal init; } = [];

    /// <summary>The numbers of a constant; otherwise null.</summary>
    public Tensor? Constant { get; internal init; }

    /// <summary>The variable whose value it is; otherwise null.</summary>
    public Variable? Variable { get; internal init; }

    /// <summary>The form of its value in which a variable is read; null for the value itself.</summary>
    internal Primitive? Form { get; init; }

    /// <summary>What a host call does.</summary>
    internal Action<IReadOnlyList<Tensor>>? HostCall { get; init; }

    /// <summary>How many outputs the primitive has. With several, this operation stands for the run of the kernel, and each output that
    /// something reads is a <see cref="OperationKind.Part"/> of it.</summary>
    public int OutputCount { get; internal init; } = 1;

    /// <summary>The index of the output, for a part.</summary>
    public int Index { get; internal init; }

    /// <summary>The part of the function (<see cref="Function.Scope"/>) in which it was traced, such as a layer's name; empty for none.</summary>
    public string Scope { get; internal init; } = "";

    /// <summary>What a host call is called.</summary>
    internal string HostCallName { get; init; } = "";

    /// <summary>The shapes and types of what it is computed from.</summary>
    internal TensorSpec[] InputSpecs => [.. Inputs.Select(input => input.Spec)];

    /// <summary>The operation whose kernel writes this tensor: the primitive of a part, else the operation itself.</summary>
    internal Operation Producer => Kind == OperationKind.Part ? Inputs[0] : this;

    /// <summary>True if it is another view of its input's buffer.</summary>
    internal bool IsView => Producer.Primitive is { IsView: true };

    /// <summary>True if a kernel writes it to memory of its own.</summary>
    internal bool HasOwnMemory => (Kind == OperationKind.Part || (Kind == OperationKind.Computed && OutputCount == 1)) && !IsView;

    /// <summary>True if its kernel runs in a call: a view's does not, nor that of a tensor without elements.</summary>
    internal bool IsRun => Kind == OperationKind.HostCall || (Kind == OperationKind.Computed && !IsView && (OutputCount > 1 || Bytes > 0));

    /// <summary>The bytes of its numbers.</summary>
    internal long Bytes => (long)Spec.Shape.ElementCount * Spec.DType.Size();

    /// <summary>The name in a listing.</summary>
    public string Title => Kind switch
    {
        OperationKind.Parameter => "parameter",
        OperationKind.Variable => Variable!.Name,
        OperationKind.Constant => "constant",
        OperationKind.HostCall => HostCallName,
        OperationKind.Part => $"{Inputs[0].Title}[{Index}]",
        _ => Primitive!.Name,
    };

    /// <summary>True for a constant of one element with exactly the bits of a number: -0 is not 0.</summary>
    internal bool IsNumber(double number) =>
        Constant is { Length: 1 } constant && BitConverter.DoubleToInt64Bits(constant.ToDouble()) == BitConverter.DoubleToInt64Bits(number);

    /// <summary>Two operations are the same only if they are one: passes keep books about them.</summary>
    public bool Equals(Operation? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
