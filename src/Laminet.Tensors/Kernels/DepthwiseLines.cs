using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// A depthwise product with 5 x 5 neighbouring taps and steps of 1 or 2, or 3 x 3 and steps of 2, from the images where they lie: row by row of the result,
/// from left to right with the weights in registers, so that each element of the image is loaded once for all columns that it counts in.
/// (<see cref="DepthwiseRows{T}"/> does 3 x 3 with steps of 1.)
/// </summary>
internal unsafe struct DepthwiseLines<T>(PatchProduct<T> product) where T : unmanaged, INumber<T>
{
    private readonly PatchProduct<T> product = product;
    private int rowsPerTask, tasksPerImage;
    private T* zeros;

    public static bool Suits(in PatchGrid<T> grid) => grid.IsSquare(5, step: 1) || grid.IsSquare(5, step: 2) || grid.IsSquare(3, step: 2);

    public void Run()
    {
        PatchGrid<T> grid = product.Grid;
        rowsPerTask = DepthwiseTasks.Rows(grid.Batch, grid.Rows, (long)grid.Columns * grid.Channels);
        tasksPerImage = Rounding.DivideUp(grid.Rows, rowsPerTask);
        using Scratch<T> scratch = Scratch.Rent<T>(grid.Channels);
        new Span<T>(scratch.Pointer, grid.Channels).Clear();
        zeros = scratch.Pointer;
        Workers.For(grid.Batch * tasksPerImage, Unsafe.AsPointer(ref this), &RunTask);
    }

    private static void RunTask(void* state, int task) => ((DepthwiseLines<T>*)state)->RunTask(task);

    private readonly void RunTask(int task)
    {
        (int image, int part) = Math.DivRem(task, tasksPerImage);
        PatchGrid<T> grid = product.Grid;
        DepthwiseLineCall<T> call = new()
        {
            Channels = grid.Channels,
            Width = grid.Width,
            Columns = grid.Columns,
            Size = grid.TapColumns,
            Step = grid.ColumnStep,
            Left = grid.Taps[0].Column,
            Epilogue = product.Epilogue,
            AddendOffset = product.AddendOffset,
            OutputStep = product.OutputColumnStride,
            PassesCaches = !product.Epilogue.Swish && LargeResults.PassCaches(product.Output, grid.Batch * (long)product.OutputImageStride, product.OutputColumnStride),
        };
        for (int tap = 0; tap < grid.TapCount; tap++)
            call.Weights[tap] = (long)(product.Weights + grid.Taps[tap].Weight);
        nint rowLength = (nint)grid.Width * grid.Channels;
        T* x = grid.Image + (image * grid.Height * rowLength);
        int first = part * rowsPerTask, end = Math.Min(grid.Rows, first + rowsPerTask);
        for (int row = first; row < end; row++)
        {
            for (int i = 0; i < grid.TapColumns; i++)
            {
                // A row outside the image is one element of zeros, again and again.
                int place = (row * grid.RowStep) + grid.Taps[0].Row + i;
                bool isInside = place >= 0 && place < grid.Height;
                call.Rows[i] = (long)(isInside ? x + (place * rowLength) : zeros);
                call.Steps[i] = isInside ? grid.Channels : 0;
            }

            call.Output = product.Output + (image * product.OutputImageStride) + (row * product.OutputRowStride);
            Simd.Dispatch<DepthwiseLine<T>, T, DepthwiseLineCall<T>>(ref call);
            if (product.Epilogue.Swish)
                Swish.Row(call.Output, grid.Columns * grid.Channels);
        }

        if (call.PassesCaches)
            LargeResults.Finish();
    }
}

/// <summary>How depthwise products are cut.</summary>
internal static class DepthwiseTasks
{
    private const int MostElements = 96 * 1024;
    private const int LeastElements = 8 * 1024;

    /// <summary>Rows of the result a task: few enough for its part to stay in the second-level cache, and for each thread to have as much as the others.</summary>
    public static int Rows(int batch, int rows, long rowElements)
    {
        int threads = Workers.Count;
        long elements = rows * rowElements, parts = Math.Max(1, elements / MostElements);
        if (elements * batch >= (long)threads * LeastElements)
            parts = (parts * batch + threads - 1) / threads * threads / batch;
        return Rounding.DivideUp(rows, (int)Math.Clamp(parts, 1, rows));
    }
}

/// <summary>One row of a result.</summary>
internal unsafe struct DepthwiseLineCall<T> where T : unmanaged, INumber<T>
{
    /// <summary>The rows of the image that it reads.</summary>
    public fixed long Rows[5];

    /// <summary>From a column to the next in each.</summary>
    public fixed long Steps[5];

    /// <summary>The taps, row by row.</summary>
    public fixed long Weights[25];
    public int Channels, Width, Columns;

    /// <summary>Taps in a row, and from a patch to the next.</summary>
    public int Size, Step;

    /// <summary>The column of the first tap of the first patch.</summary>
    public int Left;
    public T* Output;
    public nint OutputStep, AddendOffset;
    public Epilogue<T> Epilogue;

    /// <summary><see cref="LargeResults"/>.</summary>
    public bool PassesCaches;
}

internal readonly unsafe struct DepthwiseLine<T> : ISimdKernel<T, DepthwiseLineCall<T>> where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref DepthwiseLineCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int channel = 0;
        for (; channel <= call.Channels - TSimd.Count; channel += TSimd.Count)
            Sweep<TSimd, TVector>(ref call, channel);
        for (; channel < call.Channels; channel++)
            Sweep<SimdScalar<T>, T>(ref call, channel);
    }

    private static void Sweep<TSimd, TVector>(ref DepthwiseLineCall<T> call, nint channel)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        if (call.Size == 3)
            SweepThreeByTwo<TSimd, TVector>(ref call, channel);
        else if (call.Step == 1)
            SweepFive<TSimd, TVector>(ref call, channel);
        else
            SweepFiveByTwo<TSimd, TVector>(ref call, channel);
    }

    // A column counts in five sums: as tap 4 in the one that it finishes, as tap 0 in the one that it begins.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SweepFive<TSimd, TVector>(ref DepthwiseLineCall<T> call, nint channel)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector w00 = Weight<TSimd, TVector>(ref call, 0, channel), w01 = Weight<TSimd, TVector>(ref call, 1, channel), w02 = Weight<TSimd, TVector>(ref call, 2, channel), w03 = Weight<TSimd, TVector>(ref call, 3, channel), w04 = Weight<TSimd, TVector>(ref call, 4, channel);
        TVector w10 = Weight<TSimd, TVector>(ref call, 5, channel), w11 = Weight<TSimd, TVector>(ref call, 6, channel), w12 = Weight<TSimd, TVector>(ref call, 7, channel), w13 = Weight<TSimd, TVector>(ref call, 8, channel), w14 = Weight<TSimd, TVector>(ref call, 9, channel);
        TVector w20 = Weight<TSimd, TVector>(ref call, 10, channel), w21 = Weight<TSimd, TVector>(ref call, 11, channel), w22 = Weight<TSimd, TVector>(ref call, 12, channel), w23 = Weight<TSimd, TVector>(ref call, 13, channel), w24 = Weight<TSimd, TVector>(ref call, 14, channel);
        TVector w30 = Weight<TSimd, TVector>(ref call, 15, channel), w31 = Weight<TSimd, TVector>(ref call, 16, channel), w32 = Weight<TSimd, TVector>(ref call, 17, channel), w33 = Weight<TSimd, TVector>(ref call, 18, channel), w34 = Weight<TSimd, TVector>(ref call, 19, channel);
        TVector w40 = Weight<TSimd, TVector>(ref call, 20, channel), w41 = Weight<TSimd, TVector>(ref call, 21, channel), w42 = Weight<TSimd, TVector>(ref call, 22, channel), w43 = Weight<TSimd, TVector>(ref call, 23, channel), w44 = Weight<TSimd, TVector>(ref call, 24, channel);
        T* row0 = (T*)call.Rows[0] + channel, row1 = (T*)call.Rows[1] + channel, row2 = (T*)call.Rows[2] + channel, row3 = (T*)call.Rows[3] + channel, row4 = (T*)call.Rows[4] + channel;
        nint step0 = (nint)call.Steps[0], step1 = (nint)call.Steps[1], step2 = (nint)call.Steps[2], step3 = (nint)call.Steps[3], step4 = (nint)call.Steps[4];
        TVector zero = TSimd.Broadcast(T.Zero), sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero, sum4 = zero;
        for (int output = -4, column = call.Left; output < call.Columns; output++, column++)
        {
            if ((uint)column < (uint)call.Width)
            {
                TVector x = TSimd.Load(row0 + (column * step0));
                sum4 = TSimd.MultiplyAdd(x, w04, sum4);
                sum3 = TSimd.MultiplyAdd(x, w03, sum3);
                sum2 = TSimd.MultiplyAdd(x, w02, sum2);
                sum1 = TSimd.MultiplyAdd(x, w01, sum1);
                sum0 = TSimd.MultiplyAdd(x, w00, sum0);
                x = TSimd.Load(row1 + (column * step1));
                sum4 = TSimd.MultiplyAdd(x, w14, sum4);
                sum3 = TSimd.MultiplyAdd(x, w13, sum3);
                sum2 = TSimd.MultiplyAdd(x, w12, sum2);
                sum1 = TSimd.MultiplyAdd(x, w11, sum1);
                sum0 = TSimd.MultiplyAdd(x, w10, sum0);
                x = TSimd.Load(row2 + (column * step2));
                sum4 = TSimd.MultiplyAdd(x, w24, sum4);
                sum3 = TSimd.MultiplyAdd(x, w23, sum3);
                sum2 = TSimd.MultiplyAdd(x, w22, sum2);
                sum1 = TSimd.MultiplyAdd(x, w21, sum1);
                sum0 = TSimd.MultiplyAdd(x, w20, sum0);
                x = TSimd.Load(row3 + (column * step3));
                sum4 = TSimd.MultiplyAdd(x, w34, sum4);
                sum3 = TSimd.MultiplyAdd(x, w33, sum3);
                sum2 = TSimd.MultiplyAdd(x, w32, sum2);
                sum1 = TSimd.MultiplyAdd(x, w31, sum1);
                sum0 = TSimd.MultiplyAdd(x, w30, sum0);
                x = TSimd.Load(row4 + (column * step4));
                sum4 = TSimd.MultiplyAdd(x, w44, sum4);
                sum3 = TSimd.MultiplyAdd(x, w43, sum3);
                sum2 = TSimd.MultiplyAdd(x, w42, sum2);
                sum1 = TSimd.MultiplyAdd(x, w41, sum1);
                sum0 = TSimd.MultiplyAdd(x, w40, sum0);
            }

            if (output >= 0)
                Write<TSimd, TVector>(ref call, output, channel, sum4);
            (sum4, sum3, sum2, sum1, sum0) = (sum3, sum2, sum1, sum0, zero);
        }
    }

    // Each second column is tap 0, 2 or 4 of three sums, the others are tap 1 or 3 of two.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SweepFiveByTwo<TSimd, TVector>(ref DepthwiseLineCall<T> call, nint channel)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector w00 = Weight<TSimd, TVector>(ref call, 0, channel), w01 = Weight<TSimd, TVector>(ref call, 1, channel), w02 = Weight<TSimd, TVector>(ref call, 2, channel), w03 = Weight<TSimd, TVector>(ref call, 3, channel), w04 = Weight<TSimd, TVector>(ref call, 4, channel);
        TVector w10 = Weight<TSimd, TVector>(ref call, 5, channel), w11 = Weight<TSimd, TVector>(ref call, 6, channel), w12 = Weight<TSimd, TVector>(ref call, 7, channel), w13 = Weight<TSimd, TVector>(ref call, 8, channel), w14 = Weight<TSimd, TVector>(ref call, 9, channel);
        TVector w20 = Weight<TSimd, TVector>(ref call, 10, channel), w21 = Weight<TSimd, TVector>(ref call, 11, channel), w22 = Weight<TSimd, TVector>(ref call, 12, channel), w23 = Weight<TSimd, TVector>(ref call, 13, channel), w24 = Weight<TSimd, TVector>(ref call, 14, channel);
        TVector w30 = Weight<TSimd, TVector>(ref call, 15, channel), w31 = Weight<TSimd, TVector>(ref call, 16, channel), w32 = Weight<TSimd, TVector>(ref call, 17, channel), w33 = Weight<TSimd, TVector>(ref call, 18, channel), w34 = Weight<TSimd, TVector>(ref call, 19, channel);
        TVector w40 = Weight<TSimd, TVector>(ref call, 20, channel), w41 = Weight<TSimd, TVector>(ref call, 21, channel), w42 = Weight<TSimd, TVector>(ref call, 22, channel), w43 = Weight<TSimd, TVector>(ref call, 23, channel), w44 = Weight<TSimd, TVector>(ref call, 24, channel);
        T* row0 = (T*)call.Rows[0] + channel, row1 = (T*)call.Rows[1] + channel, row2 = (T*)call.Rows[2] + channel, row3 = (T*)call.Rows[3] + channel, row4 = (T*)call.Rows[4] + channel;
        nint step0 = (nint)call.Steps[0], step1 = (nint)call.Steps[1], step2 = (nint)call.Steps[2], step3 = (nint)call.Steps[3], step4 = (nint)call.Steps[4];
        TVector zero = TSimd.Broadcast(T.Zero), sum0 = zero, sum2 = zero, sum4 = zero;
        for (int output = -2, column = call.Left; output < call.Columns; output++, column += 2)
        {
            if ((uint)column < (uint)call.Width)
            {
                TVector x = TSimd.Load(row0 + (column * step0));
                sum4 = TSimd.MultiplyAdd(x, w04, sum4);
                sum2 = TSimd.MultiplyAdd(x, w02, sum2);
                sum0 = TSimd.MultiplyAdd(x, w00, sum0);
                x = TSimd.Load(row1 + (column * step1));
                sum4 = TSimd.MultiplyAdd(x, w14, sum4);
                sum2 = TSimd.MultiplyAdd(x, w12, sum2);
                sum0 = TSimd.MultiplyAdd(x, w10, sum0);
                x = TSimd.Load(row2 + (column * step2));
                sum4 = TSimd.MultiplyAdd(x, w24, sum4);
                sum2 = TSimd.MultiplyAdd(x, w22, sum2);
                sum0 = TSimd.MultiplyAdd(x, w20, sum0);
                x = TSimd.Load(row3 + (column * step3));
                sum4 = TSimd.MultiplyAdd(x, w34, sum4);
                sum2 = TSimd.MultiplyAdd(x, w32, sum2);
                sum0 = TSimd.MultiplyAdd(x, w30, sum0);
                x = TSimd.Load(row4 + (column * step4));
                sum4 = TSimd.MultiplyAdd(x, w44, sum4);
                sum2 = TSimd.MultiplyAdd(x, w42, sum2);
                sum0 = TSimd.MultiplyAdd(x, w40, sum0);
            }

            if (output >= 0)
                Write<TSimd, TVector>(ref call, output, channel, sum4);
            int odd = column + 1;
            if ((uint)odd < (uint)call.Width)
            {
                TVector x = TSimd.Load(row0 + (odd * step0));
                sum2 = TSimd.MultiplyAdd(x, w03, sum2);
                sum0 = TSimd.MultiplyAdd(x, w01, sum0);
                x = TSimd.Load(row1 + (odd * step1));
                sum2 = TSimd.MultiplyAdd(x, w13, sum2);
                sum0 = TSimd.MultiplyAdd(x, w11, sum0);
                x = TSimd.Load(row2 + (odd * step2));
                sum2 = TSimd.MultiplyAdd(x, w23, sum2);
                sum0 = TSimd.MultiplyAdd(x, w21, sum0);
                x = TSimd.Load(row3 + (odd * step3));
                sum2 = TSimd.MultiplyAdd(x, w33, sum2);
                sum0 = TSimd.MultiplyAdd(x, w31, sum0);
                x = TSimd.Load(row4 + (odd * step4));
                sum2 = TSimd.MultiplyAdd(x, w43, sum2);
                sum0 = TSimd.MultiplyAdd(x, w41, sum0);
            }

            (sum4, sum2, sum0) = (sum2, sum0, zero);
        }
    }

    // Each second column is tap 0 or 2 of two sums, the others are tap 1 of one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SweepThreeByTwo<TSimd, TVector>(ref DepthwiseLineCall<T> call, nint channel)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector w00 = Weight<TSimd, TVector>(ref call, 0, channel), w01 = Weight<TSimd, TVector>(ref call, 1, channel), w02 = Weight<TSimd, TVector>(ref call, 2, channel);
        TVector w10 = Weight<TSimd, TVector>(ref call, 3, channel), w11 = Weight<TSimd, TVector>(ref call, 4, channel), w12 = Weight<TSimd, TVector>(ref call, 5, channel);
        TVector w20 = Weight<TSimd, TVector>(ref call, 6, channel), w21 = Weight<TSimd, TVector>(ref call, 7, channel), w22 = Weight<TSimd, TVector>(ref call, 8, channel);
        T* row0 = (T*)call.Rows[0] + channel, row1 = (T*)call.Rows[1] + channel, row2 = (T*)call.Rows[2] + channel;
        nint step0 = (nint)call.Steps[0], step1 = (nint)call.Steps[1], step2 = (nint)call.Steps[2];
        TVector zero = TSimd.Broadcast(T.Zero), sum0 = zero, sum2 = zero;
        for (int output = -1, column = call.Left; output < call.Columns; output++, column += 2)
        {
            if ((uint)column < (uint)call.Width)
            {
                TVector x = TSimd.Load(row0 + (column * step0));
                sum2 = TSimd.MultiplyAdd(x, w02, sum2);
                sum0 = TSimd.MultiplyAdd(x, w00, sum0);
                x = TSimd.Load(row1 + (column * step1));
                sum2 = TSimd.MultiplyAdd(x, w12, sum2);
                sum0 = TSimd.MultiplyAdd(x, w10, sum0);
                x = TSimd.Load(row2 + (column * step2));
                sum2 = TSimd.MultiplyAdd(x, w22, sum2);
                sum0 = TSimd.MultiplyAdd(x, w20, sum0);
            }

            if (output >= 0)
                Write<TSimd, TVector>(ref call, output, channel, sum2);
            int odd = column + 1;
            if ((uint)odd < (uint)call.Width)
            {
                TVector x = TSimd.Load(row0 + (odd * step0));
                sum0 = TSimd.MultiplyAdd(x, w01, sum0);
                x = TSimd.Load(row1 + (odd * step1));
                sum0 = TSimd.MultiplyAdd(x, w11, sum0);
                x = TSimd.Load(row2 + (odd * step2));
                sum0 = TSimd.MultiplyAdd(x, w21, sum0);
            }

            (sum2, sum0) = (sum0, zero);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Weight<TSimd, TVector>(ref DepthwiseLineCall<T> call, int tap, nint channel)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged => TSimd.Load((T*)call.Weights[tap] + channel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TSimd, TVector>(ref DepthwiseLineCall<T> call, int column, nint channel, TVector sum)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TileOutput<TSimd, TVector, T>.Write(sum, call.Output + (column * call.OutputStep), channel, call.Epilogue, call.AddendOffset, call.PassesCaches);
    }
}
