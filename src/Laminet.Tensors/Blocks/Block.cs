using Laminet.Tensors.Autodiff;

namespace Laminet.Tensors.Blocks;

/// <summary>
/// A composite operation that is one node in a graph. Its body, in other operations, says what it means and what its gradient
/// is; its kernel, and a gradient of its own where it has one, compute the same in fewer passes over memory. A gradient of its
/// own is made of blocks again, so every order of derivative ends in a body.
/// </summary>
internal abstract record Block : Primitive
{
    internal sealed override bool WidensHalves => true;

    /// <summary>The same in other operations.</summary>
    public abstract Tensor Body(ReadOnlySpan<Tensor> inputs);

    protected override Tensor? Gradient(int input, in GradientArguments arguments)
    {
        // Where nobody records, the history of what comes in would be followed for nothing.
        Tensor[] inputs = [.. Recording.IsOn ? arguments.Inputs : Detached(arguments.Inputs)];
        Tensor upstream = Recording.IsOn ? arguments.Upstream : arguments.Upstream.Detach();
        return inputs[input].DType.IsFloat() ? Autodiff.Gradient.Of(Projected)(inputs[input]) : null;

        Tensor Projected(Tensor x)
        {
            inputs[input] = x;
            return Body(inputs) * upstream;
        }
    }

    private static Tensor[] Detached(ReadOnlySpan<Tensor> tensors)
    {
        Tensor[] detached = new Tensor[tensors.Length];
        for (int i = 0; i < detached.Length; i++)
            detached[i] = tensors[i].Detach();
        return detached;
    }
}
