using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// The points 0, +-p, +-q and infinity at which F(4, 3) interpolates, and 1 / M'(point) of M = x (x² - p²)(x² - q²). These p and q
/// are oneDNN's: their rounding errors are a third of those of 1 and 2.
/// </summary>
internal static class WinogradPoints
{
    public const double Near = 0.625, Far = 1.5;
    public const double Near2 = Near * Near, Far2 = Far * Far;
    public const double ZeroWeight = 1 / (Near2 * Far2);
    public const double NearWeight = 1 / (2 * Near2 * (Near2 - Far2));
    public const double FarWeight = 1 / (2 * Far2 * (Far2 - Near2));
}

/// <summary>Arguments of one of the transforms: 36 (or fewer) vectors in, 36 (or fewer) out, for each of so many channels.</summary>
internal unsafe struct WinogradCall<T> where T : unmanaged, INumber<T>
{
    /// <summary>Pixels of an image; one that lies outside is null for a result, and points to zeros for an operand.</summary>
    public T** Pixels;
    public int Channels;

    /// <summary>What is transformed or results, one slice a cell, so far apart.</summary>
    public T* Slices;
    public nint SliceStride;

    /// <summary>Nine packed weights, so far apart.</summary>
    public T* Weights;
    public nint TapStride;

    public Epilogue<T> Epilogue;
    public nint AddendOffset;
}

/// <summary>G w Gᵀ: 3 x 3 weights to 6 x 6.</summary>
internal readonly unsafe struct WinogradWeights<T> : ISimdKernel<T, WinogradCall<T>> where T : unmanaged, INumber<T>
{
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd, TVector>(ref WinogradCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int lanes = TSimd.Count;
        T* columns = stackalloc T[18 * TSimd.Count];
        TVector zeroWeight = Constant(WinogradPoints.ZeroWeight), nearWeight = Constant(WinogradPoints.NearWeight), farWeight = Constant(WinogradPoints.FarWeight);
        TVector near = Constant(WinogradPoints.Near), far = Constant(WinogradPoints.Far), minus = Constant(-1);
        TVector near2 = Constant(WinogradPoints.Near2), far2 = Constant(WinogradPoints.Far2);
        // A panel is a whole number of vectors wide.
        for (nint c = 0; c < call.Channels; c += lanes)
        {
            T* w = call.Weights + c;
            nint tap = call.TapStride;
            for (int s = 0; s < 3; s++, w += tap)
                Column(TSimd.Load(w), TSimd.Load(w + (3 * tap)), TSimd.Load(w + (6 * tap)), columns + (s * lanes), 3 * lanes);
            T* target = call.Slices + c, row = columns;
            for (int r = 0; r < 6; r++, row += 3 * lanes, target += 6 * call.SliceStride)
                Column(TSimd.Load(row), TSimd.Load(row + lanes), TSimd.Load(row + (2 * lanes)), target, call.SliceStride);
        }

        static TVector Constant(double value) => TSimd.Broadcast(T.CreateTruncating(value));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Column(TVector w0, TVector w1, TVector w2, T* target, nint step)
        {
            TVector even = TSimd.MultiplyAdd(w2, near2, w0), odd = TSimd.Multiply(w1, near);
            TVector farEven = TSimd.MultiplyAdd(w2, far2, w0), farOdd = TSimd.Multiply(w1, far);
            TSimd.Store(TSimd.Multiply(w0, zeroWeight), target);
            TSimd.Store(TSimd.Multiply(TSimd.Add(even, odd), nearWeight), target + step);
            TSimd.Store(TSimd.Multiply(TSimd.MultiplyAdd(odd, minus, even), nearWeight), target + (2 * step));
            TSimd.Store(TSimd.Multiply(TSimd.Add(farEven, farOdd), farWeight), target + (3 * step));
            TSimd.Store(TSimd.Multiply(TSimd.MultiplyAdd(farOdd, minus, farEven), farWeight), target + (4 * step));
            TSimd.Store(w2, target + (5 * step));
        }
    }
}

/// <summary>Bᵀ d B: 6 x 6 pixels to 6 x 6.</summary>
internal readonly unsafe struct WinogradPixels<T> : ISimdKernel<T, WinogradCall<T>> where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref WinogradCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int whole = call.Channels / TSimd.Count * TSimd.Count;
        Channels<TSimd, TVector>(ref call, 0, whole);
        Channels<SimdScalar<T>, T>(ref call, whole, call.Channels);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Channels<TSimd, TVector>(ref WinogradCall<T> call, nint begin, nint end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int lanes = TSimd.Count;
        T* columns = stackalloc T[36 * TSimd.Count];
        T** pixels = call.Pixels;
        TVector near = Constant(WinogradPoints.Near), minusNear = Constant(-WinogradPoints.Near), minusNear2 = Constant(-WinogradPoints.Near2);
        TVector far = Constant(WinogradPoints.Far), minusFar = Constant(-WinogradPoints.Far), minusFar2 = Constant(-WinogradPoints.Far2);
        TVector product = Constant(WinogradPoints.Near2 * WinogradPoints.Far2), minusSum = Constant(-WinogradPoints.Near2 - WinogradPoints.Far2);
        for (nint c = begin; c < end; c += lanes)
        {
            for (int s = 0; s < 6; s++)
            {
                Column(
                    TSimd.Load(pixels[s] + c), TSimd.Load(pixels[s + 6] + c), TSimd.Load(pixels[s + 12] + c),
                    TSimd.Load(pixels[s + 18] + c), TSimd.Load(pixels[s + 24] + c), TSimd.Load(pixels[s + 30] + c),
                    columns + (s * lanes), 6 * lanes);
            }
            T* target = call.Slices + c, row = columns;
            for (int r = 0; r < 6; r++, row += 6 * lanes, target += 6 * call.SliceStride)
            {
                Column(
                    TSimd.Load(row), TSimd.Load(row + lanes), TSimd.Load(row + (2 * lanes)),
                    TSimd.Load(row + (3 * lanes)), TSimd.Load(row + (4 * lanes)), TSimd.Load(row + (5 * lanes)),
                    target, call.SliceStride);
            }
        }

        static TVector Constant(double value) => TSimd.Broadcast(T.CreateTruncating(value));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Column(TVector d0, TVector d1, TVector d2, TVector d3, TVector d4, TVector d5, T* target, nint step)
        {
            TVector even = TSimd.MultiplyAdd(d2, minusFar2, d4), odd = TSimd.MultiplyAdd(d1, minusFar2, d3);
            TVector farEven = TSimd.MultiplyAdd(d2, minusNear2, d4), farOdd = TSimd.MultiplyAdd(d1, minusNear2, d3);
            TSimd.Store(TSimd.MultiplyAdd(d2, minusSum, TSimd.MultiplyAdd(d0, product, d4)), target);
            TSimd.Store(TSimd.MultiplyAdd(odd, near, even), target + step);
            TSimd.Store(TSimd.MultiplyAdd(odd, minusNear, even), target + (2 * step));
            TSimd.Store(TSimd.MultiplyAdd(farOdd, far, farEven), target + (3 * step));
            TSimd.Store(TSimd.MultiplyAdd(farOdd, minusFar, farEven), target + (4 * step));
            TSimd.Store(TSimd.MultiplyAdd(d3, minusSum, TSimd.MultiplyAdd(d1, product, d5)), target + (5 * step));
        }
    }
}

/// <summary>Aᵀ m A: 6 x 6 sums to 4 x 4 results, then the epilogue.</summary>
internal readonly unsafe struct WinogradResults<T> : ISimdKernel<T, WinogradCall<T>> where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref WinogradCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int whole = call.Channels / TSimd.Count * TSimd.Count;
        Channels<TSimd, TVector>(ref call, 0, whole);
        Channels<SimdScalar<T>, T>(ref call, whole, call.Channels);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Channels<TSimd, TVector>(ref WinogradCall<T> call, nint begin, nint end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int lanes = TSimd.Count;
        T* columns = stackalloc T[24 * TSimd.Count];
        T* results = stackalloc T[4 * TSimd.Count];
        nint slice = call.SliceStride;
        TVector minus = Constant(-1), near = Constant(WinogradPoints.Near), far = Constant(WinogradPoints.Far);
        TVector near2 = Constant(WinogradPoints.Near2), far2 = Constant(WinogradPoints.Far2);
        TVector near3 = Constant(WinogradPoints.Near * WinogradPoints.Near2), far3 = Constant(WinogradPoints.Far * WinogradPoints.Far2);
        for (nint c = begin; c < end; c += lanes)
        {
            T* sums = call.Slices + c;
            for (int s = 0; s < 6; s++, sums += slice)
            {
                Column(
                    TSimd.Load(sums), TSimd.Load(sums + (6 * slice)), TSimd.Load(sums + (12 * slice)),
                    TSimd.Load(sums + (18 * slice)), TSimd.Load(sums + (24 * slice)), TSimd.Load(sums + (30 * slice)),
                    columns + (s * lanes), 6 * lanes);
            }
            T* bias = call.Epilogue.Bias == null ? null : call.Epilogue.Bias + c, scale = call.Epilogue.Scale == null ? null : call.Epilogue.Scale + c;
            T* row = columns;
            for (int r = 0; r < 4; r++, row += 6 * lanes)
            {
                Column(
                    TSimd.Load(row), TSimd.Load(row + lanes), TSimd.Load(row + (2 * lanes)),
                    TSimd.Load(row + (3 * lanes)), TSimd.Load(row + (4 * lanes)), TSimd.Load(row + (5 * lanes)),
                    results, lanes);
                for (int s = 0; s < 4; s++)
                {
                    T* pixel = call.Pixels[(4 * r) + s];
                    if (pixel == null)
                        continue;
                    T* addend = call.Epilogue.Addend == null ? null : pixel + c + call.AddendOffset;
                    TileOutput<TSimd, TVector, T>.Write(TSimd.Load(results + (s * lanes)), pixel + c, scale, addend, bias, call.Epilogue.Ceiling);
                }
            }
        }

        static TVector Constant(double value) => TSimd.Broadcast(T.CreateTruncating(value));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Column(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, T* target, nint step)
        {
            TVector even = TSimd.Add(m1, m2), odd = TSimd.MultiplyAdd(m2, minus, m1);
            TVector farEven = TSimd.Add(m3, m4), farOdd = TSimd.MultiplyAdd(m4, minus, m3);
            TSimd.Store(TSimd.Add(TSimd.Add(m0, even), farEven), target);
            TSimd.Store(TSimd.MultiplyAdd(farOdd, far, TSimd.Multiply(odd, near)), target + step);
            TSimd.Store(TSimd.MultiplyAdd(farEven, far2, TSimd.Multiply(even, near2)), target + (2 * step));
            TSimd.Store(TSimd.MultiplyAdd(farOdd, far3, TSimd.MultiplyAdd(odd, near3, m5)), target + (3 * step));
        }
    }
}
