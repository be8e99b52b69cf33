using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>The tile for a single row, which is read once while the matrix streams by: 8 accumulators hide the latency of a multiply-add.</summary>
/// <remarks>The accumulators are separate locals because the compiler keeps no array in registers.</remarks>
internal static unsafe class Tile1x8<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, INumber<T>
{
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(TileCall<T>* call)
    {
        T* row0 = call->Rows[0];
        TVector sum00 = default, sum01 = default, sum02 = default, sum03 = default, sum04 = default, sum05 = default, sum06 = default, sum07 = default;
        nint panelStep = call->PanelStep, step = call->Step;
        for (int segment = 0; segment < call->SegmentCount; segment++)
        {
            nint offset = call->Segments[segment].Row;
            T* panel = call->Panel + call->Segments[segment].Panel;
            for (int depth = call->Depth; depth > 0; depth--)
            {
                TVector panel0 = TSimd.Load(panel), panel1 = TSimd.Load(panel + TSimd.Count), panel2 = TSimd.Load(panel + (2 * TSimd.Count)), panel3 = TSimd.Load(panel + (3 * TSimd.Count)), panel4 = TSimd.Load(panel + (4 * TSimd.Count)), panel5 = TSimd.Load(panel + (5 * TSimd.Count)), panel6 = TSimd.Load(panel + (6 * TSimd.Count)), panel7 = TSimd.Load(panel + (7 * TSimd.Count));
                TVector value = TSimd.Broadcast(row0[offset]);
                sum00 = TSimd.MultiplyAdd(value, panel0, sum00);
                sum01 = TSimd.MultiplyAdd(value, panel1, sum01);
                sum02 = TSimd.MultiplyAdd(value, panel2, sum02);
                sum03 = TSimd.MultiplyAdd(value, panel3, sum03);
                sum04 = TSimd.MultiplyAdd(value, panel4, sum04);
                sum05 = TSimd.MultiplyAdd(value, panel5, sum05);
                sum06 = TSimd.MultiplyAdd(value, panel6, sum06);
                sum07 = TSimd.MultiplyAdd(value, panel7, sum07);
                offset += step;
                panel += panelStep;
            }
        }

        T* sums = stackalloc T[8 * TSimd.Count];
        Store(sums, 0, sum00, sum01, sum02, sum03, sum04, sum05, sum06, sum07);
        TileOutput<TSimd, TVector, T>.Write(call, sums, 8 * TSimd.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* sums, int row, TVector sum0, TVector sum1, TVector sum2, TVector sum3, TVector sum4, TVector sum5, TVector sum6, TVector sum7)
    {
        sums += row * 8 * TSimd.Count;
        TSimd.Store(sum0, sums);
        TSimd.Store(sum1, sums + TSimd.Count);
        TSimd.Store(sum2, sums + (2 * TSimd.Count));
        TSimd.Store(sum3, sums + (3 * TSimd.Count));
        TSimd.Store(sum4, sums + (4 * TSimd.Count));
        TSimd.Store(sum5, sums + (5 * TSimd.Count));
        TSimd.Store(sum6, sums + (6 * TSimd.Count));
        TSimd.Store(sum7, sums + (7 * TSimd.Count));
    }
}
