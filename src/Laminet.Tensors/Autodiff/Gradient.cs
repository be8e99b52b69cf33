namespace Laminet.Tensors.Autodiff;

/// <summary>Gradients of functions, in reverse mode. They nest: <c>Gradient.Of(Gradient.Of(f))</c> is the second derivative.</summary>
public static class Gradient
{
    /// <summary>
    /// The function that gives df/dx: x to a tensor of x's shape. Where f gives more than one number, their sum is differentiated.
    /// </summary>
    /// <param name="function">The function f.</param>
    /// <param name="unconnected">What to do where f does not depend on x, as the derivative of a linear function does not.</param>
    public static Func<Tensor, Tensor> Of(Func<Tensor, Tensor> function, Unconnected unconnected = Unconnected.Error)
    {
        ArgumentNullException.ThrowIfNull(function);
        return x => ValueAndGradients(inputs => function(inputs[0]), unconnected, x).Gradients[0];
    }

    /// <summary>Computes f and its gradient by each input in one go.</summary>
    /// <exception cref="UnconnectedException">f does not depend on an input.</exception>
    public static (Tensor Value, IReadOnlyList<Tensor> Gradients) ValueAndGradients(
        Func<IReadOnlyList<Tensor>, Tensor> function, params IReadOnlyList<Tensor> inputs) => ValueAndGradients(function, Unconnected.Error, inputs);

    /// <summary>Computes f and its gradient by each input in one go.</summary>
    /// <param name="function">The function f.</param>
    /// <param name="unconnected">What to do with an input that f does not depend on.</param>
    /// <param name="inputs">The inputs.</param>
    /// <exception cref="UnconnectedException">f does not depend on an input, and zeros were not asked for.</exception>
    public static (Tensor Value, IReadOnlyList<Tensor> Gradients) ValueAndGradients(
        Func<IReadOnlyList<Tensor>, Tensor> function, Unconnected unconnected, params IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        (Tensor value, Tensor?[] gradients) = ValueAndPartials(function, inputs);
        return (value, UnconnectedException.Filled(gradients, inputs, unconnected, i => $"input {i}"));
    }

    /// <summary>
    /// Computes a loss and its gradient by each variable. While <paramref name="loss"/> runs, reading a variable's
    /// <see cref="Variable.Value"/> gives a tensor that is watched.
    /// </summary>
    /// <param name="loss">Computes the loss.</param>
    /// <param name="variables">The variables to differentiate by.</param>
    /// <param name="unconnected">What to do with a variable that the loss does not depend on.</param>
    /// <exception cref="UnconnectedException">The loss does not depend on a variable, and zeros were not asked for.</exception>
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

    /// <summary>The value and the gradient by each input; null for one that the value does not depend on.</summary>
    internal static (Tensor Value, Tensor?[] Gradients) ValueAndPartials(Func<IReadOnlyList<Tensor>, Tensor> function, IReadOnlyList<Tensor> inputs)
    {
        GradientTape tape = new();
        // An operation's own gradient may be written with this method: what runs here is recorded even within a backward pass.
        (Tensor value, Tensor[] watched) = Recording.Resume(() =>
        {
            Tensor[] leaves = [.. inputs.Select(input => Watched(tape, input))];
            return (function(leaves), leaves);
        });
        (Tensor?[] gradients, bool hasOthers) = tape.Run(value, watched);
        // A caller that collects the values of many steps must not keep all that led to them.
        return (hasOthers ? value : value.Detach(), gradients);
    }

    // A tensor that an outer gradient already watches keeps its history: the leaf is an identity operation on it.
    private static Tensor Watched(GradientTape tape, Tensor input) => input.Node is null ? tape.Watch(input) : input.Reshape(input.Shape);
}
