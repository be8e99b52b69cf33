using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Ops;

/// <summary>ln of the running sum of exp(x), from the first element on, or from the last one where reversed. dx = Σ dy exp(x - y) over the outputs that x is part of.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Reverse">Whether it runs from the last element to the first.</param>
public sealed record LogCumSumExp(int Axis, bool Reverse) : Primitive
{
    internal override bool WidensHalves => true;

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        Check.Float(Name, inputs[0]);
        return inputs[0];
    }

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments)
    {
        if (arguments.OutputSpec.DType == DType.Float32)
            Run<float>(arguments.InputTensor(0), arguments.OutputTensor);
        else
            Run<double>(arguments.InputTensor(0), arguments.OutputTensor);
    }

    // The sum is again one of exponentials: of upstream gradients above 0 and below 0 apart, since a logarithm has no sign.
    /// <inheritdoc/>
    protected override Tensor Gradient(int input, in GradientArguments arguments)
    {
        (Tensor x, Tensor y, Tensor upstream) = (arguments.Inputs[0], arguments.Output, arguments.Upstream);
        return Part(upstream) - Part(-upstream);

        Tensor Part(Tensor share)
        {
            Tensor isThere = share.Greater(0L), one = Tensor.Scalar(1, x.DType), none = Tensor.Scalar(double.NegativeInfinity, x.DType);
            Tensor logarithm = Tensor.Where(isThere, Tensor.Where(isThere, share, one).Log() - y, none);
            // What is minus infinity has no share, and infinity less infinity no value.
            return (new LogCumSumExp(Axis, !Reverse).Apply(logarithm) + x).Exp().MaskedBy(x.NotEqual(double.NegativeInfinity));
        }
    }

    private void Run<T>(Tensor x, Tensor output) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Columns<T> work = new(x, output, x.Shape[Axis], x.Shape.CountOf((Axis + 1)..), Reverse);
        Workers.For(x.Shape.CountOf(..Axis) * work.Inner, ref work);
    }

    /// <summary>A task is one column: its exponentials cost more than the distance between its numbers.</summary>
    private readonly struct Columns<T>(Tensor x, Tensor output, int length, int inner, bool reverse) : IWork
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public int Inner => inner;

        public void Run(int task)
        {
            int start = (task / inner * length * inner) + (task % inner);
            ReadOnlySpan<T> from = x.AsSpan<T>();
            Span<T> to = output.AsSpan<T>();
            // ln Σ = peak + ln Σ exp(x - peak), with the peak so far.
            (double peak, double sum) = (double.NegativeInfinity, 0);
            for (int step = 0; step < length; step++)
            {
                int place = start + ((reverse ? length - 1 - step : step) * inner);
                double value = double.CreateTruncating(from[place]);
                if (value > peak)
                    (peak, sum) = (value, (sum * Math.Exp(peak - value)) + 1);
                else if (!double.IsNegativeInfinity(value))
                    sum += double.IsPositiveInfinity(value) ? 1 : Math.Exp(value - peak);
                to[place] = T.CreateTruncating(peak + Math.Log(sum));
            }
        }
    }
}
