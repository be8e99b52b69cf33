using System.Runtime.CompilerServices;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>The entries of an axis as weighted means of those near the places they come from: a product with a matrix that has few numbers in each row.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Old">The length from which is resampled.</param>
/// <param name="Length">The length to which is resampled.</param>
/// <param name="Step">How many old entries lie between two new ones.</param>
/// <param name="Shift">By how many new entries the axis is moved.</param>
/// <param name="Interpolation">How the weights fall with the distance.</param>
/// <param name="Antialias">Whether, where the step is above 1, all old entries under a new one count.</param>
/// <param name="IsTransposed">Whether the product is that with the transposed matrix, from the new length to the old one.</param>
public sealed record Resample(int Axis, int Old, int Length, double Step, double Shift, Interpolation Interpolation, bool Antialias, bool IsTransposed = false) : Primitive
{
    // The weights of each resampling that a program holds, so that a step neither computes nor allocates them. Not in the record: two of the same settings are equal.
    private static readonly ConditionalWeakTable<Resample, Bands> Weights = [];

    internal override bool WidensHalves => true;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        Check.Float(Name, inputs[0]);
        (int from, int to) = IsTransposed ? (Length, Old) : (Old, Length);
        return inputs[0].Shape[Axis] == from
            ? inputs[0] with { Shape = inputs[0].Shape.With(Axis, to) }
            : throw new ShapeException($"{Name}: received {inputs[0].Shape}; axis {Axis} must have the length {from}.");
    }

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments)
    {
        CheckedKernels.BandedRows(Weights.GetValue(this, WeightsOf), arguments.InputTensor(0), Axis, arguments.OutputTensor);
    }

    private static Bands WeightsOf(Resample one)
    {
        Bands bands = ResizeWeights.Of(one.Old, one.Length, one.Step, one.Shift, one.Interpolation, one.Antialias);
        return one.IsTransposed ? bands.Transposed(one.Old) : bands;
    }

    /// <inheritdoc/>
    protected override Tensor Gradient(int input, in GradientArguments arguments) => (this with { IsTransposed = !IsTransposed }).Apply(arguments.Upstream);
}
