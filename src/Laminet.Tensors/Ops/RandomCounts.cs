using Laminet.Tensors.Kernels;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Ops;

/// <summary>Inputs: keys, Int64, and rates, Float64, of one shape. Numbers of Poisson's distribution, each from its own key.</summary>
public sealed record RandomPoisson : Primitive
{
    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[1];

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) =>
        Stretches.Share(arguments.OutputSpec.Shape.ElementCount, new Drawn(arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor));

    private readonly struct Drawn(Tensor keys, Tensor rates, Tensor counts) : IStretchWork
    {
        public void Run(int first, int count)
        {
            ReadOnlySpan<long> key = keys.AsSpan<long>();
            ReadOnlySpan<double> rate = rates.AsSpan<double>();
            Span<double> result = counts.AsSpan<double>();
            for (int i = first; i < first + count; i++)
                result[i] = CountVariates.Poisson(rate[i], (ulong)key[i]);
        }
    }
}

/// <summary>Inputs: keys, Int64, numbers of trials and probabilities, Float64, of one shape. Numbers of successes, each from its own key.</summary>
public sealed record RandomBinomial : Primitive
{
    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[1];

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) =>
        Stretches.Share(arguments.OutputSpec.Shape.ElementCount, new Drawn(arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), arguments.OutputTensor));

    private readonly struct Drawn(Tensor keys, Tensor trials, Tensor probabilities, Tensor counts) : IStretchWork
    {
        public void Run(int first, int count)
        {
            ReadOnlySpan<long> key = keys.AsSpan<long>();
            ReadOnlySpan<double> number = trials.AsSpan<double>(), probability = probabilities.AsSpan<double>();
            Span<double> result = counts.AsSpan<double>();
            for (int i = first; i < first + count; i++)
                result[i] = CountVariates.Binomial(number[i], probability[i], (ulong)key[i]);
        }
    }
}

/// <summary>Whole numbers from a key, an Int64 scalar, all of them equally likely: Int64.</summary>
/// <param name="Shape">The output's shape.</param>
/// <param name="Minimum">The smallest.</param>
/// <param name="Count">How many there are; 0 for 2^64.</param>
public sealed record RandomInteger(Shape Shape, long Minimum, ulong Count) : Primitive
{
    // A stream that no other draw uses.
    private const ulong Stream = 0x57484F4C_00000000;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(Shape, DType.Int64);

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) =>
        Stretches.Share(Shape.ElementCount, new Drawn(this, (ulong)arguments.Input<long>(0)[0], arguments.OutputTensor));

    // Lemire, "Fast random integer generation in an interval", 2019: the upper half of a product, drawn again where that would favour some numbers.
    private static ulong Below(ulong count, ulong key, ulong element)
    {
        for (ulong attempt = 0; ; attempt++)
        {
            (uint a, uint b, _, _) = Philox.Block(key, element, Stream + attempt);
            ulong word = ((ulong)b << 32) | a;
            if (count == 0)
                return word;
            ulong high = Math.BigMul(word, count, out ulong low);
            if (low >= count || low >= unchecked(0 - count) % count)
                return high;
        }
    }

    private readonly struct Drawn(RandomInteger operation, ulong key, Tensor numbers) : IStretchWork
    {
        public void Run(int first, int count)
        {
            Span<long> result = numbers.AsSpan<long>();
            for (int i = first; i < first + count; i++)
                result[i] = unchecked(operation.Minimum + (long)Below(operation.Count, key, (ulong)i));
        }
    }
}
