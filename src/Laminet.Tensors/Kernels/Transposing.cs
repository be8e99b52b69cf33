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
        Vector128.Create(low01.GetLower(), low23.GetLower()).AsSingle().Store(target);
        Vector128.Create(low01.GetUpper(), low23.GetUpper()).AsSingle().Store(target + targetStride);
        Vector128.Create(high01.GetLower(), high23.GetLower()).AsSingle().Store(target + (2 * targetStride));
        Vector128.Create(high01.GetUpper(), high23.GetUpper()).AsSingle().Store(target + (3 * targetStride));
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
