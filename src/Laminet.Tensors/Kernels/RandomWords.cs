using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Many blocks of Philox at once, bit for bit those of <see cref="Philox.Block"/>.</summary>
internal static unsafe class RandomWords
{
    /// <summary>The blocks of the counters (first, high), (first + 1, high) ..., four words each.</summary>
    public static void Fill(ulong key, ulong first, ulong high, uint* words, int blocks)
    {
        int done = Simd.Level switch
        {
            SimdLevel.Vector512 => Whole<PhiloxLanes512, Vector512<ulong>>(key, first, high, words, blocks),
            SimdLevel.Vector256 => Whole<PhiloxLanes256, Vector256<ulong>>(key, first, high, words, blocks),
            SimdLevel.Vector128 => Whole<PhiloxLanes128, Vector128<ulong>>(key, first, high, words, blocks),
            _ => 0,
        };
        for (; done < blocks; done++)
        {
            uint* block = words + (4 * done);
            (block[0], block[1], block[2], block[3]) = Philox.Block(key, first + (ulong)done, high);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Whole<TLanes, TVector>(ulong key, ulong first, ulong high, uint* words, int blocks)
        where TLanes : IPhiloxLanes<TVector>
        where TVector : unmanaged
    {
        TVector m0 = TLanes.Broadcast(Philox.Multiplier0), m1 = TLanes.Broadcast(Philox.Multiplier1);
        TVector w0 = TLanes.Broadcast(Philox.Weyl0), w1 = TLanes.Broadcast(Philox.Weyl1);
        TVector highLower = TLanes.Broadcast(high), highUpper = TLanes.Broadcast(high >> 32);
        int done = 0;
        for (; done <= blocks - TLanes.Count; done += TLanes.Count)
        {
            TVector a = TLanes.Add(TLanes.Broadcast(first + (ulong)done), TLanes.Positions), b = TLanes.UpperHalf(a);
            TVector c = highLower, d = highUpper, k0 = TLanes.Broadcast(key), k1 = TLanes.Broadcast(key >> 32);
            for (int round = 0; round < Philox.Rounds; round++)
            {
                TVector p0 = TLanes.Multiply(a, m0), p1 = TLanes.Multiply(c, m1);
                a = TLanes.Xor(TLanes.UpperHalf(p1), b, k0);
                b = p1;
                c = TLanes.Xor(TLanes.UpperHalf(p0), d, k1);
                d = p0;
                k0 = TLanes.Add(k0, w0);
                k1 = TLanes.Add(k1, w1);
            }

            TLanes.Store(a, b, c, d, words + (4 * done));
        }

        return done;
    }
}
