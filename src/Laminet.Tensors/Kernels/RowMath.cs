using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>What is done with one row of classes. Sums depend on the vectors' width, not on where the row lies.</summary>
internal static unsafe class RowMath<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, INumber<T>
{
    /// <summary>The largest element; NaN where there is one.</summary>
    public static T Max(T* x, int length)
    {
        T largest = x[0];
        int width = TSimd.Count;
        if (length < width)
        {
            for (int i = 1; i < length; i++)
                largest = T.Max(largest, x[i]);
            return largest;
        }

        // The last vector overlaps the one before: an element seen twice changes nothing.
        TVector lanes = TSimd.Load(x + length - width);
        for (int i = 0; i <= length - width; i += width)
            lanes = TSimd.Max(lanes, TSimd.Load(x + i));
        return TSimd.MaxOfLanes(lanes);
    }

    public static T Sum(T* x, int length)
    {
        TVector first = TSimd.Broadcast(T.Zero), second = first;
        int width = TSimd.Count, i = 0;
        for (; i <= length - (2 * width); i += 2 * width)
        {
            first = TSimd.Add(first, TSimd.Load(x + i));
            second = TSimd.Add(second, TSimd.Load(x + i + width));
        }

        return Rest(x, i, length, TSimd.Add(first, second));
    }

    /// <summary>sum(x y).</summary>
    public static T Dot(T* x, T* y, int length)
    {
        TVector sum = TSimd.Broadcast(T.Zero);
        int i = 0;
        for (; i <= length - TSimd.Count; i += TSimd.Count)
            sum = TSimd.MultiplyAdd(TSimd.Load(x + i), TSimd.Load(y + i), sum);
        T total = TSimd.SumOfLanes(sum);
        for (; i < length; i++)
            total += x[i] * y[i];
        return total;
    }

    /// <summary>sum(weights (x + addend)) of the weights that are not 0, so that 0 times infinity counts as 0.</summary>
    public static T Weighted(T* weights, T* x, T addend, int length)
    {
        TVector sum = TSimd.Broadcast(T.Zero), zero = sum, shift = TSimd.Broadcast(addend);
        int i = 0;
        for (; i <= length - TSimd.Count; i += TSimd.Count)
        {
            TVector weight = TSimd.Load(weights + i), product = TSimd.Multiply(weight, TSimd.Add(TSimd.Load(x + i), shift));
            sum = TSimd.Add(sum, TSimd.IfSame(weight, zero, zero, product));
        }

        T total = TSimd.SumOfLanes(sum);
        for (; i < length; i++)
            total += weights[i] == T.Zero ? T.Zero : weights[i] * (x[i] + addend);
        return total;
    }

    /// <summary>y = x factor + addend.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Linear(T* x, T factor, T addend, T* y, int length)
    {
        TVector factors = TSimd.Broadcast(factor), addends = TSimd.Broadcast(addend);
        int i = 0;
        for (; i <= length - TSimd.Count; i += TSimd.Count)
            TSimd.Store(TSimd.MultiplyAdd(TSimd.Load(x + i), factors, addends), y + i);
        for (; i < length; i++)
            y[i] = SimdScalar<T>.MultiplyAdd(x[i], factor, addend);
    }

    /// <summary>y = x factor + other otherFactor.</summary>
    public static void Blend(T* x, T factor, T* other, T otherFactor, T* y, int length)
    {
        TVector factors = TSimd.Broadcast(factor), otherFactors = TSimd.Broadcast(otherFactor);
        int i = 0;
        for (; i <= length - TSimd.Count; i += TSimd.Count)
            TSimd.Store(TSimd.MultiplyAdd(TSimd.Load(x + i), factors, TSimd.Multiply(TSimd.Load(other + i), otherFactors)), y + i);
        for (; i < length; i++)
            y[i] = SimdScalar<T>.MultiplyAdd(x[i], factor, other[i] * otherFactor);
    }

    /// <summary>y = x (other + addend).</summary>
    public static void Product(T* x, T* other, T addend, T* y, int length)
    {
        TVector addends = TSimd.Broadcast(addend);
        int i = 0;
        for (; i <= length - TSimd.Count; i += TSimd.Count)
            TSimd.Store(TSimd.Multiply(TSimd.Load(x + i), TSimd.Add(TSimd.Load(other + i), addends)), y + i);
        for (; i < length; i++)
            y[i] = x[i] * (other[i] + addend);
    }

    private static T Rest(T* x, int i, int length, TVector sum)
    {
        T total = TSimd.SumOfLanes(sum);
        for (; i < length; i++)
            total += x[i];
        return total;
    }
}
