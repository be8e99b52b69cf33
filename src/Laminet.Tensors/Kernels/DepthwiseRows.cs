using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// A depthwise product with 3 x 3 neighbouring taps and steps of 1, from the images where they lie: two rows of the result at a time share the rows of the image that both read, and each element of the image
/// is loaded once for the three columns that it counts in.
/// </summary>
internal unsafe struct DepthwiseRows<T>(PatchProduct<T> product) where T : unmanaged, INumber<T>
{
    private static readonly int Line = 64 / sizeof(T);

    private readonly PatchProduct<T> product = product;
    private int rowsPerTask, tasksPerImage;
    private T* zeros;

    public static bool Suits(in PatchGrid<T> grid) => grid.IsThreeByThree;

    public void Run()
    {
        PatchGrid<T> grid = product.Grid;
        // An even number of rows: the last of an odd one is computed alone.
        rowsPerTask = Rounding.RoundUp(DepthwiseTasks.Rows(grid.Batch, grid.Rows, (long)grid.Columns * grid.Channels), 2);
        tasksPerImage = Rounding.DivideUp(grid.Rows, rowsPerTask);
        using Scratch<T> scratch = Scratch.Rent<T>(grid.Channels);
        new Span<T>(scratch.Pointer, grid.Channels).Clear();
        zeros = scratch.Pointer;
        Workers.For(grid.Batch * tasksPerImage, Unsafe.AsPointer(ref this), &RunTask);
    }

    private static void RunTask(void* state, int task) => ((DepthwiseRows<T>*)state)->RunTask(task);

    private readonly void RunTask(int task)
    {
        (int image, int part) = Math.DivRem(task, tasksPerImage);
        PatchGrid<T> grid = product.Grid;
        T* weights = product.Weights;
        DepthwiseRowsCall<T> call = new()
        {
            Channels = grid.Channels,
            Width = grid.Width,
            Columns = grid.Columns,
            Left = grid.Taps[0].Column,
            Epilogue = product.Epilogue,
            AddendOffset = product.AddendOffset,
            OutputStep = product.OutputColumnStride,
            PassesCaches = !product.Epilogue.Swish && LargeResults.PassCaches(product.Output, grid.Batch * (long)product.OutputImageStride, product.OutputColumnStride),
        };
        for (int tap = 0; tap < 9; tap++)
            call.Weights[tap] = (long)(weights + grid.Taps[tap].Weight);
        nint rowLength = (nint)grid.Width * grid.Channels;
        T* x = grid.Image + (image * grid.Height * rowLength);
        int first = part * rowsPerTask, end = Math.Min(grid.Rows, first + rowsPerTask);
        Ask(x + ((first + grid.Taps[0].Row) * rowLength), 4 * rowLength);
        for (int row = first; row < end; row += 2)
        {
            for (int i = 0; i < 4; i++)
            {
                // A row outside the image is one element of zeros, again and again.
                int place = row + grid.Taps[0].Row + i;
                bool isInside = place >= 0 && place < grid.Height;
                call.Rows[i] = (long)(isInside ? x + (place * rowLength) : zeros);
                call.Steps[i] = isInside ? grid.Channels : 0;
            }

            call.Output = product.Output + (image * product.OutputImageStride) + (row * product.OutputRowStride);
            call.Second = row + 1 < end ? call.Output + product.OutputRowStride : null;
            call.Ahead = x + ((row + grid.Taps[0].Row + 4) * rowLength);
            call.OutputAhead = call.PassesCaches ? call.Ahead : call.Output + (2 * product.OutputRowStride);
            Simd.Dispatch<DepthwiseTwoRows<T>, T, DepthwiseRowsCall<T>>(ref call);
            if (product.Epilogue.Swish)
            {
                Swish.Row(call.Output, grid.Columns * grid.Channels);
                if (call.Second != null)
                    Swish.Row(call.Second, grid.Columns * grid.Channels);
            }
        }

        if (call.PassesCaches)
            LargeResults.Finish();
    }

    private static void Ask(T* place, nint length)
    {
        for (nint done = 0; done < length; done += Line)
            Prefetch.Line(place + done);
    }
}

/// <summary>Two rows of a result of which the second may be missing.</summary>
internal unsafe struct DepthwiseRowsCall<T> where T : unmanaged, INumber<T>
{
    /// <summary>Four rows of the image.</summary>
    public fixed long Rows[4];

    /// <summary>From a column to the next in each.</summary>
    public fixed long Steps[4];

    /// <summary>The nine taps.</summary>
    public fixed long Weights[9];
    public int Channels, Width, Columns;

    /// <summary>The column of the first tap of the first patch.</summary>
    public int Left;
    public T* Output, Second;

    /// <summary>What the next two rows read and write; what they read twice if what they write passes the caches. With steps of many channels between two columns the processor does not foresee it.</summary>
    public T* Ahead, OutputAhead;
    public nint OutputStep, AddendOffset;
    public Epilogue<T> Epilogue;

    /// <summary><see cref="LargeResults"/>.</summary>
    public bool PassesCaches;
}

internal readonly unsafe struct DepthwiseTwoRows<T> : ISimdKernel<T, DepthwiseRowsCall<T>> where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref DepthwiseRowsCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int channel = 0;
        for (; channel <= call.Channels - TSimd.Count; channel += TSimd.Count)
            Sweep<TSimd, TVector>(ref call, channel);
        for (; channel < call.Channels; channel++)
            Sweep<SimdScalar<T>, T>(ref call, channel);
    }

    // From left to right: what was read last counts in the column to its left, its own, and the one to its right.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sweep<TSimd, TVector>(ref DepthwiseRowsCall<T> call, nint channel)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector w0 = Weight<TSimd, TVector>(ref call, 0, channel), w1 = Weight<TSimd, TVector>(ref call, 1, channel), w2 = Weight<TSimd, TVector>(ref call, 2, channel);
        TVector w3 = Weight<TSimd, TVector>(ref call, 3, channel), w4 = Weight<TSimd, TVector>(ref call, 4, channel), w5 = Weight<TSimd, TVector>(ref call, 5, channel);
        TVector w6 = Weight<TSimd, TVector>(ref call, 6, channel), w7 = Weight<TSimd, TVector>(ref call, 7, channel), w8 = Weight<TSimd, TVector>(ref call, 8, channel);
        TVector zero = TSimd.Broadcast(T.Zero), left = zero, middle = zero, left2 = zero, middle2 = zero;
        nint step0 = (nint)call.Steps[0], step1 = (nint)call.Steps[1], step2 = (nint)call.Steps[2], step3 = (nint)call.Steps[3];
        int first = Math.Max(0, call.Left), end = Math.Min(call.Width, call.Columns + call.Left + 2);
        T* row0 = (T*)call.Rows[0] + channel + (first * step0), row1 = (T*)call.Rows[1] + channel + (first * step1);
        T* row2 = (T*)call.Rows[2] + channel + (first * step2), row3 = (T*)call.Rows[3] + channel + (first * step3);
        int output = first - call.Left - 2;
        // All channels together ask for two rows.
        T* ahead = call.Ahead + (2 * channel * call.Columns), outputAhead = call.OutputAhead + (2 * channel * call.Columns);
        // Columns whose patches lie wholly before the image.
        for (int column = 0; column < Math.Min(output, call.Columns); column++)
            Write<TSimd, TVector>(ref call, column, channel, zero, zero);
        for (int column = first; column < end; column++, output++)
        {
            TVector x = TSimd.Load(row0);
            TVector last = TSimd.MultiplyAdd(x, w2, left), own = TSimd.MultiplyAdd(x, w1, middle), next = TSimd.Multiply(x, w0);
            x = TSimd.Load(row1);
            last = TSimd.MultiplyAdd(x, w5, last);
            own = TSimd.MultiplyAdd(x, w4, own);
            next = TSimd.MultiplyAdd(x, w3, next);
            TVector last2 = TSimd.MultiplyAdd(x, w2, left2), own2 = TSimd.MultiplyAdd(x, w1, middle2), next2 = TSimd.Multiply(x, w0);
            x = TSimd.Load(row2);
            last = TSimd.MultiplyAdd(x, w8, last);
            own = TSimd.MultiplyAdd(x, w7, own);
            next = TSimd.MultiplyAdd(x, w6, next);
            last2 = TSimd.MultiplyAdd(x, w5, last2);
            own2 = TSimd.MultiplyAdd(x, w4, own2);
            next2 = TSimd.MultiplyAdd(x, w3, next2);
            x = TSimd.Load(row3);
            last2 = TSimd.MultiplyAdd(x, w8, last2);
            (left, middle) = (own, next);
            (left2, middle2) = (TSimd.MultiplyAdd(x, w7, own2), TSimd.MultiplyAdd(x, w6, next2));
            if (output >= 0)
                Write<TSimd, TVector>(ref call, output, channel, last, last2);
            Prefetch.Line(ahead);
            Prefetch.Line(ahead + TSimd.Count);
            Prefetch.Line(outputAhead);
            Prefetch.Line(outputAhead + TSimd.Count);
            ahead += 2 * TSimd.Count;
            outputAhead += 2 * TSimd.Count;
            row0 += step0;
            row1 += step1;
            row2 += step2;
            row3 += step3;
        }

        // Columns whose patches reach beyond the image.
        for (; output < call.Columns; output++)
        {
            if (output >= 0)
                Write<TSimd, TVector>(ref call, output, channel, left, left2);
            (left, middle, left2, middle2) = (middle, zero, middle2, zero);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Weight<TSimd, TVector>(ref DepthwiseRowsCall<T> call, int tap, nint channel)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged => TSimd.Load((T*)call.Weights[tap] + channel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TSimd, TVector>(ref DepthwiseRowsCall<T> call, int column, nint channel, TVector sum, TVector second)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        nint place = column * call.OutputStep;
        TileOutput<TSimd, TVector, T>.Write(sum, call.Output + place, channel, call.Epilogue, call.AddendOffset, call.PassesCaches);
        if (call.Second != null)
            TileOutput<TSimd, TVector, T>.Write(second, call.Second + place, channel, call.Epilogue, call.AddendOffset, call.PassesCaches);
    }
}
