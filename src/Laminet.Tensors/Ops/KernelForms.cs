using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>
/// A convolution's kernel in the order in which register tiles read it, panel by panel: (filters / columns, cells x channels, columns), where
/// panels[p, d, j] = kernel[d, p columns + j]; or its numbers in a row where the last panel has fewer columns. The compiler makes them: <see cref="Variable.Form"/>.
/// </summary>
/// <param name="Columns">The filters of a panel.</param>
internal sealed record KernelInPanels(int Columns) : Primitive
{
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        int filters = inputs[0].Shape[-1], depth = inputs[0].Shape.ElementCount / filters;
        return inputs[0] with { Shape = filters % Columns == 0 ? [filters / Columns, depth, Columns] : [filters * depth] };
    }

    internal override Primitive Inverse(TensorSpec input) => new KernelFromPanels(input.Shape, Columns);

    protected override void Run(in KernelArguments arguments)
    {
        Tensor kernel = arguments.InputTensor(0), panels = arguments.OutputTensor;
        int filters = kernel.Shape[-1], depth = kernel.Length / filters, count = filters / Columns, left = filters % Columns;
        StridedCopy.Run(kernel.View([count, depth, Columns], [Columns, filters, 1], 0), panels.View([count, depth, Columns], [depth * Columns, Columns, 1], 0));
        if (left > 0)
            StridedCopy.Run(kernel.View([depth, left], [filters, 1], count * Columns), panels.View([depth, left], [left, 1], count * Columns * depth));
    }
}

/// <summary>The kernel as it was before <see cref="KernelInPanels"/>.</summary>
/// <param name="Shape">The kernel's shape.</param>
/// <param name="Columns">The filters of a panel.</param>
internal sealed record KernelFromPanels(Shape Shape, int Columns) : Primitive
{
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0] with { Shape = Shape };

    protected override void Run(in KernelArguments arguments)
    {
        Tensor panels = arguments.InputTensor(0), kernel = arguments.OutputTensor;
        int filters = Shape[-1], depth = kernel.Length / filters;
        Tensor rows = kernel.View([depth, filters], [filters, 1], 0);
        for (int column = 0; column < filters; column += Columns)
        {
            int own = Math.Min(Columns, filters - column);
            StridedCopy.Into(panels.View([depth, own], [own, 1], column * depth), rows, axis: 1, column, step: 1);
        }
    }
}
