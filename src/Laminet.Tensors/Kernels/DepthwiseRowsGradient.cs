using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>One row of a gradient by the result, for kernels of 3 x 3 neighbouring taps with steps of 1.</summary>
internal unsafe struct DepthwiseRowsGradientCall<T> where T : unmanaged
{
    /// <summary>The row of the image that each row of taps reads; null where it lies outside.</summary>
    public fixed long Rows[3];

    /// <summary>[9, channels]: what the sums are added to.</summary>
    public T* Weights;
    public T* Gradient;
    public int Channels, Width, Columns;

    /// <summary>The column of the first tap of the first patch.</summary>
    public int Left;

    /// <summary>The image's and the gradient's rows that are read next.</summary>
    public T* Ahead, GradientAhead;
}

/// <summary>w[tap, c] += sum over a row's columns of x[column + tap, c] dy[column, c]: each row of taps takes its three sums from one pass over its row of the image.</summary>
internal readonly unsafe struct DepthwiseRowsGradient<T> : ISimdKernel<T, DepthwiseRowsGradientCall<T>> where T : unmanaged, INumber<T>
{
    /// <summary>Adds the sums of some rows, counted through all images.</summary>
    public static void Run(in PatchGrid<T> grid, T* gradient, T* weights, int first, int end)
    {
        nint rowLength = (nint)grid.Width * grid.Channels, gradientLength = (nint)grid.Columns * grid.Channels;
        DepthwiseRowsGradientCall<T> call = new() { Weights = weights, Channels = grid.Channels, Width = grid.Width, Columns = grid.Columns, Left = grid.Taps[0].Column };
        for (int index = first; index < end; index++)
        {
            (int image, int row) = Math.DivRem(index, grid.Rows);
            T* x = grid.Image + (image * grid.Height * rowLength);
            int top = row + grid.Taps[0].Row;
            for (int i = 0; i < 3; i++)
                call.Rows[i] = top + i >= 0 && top + i < grid.Height ? (long)(x + ((top + i) * rowLength)) : 0;
            call.Gradient = gradient + (index * gradientLength);
            call.Ahead = x + ((top + 3) * rowLength);
            call.GradientAhead = call.Gradient + gradientLength;
            Simd.Dispatch<DepthwiseRowsGradient<T>, T, DepthwiseRowsGradientCall<T>>(ref call);
        }
    }

    public static void Run<TSimd, TVector>(ref DepthwiseRowsGradientCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int channel = 0;
        for (; channel <= call.Channels - TSimd.Count; channel += TSimd.Count)
            Sweep<TSimd, TVector>(ref call, channel);
        for (; channel < call.Channels; channel++)
            Sweep<SimdScalar<T>, T>(ref call, channel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sweep<TSimd, TVector>(ref DepthwiseRowsGradientCall<T> call, nint channel)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector zero = TSimd.Broadcast(T.Zero), w0 = zero, w1 = zero, w2 = zero, w3 = zero, w4 = zero, w5 = zero, w6 = zero, w7 = zero, w8 = zero;
        T* row0 = (T*)call.Rows[0], row1 = (T*)call.Rows[1], row2 = (T*)call.Rows[2];
        // A row outside the image is read nowhere: its sums are not added.
        T* inside = row1 != null ? row1 : row0 != null ? row0 : row2;
        if (inside == null)
            return;
        T* upper = row0 != null ? row0 : inside, middle = row1 != null ? row1 : inside, lower = row2 != null ? row2 : inside;
        int first = Math.Max(0, call.Left), end = Math.Min(call.Width, call.Columns + call.Left + 2);
        T* ahead = call.Ahead + (channel * call.Columns), gradientAhead = call.GradientAhead + (channel * call.Columns);
        for (int column = first; column < end; column++)
        {
            nint place = ((nint)column * call.Channels) + channel;
            TVector x0 = TSimd.Load(upper + place), x1 = TSimd.Load(middle + place), x2 = TSimd.Load(lower + place);
            int target = column - call.Left;
            T* gradient = call.Gradient + ((nint)target * call.Channels) + channel;
            if (target < call.Columns)
            {
                TVector dy = TSimd.Load(gradient);
                w0 = TSimd.MultiplyAdd(x0, dy, w0);
                w3 = TSimd.MultiplyAdd(x1, dy, w3);
                w6 = TSimd.MultiplyAdd(x2, dy, w6);
            }

            if (target >= 1 && target <= call.Columns)
            {
                TVector dy = TSimd.Load(gradient - call.Channels);
                w1 = TSimd.MultiplyAdd(x0, dy, w1);
                w4 = TSimd.MultiplyAdd(x1, dy, w4);
                w7 = TSimd.MultiplyAdd(x2, dy, w7);
            }

            if (target >= 2)
            {
                TVector dy = TSimd.Load(gradient - (2 * (nint)call.Channels));
                w2 = TSimd.MultiplyAdd(x0, dy, w2);
                w5 = TSimd.MultiplyAdd(x1, dy, w5);
                w8 = TSimd.MultiplyAdd(x2, dy, w8);
            }

            Prefetch.Line(ahead);
            Prefetch.Line(gradientAhead);
            ahead += TSimd.Count;
            gradientAhead += TSimd.Count;
        }

        T* weight = call.Weights + channel;
        Add<TSimd, TVector>(ref call, row0, weight, w0, w1, w2);
        Add<TSimd, TVector>(ref call, row1, weight + (3 * (nint)call.Channels), w3, w4, w5);
        Add<TSimd, TVector>(ref call, row2, weight + (6 * (nint)call.Channels), w6, w7, w8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TSimd, TVector>(ref DepthwiseRowsGradientCall<T> call, T* row, T* weight, TVector first, TVector second, TVector third)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        if (row == null)
            return;
        TSimd.Store(TSimd.Add(TSimd.Load(weight), first), weight);
        weight += call.Channels;
        TSimd.Store(TSimd.Add(TSimd.Load(weight), second), weight);
        weight += call.Channels;
        TSimd.Store(TSimd.Add(TSimd.Load(weight), third), weight);
    }
}
