using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Laminet.Tensors.Kernels;

/// <summary>target[d, j] = source[j, d], four by four elements of four bytes at a time, element by element otherwise.</summary>
internal static unsafe class Transposing
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<T>(T* source, nint sourceStride, int rows, int columns, T* target, nint targetStride)
        where T : unmanaged, INumber<T>
    {
        int wholeRows = sizeof(T) == sizeof(float) ? rows / 4 * 4 : 0;
        int wholeColumns = sizeof(T) == sizeof(float) ? columns / 4 * 4 : 0;
        for (int d = 0; d < wholeColumns; d += 4)
        {
            for (int j = 0; j < wholeRows; j += 4)
                Square((float*)(source + (j * sourceStride) + d), sourceStride, (float*)(target + (d * targetStride) + j), targetStride);
        }
        for (int d = 0; d < columns; d++)
        {
            for (int j = d < wholeColumns ? wholeRows : 0; j < rows; j++)
                target[(d * targetStride) + j] = source[(j * sourceStride) + d];
        }
    }

    /// <summary>Pairs of rows are zipped, then pairs of pairs. Nothing is computed, so the type of the elements does not matter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square(float* source, nint sourceStride, float* target, nint targetStride)
    {
        Vector128<float> row0 = Vector128.Load(source), row1 = Vector128.Load(source + sourceStride);
        Vector128<float> row2 = Vector128.Load(source + (2 * sourceStride)), row3 = Vector128.Load(source + (3 * sourceStride));
        Vector128<double> low01 = ZipLow(row0, row1).AsDouble(), high01 = ZipHigh(row0, row1).AsDouble();
        Vector128<double> low23 = ZipLow(row2, row3).AsDouble(), high23 = ZipHigh(row2, row3).AsDouble();
        PairLow(low01, low23).Store(target);
        PairHigh(low01, low23).Store(target + targetStride);
        PairLow(high01, high23).Store(target + (2 * targetStride));
        PairHigh(high01, high23).Store(target + (3 * targetStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> PairLow(Vector128<double> left, Vector128<double> right)
    {
        if (Sse2.IsSupported)
            return Sse2.UnpackLow(left, right).AsSingle();
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.ZipLow(left, right).AsSingle();
        return Vector128.Create(left[0], right[0]).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> PairHigh(Vector128<double> left, Vector128<double> right)
    {
        if (Sse2.IsSupported)
            return Sse2.UnpackHigh(left, right).AsSingle();
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.ZipHigh(left, right).AsSingle();
        return Vector128.Create(left[1], right[1]).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> left, Vector128<float> right)
    {
        if (Sse.IsSupported)
            return Sse.UnpackLow(left, right);
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.ZipLow(left, right);
        return Vector128.Create(left[0], right[0], left[1], right[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> left, Vector128<float> right)
    {
        if (Sse.IsSupported)
            return Sse.UnpackHigh(left, right);
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.ZipHigh(left, right);
        return Vector128.Create(left[2], right[2], left[3], right[3]);
    }
}
