namespace Laminet.Tensors.Kernels;

/// <summary>Windows sliding over channels-last images. The padding at the bottom and on the right follows from the output's size.</summary>
internal readonly record struct PoolingGeometry(
    int Batch, int Height, int Width, int Channels,
    int WindowHeight, int WindowWidth,
    int OutHeight, int OutWidth,
    int StrideH, int StrideW,
    int PadTop, int PadLeft);
