using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>
/// A convolution's kernel in the order in which register tiles read it: (filters / columns, cells x channels, columns), where
/// panels[p, d, j] = kernel[d, p columns + j]. The compiler makes them: <see cref="Variable.Form"/>.
/// </summary>
/// <param name="Columns">The filters of a panel.</param>
internal sealed record KernelInPanels(int Columns) : Primitive
{
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        int filters = inputs[0].Shape[-1];
        return inputs[0] with { Shape = [filters / Columns, inputs[0].Shape.ElementCount / filters, Columns] };
    }

    internal override Primitive Inverse(TensorSpec input) => new KernelFromPanels(input.Shape);

    protected override void Run(in KernelArguments arguments)
    {
        Tensor kernel = arguments.InputTensor(0), panels = arguments.OutputTensor;
        StridedCopy.Run(kernel.View(panels.Shape, [Columns, kernel.Shape[-1], 1], 0), panels);
    }
}

/// <summary>The kernel as it was before <see cref="KernelInPanels"/>.</summary>
/// <param name="Shape">The kernel's shape.</param>
internal sealed record KernelFromPanels(Shape Shape) : Primitive
{
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0] with { Shape = Shape };

    protected override void Run(in KernelArguments arguments)
    {
        Tensor panels = arguments.InputTensor(0), kernel = arguments.OutputTensor;
        (int count, int depth, int columns) = (panels.Shape[0], panels.Shape[1], panels.Shape[2]);
        StridedCopy.Run(
            panels.View([depth, count, columns], [columns, depth * columns, 1], 0),
            kernel.View([depth, count, columns], [count * columns, columns, 1], 0));
    }
}
