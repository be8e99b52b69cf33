using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// Compiles functions of tensors to programs. A function is traced once for each combination of input shapes. The program runs without dispatch, with fused operations, and
/// all intermediates have planned places in one block of memory.
/// </summary>
public static class Function
{
    [ThreadStatic]
    private static bool debugLoops;

    /// <summary>Compiles a function of one tensor.</summary>
    /// <inheritdoc cref="Compile(Func{IReadOnlyList{Tensor}, IReadOnlyList{Tensor}}, string)"/>
    [OverloadResolutionPriority(2)]
    public static Func<Tensor, Tensor> Compile(Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        CompiledFunction compiled = new(inputs => function(inputs[0]));
        return x => compiled.Call(x)[0];
    }

    /// <summary>Compiles a function of several tensors.</summary>
    /// <param name="function">
    /// Computes tensors from tensors with tensor operations. It may read and assign variables and take gradients. It runs once for each new
    /// combination of shapes and types. Other effects (printing, counting, reading properties) happen only then, not in later calls.
    /// </param>
    /// <param name="name">The name in listings.</param>
    public static CompiledFunction Compile(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> function, string name = "function")
    {
        ArgumentNullException.ThrowIfNull(function);
        return new CompiledFunction(inputs => function(inputs) is var outputs && outputs is Bundle<Tensor> bundle ? bundle : Bundle.Named(null, outputs), name);
    }

    /// <summary>
    /// Compiles a function of several tensors with or without names, as in <c>b => [q.Call(b["state"])]</c>; call it as <c>Call(new() { ["state"] = state })</c>. Write the
    /// result in brackets, even if it is one tensor: <c>x => x[0]</c> is a function of one tensor.
    /// </summary>
    /// <inheritdoc cref="Compile(Func{IReadOnlyList{Tensor}, IReadOnlyList{Tensor}}, string)"/>
    [OverloadResolutionPriority(1)]
    public static CompiledFunction Compile(Func<Bundle<Tensor>, Bundle<Tensor>> function, string name = "function") => new(function, name);

    /// <summary>
    /// Runs an action that reads the numbers of tensors, such as printing or a check. In eager mode it runs at once. In a compiled function it runs at its
    /// place in every call, in the order in which the host calls were written. The action must not change variables: use
    /// <see cref="Variable.Assign(Tensor)"/> in the function itself. If it throws, the call fails and no variable is changed.
    /// </summary>
    /// <param name="action">The action. The tensors that it receives are valid until it returns.</param>
    /// <param name="inputs">The tensors that it reads.</param>
    /// <param name="name">The name in listings.</param>
    public static void HostCall(Action<IReadOnlyList<Tensor>> action, IReadOnlyList<Tensor> inputs, string name = "host call")
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Any(input => input.IsShapeOnly))
            return;
        if (Tracer.Current is { } tracer)
            tracer.AddHostCall(action, inputs, name);
        else
            action(inputs);
    }

    /// <summary>
    /// Returns the same function with a gradient that recomputes the intermediates instead of storing them. This saves memory and costs one more forward pass.
    /// (Chen et al., "Training deep nets with sublinear memory cost", 2016.)
    /// </summary>
    /// <param name="function">The function. It may use tensors and variables from outside.</param>
    public static Func<Tensor, Tensor> Checkpoint(Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => Ops.Regions.Apply(() => function(x));
    }

    /// <inheritdoc cref="Checkpoint(Func{Tensor, Tensor})"/>
    public static Func<Bundle<Tensor>, Bundle<Tensor>> Checkpoint(Func<Bundle<Tensor>, Bundle<Tensor>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => Ops.Regions.Apply(() => function(x));
    }

    /// <summary>
    /// For debugging: on this thread <see cref="Flow.Scan"/> runs its body iteration by iteration as plain code, in which numbers can be read. Forward
    /// results have the same bits; gradients differ by the order of sums. Functions that are already compiled do not change.
    /// </summary>
    public static bool DebugLoops
    {
        get => debugLoops;
        set => debugLoops = value;
    }

    /// <summary>True on a thread that is tracing a function: operations are recorded, not run.</summary>
    public static bool IsTracing => Tracer.Current is not null;

    /// <summary>
    /// Names a part of a function, such as a layer, for listings, profiles and memory plans: <c>using (Function.Scope("dense")) ...</c>.
    /// Parts nest. The operations of a gradient belong to the part whose gradient they compute.
    /// </summary>
    /// <param name="name">The name of the part within the enclosing part.</param>
    public static FunctionScope Scope(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new FunctionScope(Tracer.Current is { Scope.Length: > 0 } tracer ? $"{tracer.Scope}/{name}" : name);
    }
}

/// <summary>A named part of a function; ends when it is disposed.</summary>
public readonly struct FunctionScope : IDisposable, IEquatable<FunctionScope>
{
    private readonly string? outer;

    internal FunctionScope(string scope)
    {
        if (Tracer.Current is not { } tracer)
            return;
        outer = tracer.Scope;
        tracer.Scope = scope;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (outer is not null && Tracer.Current is { } tracer)
            tracer.Scope = outer;
    }

    /// <inheritdoc/>
    public bool Equals(FunctionScope other) => outer == other.outer;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FunctionScope other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => outer?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <summary>Whether both are the same.</summary>
    public static bool operator ==(FunctionScope left, FunctionScope right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(FunctionScope left, FunctionScope right) => !left.Equals(right);
}
