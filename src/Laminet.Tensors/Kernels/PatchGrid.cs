using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>One cell of a patch: where it lies from the patch's anchor, and where its weights begin.</summary>
internal readonly record struct Tap(int Row, int Column, nint Weight);

/// <summary>A piece of the grid that one task works on: part of an image, or several whole images.</summary>
internal readonly record struct PatchBlock(int FirstImage, int Images, int FirstRow, int Rows, int FirstColumn, int Columns)
{
    public int Pixels => Images * Rows * Columns;
}

/// <summary>The images' pixels under one block, without borders to look after.</summary>
internal unsafe struct PatchWindow<T> where T : unmanaged
{
    public T* Origin;
    public nint ImageStride, RowStride;
}

/// <summary>
/// A grid of patches over channels-last images: the patch at grid cell (i, j) has its anchor at pixel (i RowStep, j ColumnStep)
/// and consists of the taps around it; pixels outside the image are zero.
/// </summary>
internal unsafe struct PatchGrid<T> where T : unmanaged, INumber<T>
{
    public T* Image;
    public int Batch, Height, Width, Channels;
    public int Rows, Columns, RowStep, ColumnStep;
    public Tap* Taps;
    public int TapCount, TapColumns;

    private int top, bottom, left, right;
    private int imagesPerBlock, rowsPerBlock, columnsPerBlock, rowBlocks, columnBlocks;
    private bool hasBorder;

    public int BlockCount { get; private set; }

    public readonly int MaxBlockPixels => imagesPerBlock * rowsPerBlock * columnsPerBlock;

    /// <summary>Elements of working memory that <see cref="Open"/> needs: none when every patch lies inside its image.</summary>
    public readonly nint WindowLength => hasBorder ? imagesPerBlock * WindowRows(rowsPerBlock) * WindowRowLength(columnsPerBlock) : 0;

    /// <summary>A run of this many taps reads neighbouring memory, so that it can be summed as one.</summary>
    public readonly int MergedTaps(int groups) =>
        groups == 1 && (TapColumns < 2 || Taps[1].Column == Taps[0].Column + 1) ? TapColumns : 1;

    /// <summary>Whether neighbouring patches of 3 x 3 neighbouring pixels overlap.</summary>
    public readonly bool IsThreeByThree => IsSquare(3, step: 1);

    /// <summary>Whether a patch is a square of neighbouring pixels, and the next is so many pixels away, in both directions.</summary>
    public readonly bool IsSquare(int size, int step) =>
        RowStep == step && ColumnStep == step && TapCount == size * size && TapColumns == size
        && Taps[TapCount - 1].Row == Taps[0].Row + size - 1 && Taps[TapCount - 1].Column == Taps[0].Column + size - 1;

    /// <summary>Cuts the grid into blocks of about <paramref name="pixels"/> pixels.</summary>
    public void Cut(int pixels)
    {
        top = left = bottom = right = 0;
        for (int i = 0; i < TapCount; i++)
        {
            top = i == 0 ? Taps[i].Row : Math.Min(top, Taps[i].Row);
            bottom = i == 0 ? Taps[i].Row : Math.Max(bottom, Taps[i].Row);
            left = i == 0 ? Taps[i].Column : Math.Min(left, Taps[i].Column);
            right = i == 0 ? Taps[i].Column : Math.Max(right, Taps[i].Column);
        }
        hasBorder = TapCount > 0
            && (top < 0 || left < 0 || ((Rows - 1) * RowStep) + bottom >= Height || ((Columns - 1) * ColumnStep) + right >= Width);
        columnsPerBlock = EvenPart(Columns, pixels);
        rowsPerBlock = EvenPart(Rows, Math.Max(1, pixels / columnsPerBlock));
        imagesPerBlock = rowsPerBlock == Rows && columnsPerBlock == Columns
            ? EvenPart(Batch, Math.Max(1, pixels / (Rows * Columns))) : 1;
        rowBlocks = Rounding.DivideUp(Rows, rowsPerBlock);
        columnBlocks = Rounding.DivideUp(Columns, columnsPerBlock);
        BlockCount = Rounding.DivideUp(Batch, imagesPerBlock) * rowBlocks * columnBlocks;
    }

    public readonly PatchBlock Block(int index)
    {
        int column = index % columnBlocks * columnsPerBlock;
        int row = index / columnBlocks % rowBlocks * rowsPerBlock;
        int image = index / (columnBlocks * rowBlocks) * imagesPerBlock;
        return new PatchBlock(
            image, Math.Min(imagesPerBlock, Batch - image),
            row, Math.Min(rowsPerBlock, Rows - row),
            column, Math.Min(columnsPerBlock, Columns - column));
    }

    /// <summary>The image itself where no patch of the grid leaves it, else a copy of the block's part with a border of zeros.</summary>
    public readonly PatchWindow<T> Open(in PatchBlock block, T* memory)
    {
        int row = (block.FirstRow * RowStep) + top, column = (block.FirstColumn * ColumnStep) + left;
        nint imageRow = (nint)Width * Channels, imageLength = Height * imageRow;
        T* image = Image + (block.FirstImage * imageLength);
        if (!hasBorder)
        {
            return new PatchWindow<T>
            {
                Origin = image + (row * imageRow) + ((nint)column * Channels),
                ImageStride = imageLength,
                RowStride = imageRow,
            };
        }

        nint rows = WindowRows(block.Rows), rowLength = WindowRowLength(block.Columns);
        // Columns of the window before the image begins and before it ends.
        int columns = (int)(rowLength / Channels);
        int begin = Math.Clamp(-column, 0, columns), end = Math.Clamp(Width - column, begin, columns);
        T* target = memory;
        for (int i = 0; i < block.Images; i++)
        {
            for (int r = 0; r < rows; r++, target += rowLength)
            {
                if (row + r < 0 || row + r >= Height || begin == end)
                {
                    Clear(target, rowLength);
                    continue;
                }
                T* source = image + (i * imageLength) + ((row + r) * imageRow) + ((nint)(column + begin) * Channels);
                Clear(target, (nint)begin * Channels);
                Unsafe.CopyBlockUnaligned(target + ((nint)begin * Channels), source, (uint)((end - begin) * Channels * sizeof(T)));
                Clear(target + ((nint)end * Channels), (nint)(columns - end) * Channels);
            }
        }
        return new PatchWindow<T> { Origin = memory, ImageStride = rows * rowLength, RowStride = rowLength };
    }

    /// <summary>How far a tap lies from the first element of its patch in a window.</summary>
    public readonly nint Offset(int tap, in PatchWindow<T> window) =>
        ((Taps[tap].Row - top) * window.RowStride) + ((nint)(Taps[tap].Column - left) * Channels);

    /// <summary>The tap rows that reach a pixel of the image from one row of the grid; taps come in ascending order.</summary>
    public readonly (int First, int End) TapRowsInside(int row) => Inside(row * RowStep, Height, TapCount / TapColumns, TapColumns, true);

    /// <summary>The same for the tap columns and a column of the grid.</summary>
    public readonly (int First, int End) TapColumnsInside(int column) => Inside(column * ColumnStep, Width, TapColumns, 1, false);

    private readonly (int First, int End) Inside(int anchor, int limit, int count, int tapStep, bool rows)
    {
        int first = 0, end = count;
        while (first < count && anchor + Position(first * tapStep, rows) < 0)
            first++;
        while (end > first && anchor + Position((end - 1) * tapStep, rows) >= limit)
            end--;
        return (first, end);
    }

    private readonly int Position(int tap, bool row) => row ? Taps[tap].Row : Taps[tap].Column;

    /// <summary>The share of all products of a tap and a pixel that are with the image rather than with its border.</summary>
    public readonly double ShareInside()
    {
        if (!hasBorder)
            return 1;
        long rows = 0, columns = 0;
        for (int i = 0; i < Rows; i++)
            rows += TapRowsInside(i).End - TapRowsInside(i).First;
        for (int i = 0; i < Columns; i++)
            columns += TapColumnsInside(i).End - TapColumnsInside(i).First;
        return (double)rows * columns / ((double)Rows * Columns * TapCount);
    }

    /// <summary>Where the patches of a block begin, in row-major order.</summary>
    public readonly void FillAnchors(in PatchBlock block, in PatchWindow<T> window, T** anchors)
    {
        for (int i = 0; i < block.Images; i++)
        {
            for (int r = 0; r < block.Rows; r++)
            {
                T* anchor = window.Origin + (i * window.ImageStride) + (r * RowStep * window.RowStride);
                for (int c = 0; c < block.Columns; c++)
                    *anchors++ = anchor + ((nint)c * ColumnStep * Channels);
            }
        }
    }

    private readonly nint WindowRows(int rows) => ((rows - 1) * RowStep) + bottom - top + 1;

    private readonly nint WindowRowLength(int columns) => (nint)(((columns - 1) * ColumnStep) + right - left + 1) * Channels;

    private static void Clear(T* target, nint length) => new Span<T>(target, checked((int)length)).Clear();

    /// <summary>Parts of nearly the same size, none above the limit.</summary>
    private static int EvenPart(int whole, int limit) =>
        whole <= limit ? Math.Max(whole, 1) : Rounding.DivideUp(whole, Rounding.DivideUp(whole, limit));
}
