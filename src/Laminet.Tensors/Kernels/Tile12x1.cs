using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>The tile for results no wider than a vector.</summary>
/// <remarks>The accumulators are separate locals because the compiler keeps no array in registers.</remarks>
internal static unsafe class Tile12x1<TSimd, TVector, T>
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
        TVector sum00 = default;
        TVector sum10 = default;
        TVector sum20 = default;
        TVector sum30 = default;
        TVector sum40 = default;
        TVector sum50 = default;
        TVector sum60 = default;
        TVector sum70 = default;
        TVector sum80 = default;
        TVector sum90 = default;
        TVector sum100 = default;
        TVector sum110 = default;
        nint panelStep = call->PanelStep, step = call->Step;
        for (int segment = 0; segment < call->SegmentCount; segment++)
        {
            nint offset = call->Segments[segment].Row;
            T* panel = call->Panel + call->Segments[segment].Panel;
            for (int depth = call->Depth; depth > 0; depth--)
            {
                TVector panel0 = TSimd.Load(panel);
                TVector value = TSimd.Broadcast(row0[offset]);
                sum00 = TSimd.MultiplyAdd(value, panel0, sum00);
                value = TSimd.Broadcast(row1[offset]);
                sum10 = TSimd.MultiplyAdd(value, panel0, sum10);
                value = TSimd.Broadcast(row2[offset]);
                sum20 = TSimd.MultiplyAdd(value, panel0, sum20);
                value = TSimd.Broadcast(row3[offset]);
                sum30 = TSimd.MultiplyAdd(value, panel0, sum30);
                value = TSimd.Broadcast(row4[offset]);
                sum40 = TSimd.MultiplyAdd(value, panel0, sum40);
                value = TSimd.Broadcast(row5[offset]);
                sum50 = TSimd.MultiplyAdd(value, panel0, sum50);
                value = TSimd.Broadcast(row6[offset]);
                sum60 = TSimd.MultiplyAdd(value, panel0, sum60);
                value = TSimd.Broadcast(row7[offset]);
                sum70 = TSimd.MultiplyAdd(value, panel0, sum70);
                value = TSimd.Broadcast(row8[offset]);
                sum80 = TSimd.MultiplyAdd(value, panel0, sum80);
                value = TSimd.Broadcast(row9[offset]);
                sum90 = TSimd.MultiplyAdd(value, panel0, sum90);
                value = TSimd.Broadcast(row10[offset]);
                sum100 = TSimd.MultiplyAdd(value, panel0, sum100);
                value = TSimd.Broadcast(row11[offset]);
                sum110 = TSimd.MultiplyAdd(value, panel0, sum110);
                offset += step;
                panel += panelStep;
            }
        }

        if (call->RowCount == 12 && call->ColumnCount == TSimd.Count && !(call->Scale != null && call->Adds))
        {
            // The way of most tiles. What follows the sum is looked up once: for each vector it would take as long as many steps of the product.
            T** outputs = call->Outputs;
            nint column = call->Column, offset = call->Scale != null ? call->ScaledAddendOffset : call->AddendOffset;
            T* scale = call->Scale == null ? null : call->Scale + column, bias = call->Bias == null ? null : call->Bias + column;
            bool adds = call->Scale != null ? call->AddsScaled : call->Adds;
            T ceiling = call->Ceiling;
            Write(sum00, outputs[0] + column, adds, offset, scale, bias, ceiling);
            Write(sum10, outputs[1] + column, adds, offset, scale, bias, ceiling);
            Write(sum20, outputs[2] + column, adds, offset, scale, bias, ceiling);
            Write(sum30, outputs[3] + column, adds, offset, scale, bias, ceiling);
            Write(sum40, outputs[4] + column, adds, offset, scale, bias, ceiling);
            Write(sum50, outputs[5] + column, adds, offset, scale, bias, ceiling);
            Write(sum60, outputs[6] + column, adds, offset, scale, bias, ceiling);
            Write(sum70, outputs[7] + column, adds, offset, scale, bias, ceiling);
            Write(sum80, outputs[8] + column, adds, offset, scale, bias, ceiling);
            Write(sum90, outputs[9] + column, adds, offset, scale, bias, ceiling);
            Write(sum100, outputs[10] + column, adds, offset, scale, bias, ceiling);
            Write(sum110, outputs[11] + column, adds, offset, scale, bias, ceiling);
            return;
        }

        T* sums = stackalloc T[12 * TSimd.Count];
        Store(sums, 0, sum00);
        Store(sums, 1, sum10);
        Store(sums, 2, sum20);
        Store(sums, 3, sum30);
        Store(sums, 4, sum40);
        Store(sums, 5, sum50);
        Store(sums, 6, sum60);
        Store(sums, 7, sum70);
        Store(sums, 8, sum80);
        Store(sums, 9, sum90);
        Store(sums, 10, sum100);
        Store(sums, 11, sum110);
        TileOutput<TSimd, TVector, T>.Write(call, sums, TSimd.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(TVector sum, T* output, bool adds, nint offset, T* scale, T* bias, T ceiling) =>
        TileOutput<TSimd, TVector, T>.Write(sum, output, scale, adds ? output + offset : null, bias, ceiling);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* sums, int row, TVector sum0)
    {
        sums += row * TSimd.Count;
        TSimd.Store(sum0, sums);
    }
}
