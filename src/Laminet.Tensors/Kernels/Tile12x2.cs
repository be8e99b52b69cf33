using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>The tile for 32 vector registers where 3 vectors would hang over the result's edge: 12 rows by 2 vectors.</summary>
/// <remarks>The accumulators are separate locals because the compiler keeps no array in registers.</remarks>
internal static unsafe class Tile12x2<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, INumber<T>
{
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(TileCall<T>* call)
    {
        T* row0 = call->Rows[0], row1 = call->Rows[1], row2 = call->Rows[2], row3 = call->Rows[3], row4 = call->Rows[4], row5 = call->Rows[5];
        T* row6 = call->Rows[6], row7 = call->Rows[7], row8 = call->Rows[8], row9 = call->Rows[9], row10 = call->Rows[10], row11 = call->Rows[11];
        TVector sum00 = default, sum01 = default;
        TVector sum10 = default, sum11 = default;
        TVector sum20 = default, sum21 = default;
        TVector sum30 = default, sum31 = default;
        TVector sum40 = default, sum41 = default;
        TVector sum50 = default, sum51 = default;
        TVector sum60 = default, sum61 = default;
        TVector sum70 = default, sum71 = default;
        TVector sum80 = default, sum81 = default;
        TVector sum90 = default, sum91 = default;
        TVector sum100 = default, sum101 = default;
        TVector sum110 = default, sum111 = default;
        nint panelStep = call->PanelStep, step = call->Step;
        for (int segment = 0; segment < call->SegmentCount; segment++)
        {
            nint offset = call->Segments[segment].Row;
            T* panel = call->Panel + call->Segments[segment].Panel;
            for (int depth = call->Depth; depth > 0; depth--)
            {
                TVector panel0 = TSimd.Load(panel), panel1 = TSimd.Load(panel + TSimd.Count);
                TVector value = TSimd.Broadcast(row0[offset]);
                sum00 = TSimd.MultiplyAdd(value, panel0, sum00);
                sum01 = TSimd.MultiplyAdd(value, panel1, sum01);
                value = TSimd.Broadcast(row1[offset]);
                sum10 = TSimd.MultiplyAdd(value, panel0, sum10);
                sum11 = TSimd.MultiplyAdd(value, panel1, sum11);
                value = TSimd.Broadcast(row2[offset]);
                sum20 = TSimd.MultiplyAdd(value, panel0, sum20);
                sum21 = TSimd.MultiplyAdd(value, panel1, sum21);
                value = TSimd.Broadcast(row3[offset]);
                sum30 = TSimd.MultiplyAdd(value, panel0, sum30);
                sum31 = TSimd.MultiplyAdd(value, panel1, sum31);
                value = TSimd.Broadcast(row4[offset]);
                sum40 = TSimd.MultiplyAdd(value, panel0, sum40);
                sum41 = TSimd.MultiplyAdd(value, panel1, sum41);
                value = TSimd.Broadcast(row5[offset]);
                sum50 = TSimd.MultiplyAdd(value, panel0, sum50);
                sum51 = TSimd.MultiplyAdd(value, panel1, sum51);
                value = TSimd.Broadcast(row6[offset]);
                sum60 = TSimd.MultiplyAdd(value, panel0, sum60);
                sum61 = TSimd.MultiplyAdd(value, panel1, sum61);
                value = TSimd.Broadcast(row7[offset]);
                sum70 = TSimd.MultiplyAdd(value, panel0, sum70);
                sum71 = TSimd.MultiplyAdd(value, panel1, sum71);
                value = TSimd.Broadcast(row8[offset]);
                sum80 = TSimd.MultiplyAdd(value, panel0, sum80);
                sum81 = TSimd.MultiplyAdd(value, panel1, sum81);
                value = TSimd.Broadcast(row9[offset]);
                sum90 = TSimd.MultiplyAdd(value, panel0, sum90);
                sum91 = TSimd.MultiplyAdd(value, panel1, sum91);
                value = TSimd.Broadcast(row10[offset]);
                sum100 = TSimd.MultiplyAdd(value, panel0, sum100);
                sum101 = TSimd.MultiplyAdd(value, panel1, sum101);
                value = TSimd.Broadcast(row11[offset]);
                sum110 = TSimd.MultiplyAdd(value, panel0, sum110);
                sum111 = TSimd.MultiplyAdd(value, panel1, sum111);
                offset += step;
                panel += panelStep;
            }
        }

        if (call->RowCount == 12 && call->ColumnCount == 2 * TSimd.Count)
        {
            Write(call, 0, sum00, sum01);
            Write(call, 1, sum10, sum11);
            Write(call, 2, sum20, sum21);
            Write(call, 3, sum30, sum31);
            Write(call, 4, sum40, sum41);
            Write(call, 5, sum50, sum51);
            Write(call, 6, sum60, sum61);
            Write(call, 7, sum70, sum71);
            Write(call, 8, sum80, sum81);
            Write(call, 9, sum90, sum91);
            Write(call, 10, sum100, sum101);
            Write(call, 11, sum110, sum111);
            return;
        }
        T* sums = stackalloc T[24 * TSimd.Count];
        Store(sums, 0, sum00, sum01);
        Store(sums, 1, sum10, sum11);
        Store(sums, 2, sum20, sum21);
        Store(sums, 3, sum30, sum31);
        Store(sums, 4, sum40, sum41);
        Store(sums, 5, sum50, sum51);
        Store(sums, 6, sum60, sum61);
        Store(sums, 7, sum70, sum71);
        Store(sums, 8, sum80, sum81);
        Store(sums, 9, sum90, sum91);
        Store(sums, 10, sum100, sum101);
        Store(sums, 11, sum110, sum111);
        TileOutput<TSimd, TVector, T>.WriteEdge(call, sums, 2 * TSimd.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(TileCall<T>* call, int row, TVector sum0, TVector sum1)
    {
        TileOutput<TSimd, TVector, T>.Write(call, row, 0, sum0);
        TileOutput<TSimd, TVector, T>.Write(call, row, TSimd.Count, sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* sums, int row, TVector sum0, TVector sum1)
    {
        sums += row * 2 * TSimd.Count;
        TSimd.Store(sum0, sums);
        TSimd.Store(sum1, sums + TSimd.Count);
    }
}
