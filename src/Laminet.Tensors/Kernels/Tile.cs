using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// One tile of a product: out[i, j] = sum over runs s and steps d of rows[i][segments[s] + d * Step] * panel[s * Depth + d, j].
/// </summary>
/// <remarks>
/// Rows are reached through pointers and the reduction through offsets common to all of them, so that a matrix, a transposed
/// matrix, the patches of an image (one run a kernel row) and their transpose are all read where they lie.
/// </remarks>
internal unsafe struct TileCall<T> where T : unmanaged
{
    /// <summary>As many pointers as the tile has rows; those past <see cref="RowCount"/> repeat a readable row.</summary>
    public T** Rows;
    public nint* Segments;
    public int SegmentCount;
    public int Depth;
    public nint Step;

    /// <summary>The right operand: rows of as many elements as the tile has columns, <see cref="PanelStep"/> apart, all readable.</summary>
    public T* Panel;
    public nint PanelStep;

    /// <summary>Where each row of the result begins, and how far along it the tile lies.</summary>
    public T** Outputs;
    public nint Column;

    /// <summary>The part of the tile that exists, and is written.</summary>
    public int RowCount;
    public int ColumnCount;

    /// <summary>What happens to the sum, in this order: the old result is added, the bias is added, negative values become 0.</summary>
    public bool Accumulate;
    public T* Bias;
    public bool Rectify;
}

/// <summary>The register tile of the current <see cref="Simd.Level"/>: its size, and the micro-kernel that computes it.</summary>
internal readonly unsafe struct Tile<T> where T : unmanaged, INumber<T>
{
    public const int MaxRows = 8;

    private Tile(int rows, int columns, delegate*<TileCall<T>*, void> multiply)
    {
        Rows = rows;
        Columns = columns;
        Multiply = multiply;
    }

    public readonly int Rows;
    public readonly int Columns;
    public readonly delegate*<TileCall<T>*, void> Multiply;

    public static Tile<T> Current => Simd.Level switch
    {
        SimdLevel.Vector512 => new(8, 3 * Vector512<T>.Count, &Tile8x3<Simd512<T>, Vector512<T>, T>.Multiply),
        SimdLevel.Vector256 => new(6, 2 * Vector256<T>.Count, &Tile6x2<Simd256<T>, Vector256<T>, T>.Multiply),
        SimdLevel.Vector128 when Simd.HasManyRegisters => new(8, 3 * Vector128<T>.Count, &Tile8x3<Simd128<T>, Vector128<T>, T>.Multiply),
        SimdLevel.Vector128 => new(6, 2 * Vector128<T>.Count, &Tile6x2<Simd128<T>, Vector128<T>, T>.Multiply),
        _ => new(6, 2, &Tile6x2<SimdScalar<T>, T, T>.Multiply),
    };
}

/// <summary>How a finished row of sums reaches memory.</summary>
internal static unsafe class TileOutput<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(TileCall<T>* call, int row, int column, TVector sum)
    {
        nint position = call->Column + column;
        T* output = call->Outputs[row] + position;
        if (call->Accumulate)
            sum = TSimd.Add(sum, TSimd.Load(output));
        if (call->Bias != null)
            sum = TSimd.Add(sum, TSimd.Load(call->Bias + position));
        if (call->Rectify)
            sum = TSimd.Rectify(sum);
        TSimd.Store(sum, output);
    }

    /// <summary>The same for a tile that hangs over the edge, from sums stored row by row.</summary>
    public static void WriteEdge(TileCall<T>* call, T* sums, int columns)
    {
        for (int row = 0; row < call->RowCount; row++)
        {
            int column = 0;
            for (; column <= call->ColumnCount - TSimd.Count; column += TSimd.Count)
                Write(call, row, column, TSimd.Load(sums + (row * columns) + column));
            for (; column < call->ColumnCount; column++)
                TileOutput<SimdScalar<T>, T, T>.Write(call, row, column, sums[(row * columns) + column]);
        }
    }
}
