using System.Numerics;
using System.Runtime.CompilerServices;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>The logistic function, 1 / (1 + exp(-x)), for the operation and within recurrences. An element's bits do not depend on its neighbours.</summary>
internal static unsafe class Logistic
{
    /// <summary>Writes the function of each element; the result may lie over the argument.</summary>
    public static void Of<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) != typeof(float))
        {
            TensorPrimitives.Sigmoid(x, result);
            return;
        }

        if (result.Length < x.Length)
            throw new ArgumentException($"Received room for {result.Length} results of {x.Length} numbers.", nameof(result));
        fixed (T* from = x, to = result)
        {
            LogisticCall call = new() { X = (float*)from, Result = (float*)to, Length = x.Length };
            Simd.Dispatch<LogisticRow, float, LogisticCall>(ref call);
        }
    }

    /// <summary>Columns of rows that become x / (1 + exp(-x)).</summary>
    public struct SwishCall
    {
        public float** Rows;
        public int Count, Columns;
        public nint Column;
    }

    /// <summary>x / (1 + exp(-x)) in place.</summary>
    public readonly struct SwishRows : ISimdKernel<float, SwishCall>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<TSimd, TVector>(ref SwishCall call)
            where TSimd : ISimd<TVector, float>
            where TVector : unmanaged
        {
            for (int row = 0; row < call.Count; row++)
            {
                float* x = call.Rows[row] + call.Column;
                int i = 0;
                for (; i <= call.Columns - TSimd.Count; i += TSimd.Count)
                    TSimd.Store(LogisticRow.Swish<TSimd, TVector>(TSimd.Load(x + i)), x + i);
                for (; i < call.Columns; i++)
                    x[i] = LogisticRow.Swish<SimdScalar<float>, float>(x[i]);
            }
        }
    }

    private struct LogisticCall
    {
        public float* X, Result;
        public int Length;
    }

    /// <summary>
    /// exp(-x) = 2^n e^r with whole n and |r| at most ln(2) / 2, where the polynomial of Moshier's Cephes library (expf) is off by one unit in the last
    /// place at most. TensorPrimitives takes twice as long.
    /// </summary>
    private readonly struct LogisticRow : ISimdKernel<float, LogisticCall>
    {
        // 1.5 2^23: a sum with it has no bits left for a fraction. Its lowest bits are then the whole number; with 126, as the exponent of half its power of two.
        private const float Places = 12582912f + 126;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<TSimd, TVector>(ref LogisticCall call)
            where TSimd : ISimd<TVector, float>
            where TVector : unmanaged
        {
            int i = 0;
            for (; i <= call.Length - TSimd.Count; i += TSimd.Count)
                TSimd.Store(Of<TSimd, TVector>(TSimd.Load(call.X + i)), call.Result + i);
            for (; i < call.Length; i++)
                call.Result[i] = Of<SimdScalar<float>, float>(call.X[i]);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Of<TSimd, TVector>(TVector x)
            where TSimd : ISimd<TVector, float>
            where TVector : unmanaged
        {
            TVector r = Rest<TSimd, TVector>(x, out TVector power), sum = Fraction<TSimd, TVector>(r);
            // e^r = 1 + r + r^2 p(r).
            sum = TSimd.Add(TSimd.MultiplyAdd(sum, TSimd.Multiply(r, r), TSimd.Multiply(r, TSimd.Broadcast(-2f))), TSimd.Broadcast(2f));
            TVector one = TSimd.Broadcast(1f);
            return TSimd.Divide(one, TSimd.MultiplyAdd(sum, power, one));
        }

        /// <summary>x / (1 + exp(-x)), in fewer operations than x times the function, so the last bits may differ. The function itself keeps its order of operations: recorded results depend on its bits.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Swish<TSimd, TVector>(TVector x)
            where TSimd : ISimd<TVector, float>
            where TVector : unmanaged
        {
            TVector r = Rest<TSimd, TVector>(x, out TVector power), sum = Fraction<TSimd, TVector>(r);
            sum = TSimd.MultiplyAdd(TSimd.MultiplyAdd(sum, r, TSimd.Broadcast(-2f)), r, TSimd.Broadcast(2f));
            return TSimd.Divide(x, TSimd.MultiplyAdd(sum, power, TSimd.Broadcast(1f)));
        }

        // -r, and half of 2^n, so that 2^128 is reached.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Rest<TSimd, TVector>(TVector x, out TVector power)
            where TSimd : ISimd<TVector, float>
            where TVector : unmanaged
        {
            // Beyond these exp(-x) is infinity and 1 + exp(-x) is 1. Both exponents stay those of normal numbers.
            TVector bounded = TSimd.Clamp(x, TSimd.Broadcast(-89f), TSimd.Broadcast(87f));
            TVector places = TSimd.MultiplyAdd(bounded, TSimd.Broadcast(-1.44269504f), TSimd.Broadcast(Places));
            TVector n = TSimd.Add(places, TSimd.Broadcast(-Places));
            power = TSimd.LowestBitsAsExponent(places);
            // x + n ln(2), with ln(2) in two parts of which the first has few digits.
            return TSimd.MultiplyAdd(n, TSimd.Broadcast(-2.12194440e-4f), TSimd.MultiplyAdd(n, TSimd.Broadcast(0.693359375f), bounded));
        }

        // Twice p(r) of -r.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Fraction<TSimd, TVector>(TVector r)
            where TSimd : ISimd<TVector, float>
            where TVector : unmanaged
        {
            TVector sum = TSimd.MultiplyAdd(TSimd.Broadcast(-2 * 1.9875691500e-4f), r, TSimd.Broadcast(2 * 1.3981999507e-3f));
            sum = TSimd.MultiplyAdd(sum, r, TSimd.Broadcast(-2 * 8.3334519073e-3f));
            sum = TSimd.MultiplyAdd(sum, r, TSimd.Broadcast(2 * 4.1665795894e-2f));
            sum = TSimd.MultiplyAdd(sum, r, TSimd.Broadcast(-2 * 1.6666665459e-1f));
            return TSimd.MultiplyAdd(sum, r, TSimd.Broadcast(2 * 5.0000001201e-1f));
        }
    }
}
