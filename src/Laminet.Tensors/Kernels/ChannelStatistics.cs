using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Mean and variance of each channel of rows of channels, in one pass over memory.</summary>
/// <remarks>
/// A chunk stays in the cache while its mean and then its squared deviations from that mean are summed, so a mean far from zero
/// costs no digits. Chunks are put together in a fixed tree by the formula of Chan, Golub and LeVeque ("Updating formulae and a
/// pairwise algorithm for computing sample variances", 1979).
/// </remarks>
internal static unsafe class ChannelStatistics
{
    /// <summary>Mean and biased variance of each channel, NaN where there are no rows; null for what is not wanted.</summary>
    public static void Moments<T>(T* x, int rows, int channels, T* mean, T* variance) where T : unmanaged, INumber<T>
    {
        if (channels == 0)
            return;
        if (rows == 0)
        {
            new Span<T>(mean, mean == null ? 0 : channels).Fill(T.CreateSaturating(double.NaN));
            new Span<T>(variance, variance == null ? 0 : channels).Fill(T.CreateSaturating(double.NaN));
            return;
        }

        ChannelLayout layout = new(rows, channels);
        using Scratch<T> partials = Scratch.Rent<T>((nint)layout.Chunks * 2 * layout.Width);
        MomentsCall<T> call = new() { Layout = layout, X = x, Partials = partials.Pointer, Mean = mean, Variance = variance };
        Workers.For(Rounding.DivideUp(layout.Chunks, layout.ChunksPerTask), &call, &RunTask<T>);
        Simd.Dispatch<MomentsTree<T>, T, MomentsCall<T>>(ref call);
    }

    private static void RunTask<T>(void* state, int task) where T : unmanaged, INumber<T>
    {
        MomentsCall<T> call = *(MomentsCall<T>*)state;
        call.FirstChunk = task * call.Layout.ChunksPerTask;
        call.LastChunk = Math.Min(call.Layout.Chunks, call.FirstChunk + call.Layout.ChunksPerTask);
        Simd.Dispatch<MomentsOfChunks<T>, T, MomentsCall<T>>(ref call);
    }
}

internal unsafe struct MomentsCall<T> where T : unmanaged
{
    public ChannelLayout Layout;

    public T* X;

    /// <summary>[chunks, 2, width]: means and summed squares of deviations.</summary>
    public T* Partials;

    /// <summary>The results; null for what is not wanted.</summary>
    public T* Mean, Variance;
    public int FirstChunk, LastChunk;
}

/// <summary>The means and the summed squares of deviations of each column of some chunks.</summary>
internal readonly unsafe struct MomentsOfChunks<T> : ISimdKernel<T, MomentsCall<T>> where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref MomentsCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        for (int chunk = call.FirstChunk; chunk < call.LastChunk; chunk++)
        {
            (int rows, int columns) = call.Layout.Extent(chunk);
            Columns<TSimd, TVector>(call.X + call.Layout.Start(chunk), rows, columns, call.Partials + ((nint)chunk * 2 * columns));
        }
    }

    /// <summary>means = mean of each column, means[columns ...] = sum of squared deviations from it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns<TSimd, TVector>(T* x, int rows, int columns, T* means)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T share = T.One / T.CreateTruncating(rows);
        int c = 0;
        // Four chains hide the latency of the additions.
        for (; c <= columns - (4 * TSimd.Count); c += 4 * TSimd.Count)
        {
            T* row = x + c;
            TVector s0 = At<TSimd, TVector>(row, 0), s1 = At<TSimd, TVector>(row, 1), s2 = At<TSimd, TVector>(row, 2), s3 = At<TSimd, TVector>(row, 3);
            for (int r = 1; r < rows; r++)
            {
                row += columns;
                s0 = TSimd.Add(s0, At<TSimd, TVector>(row, 0));
                s1 = TSimd.Add(s1, At<TSimd, TVector>(row, 1));
                s2 = TSimd.Add(s2, At<TSimd, TVector>(row, 2));
                s3 = TSimd.Add(s3, At<TSimd, TVector>(row, 3));
            }

            TVector minusShare = TSimd.Broadcast(-share), minusOne = TSimd.Broadcast(-T.One);
            TVector m0 = TSimd.Multiply(s0, minusShare), m1 = TSimd.Multiply(s1, minusShare);
            TVector m2 = TSimd.Multiply(s2, minusShare), m3 = TSimd.Multiply(s3, minusShare);
            TSimd.Store(TSimd.Multiply(m0, minusOne), means + c);
            TSimd.Store(TSimd.Multiply(m1, minusOne), means + c + TSimd.Count);
            TSimd.Store(TSimd.Multiply(m2, minusOne), means + c + (2 * TSimd.Count));
            TSimd.Store(TSimd.Multiply(m3, minusOne), means + c + (3 * TSimd.Count));
            s0 = s1 = s2 = s3 = TSimd.Broadcast(T.Zero);
            row = x + c;
            for (int r = 0; r < rows; r++)
            {
                TVector d0 = TSimd.Add(At<TSimd, TVector>(row, 0), m0), d1 = TSimd.Add(At<TSimd, TVector>(row, 1), m1);
                TVector d2 = TSimd.Add(At<TSimd, TVector>(row, 2), m2), d3 = TSimd.Add(At<TSimd, TVector>(row, 3), m3);
                s0 = TSimd.MultiplyAdd(d0, d0, s0);
                s1 = TSimd.MultiplyAdd(d1, d1, s1);
                s2 = TSimd.MultiplyAdd(d2, d2, s2);
                s3 = TSimd.MultiplyAdd(d3, d3, s3);
                row += columns;
            }

            T* squares = means + columns + c;
            TSimd.Store(s0, squares);
            TSimd.Store(s1, squares + TSimd.Count);
            TSimd.Store(s2, squares + (2 * TSimd.Count));
            TSimd.Store(s3, squares + (3 * TSimd.Count));
        }

        for (; c <= columns - TSimd.Count; c += TSimd.Count)
            One<TSimd, TVector>(x + c, rows, columns, share, means + c);
        for (; c < columns; c++)
            One<SimdScalar<T>, T>(x + c, rows, columns, share, means + c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One<TSimd, TVector>(T* x, int rows, int columns, T share, T* means)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector sum = TSimd.Broadcast(T.Zero), squares = sum;
        for (int r = 0; r < rows; r++)
            sum = TSimd.Add(sum, TSimd.Load(x + ((nint)r * columns)));
        TVector minusMean = TSimd.Multiply(sum, TSimd.Broadcast(-share));
        for (int r = 0; r < rows; r++)
        {
            TVector deviation = TSimd.Add(TSimd.Load(x + ((nint)r * columns)), minusMean);
            squares = TSimd.MultiplyAdd(deviation, deviation, squares);
        }

        TSimd.Store(TSimd.Multiply(minusMean, TSimd.Broadcast(-T.One)), means);
        TSimd.Store(squares, means + columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector At<TSimd, TVector>(T* x, int vector)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged => TSimd.Load(x + (vector * TSimd.Count));
}

/// <summary>Puts the chunks together pairwise, then the rows within a wide row, then the rest.</summary>
internal readonly unsafe struct MomentsTree<T> : ISimdKernel<T, MomentsCall<T>> where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref MomentsCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        ChannelLayout layout = call.Layout;
        int channels = layout.Channels;
        nint size = 2 * layout.Width;
        for (int stride = 1; stride < layout.Chunks; stride *= 2)
        {
            for (int i = 0; i + stride < layout.Chunks; i += 2 * stride)
            {
                T* left = call.Partials + (i * size), right = left + (stride * size);
                Combine<TSimd, TVector>(layout.RowsOf(i, i + stride), left, left + layout.Width,
                    layout.RowsOf(i + stride, i + (2 * stride)), right, right + layout.Width, layout.Width);
            }
        }

        T* means = call.Partials, squares = means + layout.Width;
        int count = layout.WideRows;
        for (int width = layout.Width / 2; width >= channels; width /= 2, count *= 2)
            Combine<TSimd, TVector>(count, means, squares, count, means + width, squares + width, width);
        if (layout.Rest > 0)
        {
            int rows = layout.Rest / channels;
            using Scratch<T> rest = Scratch.Rent<T>(2 * channels);
            MomentsOfChunks<T>.Columns<TSimd, TVector>(call.X + layout.Start(layout.Chunks), rows, channels, rest.Pointer);
            Combine<TSimd, TVector>(count, means, squares, rows, rest.Pointer, rest.Pointer + channels, channels);
        }

        T share = T.One / T.CreateTruncating(layout.Rows);
        if (call.Mean != null)
            new ReadOnlySpan<T>(means, channels).CopyTo(new Span<T>(call.Mean, channels));
        for (int c = 0; call.Variance != null && c < channels; c++)
            call.Variance[c] = squares[c] * share;
    }

    /// <summary>The moments of two groups become those of their union, in place of the first's.</summary>
    private static void Combine<TSimd, TVector>(int count, T* means, T* squares, int otherCount, T* otherMeans, T* otherSquares, int columns)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        double all = (double)count + otherCount;
        T part = T.CreateTruncating(otherCount / all), weight = T.CreateTruncating(count * (otherCount / all));
        int whole = columns / TSimd.Count * TSimd.Count;
        Columns<TSimd, TVector>(means, squares, otherMeans, otherSquares, 0, whole, part, weight);
        Columns<SimdScalar<T>, T>(means, squares, otherMeans, otherSquares, whole, columns, part, weight);
    }

    private static void Columns<TSimd, TVector>(
        T* means, T* squares, T* otherMeans, T* otherSquares, int begin, int end, T part, T weight)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector parts = TSimd.Broadcast(part), weights = TSimd.Broadcast(weight), minusOne = TSimd.Broadcast(-T.One);
        for (int c = begin; c < end; c += TSimd.Count)
        {
            TVector mean = TSimd.Load(means + c);
            TVector apart = TSimd.MultiplyAdd(mean, minusOne, TSimd.Load(otherMeans + c));
            TVector sum = TSimd.Add(TSimd.Load(squares + c), TSimd.Load(otherSquares + c));
            TSimd.Store(TSimd.MultiplyAdd(apart, parts, mean), means + c);
            TSimd.Store(TSimd.MultiplyAdd(TSimd.Multiply(apart, apart), weights, sum), squares + c);
        }
    }
}
