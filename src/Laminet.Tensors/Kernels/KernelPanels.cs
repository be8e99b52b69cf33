namespace Laminet.Tensors.Kernels;

/// <summary>
/// A convolution's kernel, or the right factor of a product of many rows, in the order in which register tiles read it: <see cref="Ops.KernelInPanels"/>. A network that only infers reads
/// its weights so, without copying them first in every call.
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

    /// <summary>How many columns a panel of a product's right factor has; 0 where the factor is read as it is.</summary>
    /// <param name="rows">The rows of the left factor.</param>
    /// <param name="right">The shape of the right factor.</param>
    /// <param name="dtype">Its type.</param>
    public static int Columns(int rows, Shape right, DType dtype) => dtype == DType.Float32 ? Columns<float>(rows, right[0], right[1]) : Columns<double>(rows, right[0], right[1]);

    // Where the product would make panels anyway: then it sums in the same order.
    private static int Columns<T>(int rows, int depth, int columns) where T : unmanaged, System.Numerics.INumber<T>
    {
        if (rows <= FewRowsProduct<T>.MaxRows || depth == 0 || columns == 0)
            return 0;
        Tile<T> tile = Tile<T>.For(columns);
        return columns % tile.Columns == 0 && MatrixProduct<T>.IsWorthPacking(rows, depth, columns, tile) ? tile.Columns : 0;
    }
}
