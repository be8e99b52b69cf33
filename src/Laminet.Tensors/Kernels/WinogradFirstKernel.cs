using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>The weights of one input channel to some outputs.</summary>
internal unsafe struct WinogradFirstWeights<T> where T : unmanaged, INumber<T>
{
    /// <summary>Where the weights of each tap lie; null for a tap that there is not.</summary>
    public T** Sources;

    /// <summary>Three or four in each direction.</summary>
    public int Taps;
    public int Outputs;

    /// <summary>For each column of cells a line of six vectors, so far from the next one.</summary>
    public T* Target;
    public nint LineStride;
}

/// <summary>G w Gᵀ, for the cells in the order in which <see cref="WinogradFirstKernel{T}"/> reads them.</summary>
internal readonly unsafe struct WinogradFirstWeightsKernel<T> : ISimdKernel<T, WinogradFirstWeights<T>> where T : unmanaged, INumber<T>
{
    [SkipLocalsInit]
    public static void Run<TSimd, TVector>(ref WinogradFirstWeights<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int taps = call.Taps, lanes = TSimd.Count;
        T* stack = stackalloc T[(24 * TSimd.Count) + Simd.LineLength<T>()], columns = Simd.AtLine(stack);
        TVector zero = TSimd.Broadcast(T.Zero);
        for (int o = 0; o < call.Outputs; o += lanes)
        {
            for (int r = 0; r < taps; r++)
            {
                T** row = call.Sources + (r * taps);
                TVector w0 = Load(row[0], o), w1 = Load(row[1], o), w2 = Load(row[2], o);
                if (taps == 3)
                    WinogradLines<TSimd, TVector, T>.Weights(w0, w1, w2, columns + (r * lanes), 4 * lanes);
                else
                    WinogradLines<TSimd, TVector, T>.Weights(w0, w1, w2, Load(row[3], o), columns + (r * lanes), 4 * lanes);
            }

            T* target = call.Target + o, column = columns;
            for (int s = 0; s < 6; s++, column += 4 * lanes, target += call.LineStride)
            {
                TVector w0 = TSimd.Load(column), w1 = TSimd.Load(column + lanes), w2 = TSimd.Load(column + (2 * lanes));
                if (taps == 3)
                    WinogradLines<TSimd, TVector, T>.Weights(w0, w1, w2, target, WinogradFirst<T>.Together);
                else
                    WinogradLines<TSimd, TVector, T>.Weights(w0, w1, w2, TSimd.Load(column + (3 * lanes)), target, WinogradFirst<T>.Together);
            }
        }

        TVector Load(T* source, int output) => source == null ? zero : TSimd.Load(source + output);
    }
}

/// <summary>The results of some neighbouring tiles.</summary>
internal unsafe struct WinogradFirstCall<T> where T : unmanaged, INumber<T>
{
    /// <summary>The transformed pixels of each tile; one more, that repeats the last.</summary>
    public T** Starts;
    public int Count;

    /// <summary>Three or four in each direction.</summary>
    public int Results;

    /// <summary>For <see cref="WinogradFirst{T}.Together"/> outputs, six columns of cells, each input: six vectors.</summary>
    public T* Weights;
    public int Depth, Outputs;

    /// <summary>Working memory, of six columns by the results in a column for each tile and one more.</summary>
    public T* Sums;

    /// <summary>Where the first result goes, and how many rows and columns of results there are before the edge.</summary>
    public T* Output;
    public nint RowStride, ColumnStride;
    public int Rows, Columns;
    public Epilogue<T> Epilogue;
    public nint AddendOffset;

    /// <summary><see cref="LargeResults"/>.</summary>
    public bool PassesCaches;
}

/// <summary>Products of pixels and weights, cell by cell, and Aᵀ m A of their sums over the inputs.</summary>
internal readonly unsafe struct WinogradFirstKernel<T> : ISimdKernel<T, WinogradFirstCall<T>> where T : unmanaged, INumber<T>
{
    private const int Together = WinogradFirst<T>.Together, Row = 6 * Together;

    public static void Run<TSimd, TVector>(ref WinogradFirstCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        for (int output = 0; output < call.Outputs; output += TSimd.Count)
        {
            T* weights = call.Weights + (output / Together * 6 * (nint)Row * call.Depth) + (output % Together);
            if (call.Results == 4)
            {
                Multiply<TSimd, TVector, FourResults<TSimd, TVector>>(ref call, weights);
                Finish<TSimd, TVector, FourResults<TSimd, TVector>>(ref call, output);
            }
            else
            {
                Multiply<TSimd, TVector, ThreeResults<TSimd, TVector>>(ref call, weights);
                Finish<TSimd, TVector, ThreeResults<TSimd, TVector>>(ref call, output);
            }
        }
    }

    /// <summary>Six columns of six cells, two tiles at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TSimd, TVector, TResults>(ref WinogradFirstCall<T> call, T* weights)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
        where TResults : IResults<TVector>
    {
        int lanes = TSimd.Count, depth = call.Depth;
        for (int s = 0; s < 6; s++, weights += (nint)Row * depth)
        {
            T* target = call.Sums + (s * lanes);
            for (int tile = 0; tile < call.Count; tile += 2)
            {
                T* d = call.Starts[tile] + (s * Together), e = call.Starts[tile + 1] + (s * Together), w = weights;
                TVector a0 = TSimd.Broadcast(T.Zero), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0, b4 = a0, b5 = a0;
                for (int c = 0; c < depth; c++, d++, e++, w += Row)
                {
                    TVector weight = TSimd.Load(w);
                    a0 = TSimd.MultiplyAdd(TSimd.Broadcast(d[0]), weight, a0);
                    b0 = TSimd.MultiplyAdd(TSimd.Broadcast(e[0]), weight, b0);
                    weight = TSimd.Load(w + Together);
                    a1 = TSimd.MultiplyAdd(TSimd.Broadcast(d[Row]), weight, a1);
                    b1 = TSimd.MultiplyAdd(TSimd.Broadcast(e[Row]), weight, b1);
                    weight = TSimd.Load(w + (2 * Together));
                    a2 = TSimd.MultiplyAdd(TSimd.Broadcast(d[2 * Row]), weight, a2);
                    b2 = TSimd.MultiplyAdd(TSimd.Broadcast(e[2 * Row]), weight, b2);
                    weight = TSimd.Load(w + (3 * Together));
                    a3 = TSimd.MultiplyAdd(TSimd.Broadcast(d[3 * Row]), weight, a3);
                    b3 = TSimd.MultiplyAdd(TSimd.Broadcast(e[3 * Row]), weight, b3);
                    weight = TSimd.Load(w + (4 * Together));
                    a4 = TSimd.MultiplyAdd(TSimd.Broadcast(d[4 * Row]), weight, a4);
                    b4 = TSimd.MultiplyAdd(TSimd.Broadcast(e[4 * Row]), weight, b4);
                    weight = TSimd.Load(w + (5 * Together));
                    a5 = TSimd.MultiplyAdd(TSimd.Broadcast(d[5 * Row]), weight, a5);
                    b5 = TSimd.MultiplyAdd(TSimd.Broadcast(e[5 * Row]), weight, b5);
                }

                Store(a0, a1, a2, a3, a4, a5, target);
                target += TResults.Count * 6 * lanes;
                Store(b0, b1, b2, b3, b4, b5, target);
                target += TResults.Count * 6 * lanes;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Store(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, T* target)
        {
            int step = 6 * TSimd.Count;
            TResults.Of(m0, m1, m2, m3, m4, m5, out TVector r0, out TVector r1, out TVector r2, out TVector r3);
            TSimd.Store(r0, target);
            TSimd.Store(r1, target + step);
            TSimd.Store(r2, target + (2 * step));
            if (TResults.Count == 4)
                TSimd.Store(r3, target + (3 * step));
        }
    }

    /// <summary>The rows of all tiles, and the epilogue.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish<TSimd, TVector, TResults>(ref WinogradFirstCall<T> call, nint output)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
        where TResults : IResults<TVector>
    {
        int lanes = TSimd.Count;
        T* bias = call.Epilogue.Bias == null ? null : call.Epilogue.Bias + output, scale = call.Epilogue.Scale == null ? null : call.Epilogue.Scale + output;
        T* corner = call.Output + output;
        T ceiling = call.Epilogue.Ceiling;
        nint step = call.ColumnStride, addend = call.AddendOffset;
        bool adds = call.Epilogue.Addend != null, passesCaches = call.PassesCaches;
        for (int tile = 0; tile < call.Count; tile++, corner += TResults.Count * step)
        {
            int columns = call.Columns - (tile * TResults.Count);
            T* row = call.Sums + (tile * TResults.Count * 6 * lanes), target = corner;
            for (int r = 0; r < call.Rows; r++, row += 6 * lanes, target += call.RowStride)
            {
                TResults.Of(
                    TSimd.Load(row), TSimd.Load(row + lanes), TSimd.Load(row + (2 * lanes)), TSimd.Load(row + (3 * lanes)), TSimd.Load(row + (4 * lanes)), TSimd.Load(row + (5 * lanes)),
                    out TVector r0, out TVector r1, out TVector r2, out TVector r3);
                Write(r0, target);
                if (columns > 1)
                    Write(r1, target + step);
                if (columns > 2)
                    Write(r2, target + (2 * step));
                if (TResults.Count == 4 && columns > 3)
                    Write(r3, target + (3 * step));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Write(TVector sum, T* target)
        {
            TVector finished = TileOutput<TSimd, TVector, T>.Finished(sum, scale, adds ? target + addend : null, bias, ceiling);
            if (passesCaches)
                TSimd.StorePastCaches(finished, target);
            else
                TSimd.Store(finished, target);
        }
    }

    /// <summary>Aᵀ m.</summary>
    private interface IResults<TVector>
    {
        static abstract int Count { get; }

        static abstract void Of(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, out TVector r0, out TVector r1, out TVector r2, out TVector r3);
    }

    private readonly struct FourResults<TSimd, TVector> : IResults<TVector>
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        public static int Count => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Of(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, out TVector r0, out TVector r1, out TVector r2, out TVector r3) =>
            WinogradLines<TSimd, TVector, T>.FourResults(m0, m1, m2, m3, m4, m5, out r0, out r1, out r2, out r3);
    }

    private readonly struct ThreeResults<TSimd, TVector> : IResults<TVector>
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        public static int Count => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Of(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, out TVector r0, out TVector r1, out TVector r2, out TVector r3)
        {
            WinogradLines<TSimd, TVector, T>.ThreeResults(m0, m1, m2, m3, m4, m5, out r0, out r1, out r2);
            r3 = r2;
        }
    }
}
