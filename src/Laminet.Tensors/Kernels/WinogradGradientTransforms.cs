using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>A dy Aᵀ: the gradients of 4 x 4 results to 6 x 6.</summary>
internal readonly unsafe struct WinogradGradients<T> : ISimdKernel<T, WinogradCall<T>> where T : unmanaged, INumber<T>
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
        T* stack = stackalloc T[(24 * TSimd.Count) + Simd.LineLength<T>()], columns = Simd.AtLine(stack);
        T** pixels = call.Pixels;
        TVector minus = Constant(-1), near = Constant(WinogradPoints.Near), far = Constant(WinogradPoints.Far);
        TVector near2 = Constant(WinogradPoints.Near2), far2 = Constant(WinogradPoints.Far2);
        TVector near3 = Constant(WinogradPoints.Near * WinogradPoints.Near2), far3 = Constant(WinogradPoints.Far * WinogradPoints.Far2);
        for (nint c = begin; c < end; c += lanes)
        {
            for (int s = 0; s < 4; s++)
            {
                Column(
                    TSimd.Load(pixels[s] + c), TSimd.Load(pixels[s + 4] + c), TSimd.Load(pixels[s + 8] + c), TSimd.Load(pixels[s + 12] + c),
                    columns + (s * lanes), 4 * lanes);
            }
            T* target = call.Slices + c, row = columns;
            for (int r = 0; r < 6; r++, row += 4 * lanes, target += 6 * call.SliceStride)
            {
                Column(
                    TSimd.Load(row), TSimd.Load(row + lanes), TSimd.Load(row + (2 * lanes)), TSimd.Load(row + (3 * lanes)),
                    target, call.SliceStride);
            }
        }

        static TVector Constant(double value) => TSimd.Broadcast(T.CreateTruncating(value));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Column(TVector y0, TVector y1, TVector y2, TVector y3, T* target, nint step)
        {
            TVector even = TSimd.MultiplyAdd(y2, near2, y0), odd = TSimd.MultiplyAdd(y3, near3, TSimd.Multiply(y1, near));
            TVector farEven = TSimd.MultiplyAdd(y2, far2, y0), farOdd = TSimd.MultiplyAdd(y3, far3, TSimd.Multiply(y1, far));
            TSimd.Store(y0, target);
            TSimd.Store(TSimd.Add(even, odd), target + step);
            TSimd.Store(TSimd.MultiplyAdd(odd, minus, even), target + (2 * step));
            TSimd.Store(TSimd.Add(farEven, farOdd), target + (3 * step));
            TSimd.Store(TSimd.MultiplyAdd(farOdd, minus, farEven), target + (4 * step));
            TSimd.Store(y3, target + (5 * step));
        }
    }
}

/// <summary>Gᵀ u G: 6 x 6 sums to the gradients of 3 x 3 weights.</summary>
internal readonly unsafe struct WinogradWeightGradients<T> : ISimdKernel<T, WinogradCall<T>> where T : unmanaged, INumber<T>
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
        T* stack = stackalloc T[(18 * TSimd.Count) + Simd.LineLength<T>()], columns = Simd.AtLine(stack);
        nint slice = call.SliceStride, tap = call.TapStride;
        TVector minus = Constant(-1), zeroWeight = Constant(WinogradPoints.ZeroWeight);
        TVector near0 = Constant(WinogradPoints.NearWeight), far0 = Constant(WinogradPoints.FarWeight);
        TVector near1 = Constant(WinogradPoints.NearWeight * WinogradPoints.Near), far1 = Constant(WinogradPoints.FarWeight * WinogradPoints.Far);
        TVector near2 = Constant(WinogradPoints.NearWeight * WinogradPoints.Near2), far2 = Constant(WinogradPoints.FarWeight * WinogradPoints.Far2);
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
            T* target = call.Weights + c, row = columns;
            for (int r = 0; r < 3; r++, row += 6 * lanes, target += 3 * tap)
            {
                Column(
                    TSimd.Load(row), TSimd.Load(row + lanes), TSimd.Load(row + (2 * lanes)),
                    TSimd.Load(row + (3 * lanes)), TSimd.Load(row + (4 * lanes)), TSimd.Load(row + (5 * lanes)),
                    target, tap);
            }
        }

        static TVector Constant(double value) => TSimd.Broadcast(T.CreateTruncating(value));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Column(TVector u0, TVector u1, TVector u2, TVector u3, TVector u4, TVector u5, T* target, nint step)
        {
            TVector even = TSimd.Add(u1, u2), odd = TSimd.MultiplyAdd(u2, minus, u1);
            TVector farEven = TSimd.Add(u3, u4), farOdd = TSimd.MultiplyAdd(u4, minus, u3);
            TSimd.Store(TSimd.MultiplyAdd(farEven, far0, TSimd.MultiplyAdd(even, near0, TSimd.Multiply(u0, zeroWeight))), target);
            TSimd.Store(TSimd.MultiplyAdd(farOdd, far1, TSimd.Multiply(odd, near1)), target + step);
            TSimd.Store(TSimd.MultiplyAdd(farEven, far2, TSimd.MultiplyAdd(even, near2, u5)), target + (2 * step));
        }
    }
}
