using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Autodiff;

/// <summary>
/// Records what is computed from watched tensors. <code>
/// var tape = new GradientTape();
/// Tensor watched = tape.Watch(x);
/// Tensor squares = (watched * watched).Sum();
/// Tensor gradient = tape.Gradient(squares, watched);
/// </code>
/// Nothing has to be closed: what is recorded goes with the tensors.
/// </summary>
/// <param name="createGraph">
/// Whether gradients are themselves recorded, so that this tape can differentiate them again. For tapes and gradients around
/// this one they are recorded in any case.
/// </param>
public sealed class GradientTape(bool createGraph = false)
{
    private readonly List<Tensor> watched = [];

    /// <summary>
    /// The same numbers as a tensor whose further use is recorded. If it is a variable's <see cref="Variable.Value"/>, reading the variable on
    /// this thread gives the watched tensor, too, until the variable changes. A tensor that another tape records stays connected to it.
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
    /// <param name="target">What was computed.</param>
    /// <param name="source">A watched tensor, or one computed from such.</param>
    /// <param name="unconnected">What to do if the target does not depend on the source.</param>
    /// <exception cref="UnconnectedException">The target does not depend on the source, and zeros were not asked for.</exception>
    public Tensor Gradient(Tensor target, Tensor source, Unconnected unconnected = Unconnected.Error) => Gradients(target, [source], unconnected)[0];

    /// <summary>The gradients by all watched tensors, in the order they were watched.</summary>
    /// <exception cref="UnconnectedException">The target does not depend on a watched tensor, and zeros were not asked for.</exception>
    public IReadOnlyList<Tensor> Gradients(Tensor target, Unconnected unconnected = Unconnected.Error) => Gradients(target, watched, unconnected);

    /// <summary>The gradients of the sum of <paramref name="target"/> by several sources in one go.</summary>
    /// <exception cref="ArgumentException">A source is not recorded.</exception>
    /// <exception cref="UnconnectedException">The target does not depend on a source, and zeros were not asked for.</exception>
    public IReadOnlyList<Tensor> Gradients(Tensor target, IReadOnlyList<Tensor> sources, Unconnected unconnected = Unconnected.Error) =>
        UnconnectedException.Filled(Run(target, sources).Gradients, sources, unconnected, i => $"source {i}");

    /// <summary>Watches a tensor for those alone who receive the result.</summary>
    internal Tensor Leaf(Tensor tensor)
    {
        if (!tensor.DType.IsFloat())
            throw new DTypeException($"Gradients are taken by tensors of floating-point numbers; received {tensor.Spec}. Cast it first.");
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
