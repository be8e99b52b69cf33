namespace Laminet.Tensors.Kernels;

/// <summary>Windows sliding over channels-last images. The padding at the bottom and on the right follows from the output's size.</summary>
internal readonly record struct PoolingGeometry(
    int Batch, int Height, int Width, int Channels,
    int WindowHeight, int WindowWidth,
    int OutHeight, int OutWidth,
    int StrideH, int StrideW,
    int PadTop, int PadLeft)
{
    /// <summary>The distance of a window's cells along the height.</summary>
    public int DilationH { get; init; } = 1;

    /// <summary>The distance of a window's cells along the width.</summary>
    public int DilationW { get; init; } = 1;

    /// <summary>How far the last row of windows reaches beyond the padding, where it counts all the same.</summary>
    public int BeyondH { get; init; }

    /// <summary>The same of the last column.</summary>
    public int BeyondW { get; init; }

    /// <summary>Whether windows divide the image evenly, whatever the steps: window i of n begins at floor(i l / n) and ends before ceil((i + 1) l / n).</summary>
    public bool IsAdaptive { get; init; }

    /// <summary>Whether windows may share cells.</summary>
    public bool Overlaps => IsAdaptive || StrideH < Reach(WindowHeight, DilationH) || StrideW < Reach(WindowWidth, DilationW);

    /// <summary>Whether each cell is in exactly one window.</summary>
    public bool Covers => !IsAdaptive && StrideH == WindowHeight && StrideW == WindowWidth && DilationH == 1 && DilationW == 1
        && (OutHeight * StrideH) - PadTop >= Height && (OutWidth * StrideW) - PadLeft >= Width;

    /// <summary>The rows of the image in one row of windows.</summary>
    public WindowCells Rows(int row) => IsAdaptive
        ? Part(row, OutHeight, Height)
        : Cells((row * StrideH) - PadTop, WindowHeight, DilationH, Height, row == OutHeight - 1 ? BeyondH : 0);

    /// <summary>The columns of the image in one column of windows.</summary>
    public WindowCells Columns(int column) => IsAdaptive
        ? Part(column, OutWidth, Width)
        : Cells((column * StrideW) - PadLeft, WindowWidth, DilationW, Width, column == OutWidth - 1 ? BeyondW : 0);

    private static WindowCells Part(int place, int parts, int length)
    {
        int first = (int)((long)place * length / parts), end = (int)((((long)(place + 1) * length) + parts - 1) / parts);
        return new(first, end, 1, end - first);
    }

    private static WindowCells Cells(int start, int window, int dilation, int length, int beyond)
    {
        int reach = Reach(window, dilation);
        int first = start >= 0 ? start : dilation == 1 ? 0 : start + Rounding.RoundUp(-start, dilation);
        return new(first, Math.Min(start + reach, length), dilation, beyond == 0 ? window : Rounding.DivideUp(reach - beyond, dilation));
    }

    private static int Reach(int window, int dilation) => ((window - 1) * dilation) + 1;
}

/// <summary>The cells of a window along one axis that lie in the image, and how many count with those of the padding.</summary>
internal readonly record struct WindowCells(int First, int End, int Step, int WithPadding);
