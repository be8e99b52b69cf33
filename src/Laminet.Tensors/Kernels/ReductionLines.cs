using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>y[l] = x[l, 0] ∘ x[l, 1] ∘ ... for lines that lie in one piece.</summary>
internal static unsafe class ReductionLines<TReduction, T>
    where TReduction : IReduction<T>
    where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd, TVector>(T* x, long lines, int length, T* y)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        long line = 0;
        if (length >= 4 * TSimd.Count)
        {
            T* lanes = stackalloc T[TSimd.Count];
            for (; line < lines; line++, x += length)
                y[line] = Long<TSimd, TVector>(x, length, lanes);
            return;
        }

        // Lines too short for vectors: four at a time hide the latency of the operation.
        for (; line <= lines - 4; line += 4, x += 4 * (nint)length)
        {
            T* second = x + length, third = second + length, fourth = third + length;
            (T a, T b, T c, T d) = (*x, *second, *third, *fourth);
            for (int i = 1; i < length; i++)
            {
                a = Two(a, x[i]);
                b = Two(b, second[i]);
                c = Two(c, third[i]);
                d = Two(d, fourth[i]);
            }

            (y[line], y[line + 1], y[line + 2], y[line + 3]) = (a, b, c, d);
        }

        for (; line < lines; line++, x += length)
        {
            y[line] = x[0];
            for (int i = 1; i < length; i++)
                y[line] = Two(y[line], x[i]);
        }
    }

    // Four chains of vectors, put together in a fixed order, then the lanes in halves, then what no vector held.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Long<TSimd, TVector>(T* x, int length, T* lanes)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int width = TSimd.Count, i = 4 * width;
        TVector a = TSimd.Load(x), b = TSimd.Load(x + width), c = TSimd.Load(x + (2 * width)), d = TSimd.Load(x + (3 * width));
        for (; i <= length - (4 * width); i += 4 * width)
        {
            a = TReduction.Combine<TSimd, TVector>(a, TSimd.Load(x + i));
            b = TReduction.Combine<TSimd, TVector>(b, TSimd.Load(x + i + width));
            c = TReduction.Combine<TSimd, TVector>(c, TSimd.Load(x + i + (2 * width)));
            d = TReduction.Combine<TSimd, TVector>(d, TSimd.Load(x + i + (3 * width)));
        }

        for (; i <= length - width; i += width)
            a = TReduction.Combine<TSimd, TVector>(a, TSimd.Load(x + i));
        TSimd.Store(TReduction.Combine<TSimd, TVector>(
            TReduction.Combine<TSimd, TVector>(a, b), TReduction.Combine<TSimd, TVector>(c, d)), lanes);
        for (int half = width / 2; half > 0; half /= 2)
        {
            for (int lane = 0; lane < half; lane++)
                lanes[lane] = Two(lanes[lane], lanes[lane + half]);
        }

        T result = lanes[0];
        for (; i < length; i++)
            result = Two(result, x[i]);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Two(T left, T right) => TReduction.Combine<SimdScalar<T>, T>(left, right);
}
