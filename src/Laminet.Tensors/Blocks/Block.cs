using Laminet.Tensors.Autodiff;

namespace Laminet.Tensors.Blocks;

/// <summary>
/// A composite operation that is one node in a graph. Its body, in other operations, says what it means and what its gradient is; its
/// kernel, and a reverse rule of its own where it has one, compute the same in fewer passes over memory. A reverse rule of its own is made
/// of blocks again, so every order of derivative ends in a body.
/// </summary>
public abstract record Block : Primitive
{
    /// <summary>The same in other operations: one tensor for each output.</summary>
    public virtual Tensor[] BodyAll(ReadOnlySpan<Tensor> inputs) => [Body(inputs)];

    /// <summary>The same in other operations, for a block of one output.</summary>
    public virtual Tensor Body(ReadOnlySpan<Tensor> inputs) => BodyAll(inputs)[0];

    /// <summary>By default the derivative of the body, taken once for all inputs.</summary>
    protected override Tensor?[] Gradients(in GradientArguments arguments)
    {
        List<int> wanted = [];
        for (int i = 0; i < arguments.Inputs.Length; i++)
        {
            if (arguments.Wants(i) && arguments.Inputs[i].DType.IsFloat())
                wanted.Add(i);
        }

        return BodyGradients(arguments, wanted);
    }

    /// <summary>The derivative of the body by some inputs, for a block whose own rule leaves them out; null for the others.</summary>
    protected Tensor?[] BodyGradients(in GradientArguments arguments, IReadOnlyList<int> wanted)
    {
        // Where nothing records, the history of what comes in would be followed for nothing.
        Tensor[] inputs = Constant(arguments.Inputs);
        Tensor[] upstreams = Constant(arguments.Upstreams);
        Tensor?[] gradients = new Tensor?[inputs.Length];
        (_, Tensor?[] partials) = Autodiff.Gradient.ValueAndPartials(Projected, [.. wanted.Select(input => inputs[input])]);
        foreach ((int place, int input) in wanted.Index())
            gradients[input] = partials[place];
        return gradients;

        // The sum of all outputs times their upstream gradients: its gradient is what the inputs receive.
        Tensor Projected(IReadOnlyList<Tensor> leaves)
        {
            foreach ((int place, int input) in wanted.Index())
                inputs[input] = leaves[place];
            Tensor[] outputs = BodyAll(inputs);
            if (outputs.Length == 1)
                return outputs[0] * upstreams[0];
            IEnumerable<Tensor> parts = outputs.Zip(upstreams).Where(pair => pair.Second is not null).Select(pair => (pair.First * pair.Second).Sum());
            return parts.Aggregate((sum, part) => sum + part);
        }
    }

    private static Tensor[] Constant(ReadOnlySpan<Tensor?> tensors)
    {
        Tensor?[] constant = tensors.ToArray();
        for (int i = 0; i < constant.Length && !Recording.IsOn; i++)
            constant[i] = constant[i]?.Detach();
        return constant!;
    }
}
