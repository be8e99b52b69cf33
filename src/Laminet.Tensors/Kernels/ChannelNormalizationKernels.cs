using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>y = scale (x - mean) + beta, rectified if asked for.</summary>
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
        bool rectifies = call.Rectifies;
        for (int row = 0; row < rows && begin < end; row++, x += width, y += width)
        {
            for (int c = begin; c < end; c += TSimd.Count)
            {
                TVector value = ChannelValue.Of<TSimd, TVector, T>(TSimd.Add(TSimd.Load(x + c), TSimd.Load(minusMean + c)), scale + c, beta + c);
                TSimd.Store(rectifies ? TSimd.Rectify(value) : value, y + c);
            }
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
            if (columns < width)
                new Span<T>(sums, 2 * width).Clear();
            int c = 0;
            for (; c <= columns - (2 * TSimd.Count); c += 2 * TSimd.Count)
                Two<TSimd, TVector>(call, start + c, c, rows, sums + c);
            for (; c <= columns - TSimd.Count; c += TSimd.Count)
                One<TSimd, TVector>(call, start + c, c, rows, sums + c);
            for (; c < columns; c++)
                One<SimdScalar<T>, T>(call, start + c, c, rows, sums + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two<TSimd, TVector>(in ChannelCall<T> call, nint start, int column, int rows, T* sums)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int width = call.Layout.Width, next = TSimd.Count;
        T* table = call.Table + column, x = call.X + start, dy = call.Upstream + start;
        TVector mean0 = TSimd.Load(table), mean1 = TSimd.Load(table + next), zero = TSimd.Broadcast(T.Zero);
        TVector sum0 = zero, sum1 = zero, product0 = zero, product1 = zero;
        bool rectifies = call.Rectifies;
        for (int row = 0; row < rows; row++, x += width, dy += width)
        {
            TVector d0 = TSimd.Add(TSimd.Load(x), mean0), d1 = TSimd.Add(TSimd.Load(x + next), mean1);
            TVector g0 = TSimd.Load(dy), g1 = TSimd.Load(dy + next);
            if (rectifies)
            {
                g0 = ChannelValue.Passing<TSimd, TVector, T>(d0, table + width, table + (2 * width), g0);
                g1 = ChannelValue.Passing<TSimd, TVector, T>(d1, table + width + next, table + (2 * width) + next, g1);
            }

            sum0 = TSimd.Add(sum0, g0);
            sum1 = TSimd.Add(sum1, g1);
            product0 = TSimd.MultiplyAdd(g0, d0, product0);
            product1 = TSimd.MultiplyAdd(g1, d1, product1);
        }

        TSimd.Store(product0, sums);
        TSimd.Store(product1, sums + next);
        TSimd.Store(sum0, sums + width);
        TSimd.Store(sum1, sums + width + next);
    }

    private static void One<TSimd, TVector>(in ChannelCall<T> call, nint start, int column, int rows, T* sums)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int width = call.Layout.Width;
        T* table = call.Table + column, x = call.X + start, dy = call.Upstream + start;
        TVector sum = TSimd.Broadcast(T.Zero), product = sum;
        for (int row = 0; row < rows; row++, x += width, dy += width)
        {
            TVector d = TSimd.Add(TSimd.Load(x), TSimd.Load(table)), g = TSimd.Load(dy);
            if (call.Rectifies)
                g = ChannelValue.Passing<TSimd, TVector, T>(d, table + width, table + (2 * width), g);
            sum = TSimd.Add(sum, g);
            product = TSimd.MultiplyAdd(g, d, product);
        }

        TSimd.Store(product, sums);
        TSimd.Store(sum, sums + width);
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
