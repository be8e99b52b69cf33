using System.Collections.Concurrent;
using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// What a Fourier transform of one length needs: the factors 4, 2, 3 and 5 of the length with the stages' roots of unity; or, for a length with another
/// factor, what makes it a convolution of a length that has none.
/// </summary>
/// <remarks>
/// A stage of factor r takes a sequence of m r elements to r sequences of m: b(p, j) = w^(pj) sum over k of a(p + k m) e^(-2 pi i jk/r), w = e^(-2 pi i/(m r)), which lie
/// so that the last stage leaves everything in order (Stockham's way). For other lengths, with jk = (j² + k² - (j - k)²)/2 the transform is a convolution with
/// e^(pi i j²/n) (Bluestein, "A linear filtering approach to the computation of discrete Fourier transform", 1970).
/// </remarks>
internal sealed class FourierPlan<T> where T : unmanaged, INumber<T>
{
    // Programs have a few lengths; one that goes through many must not keep them all.
    private const int Most = 64;

    private static readonly ConcurrentDictionary<int, FourierPlan<T>> Known = new();

    private FourierPlan(int length)
    {
        Length = length;
        List<int> factors = [];
        int rest = length;
        foreach (int factor in (int[])[4, 2, 3, 5])
        {
            for (; rest % factor == 0 && rest > 1; rest /= factor)
                factors.Add(factor);
        }

        if (rest == 1)
        {
            Factors = [.. factors];
            Roots = RootsOf(length, Factors);
            return;
        }

        Convolution = Of((int)BitOperations.RoundUpToPowerOf2((uint)((2 * length) - 1)));
        (Factors, Roots, Chirp) = ([], [], new T[2 * length]);
        double[] real = new double[Convolution.Length], imaginary = new double[Convolution.Length];
        for (int j = 0; j < length; j++)
        {
            // j² goes round with 2 n: its digits are not lost.
            (double sin, double cos) = Math.SinCos(Math.PI * ((long)j * j % (2L * length)) / length);
            (Chirp[2 * j], Chirp[(2 * j) + 1]) = (T.CreateTruncating(cos), T.CreateTruncating(-sin));
            int mirrored = j == 0 ? 0 : Convolution.Length - j;
            (real[j], imaginary[j]) = (real[mirrored], imaginary[mirrored]) = (cos, sin);
        }

        Filter = FilterOf(real, imaginary);
    }

    public int Length { get; }

    /// <summary>The factors of the stages in order; empty where there is a convolution.</summary>
    public int[] Factors { get; }

    /// <summary>Of each stage and each p the real and imaginary parts of w^p, w^2p up to w^((r - 1) p).</summary>
    public T[] Roots { get; }

    /// <summary>The transform that the convolution is computed with; null where the stages do.</summary>
    public FourierPlan<T>? Convolution { get; }

    /// <summary>e^(-pi i j²/n), real and imaginary parts.</summary>
    public T[] Chirp { get; } = [];

    /// <summary>The transform of e^(pi i j²/n), over its length.</summary>
    public T[] Filter { get; } = [];

    /// <summary>How many elements the rooms of a transform have.</summary>
    public int RoomLength => Convolution?.Length ?? Length;

    public static FourierPlan<T> Of(int length)
    {
        if (Known.TryGetValue(length, out FourierPlan<T>? plan))
            return plan;
        if (Known.Count >= Most)
            Known.Clear();
        return Known.GetOrAdd(length, new FourierPlan<T>(length));
    }

    private static T[] RootsOf(int length, int[] factors)
    {
        List<T> roots = [];
        int left = length;
        foreach (int factor in factors)
        {
            for (int p = 0; p < left / factor; p++)
            {
                for (int j = 1; j < factor; j++)
                {
                    (double sin, double cos) = Math.SinCos(2 * Math.PI * ((long)p * j) / left);
                    roots.Add(T.CreateTruncating(cos));
                    roots.Add(T.CreateTruncating(-sin));
                }
            }

            left /= factor;
        }

        return [.. roots];
    }

    // In double: the filter's errors would be in every result.
    private static unsafe T[] FilterOf(double[] real, double[] imaginary)
    {
        int length = real.Length;
        double[] room = new double[2 * length];
        fixed (double* re = real, im = imaginary, work = room)
            FourierStages.Transform(FourierPlan<double>.Of(length), 1, re, im, work, work + length);
        T[] filter = new T[2 * length];
        for (int k = 0; k < length; k++)
            (filter[2 * k], filter[(2 * k) + 1]) = (T.CreateTruncating(real[k] / length), T.CreateTruncating(imaginary[k] / length));
        return filter;
    }
}
