namespace Laminet.Tensors;

/// <summary>
/// A sequence of random keys, each used once: key n is the key of the seed folded with n. The count is a variable. So a compiled function
/// draws another key in each call, a call that fails consumes no key, and the sequence continues if <see cref="State"/> is saved and restored.
/// </summary>
/// <remarks>Several threads may draw keys. No two of them get the same key, but which thread gets which key is not defined.</remarks>
/// <param name="seed">The seed of the stream: the same seed gives the same keys.</param>
/// <example>A training step with dropout, compiled: <code>
/// var random = new RandomStream(seed: 1);
/// CompiledFunction step = Function.Compile(inputs => [model.Call(inputs[0], new CallContext(training: true, random.Next()))]);
/// </code></example>
#pragma warning disable CA1711 // A stream of keys, as RandomKey's text calls it; no one takes it for a System.IO.Stream.
public sealed class RandomStream(ulong seed) : IHasState
#pragma warning restore CA1711
{
    private readonly Variable count = new(Tensor.Scalar(0L), "count", trainable: false);

    /// <summary>The seed of the stream.</summary>
    public ulong Seed => seed;

    /// <summary>The state of the stream: the number of keys drawn so far, an Int64 scalar.</summary>
    public IReadOnlyList<Variable> State => [count];

    IEnumerable<(string Name, Variable Variable)> IHasState.State => [(count.Name, count)];

    /// <summary>Draws the next key.</summary>
    public RandomKey Next()
    {
        // Reading and counting are one step for other threads. Within a scope or a trace the variable itself is left alone.
        using VariableHold? hold = Tensors.State.Innermost is null ? VariableHold.Of([count]) : null;
        Tensor number = count.Value;
        count.Assign(number + 1);
        return new RandomKey(seed).Fold(number);
    }
}
