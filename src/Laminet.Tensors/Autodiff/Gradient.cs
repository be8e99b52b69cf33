namespace Laminet.Tensors.Autodiff;

/// <summary>Gradients of functions, in reverse mode. They nest: <c>Gradient.Of(Gradient.Of(f))</c> is the second derivative.</summary>
public static class Gradient
{
    /// <summary>
    /// The function that gives df/dx: x to a tensor of x's shape. Where f gives more than one number, their sum is differentiated.
    /// </summary>
    public static Func<Tensor, Tensor> Of(Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => ValueAndGradients(inputs => function(inputs[0]), x).Gradients[0];
    }

    /// <summary>Computes f and its gradient by each input in one go.</summary>
    public static (Tensor Value, IReadOnlyList<Tensor> Gradients) ValueAndGradients(
        Func<IReadOnlyList<Tensor>, Tensor> function, params IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        GradientTape tape = new();
        // An operation's own gradient may be written with this method: what runs here is recorded even within a backward pass.
        (Tensor value, Tensor[] watched) = Recording.Resume(() =>
        {
            Tensor[] leaves = [.. inputs.Select(input => Watched(tape, input))];
            return (function(leaves), leaves);
        });
        (IReadOnlyList<Tensor> gradients, bool hasOthers) = tape.Run(value, watched);
        // Whoever collects the values of many steps shall not hold on to all that led to them.
        return (hasOthers ? value : value.Detach(), gradients);
    }

    /// <summary>
    /// Computes a loss and its gradient by each variable. While <paramref name="loss"/> runs, reading a variable's
    /// <see cref="Variable.Value"/> gives a tensor that is watched.
    /// </summary>
    public static (Tensor Value, IReadOnlyList<Tensor> Gradients) ValueAndGradients(Func<Tensor> loss, IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(variables);
        return ValueAndGradients(
            leaves =>
            {
                // An inner gradient by the same variables gives them back to the outer one.
                Tensor?[] before = [.. variables.Select((variable, i) => variable.Watch(leaves[i]))];
                try
                {
                    return loss();
                }
                finally
                {
                    for (int i = before.Length - 1; i >= 0; i--)
                        variables[i].Watch(before[i]);
                }
            },
            [.. variables.Select(variable => variable.Value)]);
    }

    // A tensor that an outer gradient already watches keeps its history: the leaf is an identity operation on it.
    private static Tensor Watched(GradientTape tape, Tensor input) => input.Node is null ? tape.Watch(input) : input.Reshape(input.Shape);
}

/// <summary>
/// Records what is computed from watched tensors. <code>
/// var tape = new GradientTape();
/// Tensor x = tape.Watch(input);
/// Tensor y = (x * x).Sum();
/// Tensor dydx = tape.Gradient(y, x);
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

    /// <summary>The same numbers as a tensor whose further use is recorded.</summary>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public Tensor Watch(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!tensor.DType.IsFloat())
            throw new DTypeException($"Gradients are taken by Float32 or Float64 tensors; received {tensor.Spec}. Cast it first.");
        Tensor leaf = Node.Leaf(tensor);
        watched.Add(leaf);
        return leaf;
    }

    /// <summary>The gradient of the sum of <paramref name="target"/> by <paramref name="source"/>; zeros if it does not depend on it.</summary>
    /// <param name="target">What was computed.</param>
    /// <param name="source">A watched tensor, or one computed from such.</param>
    public Tensor Gradient(Tensor target, Tensor source) => Gradients(target, [source])[0];

    /// <summary>The gradients by all watched tensors, in the order they were watched.</summary>
    public IReadOnlyList<Tensor> Gradients(Tensor target) => Gradients(target, watched);

    /// <summary>The gradients of the sum of <paramref name="target"/> by several sources in one go.</summary>
    /// <exception cref="ArgumentException">A source is not recorded.</exception>
    public IReadOnlyList<Tensor> Gradients(Tensor target, IReadOnlyList<Tensor> sources) => Run(target, sources).Gradients;

    internal (IReadOnlyList<Tensor> Gradients, bool HasOthers) Run(Tensor target, IReadOnlyList<Tensor> sources)
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

        return Backward.Run(target, sources, watched, createGraph);
    }
}
