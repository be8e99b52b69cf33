namespace Laminet.Tensors.Autodiff;

/// <summary>Computes gradients of functions in reverse mode. They nest: <c>Gradient.Of(Gradient.Of(f))</c> is the second derivative.</summary>
public static class Gradient
{
    /// <summary>
    /// Returns the function df/dx, from x to a tensor of x's shape. If f returns more than one number, their sum is differentiated.
    /// </summary>
    /// <param name="function">The function f.</param>
    /// <param name="unconnected">What to do if f does not depend on x. For example, the derivative of a linear function does not.</param>
    public static Func<Tensor, Tensor> Of(Func<Tensor, Tensor> function, Unconnected unconnected = Unconnected.Error)
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => ValueAndGradients(inputs => function(inputs[0]), unconnected, x).Gradients[0];
    }

    /// <summary>Computes f and its gradient by each input together.</summary>
    /// <exception cref="UnconnectedException">f does not depend on an input.</exception>
    public static (Tensor Value, IReadOnlyList<Tensor> Gradients) ValueAndGradients(
        Func<IReadOnlyList<Tensor>, Tensor> function, params IReadOnlyList<Tensor> inputs) => ValueAndGradients(function, Unconnected.Error, inputs);

    /// <summary>Computes f and its gradient by each input together.</summary>
    /// <param name="function">The function f.</param>
    /// <param name="unconnected">What to do with an input that f does not depend on.</param>
    /// <param name="inputs">The inputs.</param>
    /// <exception cref="UnconnectedException">f does not depend on an input, and <paramref name="unconnected"/> is not <see cref="Unconnected.Zeros"/>.</exception>
    public static (Tensor Value, IReadOnlyList<Tensor> Gradients) ValueAndGradients(
        Func<IReadOnlyList<Tensor>, Tensor> function, Unconnected unconnected, params IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        (Tensor value, Tensor?[] gradients) = ValueAndPartials(function, inputs);
        return (value, UnconnectedException.Filled(gradients, inputs, unconnected, i => $"input {i}"));
    }

    /// <summary>
    /// Computes a loss and its gradient by each variable. While <paramref name="loss"/> runs, the
    /// <see cref="Variable.Value"/> of a variable is a watched tensor.
    /// </summary>
    /// <param name="loss">Computes the loss.</param>
    /// <param name="variables">The variables to differentiate by.</param>
    /// <param name="unconnected">What to do with a variable that the loss does not depend on.</param>
    /// <exception cref="UnconnectedException">The loss does not depend on a variable, and <paramref name="unconnected"/> is not <see cref="Unconnected.Zeros"/>.</exception>
    public static (Tensor Value, IReadOnlyList<Tensor> Gradients) ValueAndGradients(
        Func<Tensor> loss, IReadOnlyList<Variable> variables, Unconnected unconnected = Unconnected.Error)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(variables);
        Tensor[] values = [.. variables.Select(variable => variable.Value)];
        (Tensor value, Tensor?[] gradients) = ValueAndPartials(
            leaves =>
            {
                using WatchedVariables watched = new(variables, leaves);
                return loss();
            },
            values);
        return (value, UnconnectedException.Filled(gradients, values, unconnected, i => $"the variable '{variables[i].Name}'"));
    }

    /// <summary>
    /// f and its derivative along given directions, J t: how f changes when its inputs move. By two gradients, since Jᵀ u is linear in u and its derivative by u along t is J t. It takes about four times as long as f.
    /// Keras: <c>ops.jvp</c>; JAX: <c>jvp</c>; PyTorch: <c>func.jvp</c>.
    /// </summary>
    /// <param name="function">The function f, of which each gradient has a gradient again.</param>
    /// <param name="inputs">Where.</param>
    /// <param name="tangents">For each input how it moves, of its shape.</param>
    /// <exception cref="ShapeException">A tangent does not have its input's shape, or there are more or fewer of them.</exception>
    public static (Tensor Value, Tensor Tangent) Jvp(Func<IReadOnlyList<Tensor>, Tensor> function, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> tangents)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(tangents);
        if (!inputs.Select(input => input.Shape).SequenceEqual(tangents.Select(tangent => tangent.Shape)))
            throw new ShapeException($"Jvp: received tangents of shapes {string.Join(", ", tangents.Select(tangent => tangent.Shape))} for inputs of shapes {string.Join(", ", inputs.Select(input => input.Shape))}; expected the same shapes.");
        Tensor value = function(inputs);
        return (value, Of(AlongTangents, Unconnected.Zeros)(value.ZerosLike()));

        Tensor AlongTangents(Tensor upstream)
        {
            IReadOnlyList<Tensor> gradients = ValueAndGradients(leaves => (function(leaves) * upstream).Sum(), Unconnected.Zeros, inputs).Gradients;
            return gradients.Zip(tangents, (gradient, tangent) => (gradient * tangent).Sum()).Aggregate((sum, term) => sum + term);
        }
    }

    /// <summary>The value and the gradient by each input; null for one that the value does not depend on.</summary>
    internal static (Tensor Value, Tensor?[] Gradients) ValueAndPartials(Func<IReadOnlyList<Tensor>, Tensor> function, IReadOnlyList<Tensor> inputs)
    {
        GradientTape tape = new();
        // An operation's own gradient may be written with this method: what runs here is recorded even within a backward pass.
        (Tensor value, Tensor[] watched) = Recording.Resume(() =>
        {
            Tensor[] leaves = [.. inputs.Select(input => tape.Leaf(input))];
            return (function(leaves), leaves);
        });
        (Tensor?[] gradients, bool hasOthers) = tape.Run(value, watched);
        // A caller that collects the values of many steps must not keep all that led to them.
        return (hasOthers ? value : value.WithoutHistory(), gradients);
    }

    /// <summary>
    /// What the inputs of a function receive where gradients arrive at its outputs: for each wanted input of a floating-point type the gradient
    /// of the sum of all outputs times what arrives at them; null for the others, and where there is no dependence.
    /// </summary>
    /// <param name="function">Gives the outputs for the inputs.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="upstreams">What arrives at each output; null for nothing.</param>
    /// <param name="wanted">For each input whether its gradient is asked for.</param>
    internal static Tensor?[] Pullback(Func<Tensor[], Tensor[]> function, Tensor[] inputs, Tensor?[] upstreams, Func<int, bool> wanted)
    {
        int[] chosen = [.. Enumerable.Range(0, inputs.Length).Where(i => wanted(i) && inputs[i].DType.IsFloat())];
        Tensor?[] gradients = new Tensor?[inputs.Length];
        if (chosen.Length == 0 || upstreams.All(upstream => upstream is null))
            return gradients;
        GradientTape tape = new();
        // An operation's own gradient may be written with this method: what runs here is recorded even within a backward pass.
        (Tensor[] outputs, Tensor[] leaves) = Recording.Resume(() =>
        {
            Tensor[] all = [.. inputs];
            Tensor[] watched = new Tensor[chosen.Length];
            foreach ((int place, int input) in chosen.Index())
                watched[place] = all[input] = tape.Leaf(inputs[input]);
            return (function(all), watched);
        });
        (Tensor, Tensor)[] targets = [.. outputs.Zip(upstreams).Where(pair => pair.Second is not null).Select(pair => (pair.First, pair.Second!))];
        (Tensor?[] partials, _) = Backward.Run(targets, leaves, leaves, createGraph: false);
        foreach ((int place, int input) in chosen.Index())
            gradients[input] = partials[place];
        return gradients;
    }
}
