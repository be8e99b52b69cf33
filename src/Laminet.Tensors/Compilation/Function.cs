using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// Functions of tensors as programs: traced once for each shape of inputs, then run without dispatch, with operations fused and every
/// intermediate at a planned place in one block of memory.
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
    /// Gives tensors for tensors by their operations. It may read and assign variables and take gradients. It is run once for each new
    /// combination of shapes and types; what else it does (printing, counting, reading properties) happens then and not in later calls.
    /// </param>
    /// <param name="name">What to call it in listings.</param>
    public static CompiledFunction Compile(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> function, string name = "function")
    {
        ArgumentNullException.ThrowIfNull(function);
        return new CompiledFunction(inputs => function(inputs) is var outputs && outputs is Bundle<Tensor> bundle ? bundle : Bundle.Named(null, outputs), name);
    }

    /// <summary>
    /// Compiles a function of several tensors with or without names, as in <c>b => [q.Call(b["state"])]</c>; called as <c>Call(new() { ["state"] = state })</c>. Give what
    /// it returns in brackets, also where it is one: <c>x => x[0]</c> is a function of one tensor.
    /// </summary>
    /// <inheritdoc cref="Compile(Func{IReadOnlyList{Tensor}, IReadOnlyList{Tensor}}, string)"/>
    [OverloadResolutionPriority(1)]
    public static CompiledFunction Compile(Func<Bundle<Tensor>, Bundle<Tensor>> function, string name = "function") => new(function, name);

    /// <summary>
    /// Runs an action that looks at tensors' numbers, such as printing or a check: eagerly at once; in a function that is compiled, at its
    /// place in every call, in the order in which host calls were written. The action must not change variables: use
    /// <see cref="Variable.Assign(Tensor)"/> in the function itself. If it throws, the call fails and no variable is changed.
    /// </summary>
    /// <param name="action">The action. The tensors it receives are valid until it returns.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="name">What to call it in listings.</param>
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
    /// The same function with a gradient that computes it again instead of keeping what it computed: less memory for one more forward pass.
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
    /// For debugging, on this thread: <see cref="Flow.Scan"/> runs its body turn by turn as plain code, in which numbers can be read. Forward
    /// results have the same bits; gradients differ by the order of sums. A function that is compiled already stays as it is.
    /// </summary>
    public static bool DebugLoops
    {
        get => debugLoops;
        set => debugLoops = value;
    }

    /// <summary>True on a thread that is tracing a function: operations are written down, not run.</summary>
    public static bool IsTracing => Tracer.Current is not null;

    /// <summary>
    /// Names a part of a function, such as a layer, for listings, profiles and memory plans: <c>using (Function.Scope("dense")) ...</c>.
    /// Parts nest; the gradient's operations belong to the part whose gradient they take.
    /// </summary>
    /// <param name="name">The part's name within the part around it.</param>
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
