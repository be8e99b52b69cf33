using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// Pairs of uniform numbers (u, v) to pairs of normal ones, r cos(2 pi v) and r sin(2 pi v) with r = sqrt(-2 ln(1 - u)) (Box and Muller), in Float32. A pair's bits depend on the pair alone, whatever the
/// vectors' width: every step is one correctly rounded operation of a lane.
/// </summary>
internal static unsafe class NormalPairs
{
    private const float Ln2 = 0.693147181f, TwoPi = 6.283185307f;

    /// <summary>An even number of uniform numbers in [0, 1), multiples of 2^-24, written over by normal ones.</summary>
    public static void OfUniform(float* numbers, int length)
    {
        int width = Vector<float>.Count, i = 0;
        for (; i <= length - width; i += width)
            Of(Vector.Load(numbers + i)).Store(numbers + i);
        if (i == length)
            return;
        float* rest = stackalloc float[width];
        new Span<float>(rest, width).Clear();
        new ReadOnlySpan<float>(numbers + i, length - i).CopyTo(new Span<float>(rest, width));
        Of(Vector.Load(rest)).Store(rest);
        new ReadOnlySpan<float>(rest, length - i).CopyTo(new Span<float>(numbers + i, length - i));
    }

    // Each pair is the two halves of a lane of 64 bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Of(Vector<float> pairs)
    {
        Vector<ulong> lower = new(uint.MaxValue), both = Vector.AsVectorUInt64(pairs), second = both >>> 32;
        Vector<float> radius = Vector.SquareRoot(new Vector<float>(-2) * Logarithm(Vector<float>.One - pairs));
        Vector<ulong> first = Vector.AsVectorUInt64(radius) & lower;
        return Vector.AsVectorSingle(first | (first << 32)) * Cosine(Vector.AsVectorSingle(second | (second << 32)));
    }

    // ln x = e ln 2 + 2 atanh((m - 1) / (m + 1)), x = m 2^e, m from sqrt(1/2) to sqrt(2). The next term of the series is 2e-9 of the sum.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Logarithm(Vector<float> x)
    {
        // The bits of sqrt(1/2), so that the exponent changes there.
        Vector<int> start = new(0x3F3504F3), exponent = (Vector.AsVectorInt32(x) - start) >> 23;
        Vector<float> mantissa = Vector.AsVectorSingle(Vector.AsVectorInt32(x) - (exponent << 23));
        Vector<float> s = (mantissa - Vector<float>.One) / (mantissa + Vector<float>.One), square = s * s;
        Vector<float> sum = Vector.FusedMultiplyAdd(new(2f / 9), square, new(2f / 7));
        sum = Vector.FusedMultiplyAdd(sum, square, new(2f / 5));
        sum = Vector.FusedMultiplyAdd(sum, square, new(2f / 3));
        sum = Vector.FusedMultiplyAdd(sum * square, s, s + s);
        return Vector.FusedMultiplyAdd(Vector.ConvertToSingle(exponent), new(Ln2), sum);
    }

    // cos(2 pi v) in the even lanes, sin(2 pi v) in the odd ones: Taylor's series of the distance to the nearest quarter, at most 1/8, where the next term is below 2e-9.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Cosine(Vector<float> v)
    {
        Vector<int> quarter = Vector.ConvertToInt32Native(Vector.FusedMultiplyAdd(v, new(4), new(0.5f)));
        Vector<float> angle = Vector.FusedMultiplyAdd(Vector.ConvertToSingle(quarter), new(-0.25f), v) * TwoPi, square = angle * angle;
        Vector<float> sine = Vector.FusedMultiplyAdd(new(1f / 362880), square, new(-1f / 5040));
        sine = Vector.FusedMultiplyAdd(sine, square, new(1f / 120));
        sine = Vector.FusedMultiplyAdd(sine, square, new(-1f / 6));
        sine = Vector.FusedMultiplyAdd(sine * square, angle, angle);
        Vector<float> cosine = Vector.FusedMultiplyAdd(new(-1f / 3628800), square, new(1f / 40320));
        cosine = Vector.FusedMultiplyAdd(cosine, square, new(-1f / 720));
        cosine = Vector.FusedMultiplyAdd(cosine, square, new(1f / 24));
        cosine = Vector.FusedMultiplyAdd(cosine, square, new(-0.5f));
        cosine = Vector.FusedMultiplyAdd(cosine, square, Vector<float>.One);
        // The sine is the cosine three quarters further on.
        quarter += Vector.AsVectorInt32(new Vector<ulong>(3UL << 32));
        Vector<int> isOdd = Vector.Equals(quarter & Vector<int>.One, Vector<int>.One), sign = ((quarter + Vector<int>.One) & new Vector<int>(2)) << 30;
        return Vector.AsVectorSingle(Vector.AsVectorInt32(Vector.ConditionalSelect(Vector.AsVectorSingle(isOdd), sine, cosine)) ^ sign);
    }
}
