namespace Laminet.Tensors.Kernels;

/// <summary>
/// A convolution's kernel in the order in which register tiles read it: panels[p, d, j] = kernel[d, p columns + j], where d counts the
/// kernel's cells and input channels. A network that only infers reads its weights so, without copying them first in every call.
/// </summary>
internal static class KernelPanels
{
    /// <summary>How many columns a panel has; 0 where the kernel is read as it is.</summary>
    public static int Columns(in ConvolutionGeometry g, DType dtype)
    {
        if (g.Groups > 1 || g.KernelLength == 0)
            return 0;
        int columns = dtype.Computed() == DType.Float32 ? Tile<float>.For(g.OutChannels).Columns : Tile<double>.For(g.OutChannels).Columns;
        return g.OutChannels % columns == 0 ? columns : 0;
    }

    /// <summary>The kernel in panels of its own.</summary>
    public static Tensor Pack(Tensor kernel, int columns)
    {
        int filters = kernel.Shape[-1], depth = kernel.Length / filters;
        Tensor panels = Tensor.Empty([filters / columns, depth, columns], kernel.DType);
        StridedCopy.Run(kernel.View(panels.Shape, [columns, filters, 1], 0), panels);
        return panels;
    }

    /// <summary>The kernel as it was before <see cref="Pack"/>.</summary>
    public static Tensor Unpack(Tensor panels, Shape shape)
    {
        (int count, int depth, int columns) = (panels.Shape[0], panels.Shape[1], panels.Shape[2]);
        Tensor kernel = Tensor.Empty(shape, panels.DType);
        StridedCopy.Run(panels.View([depth, count, columns], [columns, depth * columns, 1], 0), kernel.View([depth, count, columns], [count * columns, columns, 1], 0));
        return kernel;
    }
}
