namespace Laminet.Tensors.Compilation;

/// <summary>Where a graph's tensor comes from.</summary>
internal enum OperationKind
{
    /// <summary>It is given with each call.</summary>
    Parameter,

    /// <summary>It is a variable's value when the call begins.</summary>
    Variable,

    /// <summary>It is the same in every call.</summary>
    Constant,

    /// <summary>A primitive computes it.</summary>
    Computed,

    /// <summary>It is nothing: an action that runs at its place with its inputs' numbers.</summary>
    Effect,
}

/// <summary>One tensor of a graph, and the operation that gives it.</summary>
/// <param name="Kind">Where it comes from.</param>
/// <param name="Spec">Its shape and type.</param>
/// <param name="Number">Its place in the order in which the function was written down; inputs have lower or equal numbers.</param>
internal sealed record Operation(OperationKind Kind, TensorSpec Spec, int Number)
{
    /// <summary>What is computed.</summary>
    public Primitive? Primitive { get; init; }

    /// <summary>What it is computed from.</summary>
    public IReadOnlyList<Operation> Inputs { get; init; } = [];

    /// <summary>The numbers of a constant.</summary>
    public Tensor? Constant { get; init; }

    /// <summary>Whose value it is.</summary>
    public Variable? Variable { get; init; }

    /// <summary>Whether a variable is read as <see cref="Kernels.KernelPanels"/>.</summary>
    public bool InPanels { get; init; }

    /// <summary>What an effect does.</summary>
    public Action<IReadOnlyList<Tensor>>? Effect { get; init; }

    /// <summary>The variables that an effect changes: their readers come before it.</summary>
    public IReadOnlyList<Variable> Changes { get; init; } = [];

    /// <summary>The part of the function it was written down in, such as a layer's name; empty for none.</summary>
    public string Scope { get; init; } = "";

    /// <summary>What an effect is called.</summary>
    public string EffectName { get; init; } = "";

    /// <summary>The bytes of its numbers.</summary>
    public long Bytes => (long)Spec.Shape.ElementCount * Spec.DType.Size();

    /// <summary>What to call it in a listing.</summary>
    public string Title => Kind switch
    {
        OperationKind.Parameter => "parameter",
        OperationKind.Variable => Variable!.Name,
        OperationKind.Constant => "constant",
        OperationKind.Effect => EffectName,
        _ => Primitive!.Name,
    };

    // Two operations are the same only if they are one: passes keep books about them.
    public bool Equals(Operation? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
