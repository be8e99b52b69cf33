namespace Laminet.Tensors;

/// <summary>The arguments of a reverse rule: the inputs and outputs of the operation, and the upstream gradients.</summary>
public readonly ref struct GradientArguments
{
    private readonly ReadOnlySpan<bool> wanted;

    internal GradientArguments(ReadOnlySpan<Tensor?> upstreams, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, ReadOnlySpan<bool> wanted)
    {
        Upstreams = upstreams;
        Inputs = inputs;
        Outputs = outputs;
        this.wanted = wanted;
    }

    /// <summary>The gradient of the final result by each output, of that output's shape; null where the result does not depend on it.</summary>
    public ReadOnlySpan<Tensor?> Upstreams { get; }

    /// <summary>The operation's inputs.</summary>
    public ReadOnlySpan<Tensor> Inputs { get; }

    /// <summary>The operation's outputs, residuals included.</summary>
    public ReadOnlySpan<Tensor> Outputs { get; }

    /// <summary>The gradient by the first output: for operations that have one.</summary>
    public Tensor Upstream => Upstreams[0]!;

    /// <summary>The first output.</summary>
    public Tensor Output => Outputs[0];

    /// <summary>Whether the gradient by an input is needed.</summary>
    public bool Wants(int input) => wanted[input];
}
