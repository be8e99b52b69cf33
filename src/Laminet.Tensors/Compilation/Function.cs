namespace Laminet.Tensors.Compilation;

/// <summary>
/// Functions of tensors as programs: traced once for each shape of inputs, then run without dispatch, with operations fused and every
/// intermediate at a planned place in one block of memory.
/// </summary>
public static class Function
{
    /// <summary>Compiles a function of one tensor.</summary>
    /// <inheritdoc cref="Compile(Func{IReadOnlyList{Tensor}, IReadOnlyList{Tensor}}, string)"/>
    public static Func<Tensor, Tensor> Compile(Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        CompiledFunction compiled = new(inputs => [function(inputs[0])]);
        return x => compiled.Call(x)[0];
    }

    /// <summary>Compiles a function of several tensors.</summary>
    /// <param name="function">
    /// Gives tensors for tensors by their operations. It may read and assign variables and take gradients. It is run once for each new
    /// combination of shapes and types; what else it does (printing, counting, reading properties) happens then and not in later calls.
    /// </param>
    /// <param name="name">What to call it in listings.</param>
    public static CompiledFunction Compile(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> function, string name = "function") => new(function, name);

    /// <summary>
    /// Runs an action on tensors' numbers: eagerly at once; in a function that is compiled, at its place in every call. That is how a
    /// compiled training step updates its optimizer and metrics.
    /// </summary>
    /// <param name="effect">The action. The tensors it receives are valid until it returns.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="changes">The variables it changes: all that read their old values run before it.</param>
    public static void Effect(Action<IReadOnlyList<Tensor>> effect, IReadOnlyList<Tensor> inputs, IReadOnlyList<Variable>? changes = null)
    {
        ArgumentNullException.ThrowIfNull(effect);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Any(input => input.IsShapeOnly))
            return;
        if (Tracer.Current is { } tracer)
            tracer.AddEffect(effect, inputs, changes ?? []);
        else
            effect(inputs);
    }
}
