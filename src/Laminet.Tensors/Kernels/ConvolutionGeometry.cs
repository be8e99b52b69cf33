namespace Laminet.Tensors.Kernels;

/// <summary>
/// A 2-D convolution of channels-last images with kernels [height, width, in channels / groups, out channels]. The padding at
/// the bottom and on the right follows from the output's size.
/// </summary>
internal readonly record struct ConvolutionGeometry(
    int Batch, int Height, int Width, int InChannels,
    int KernelHeight, int KernelWidth, int OutChannels,
    int OutHeight, int OutWidth,
    int StrideH, int StrideW,
    int PadTop, int PadLeft,
    int DilationH, int DilationW,
    int Groups)
{
    public int GroupInChannels => InChannels / Groups;

    public int GroupOutChannels => OutChannels / Groups;

    /// <summary>Each channel is convolved alone.</summary>
    public bool IsDepthwise => Groups > 1 && Groups == InChannels && Groups == OutChannels;

    /// <summary>Each pixel is multiplied by one matrix.</summary>
    public bool IsPointwise =>
        KernelHeight == 1 && KernelWidth == 1 && StrideH == 1 && StrideW == 1 && PadTop == 0 && PadLeft == 0 && Groups == 1
        && OutHeight == Height && OutWidth == Width;

    /// <summary>Each pixel that the steps do not pass is multiplied by one matrix.</summary>
    public bool IsPointwiseInSteps =>
        KernelHeight == 1 && KernelWidth == 1 && PadTop == 0 && PadLeft == 0 && Groups == 1 && (OutHeight - 1) * StrideH < Height && (OutWidth - 1) * StrideW < Width;

    public nint InputLength => (nint)Batch * Height * Width * InChannels;

    public nint KernelLength => (nint)KernelHeight * KernelWidth * GroupInChannels * OutChannels;
}
