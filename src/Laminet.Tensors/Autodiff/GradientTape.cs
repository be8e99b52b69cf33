using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Autodiff;

/// <summary>
/// Records operations on watched tensors. <code>
/// var tape = new GradientTape();
/// Tensor watched = tape.Watch(x);
/// Tensor squares = (watched * watched).Sum();
/// Tensor gradient = tape.Gradient(squares, watched);
/// </code>
/// A tape needs no Dispose: the records are released together with the tensors.
/// </summary>
/// <param name="createGraph">
/// Whether gradients are recorded too, so that this tape can differentiate them again. For enclosing tapes and gradients
/// they are always recorded.
/// </param>
public sealed class GradientTape(bool createGraph = false)
{
    private readonly List<Tensor> watched = [];

    /// <summary>
    /// Returns a tensor with the same numbers whose further use is recorded. If the argument is the <see cref="Variable.Value"/> of a variable, reading the variable on
    /// this thread also gives the watched tensor, until the variable changes. A tensor that another tape records stays connected to that tape.
    /// </summary>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public Tensor Watch(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Tensor leaf = Leaf(tensor);
        WatchedValues.Add(tensor, leaf);
        return leaf;
    }

    /// <summary>The gradient of the sum of <paramref name="target"/> by <paramref name="source"/>.</summary>
    /// <param name="target">The computed tensor.</param>
    /// <param name="source">A watched tensor, or a tensor computed from watched ones.</param>
    /// <param name="unconnected">What to do if the target does not depend on the source.</param>
    /// <exception cref="UnconnectedException">The target does not depend on the source, and <paramref name="unconnected"/> is not <see cref="Unconnected.Zeros"/>.</exception>
    public Tensor Gradient(Tensor target, Tensor source, Unconnected unconnected = Unconnected.Error) => Gradients(target, [source], unconnected)[0];

    /// <summary>The gradients by all watched tensors, in the order in which they were watched.</summary>
    /// <exception cref="UnconnectedException">The target does not depend on a watched tensor, and <paramref name="unconnected"/> is not <see cref="Unconnected.Zeros"/>.</exception>
    public IReadOnlyList<Tensor> Gradients(Tensor target, Unconnected unconnected = Unconnected.Error) => Gradients(target, watched, unconnected);

    /// <summary>The gradients of the sum of <paramref name="target"/> by several sources together.</summary>
    /// <exception cref="ArgumentException">A source is not recorded.</exception>
    /// <exception cref="UnconnectedException">The target does not depend on a source, and <paramref name="unconnected"/> is not <see cref="Unconnected.Zeros"/>.</exception>
    public IReadOnlyList<Tensor> Gradients(Tensor target, IReadOnlyList<Tensor> sources, Unconnected unconnected = Unconnected.Error) =>
        UnconnectedException.Filled(Run(target, sources).Gradients, sources, unconnected, i => $"source {i}");

    /// <summary>Watches a tensor only for callers that receive the result.</summary>
    internal Tensor Leaf(Tensor tensor)
    {
        if (!tensor.DType.IsFloat())
            throw new DTypeException($"A gradient needs sources of floating-point numbers; received {tensor.Spec}. Cast it first.");
        // A tensor that an outer gradient already watches keeps its history: the leaf is an identity operation on it.
        // Within the body of a loop a tensor from outside is a parameter without history.
        Tensor leaf = Tracer.Inside(tensor) is { Node: not null } recorded ? recorded.Reshape(recorded.Shape) : Node.Leaf(tensor);
        watched.Add(leaf);
        return leaf;
    }

    internal (Tensor?[] Gradients, bool HasOthers) Run(Tensor target, IReadOnlyList<Tensor> sources)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(sources);
        foreach (Tensor source in sources)
        {
            if (source.Node is null)
            {
                throw new ArgumentException($"A source of shape {source.Shape} is not watched. Use the tensor that Watch returned, "
                    + "and compute the target from it.", nameof(sources));
            }
        }

        if (!target.DType.IsFloat())
            throw new DTypeException($"A gradient needs a target of floating-point numbers; received {target.Spec}. Cast it first.");
        return Backward.Run([(target, target.OnesLike())], sources, watched, createGraph);
    }
}
