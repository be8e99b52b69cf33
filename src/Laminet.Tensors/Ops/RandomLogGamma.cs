using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>Inputs: keys, Int64, and alpha, Float64, of one shape. The logarithms of random numbers with the density x^(alpha - 1) exp(-x) / Gamma(alpha), each from its own key.</summary>
public sealed record RandomLogGamma : Primitive
{
    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        if (inputs[0].DType != DType.Int64 || inputs[0].Shape != inputs[1].Shape)
            throw new ShapeException($"{Name}: received the keys {inputs[0]} for alpha {inputs[1]}; expected an Int64 key for each alpha.");
        return inputs[1].DType == DType.Float64 ? inputs[1] : throw new DTypeException($"{Name}: received alpha {inputs[1]}; expected Float64. Cast it.");
    }

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) => CheckedKernels.LogGammaVariates(arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor);
}
