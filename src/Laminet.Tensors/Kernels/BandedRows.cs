using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>y[o, i, n] = sum over k of w[i, k] x[o, first[i] + k, n].</summary>
internal static unsafe class BandedRows
{
    private const int TaskElements = 16 * 1024;

    /// <param name="firsts">[rows]: the first entry of x that counts in each of y.</param>
    /// <param name="starts">[rows + 1]: where the weights of each entry begin.</param>
    /// <param name="weights">The weights of all entries.</param>
    /// <param name="x">[outer, old, inner].</param>
    /// <param name="y">[outer, rows, inner].</param>
    /// <param name="outer">The length of what is before the axis.</param>
    /// <param name="old">The length of the axis in x.</param>
    /// <param name="rows">The length of the axis in y.</param>
    /// <param name="inner">The length of what is behind the axis.</param>
    public static void Run<T>(int* firsts, int* starts, T* weights, T* x, T* y, int outer, int old, int rows, int inner) where T : unmanaged, IFloatingPointIeee754<T>
    {
        long all = (long)outer * rows;
        if (all * inner == 0)
            return;
        BandedCall<T> call = new() { Firsts = firsts, Starts = starts, Weights = weights, X = x, Y = y, Old = old, Rows = rows, Inner = inner, All = all, RowsPerTask = Math.Max(1, TaskElements / inner) };
        Workers.For((int)((all + call.RowsPerTask - 1) / call.RowsPerTask), &call, &RunTask<T>);
    }

    private static void RunTask<T>(void* state, int task) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref BandedCall<T> call = ref *(BandedCall<T>*)state;
        long first = (long)task * call.RowsPerTask;
        (long outer, long start) = Math.DivRem(first, call.Rows);
        int row = (int)start;
        T* image = call.X + ((nint)outer * call.Old * call.Inner), y = call.Y + ((nint)first * call.Inner);
        for (long left = Math.Min(call.RowsPerTask, call.All - first); left > 0; left--, y += call.Inner)
        {
            int begin = call.Starts[row];
            Row(image + ((nint)call.Firsts[row] * call.Inner), call.Weights + begin, call.Starts[row + 1] - begin, y, call.Inner);
            if (++row == call.Rows)
            {
                row = 0;
                image += (nint)call.Old * call.Inner;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<T>(T* x, T* weights, int count, T* y, int inner) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= inner - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> sum = Vector<T>.Zero;
            T* entry = x + i;
            for (int k = 0; k < count; k++, entry += inner)
                sum += Vector.Load(entry) * new Vector<T>(weights[k]);
            sum.Store(y + i);
        }

        for (; i < inner; i++)
        {
            T sum = T.Zero;
            T* next = x + i;
            for (int k = 0; k < count; k++, next += inner)
                sum += *next * weights[k];
            y[i] = sum;
        }
    }

    private struct BandedCall<T> where T : unmanaged
    {
        public int* Firsts, Starts;
        public T* Weights, X, Y;
        public long All;
        public int Old, Rows, Inner, RowsPerTask;
    }
}
