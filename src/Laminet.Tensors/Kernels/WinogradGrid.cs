using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>The grid of a 3 x 3 convolution in tiles of 4 x 4 results, each of which needs 6 x 6 pixels.</summary>
internal readonly unsafe struct WinogradGrid<T> where T : unmanaged, INumber<T>
{
    public const int Cells = 36;

    // Fewer results than this do not repay a transform of the weights through memory, fewer channels not that of the pixels.
    private const int LeastPixels = 700;
    private const int LeastChannels = 24;

    private readonly PatchGrid<T> grid;
    private readonly int tileRows, tileColumns;

    public WinogradGrid(in PatchGrid<T> grid)
    {
        this.grid = grid;
        tileRows = Rounding.DivideUp(grid.Rows, 4);
        tileColumns = Rounding.DivideUp(grid.Columns, 4);
        Count = grid.Batch * tileRows * tileColumns;
    }

    public int Count { get; }

    /// <summary>Whether a convolution of so many channels to so many is faster in tiles than patch by patch.</summary>
    public static bool Suits(in PatchGrid<T> grid, int groups, int inputs, int outputs)
    {
        long pixels = (long)grid.Batch * grid.Rows * grid.Columns;
        return grid.IsThreeByThree && groups == 1 && Math.Min(inputs, outputs) >= LeastChannels && pixels >= LeastPixels
            // Results beyond the edge are computed as well.
            && (long)grid.Batch * Rounding.RoundUp(grid.Rows, 4) * Rounding.RoundUp(grid.Columns, 4) <= 2 * pixels;
    }

    /// <summary>A length of an odd number of cache lines: rows or slices apart by a power of two would share few sets of a cache.</summary>
    public static nint Apart(nint length)
    {
        nint line = 64 / sizeof(T);
        return (((length + line - 1) / line) | 1) * line;
    }

    /// <summary>Transforms the pixels under some tiles; tile i goes to row i of each slice.</summary>
    public void TransformPixels(int first, int count, T* target, nint row, nint slice)
    {
        using Scratch<T> zeros = Scratch.Rent<T>(grid.Channels);
        new Span<T>(zeros.Pointer, grid.Channels).Clear();
        T** pixels = stackalloc T*[Cells];
        WinogradCall<T> call = new() { Pixels = pixels, Channels = grid.Channels, SliceStride = slice };
        for (int i = 0; i < count; i++)
        {
            (int image, int top, int left) = Place(first + i);
            top += grid.Taps[0].Row;
            left += grid.Taps[0].Column;
            for (int cell = 0; cell < Cells; cell++)
            {
                int h = top + (cell / 6), w = left + (cell % 6);
                bool isInside = h >= 0 && h < grid.Height && w >= 0 && w < grid.Width;
                pixels[cell] = isInside ? grid.Image + ((((((nint)image * grid.Height) + h) * grid.Width) + w) * grid.Channels) : zeros.Pointer;
            }
            call.Slices = target + (i * row);
            Simd.Dispatch<WinogradPixels<T>, T, WinogradCall<T>>(ref call);
        }
    }

    /// <summary>The 16 results of a tile in maps of these strides; <paramref name="outside"/> for those over the edge.</summary>
    public void FillResults(int tile, T* maps, nint imageStride, nint rowStride, nint columnStride, T* outside, T** results)
    {
        (int image, int top, int left) = Place(tile);
        for (int cell = 0; cell < 16; cell++)
        {
            int h = top + (cell / 4), w = left + (cell % 4);
            results[cell] = h < grid.Rows && w < grid.Columns
                ? maps + (image * imageStride) + (h * rowStride) + (w * columnStride)
                : outside;
        }
    }

    /// <summary>The image of a tile, and its first row and column in the results.</summary>
    private (int Image, int Top, int Left) Place(int tile)
    {
        (int row, int column) = Math.DivRem(tile, tileColumns);
        return (row / tileRows, row % tileRows * 4, column * 4);
    }
}
