using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Ops;

/// <summary>The running maximum or minimum from the first element on, and its position (Int32).</summary>
/// <param name="Axis">The axis.</param>
/// <param name="IsMaximum">Whether it is the maximum.</param>
public sealed record RunningExtreme(int Axis, bool IsMaximum) : Primitive
{
    internal override bool WidensHalves => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
    {
        Check.Number(Name, inputs[0]);
        return [inputs[0], new(inputs[0].Shape, DType.Int32)];
    }

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments)
    {
        Body body = new(this, arguments);
        DTypes.Number(arguments.InputSpec(0).DType, ref body);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(in GradientArguments arguments) =>
        [new PutAlong(Axis, ScatterMode.Add).Apply(arguments.Inputs[0].ZerosLike(), arguments.Outputs[1], arguments.Upstream)];

    private readonly ref struct Body(RunningExtreme operation, KernelArguments arguments) : INumberBody
    {
        private readonly KernelArguments arguments = arguments;

        public void Run<T>() where T : unmanaged, INumber<T>
        {
            Tensor x = arguments.InputTensor(0);
            ExtremeStrips<T> work = new(x, arguments.Outputs[0], arguments.Outputs[1], x.Shape[operation.Axis], x.Shape.CountOf((operation.Axis + 1)..), operation.IsMaximum);
            Workers.For(x.Shape.CountOf(..operation.Axis) * work.PerOuter, ref work);
        }
    }

    /// <summary>One task handles some columns of one matrix (axis, inner axes). An output that has no consumer is null.</summary>
    private readonly struct ExtremeStrips<T>(Tensor x, Tensor? values, Tensor? places, int length, int inner, bool isMaximum) : IWork
        where T : unmanaged, INumber<T>
    {
        public int PerOuter => ColumnStrip.CountIn(inner);

        public void Run(int task)
        {
            (int start, int width) = ColumnStrip.Of(task, length, inner);
            ReadOnlySpan<T> from = x.AsSpan<T>();
            Span<T> to = values is null ? [] : values.AsSpan<T>();
            Span<int> at = places is null ? [] : places.AsSpan<int>();
            Span<T> best = stackalloc T[ColumnStrip.Width];
            Span<int> place = stackalloc int[ColumnStrip.Width];
            for (int step = 0; step < length; step++)
            {
                int row = start + (step * inner);
                for (int column = 0; column < width; column++)
                {
                    if (step == 0 || IsBeyond(from[row + column], best[column]))
                        (best[column], place[column]) = (from[row + column], step);
                }

                if (values is not null)
                    best[..width].CopyTo(to[row..]);
                if (places is not null)
                    place[..width].CopyTo(at[row..]);
            }
        }

        // Equal ones come after; nothing comes after NaN but NaN.
        private bool IsBeyond(T value, T before) => T.IsNaN(value) || (!T.IsNaN(before) && (isMaximum ? value >= before : value <= before));
    }
}
