using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>The most multiply-adds the machine does with the vectors in use: sixteen independent chains, no memory.</summary>
internal static unsafe class Peak
{
    private const int Rounds = 2_000_000;

    public static double Measure()
    {
        double best = 0;
        for (int attempt = 0; attempt < 12; attempt++)
        {
            int lanes = 0;
            long start = Stopwatch.GetTimestamp();
            Workers.For(Workers.Count, _ => lanes = Simd.Level switch
            {
                SimdLevel.Vector512 => Chains<Simd512<float>, Vector512<float>>(),
                SimdLevel.Vector256 => Chains<Simd256<float>, Vector256<float>>(),
                SimdLevel.Vector128 => Chains<Simd128<float>, Vector128<float>>(),
                _ => Chains<SimdScalar<float>, float>(),
            });
            best = Math.Max(best, 2.0 * 12 * lanes * Rounds * Workers.Count / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9);
        }
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Chains<TSimd, TVector>()
        where TSimd : ISimd<TVector, float>
        where TVector : unmanaged
    {
        TVector x = TSimd.Broadcast(0.999f), y = TSimd.Broadcast(0.001f);
        TVector a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (int round = 0; round < Rounds; round++)
        {
            a = TSimd.MultiplyAdd(a, x, y);
            b = TSimd.MultiplyAdd(b, x, y);
            c = TSimd.MultiplyAdd(c, x, y);
            d = TSimd.MultiplyAdd(d, x, y);
            e = TSimd.MultiplyAdd(e, x, y);
            f = TSimd.MultiplyAdd(f, x, y);
            g = TSimd.MultiplyAdd(g, x, y);
            h = TSimd.MultiplyAdd(h, x, y);
            i = TSimd.MultiplyAdd(i, x, y);
            j = TSimd.MultiplyAdd(j, x, y);
            k = TSimd.MultiplyAdd(k, x, y);
            l = TSimd.MultiplyAdd(l, x, y);
        }
        TVector sum = TSimd.Add(TSimd.Add(TSimd.Add(a, b), TSimd.Add(c, d)), TSimd.Add(TSimd.Add(e, f), TSimd.Add(g, h)));
        sum = TSimd.Add(sum, TSimd.Add(TSimd.Add(i, j), TSimd.Add(k, l)));
        float* sink = stackalloc float[TSimd.Count];
        TSimd.Store(sum, sink);
        return sink[0] > 1e30f ? 0 : TSimd.Count;
    }
}
