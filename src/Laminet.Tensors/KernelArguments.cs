using Laminet.Tensors.Runtime;

namespace Laminet.Tensors;

/// <summary>The inputs and outputs of a kernel. Spans are valid during the call only.</summary>
public readonly ref struct KernelArguments
{
    private readonly Tensor[] inputs;
    private readonly Tensor?[] outputs;

    internal KernelArguments(Tensor[] inputs, Tensor?[] outputs, WorkSpace space) => (this.inputs, this.outputs, Space) = (inputs, outputs, space);

    /// <summary>The first output's shape and type.</summary>
    public TensorSpec OutputSpec => OutputTensor.Spec;

    /// <summary>How many inputs there are.</summary>
    public int Count => inputs.Length;

    /// <summary>The number of outputs of the operation, including those that are not needed.</summary>
    public int OutputCount => outputs.Length;

    /// <summary>Memory that the kernel works in, of <see cref="Primitive.ScratchBytes"/>.</summary>
    internal WorkSpace Space { get; }

    internal Tensor OutputTensor => OutputTensorAt(0);

    /// <summary>An input's shape and type.</summary>
    public TensorSpec InputSpec(int input) => inputs[input].Spec;

    /// <summary>An input's numbers in row-major order.</summary>
    public ReadOnlySpan<T> Input<T>(int input) where T : unmanaged => inputs[input].AsSpan<T>();

    /// <summary>Whether an output is needed. An output that nothing reads has no memory in a compiled function and is not computed.</summary>
    public bool HasOutput(int output) => outputs[output] is not null;

    /// <summary>The memory for the numbers of an output, in row-major order; empty if the output is not needed.</summary>
    public Span<T> Output<T>(int output = 0) where T : unmanaged => outputs[output] is { } tensor ? tensor.AsSpan<T>() : [];

    /// <summary>All inputs, for work that threads share: spans cannot be handed to them.</summary>
    internal Tensor[] Inputs => inputs;

    /// <summary>All outputs; null for one that is not wanted.</summary>
    internal Tensor?[] Outputs => outputs;

    internal Tensor InputTensor(int input) => inputs[input];

    internal Tensor OutputTensorAt(int output) => outputs[output]!;
}

/// <summary>A place in a buffer.</summary>
/// <param name="Storage">The buffer; null for none.</param>
/// <param name="Start">Where in it the place begins, in bytes.</param>
internal readonly record struct WorkSpace(Storage? Storage, long Start);
