using System.Numerics;
using Laminet.Tensors.Runtime;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>The operands of an operation on rows of classes; those it does not use are null.</summary>
internal unsafe struct RowsCall<T> where T : unmanaged
{
    public int Rows, Classes;

    /// <summary>[rows, classes].</summary>
    public T* X, Second, Result;

    /// <summary>[rows].</summary>
    public T* Upstream, Losses;

    /// <summary>[rows].</summary>
    public int* Labels;
    public int RowsPerTask, FirstRow, LastRow;
}

/// <summary>An operation on a tile of rows, few enough to stay in the first-level cache.</summary>
internal unsafe interface IRowOperation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="call">The operands.</param>
    /// <param name="row">The tile's first row.</param>
    /// <param name="rows">How many rows it has.</param>
    /// <param name="scratch">Room for two tiles.</param>
    static abstract void Tile<TSimd, TVector>(in RowsCall<T> call, int row, int rows, T* scratch)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged;
}

/// <summary>Cuts rows of classes into tiles and shares them out.</summary>
internal static unsafe class SoftmaxRows
{
    private const int TileElements = 2048;
    private const int TaskElements = 4 * TileElements;

    public static void Run<TOperation, T>(RowsCall<T> call)
        where TOperation : IRowOperation<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (call.Classes == 0)
            return;
        call.RowsPerTask = Math.Max(1, TaskElements / call.Classes);
        Workers.For(Rounding.DivideUp(call.Rows, call.RowsPerTask), &call, &RunTask<TOperation, T>);
    }

    public static int TileRows(int classes) => Math.Max(1, TileElements / classes);

    private static void RunTask<TOperation, T>(void* state, int task)
        where TOperation : IRowOperation<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RowsCall<T> call = *(RowsCall<T>*)state;
        call.FirstRow = task * call.RowsPerTask;
        call.LastRow = call.FirstRow + Math.Min(call.RowsPerTask, call.Rows - call.FirstRow);
        Simd.Dispatch<RowTiles<TOperation, T>, T, RowsCall<T>>(ref call);
    }
}

internal readonly unsafe struct RowTiles<TOperation, T> : ISimdKernel<T, RowsCall<T>>
    where TOperation : IRowOperation<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Run<TSimd, TVector>(ref RowsCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int rows = call.LastRow - call.FirstRow, tile = Math.Min(rows, SoftmaxRows.TileRows(call.Classes));
        using Scratch<T> scratch = Scratch.Rent<T>(2 * (nint)tile * call.Classes);
        // Counted from the task's beginning: behind the last row there may be no Int32.
        for (int done = 0; done < rows; done += tile)
            TOperation.Tile<TSimd, TVector>(call, call.FirstRow + done, Math.Min(tile, rows - done), scratch.Pointer);
    }
}

/// <summary>The exponentials that all operations on rows of classes start with.</summary>
internal static unsafe class Exponentials<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>below = x less its row's peak, exponentials = exp(below); the two may be one.</summary>
    public static void Fill(T* x, int rows, int classes, T* below, T* exponentials)
    {
        // Finite, since infinity less infinity is NaN.
        T lowest = typeof(T) == typeof(float) ? T.CreateTruncating(float.MinValue) : T.CreateTruncating(double.MinValue);
        for (int row = 0; row < rows; row++)
        {
            nint at = (nint)row * classes;
            RowMath<TSimd, TVector, T>.Linear(x + at, T.One, -T.Max(RowMath<TSimd, TVector, T>.Max(x + at, classes), lowest), below + at, classes);
        }

        int count = rows * classes;
        TensorPrimitives.Exp(new ReadOnlySpan<T>(below, count), new Span<T>(exponentials, count));
    }

    /// <summary>The peak itself adds 1, so a sum below 1 is the 0 of a row that is all minus infinity.</summary>
    public static T Sum(T* exponentials, int classes) => T.Max(RowMath<TSimd, TVector, T>.Sum(exponentials, classes), T.One);
}
