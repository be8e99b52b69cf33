using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>The tile for 32 vector registers of 7 rows by 3 vectors: it fills the rows of maps of 7 x 7 and 14 x 14 pixels.</summary>
/// <remarks>The accumulators are separate locals because the compiler keeps no array in registers.</remarks>
internal static unsafe class Tile7x3<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, INumber<T>
{
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(TileCall<T>* call)
    {
        T* row0 = call->Rows[0], row1 = call->Rows[1], row2 = call->Rows[2], row3 = call->Rows[3], row4 = call->Rows[4], row5 = call->Rows[5];
        T* row6 = call->Rows[6];
        TVector sum00 = default, sum01 = default, sum02 = default;
        TVector sum10 = default, sum11 = default, sum12 = default;
        TVector sum20 = default, sum21 = default, sum22 = default;
        TVector sum30 = default, sum31 = default, sum32 = default;
        TVector sum40 = default, sum41 = default, sum42 = default;
        TVector sum50 = default, sum51 = default, sum52 = default;
        TVector sum60 = default, sum61 = default, sum62 = default;
        nint panelStep = call->PanelStep, step = call->Step;
        for (int segment = 0; segment < call->SegmentCount; segment++)
        {
            nint offset = call->Segments[segment].Row;
            T* panel = call->Panel + call->Segments[segment].Panel;
            for (int depth = call->Depth; depth > 0; depth--)
            {
                TVector panel0 = TSimd.Load(panel), panel1 = TSimd.Load(panel + TSimd.Count), panel2 = TSimd.Load(panel + (2 * TSimd.Count));
                TVector value = TSimd.Broadcast(row0[offset]);
                sum00 = TSimd.MultiplyAdd(value, panel0, sum00);
                sum01 = TSimd.MultiplyAdd(value, panel1, sum01);
                sum02 = TSimd.MultiplyAdd(value, panel2, sum02);
                value = TSimd.Broadcast(row1[offset]);
                sum10 = TSimd.MultiplyAdd(value, panel0, sum10);
                sum11 = TSimd.MultiplyAdd(value, panel1, sum11);
                sum12 = TSimd.MultiplyAdd(value, panel2, sum12);
                value = TSimd.Broadcast(row2[offset]);
                sum20 = TSimd.MultiplyAdd(value, panel0, sum20);
                sum21 = TSimd.MultiplyAdd(value, panel1, sum21);
                sum22 = TSimd.MultiplyAdd(value, panel2, sum22);
                value = TSimd.Broadcast(row3[offset]);
                sum30 = TSimd.MultiplyAdd(value, panel0, sum30);
                sum31 = TSimd.MultiplyAdd(value, panel1, sum31);
                sum32 = TSimd.MultiplyAdd(value, panel2, sum32);
                value = TSimd.Broadcast(row4[offset]);
                sum40 = TSimd.MultiplyAdd(value, panel0, sum40);
                sum41 = TSimd.MultiplyAdd(value, panel1, sum41);
                sum42 = TSimd.MultiplyAdd(value, panel2, sum42);
                value = TSimd.Broadcast(row5[offset]);
                sum50 = TSimd.MultiplyAdd(value, panel0, sum50);
                sum51 = TSimd.MultiplyAdd(value, panel1, sum51);
                sum52 = TSimd.MultiplyAdd(value, panel2, sum52);
                value = TSimd.Broadcast(row6[offset]);
                sum60 = TSimd.MultiplyAdd(value, panel0, sum60);
                sum61 = TSimd.MultiplyAdd(value, panel1, sum61);
                sum62 = TSimd.MultiplyAdd(value, panel2, sum62);
                offset += step;
                panel += panelStep;
            }
        }

        if (call->RowCount == 7 && call->ColumnCount == 3 * TSimd.Count && (call->Scale == null || !call->Adds))
        {
            // The way of most tiles. What follows the sum is looked up once: for each vector it would take as long as many steps of the product.
            T** outputs = call->Outputs;
            nint column = call->Column, addend = call->AddendOffset;
            T* bias = call->Bias == null ? null : call->Bias + column;
            bool adds = call->Adds;
            T ceiling = call->Ceiling;
            if (call->Scale != null)
            {
                T* scale = call->Scale + column;
                TVector factor0 = TSimd.Load(scale), factor1 = TSimd.Load(scale + TSimd.Count), factor2 = TSimd.Load(scale + (2 * TSimd.Count));
                TVector bias0 = bias == null ? default : TSimd.Load(bias), bias1 = bias == null ? default : TSimd.Load(bias + TSimd.Count), bias2 = bias == null ? default : TSimd.Load(bias + (2 * TSimd.Count));
                sum00 = TSimd.MultiplyAdd(sum00, factor0, bias0);
                sum01 = TSimd.MultiplyAdd(sum01, factor1, bias1);
                sum02 = TSimd.MultiplyAdd(sum02, factor2, bias2);
                sum10 = TSimd.MultiplyAdd(sum10, factor0, bias0);
                sum11 = TSimd.MultiplyAdd(sum11, factor1, bias1);
                sum12 = TSimd.MultiplyAdd(sum12, factor2, bias2);
                sum20 = TSimd.MultiplyAdd(sum20, factor0, bias0);
                sum21 = TSimd.MultiplyAdd(sum21, factor1, bias1);
                sum22 = TSimd.MultiplyAdd(sum22, factor2, bias2);
                sum30 = TSimd.MultiplyAdd(sum30, factor0, bias0);
                sum31 = TSimd.MultiplyAdd(sum31, factor1, bias1);
                sum32 = TSimd.MultiplyAdd(sum32, factor2, bias2);
                sum40 = TSimd.MultiplyAdd(sum40, factor0, bias0);
                sum41 = TSimd.MultiplyAdd(sum41, factor1, bias1);
                sum42 = TSimd.MultiplyAdd(sum42, factor2, bias2);
                sum50 = TSimd.MultiplyAdd(sum50, factor0, bias0);
                sum51 = TSimd.MultiplyAdd(sum51, factor1, bias1);
                sum52 = TSimd.MultiplyAdd(sum52, factor2, bias2);
                sum60 = TSimd.MultiplyAdd(sum60, factor0, bias0);
                sum61 = TSimd.MultiplyAdd(sum61, factor1, bias1);
                sum62 = TSimd.MultiplyAdd(sum62, factor2, bias2);
                (adds, addend) = (call->AddsScaled, call->ScaledAddendOffset);
                bias = null;
            }

            TileOutput<TSimd, TVector, T>.Write(outputs[0] + column, adds, addend, bias, ceiling, sum00, sum01, sum02);
            TileOutput<TSimd, TVector, T>.Write(outputs[1] + column, adds, addend, bias, ceiling, sum10, sum11, sum12);
            TileOutput<TSimd, TVector, T>.Write(outputs[2] + column, adds, addend, bias, ceiling, sum20, sum21, sum22);
            TileOutput<TSimd, TVector, T>.Write(outputs[3] + column, adds, addend, bias, ceiling, sum30, sum31, sum32);
            TileOutput<TSimd, TVector, T>.Write(outputs[4] + column, adds, addend, bias, ceiling, sum40, sum41, sum42);
            TileOutput<TSimd, TVector, T>.Write(outputs[5] + column, adds, addend, bias, ceiling, sum50, sum51, sum52);
            TileOutput<TSimd, TVector, T>.Write(outputs[6] + column, adds, addend, bias, ceiling, sum60, sum61, sum62);
            return;
        }
        T* sums = stackalloc T[21 * TSimd.Count];
        Store(sums, sum00, sum01, sum02);
        Store(sums + (3 * TSimd.Count), sum10, sum11, sum12);
        Store(sums + (6 * TSimd.Count), sum20, sum21, sum22);
        Store(sums + (9 * TSimd.Count), sum30, sum31, sum32);
        Store(sums + (12 * TSimd.Count), sum40, sum41, sum42);
        Store(sums + (15 * TSimd.Count), sum50, sum51, sum52);
        Store(sums + (18 * TSimd.Count), sum60, sum61, sum62);
        TileOutput<TSimd, TVector, T>.Write(call, sums, 3 * TSimd.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* place, TVector sum0, TVector sum1, TVector sum2)
    {
        TSimd.Store(sum0, place);
        TSimd.Store(sum1, place + TSimd.Count);
        TSimd.Store(sum2, place + (2 * TSimd.Count));
    }
}
