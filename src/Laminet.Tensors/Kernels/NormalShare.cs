using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>A function of x, of the share P(x) of a standard normal distribution below x, and of exp(-x²/2).</summary>
internal interface INormalFunction
{
    static abstract TVector Of<TSimd, TVector, T>(TVector x, TVector share, TVector exponential)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>Functions of a standard normal distribution's share below x, in one pass.</summary>
/// <remarks>
/// With z = |x| / sqrt(2) and t = 1 / (1 + z/2), exp(z²) erfc(z) / t is a smooth function of t in (0, 1]: a polynomial for Float32, a Chebyshev series for Float64, both
/// fitted to scipy.special.erfcx with relative errors of 2e-8 and 1.4e-14. So the share below a negative x has all its digits however small it is.
/// </remarks>
internal static unsafe class NormalShare
{
    /// <summary>Of the Chebyshev polynomials of 2t - 1.</summary>
    private static readonly double[] Series =
    [
        0.5770337386164688, 0.3554369212704995, 0.06509515882878654, 0.003671142395835953, -0.0011128447433530562, -0.00016075829915428044, 3.278031574139277e-05,
        5.442441645094415e-06, -1.5154665550591344e-06, -1.42976082261592e-07, 8.234608884355495e-08, -1.296284545093959e-09, -4.154721198785009e-09, 6.347054114724852e-10,
        1.4320814296962454e-10, -6.160404221832931e-11, 2.0613743890059197e-12, 3.5706846433828913e-12, -8.585363694861505e-13, -6.20312251240256e-14, 7.429533959895447e-14,
        -1.3068566449075655e-14, -2.6102787125617604e-15, 1.452335524282482e-15, -2.207942520024042e-16,
    ];

    /// <summary>Writes the function of each element; the result may lie over the argument.</summary>
    public static void Run<TFunction, T>(ReadOnlySpan<T> x, Span<T> result) where TFunction : INormalFunction where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (T* source = x, target = result)
        {
            NormalShareCall<T> call = new() { X = source, Result = target, Length = x.Length };
            Simd.Dispatch<Stretches<TFunction, T>, T, NormalShareCall<T>>(ref call);
        }
    }

    private readonly struct Stretches<TFunction, T> : ISimdKernel<T, NormalShareCall<T>> where TFunction : INormalFunction where T : unmanaged, IFloatingPointIeee754<T>
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<TSimd, TVector>(ref NormalShareCall<T> call)
            where TSimd : ISimd<TVector, T>
            where TVector : unmanaged
        {
            T* rest = stackalloc T[TSimd.Count];
            int i = 0;
            for (; i <= call.Length - TSimd.Count; i += TSimd.Count)
                TSimd.Store(One<TSimd, TVector>(TSimd.Load(call.X + i)), call.Result + i);
            if (i == call.Length)
                return;
            // The rest in a whole vector, which is computed as all others are.
            int left = call.Length - i;
            new Span<T>(rest, TSimd.Count).Clear();
            new ReadOnlySpan<T>(call.X + i, left).CopyTo(new Span<T>(rest, TSimd.Count));
            TSimd.Store(One<TSimd, TVector>(TSimd.Load(rest)), rest);
            new ReadOnlySpan<T>(rest, left).CopyTo(new Span<T>(call.Result + i, left));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector One<TSimd, TVector>(TVector x)
            where TSimd : ISimd<TVector, T>
            where TVector : unmanaged
        {
            TVector one = TSimd.Broadcast(T.One), size = TSimd.Abs(x);
            TVector exponential = NegativeExponential<TSimd, TVector, T>.Of(TSimd.Multiply(TSimd.Multiply(x, x), Number<TSimd, TVector>(-0.5)));
            TVector t = TSimd.Divide(one, TSimd.MultiplyAdd(size, TSimd.Broadcast(T.CreateTruncating(0.5 * Math.Sqrt(0.5))), one));
            TVector ratio = typeof(T) == typeof(float) ? Polynomial<TSimd, TVector>(t) : Chebyshev<TSimd, TVector>(t);
            TVector beyond = TSimd.Multiply(TSimd.Multiply(exponential, TSimd.Multiply(t, TSimd.Broadcast(T.CreateTruncating(0.5)))), ratio);
            TVector share = TSimd.IfLess(x, Number<TSimd, TVector>(0), beyond, TSimd.MultiplyAdd(beyond, TSimd.Broadcast(-T.One), one));
            return TFunction.Of<TSimd, TVector, T>(x, share, exponential);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Polynomial<TSimd, TVector>(TVector t)
            where TSimd : ISimd<TVector, T>
            where TVector : unmanaged
        {
            TVector sum = Number<TSimd, TVector>(0.04319543313);
            sum = TSimd.MultiplyAdd(sum, t, Number<TSimd, TVector>(-0.2347335922));
            sum = TSimd.MultiplyAdd(sum, t, Number<TSimd, TVector>(0.4936949305));
            sum = TSimd.MultiplyAdd(sum, t, Number<TSimd, TVector>(-0.4549739868));
            sum = TSimd.MultiplyAdd(sum, t, Number<TSimd, TVector>(0.1321770435));
            sum = TSimd.MultiplyAdd(sum, t, Number<TSimd, TVector>(-0.0592113574));
            sum = TSimd.MultiplyAdd(sum, t, Number<TSimd, TVector>(0.09346243427));
            sum = TSimd.MultiplyAdd(sum, t, Number<TSimd, TVector>(0.1753159758));
            sum = TSimd.MultiplyAdd(sum, t, Number<TSimd, TVector>(0.2468845747));
            sum = TSimd.MultiplyAdd(sum, t, Number<TSimd, TVector>(0.2820937538));
            return TSimd.MultiplyAdd(sum, t, Number<TSimd, TVector>(0.2820947952));
        }

        // Clenshaw's recurrence.
        private static TVector Chebyshev<TSimd, TVector>(TVector t)
            where TSimd : ISimd<TVector, T>
            where TVector : unmanaged
        {
            TVector minus = Number<TSimd, TVector>(-1), half = TSimd.MultiplyAdd(t, Number<TSimd, TVector>(2), minus), twice = TSimd.Add(half, half);
            TVector latest = Number<TSimd, TVector>(0), later = latest;
            for (int term = Series.Length - 1; term > 0; term--)
                (latest, later) = (TSimd.Add(TSimd.MultiplyAdd(twice, latest, TSimd.Multiply(later, minus)), Number<TSimd, TVector>(Series[term])), latest);
            return TSimd.Add(TSimd.MultiplyAdd(half, latest, TSimd.Multiply(later, minus)), Number<TSimd, TVector>(Series[0]));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Number<TSimd, TVector>(double number)
            where TSimd : ISimd<TVector, T>
            where TVector : unmanaged => TSimd.Broadcast(T.CreateTruncating(number));
    }
}

internal unsafe struct NormalShareCall<T> where T : unmanaged
{
    public T* X, Result;
    public int Length;
}
