namespace Laminet.Tensors.Kernels;

/// <summary>The rectangle of a patch's taps that lies inside the image.</summary>
internal readonly record struct TapRange(int FirstRow, int EndRow, int FirstColumn, int EndColumn)
{
    public bool IsEmpty => FirstRow >= EndRow || FirstColumn >= EndColumn;

    public TapRange Union(TapRange other) =>
        IsEmpty ? other
        : other.IsEmpty ? this
        : new TapRange(
            Math.Min(FirstRow, other.FirstRow), Math.Max(EndRow, other.EndRow),
            Math.Min(FirstColumn, other.FirstColumn), Math.Max(EndColumn, other.EndColumn));

    public bool Contains(int row, int column) => row >= FirstRow && row < EndRow && column >= FirstColumn && column < EndColumn;
}
