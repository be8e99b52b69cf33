using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>y = scale (x - mean) + beta, plus an addend if there is one, rectified if asked for.</summary>
internal readonly unsafe struct NormalizedUnits<T> : ISimdKernel<T, ChannelCall<T>> where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref ChannelCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        for (int unit = call.FirstUnit; unit < call.LastUnit; unit++)
        {
            nint start = call.Layout.Start(unit);
            (int rows, int columns) = call.Layout.Extent(unit);
            int whole = columns / TSimd.Count * TSimd.Count;
            Columns<TSimd, TVector>(call, start, rows, 0, whole);
            Columns<SimdScalar<T>, T>(call, start, rows, whole, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns<TSimd, TVector>(in ChannelCall<T> call, nint start, int rows, int begin, int end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int width = call.Layout.Width;
        T* minusMean = call.Table, scale = minusMean + width, beta = scale + width, x = call.X + start, y = call.Result + start;
        T* addend = call.Upstream == null ? null : call.Upstream + start;
        bool rectifies = call.Rectifies;
        for (int row = 0; row < rows && begin < end; row++, x += width, y += width)
        {
            for (int c = begin; c < end; c += TSimd.Count)
            {
                TVector value = ChannelValue.Of<TSimd, TVector, T>(TSimd.Add(TSimd.Load(x + c), TSimd.Load(minusMean + c)), scale + c, beta + c);
                if (addend != null)
                    value = TSimd.Add(value, TSimd.Load(addend + c));
                TSimd.Store(rectifies ? TSimd.Rectify(value) : value, y + c);
            }

            addend += addend == null ? 0 : width;
        }
    }
}

/// <summary>Of each unit and column the sums of dy (x - mean) and of dy.</summary>
internal readonly unsafe struct NormalizedSums<T> : ISimdKernel<T, ChannelCall<T>> where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref ChannelCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int width = call.Layout.Width;
        for (int unit = call.FirstUnit; unit < call.LastUnit; unit++)
        {
            nint start = call.Layout.Start(unit);
            (int rows, int columns) = call.Layout.Extent(unit);
            T* sums = call.Result + ((nint)unit * 2 * width);
            new Span<T>(sums, 2 * width).Clear();
            int whole = columns / TSimd.Count * TSimd.Count, row = 0;
            // Along the rows, as memory lies; the sums of all columns stay in the first-level cache.
            for (; row <= rows - 2; row += 2)
            {
                Two<TSimd, TVector>(call, start + ((nint)row * width), sums, 0, whole);
                Two<SimdScalar<T>, T>(call, start + ((nint)row * width), sums, whole, columns);
            }
            if (row < rows)
            {
                One<TSimd, TVector>(call, start + ((nint)row * width), sums, 0, whole);
                One<SimdScalar<T>, T>(call, start + ((nint)row * width), sums, whole, columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two<TSimd, TVector>(in ChannelCall<T> call, nint start, T* sums, nint begin, nint end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int width = call.Layout.Width;
        T* minusMean = call.Table, scale = minusMean + width, beta = scale + width;
        T* x0 = call.X + start, x1 = x0 + width, dy0 = call.Upstream + start, dy1 = dy0 + width, plain = sums + width;
        bool rectifies = call.Rectifies;
        for (nint c = begin; c < end; c += TSimd.Count)
        {
            TVector mean = TSimd.Load(minusMean + c), d0 = TSimd.Add(TSimd.Load(x0 + c), mean), d1 = TSimd.Add(TSimd.Load(x1 + c), mean);
            TVector g0 = TSimd.Load(dy0 + c), g1 = TSimd.Load(dy1 + c);
            if (rectifies)
            {
                g0 = ChannelValue.Passing<TSimd, TVector, T>(d0, scale + c, beta + c, g0);
                g1 = ChannelValue.Passing<TSimd, TVector, T>(d1, scale + c, beta + c, g1);
            }

            TSimd.Store(TSimd.MultiplyAdd(g1, d1, TSimd.MultiplyAdd(g0, d0, TSimd.Load(sums + c))), sums + c);
            TSimd.Store(TSimd.Add(TSimd.Add(TSimd.Load(plain + c), g0), g1), plain + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One<TSimd, TVector>(in ChannelCall<T> call, nint start, T* sums, nint begin, nint end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int width = call.Layout.Width;
        T* minusMean = call.Table, x = call.X + start, dy = call.Upstream + start, plain = sums + width;
        for (nint c = begin; c < end; c += TSimd.Count)
        {
            TVector d = TSimd.Add(TSimd.Load(x + c), TSimd.Load(minusMean + c)), g = TSimd.Load(dy + c);
            if (call.Rectifies)
                g = ChannelValue.Passing<TSimd, TVector, T>(d, minusMean + width + c, minusMean + (2 * width) + c, g);
            TSimd.Store(TSimd.MultiplyAdd(g, d, TSimd.Load(sums + c)), sums + c);
            TSimd.Store(TSimd.Add(TSimd.Load(plain + c), g), plain + c);
        }
    }
}

/// <summary>dx = scale dy + slope (x - mean) + offset.</summary>
internal readonly unsafe struct NormalizedInputGradient<T> : ISimdKernel<T, ChannelCall<T>> where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref ChannelCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        for (int unit = call.FirstUnit; unit < call.LastUnit; unit++)
        {
            nint start = call.Layout.Start(unit);
            (int rows, int columns) = call.Layout.Extent(unit);
            int whole = columns / TSimd.Count * TSimd.Count;
            Columns<TSimd, TVector>(call, start, rows, 0, whole);
            Columns<SimdScalar<T>, T>(call, start, rows, whole, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns<TSimd, TVector>(in ChannelCall<T> call, nint start, int rows, int begin, int end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int width = call.Layout.Width;
        T* minusMean = call.Table, scale = minusMean + width, beta = scale + width, slope = beta + width, offset = slope + width;
        T* x = call.X + start, dy = call.Upstream + start, dx = call.Result + start;
        bool rectifies = call.Rectifies;
        for (int row = 0; row < rows && begin < end; row++, x += width, dy += width, dx += width)
        {
            for (int c = begin; c < end; c += TSimd.Count)
            {
                TVector d = TSimd.Add(TSimd.Load(x + c), TSimd.Load(minusMean + c)), g = TSimd.Load(dy + c);
                if (rectifies)
                    g = ChannelValue.Passing<TSimd, TVector, T>(d, scale + c, beta + c, g);
                TVector shift = TSimd.MultiplyAdd(d, TSimd.Load(slope + c), TSimd.Load(offset + c));
                TSimd.Store(TSimd.MultiplyAdd(g, TSimd.Load(scale + c), shift), dx + c);
            }
        }
    }
}

/// <summary>What forward and backward compute alike, so that the gradient's mask is the output's.</summary>
internal static unsafe class ChannelValue
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector, T>(TVector deviation, T* scale, T* beta)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
        where T : unmanaged, INumber<T> => TSimd.MultiplyAdd(deviation, TSimd.Load(scale), TSimd.Load(beta));

    /// <summary>The gradient where the rectifier lets the value pass, else 0. Recomputing the value is cheaper than reading it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Passing<TSimd, TVector, T>(TVector deviation, T* scale, T* beta, TVector gradient)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
        where T : unmanaged, INumber<T>
    {
        TVector zero = TSimd.Broadcast(T.Zero);
        return TSimd.IfSame(TSimd.Rectify(Of<TSimd, TVector, T>(deviation, scale, beta)), zero, zero, gradient);
    }
}
