using Laminet.Tensors.Autodiff;

namespace Laminet.Tensors.Blocks;

/// <summary>
/// A composite operation that is one node in a graph. Its body, in other operations, says what it means and what its gradient is; its
/// kernel, and a reverse rule of its own where it has one, compute the same in fewer passes over memory. A reverse rule of its own is made
/// of blocks again, so every order of derivative ends in a body.
/// </summary>
public abstract record Block : Primitive
{
    internal sealed override bool WidensHalves => true;

    /// <summary>The same in other operations: one tensor for each output.</summary>
    public virtual Tensor[] BodyAll(ReadOnlySpan<Tensor> inputs) => [Body(inputs)];

    /// <summary>The same in other operations, for a block of one output.</summary>
    public virtual Tensor Body(ReadOnlySpan<Tensor> inputs) => BodyAll(inputs)[0];

    /// <summary>By default the derivative of the body, taken once for all inputs.</summary>
    protected override Tensor?[] Gradients(in GradientArguments arguments)
    {
        bool[] wanted = new bool[arguments.Inputs.Length];
        for (int i = 0; i < wanted.Length; i++)
            wanted[i] = arguments.Wants(i);
        return BodyGradients(arguments, input => wanted[input]);
    }

    /// <summary>The derivative of the body by some inputs, for a block whose own rule leaves them out; null for the others.</summary>
    protected Tensor?[] BodyGradients(in GradientArguments arguments, IReadOnlyList<int> wanted) => BodyGradients(arguments, wanted.Contains);

    // Where nothing records, the history of what comes in would be followed for nothing.
    private Tensor?[] BodyGradients(in GradientArguments arguments, Func<int, bool> wanted) =>
        Autodiff.Gradient.Pullback(inputs => BodyAll(inputs), Constant(arguments.Inputs), Constant(arguments.Upstreams), wanted);

    private static Tensor[] Constant(ReadOnlySpan<Tensor?> tensors)
    {
        Tensor?[] constant = tensors.ToArray();
        for (int i = 0; i < constant.Length && !Recording.IsOn; i++)
            constant[i] = constant[i]?.WithoutHistory();
        return constant!;
    }
}
