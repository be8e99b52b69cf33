namespace Laminet.Tensors.Kernels;

/// <summary>
/// A convolution's kernel, or the right factor of a product of many rows, in the order in which register tiles read it: <see cref="Ops.KernelInPanels"/>. A network that only infers reads
/// its weights so, without copying them first in every call.
/// </summary>
internal static class KernelPanels
{
    /// <summary>How many columns a panel has, of which the last may have fewer; 0 where the kernel is read as it is.</summary>
    public static int Columns(in ConvolutionGeometry g, DType dtype)
    {
        if (g.Groups > 1 || g.KernelLength == 0)
            return 0;
        return dtype.Computed() == DType.Float32 ? Columns<float>(g.OutChannels, g.IsPointwiseInSteps) : Columns<double>(g.OutChannels, g.IsPointwiseInSteps);
    }

    /// <summary>How many columns a panel of a product's right factor has, of which the last may have fewer; 0 where the factor is read as it is.</summary>
    /// <param name="rows">The rows of the left factor.</param>
    /// <param name="depth">The rows of the right factor.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="dtype">Its type, Float32 or Float64.</param>
    public static int Columns(int rows, int depth, int columns, DType dtype) => dtype == DType.Float32 ? Columns<float>(rows, depth, columns) : Columns<double>(rows, depth, columns);

    // Where the product would make panels anyway: then it sums in the same order.
    private static int Columns<T>(int rows, int depth, int columns) where T : unmanaged, System.Numerics.INumber<T> =>
        rows > FewRowsProduct<T>.MaxRows && MatrixProduct<T>.ExceedsFirstLevel(depth, columns) ? Columns<T>(columns, isProduct: true) : 0;

    // Each panel is as wide as its tile. Only products have a tile for the last one.
    private static int Columns<T>(int columns, bool isProduct) where T : unmanaged, System.Numerics.INumber<T>
    {
        (Tile<T> tile, Tile<T> last) = isProduct ? Tile<T>.WithLast(columns) : (Tile<T>.For(columns), Tile<T>.For(columns));
        return columns % tile.Columns == 0 || (last.Columns < tile.Columns && columns % tile.Columns == last.Columns) ? tile.Columns : 0;
    }
}
