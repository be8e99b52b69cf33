namespace Laminet.Tensors.Kernels;

/// <summary>
/// A convolution's kernel in the order in which register tiles read it: <see cref="Ops.KernelInPanels"/>. A network that only infers reads
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
}
