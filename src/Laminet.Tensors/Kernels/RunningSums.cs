using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Running sums of rows.</summary>
internal static unsafe class RunningSums
{
    private const int TaskElements = 16 * 1024;

    /// <summary>y[r, i] = x[r, 0] + ... + x[r, i], or from the last element on.</summary>
    public static void Run<T, TSum>(T* x, T* y, int rows, int length, bool reverse) where T : unmanaged, INumber<T> where TSum : unmanaged, INumber<TSum>
    {
        if (rows == 0 || length == 0)
            return;
        RunningCall<T> call = new() { X = x, Y = y, Rows = rows, Length = length, RowsPerTask = Math.Max(1, TaskElements / length), IsReversed = reverse };
        Workers.For(Rounding.DivideUp(rows, call.RowsPerTask), &call, &RunTask<T, TSum>);
    }

    private static void RunTask<T, TSum>(void* state, int task) where T : unmanaged, INumber<T> where TSum : unmanaged, INumber<TSum>
    {
        ref RunningCall<T> call = ref *(RunningCall<T>*)state;
        for (int row = task * call.RowsPerTask, end = Math.Min(call.Rows, row + call.RowsPerTask); row < end; row++)
        {
            T* x = call.X + ((nint)row * call.Length), y = call.Y + ((nint)row * call.Length);
            if (typeof(T) == typeof(float))
                OfFloats((float*)x, (float*)y, call.Length, call.IsReversed);
            else
                OneByOne(x, y, call.Length, call.IsReversed, TSum.Zero);
        }
    }

    // Each sum waits for the one before it. So the sums of four elements are made apart, in two steps, and what waits is one addition for all four.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OfFloats(float* x, float* y, int length, bool reverse)
    {
        Vector256<double> before = Vector256<double>.Zero;
        int whole = length / 4 * 4;
        for (int i = 0; i < whole; i += 4)
        {
            int place = reverse ? length - 4 - i : i;
            Vector128<float> numbers = Vector128.Load(x + place);
            (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(reverse ? Turned(numbers) : numbers);
            Vector256<double> sums = Vector256.Create(lower, upper);
            sums += Vector256.Shuffle(sums, Vector256.Create(4L, 0, 1, 2));
            sums += Vector256.Shuffle(sums, Vector256.Create(4L, 4, 0, 1));
            Vector256<double> all = sums + before;
            before += Vector256.Shuffle(sums, Vector256.Create(3L, 3, 3, 3));
            Vector128<float> result = Vector128.Narrow(all.GetLower(), all.GetUpper());
            (reverse ? Turned(result) : result).Store(y + place);
        }

        if (whole < length)
            OneByOne(reverse ? x : x + whole, reverse ? y : y + whole, length - whole, reverse, before[0]);
    }

    private static Vector128<float> Turned(Vector128<float> numbers) => Vector128.Shuffle(numbers, Vector128.Create(3, 2, 1, 0));

    private static void OneByOne<T, TSum>(T* x, T* y, int length, bool reverse, TSum sum) where T : unmanaged, INumber<T> where TSum : unmanaged, INumber<TSum>
    {
        for (int i = 0; i < length; i++)
        {
            int place = reverse ? length - 1 - i : i;
            y[place] = T.CreateTruncating(sum += TSum.CreateTruncating(x[place]));
        }
    }

    private struct RunningCall<T> where T : unmanaged
    {
        public T* X, Y;
        public int Rows, Length, RowsPerTask;
        public bool IsReversed;
    }
}
