using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>The pixels that a convolution of one tap reads where its steps pass the others, side by side: the rows of a matrix product, which is faster than the sums of patches by more than this copy takes.</summary>
internal unsafe struct PixelGather<T>(ConvolutionGeometry g, T* source, T* target) where T : unmanaged
{
    private readonly ConvolutionGeometry g = g;
    private readonly T* source = source, target = target;

    /// <summary>How many elements they are.</summary>
    public static nint Length(in ConvolutionGeometry g) => (nint)g.Batch * g.OutHeight * g.OutWidth * g.InChannels;

    public void Run() => Workers.For(g.Batch * g.OutHeight, Unsafe.AsPointer(ref this), &CopyRow);

    private static void CopyRow(void* state, int task)
    {
        ref PixelGather<T> gather = ref *(PixelGather<T>*)state;
        ConvolutionGeometry g = gather.g;
        (int image, int row) = Math.DivRem(task, g.OutHeight);
        T* from = gather.source + ((((nint)image * g.Height) + (row * g.StrideH)) * g.Width * g.InChannels), to = gather.target + ((nint)task * g.OutWidth * g.InChannels);
        for (int column = 0; column < g.OutWidth; column++, from += (nint)g.StrideW * g.InChannels, to += g.InChannels)
            new ReadOnlySpan<T>(from, g.InChannels).CopyTo(new Span<T>(to, g.InChannels));
    }
}
