using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

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
        T* stack = stackalloc T[(18 * TSimd.Count) + Simd.LineLength<T>()], columns = Simd.AtLine(stack);
        // A panel is a whole number of vectors wide.
        for (nint c = 0; c < call.Channels; c += lanes)
        {
            T* w = call.Weights + c;
            nint tap = call.TapStride;
            for (int s = 0; s < 3; s++, w += tap)
                WinogradLines<TSimd, TVector, T>.Weights(TSimd.Load(w), TSimd.Load(w + (3 * tap)), TSimd.Load(w + (6 * tap)), columns + (s * lanes), 3 * lanes);
            T* target = call.Slices + c, row = columns;
            for (int r = 0; r < 6; r++, row += 3 * lanes, target += 6 * call.SliceStride)
                WinogradLines<TSimd, TVector, T>.Weights(TSimd.Load(row), TSimd.Load(row + lanes), TSimd.Load(row + (2 * lanes)), target, call.SliceStride);
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
        T* stack = stackalloc T[(36 * TSimd.Count) + Simd.LineLength<T>()], columns = Simd.AtLine(stack);
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
        T* stack = stackalloc T[(28 * TSimd.Count) + Simd.LineLength<T>()];
        T* columns = Simd.AtLine(stack), results = columns + (24 * TSimd.Count);
        nint slice = call.SliceStride;
        for (nint c = begin; c < end; c += lanes)
        {
            T* sums = call.Slices + c;
            for (int s = 0; s < 6; s++, sums += slice)
            {
                WinogradLines<TSimd, TVector, T>.FourResults(
                    TSimd.Load(sums), TSimd.Load(sums + (6 * slice)), TSimd.Load(sums + (12 * slice)),
                    TSimd.Load(sums + (18 * slice)), TSimd.Load(sums + (24 * slice)), TSimd.Load(sums + (30 * slice)),
                    columns + (s * lanes), 6 * lanes);
            }
            T* bias = call.Epilogue.Bias == null ? null : call.Epilogue.Bias + c, scale = call.Epilogue.Scale == null ? null : call.Epilogue.Scale + c;
            T* row = columns;
            for (int r = 0; r < 4; r++, row += 6 * lanes)
            {
                WinogradLines<TSimd, TVector, T>.FourResults(
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
    }
}
