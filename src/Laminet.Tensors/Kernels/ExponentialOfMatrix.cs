using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// exp(A) by scaling and squaring: the Padé approximant of degree 13 of A / 2^s, squared s times (Higham, "The scaling and squaring method for the matrix exponential revisited", 2005).
/// </summary>
internal static unsafe class ExponentialOfMatrix
{
    // Below this norm the approximant is exact to double precision.
    private const double Bound = 5.371920351148152;

    private static readonly double[] Pade =
    [
        64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
    ];

    /// <summary>Writes exp(a) for a of order n, which is changed; NaN if a number is not finite.</summary>
    public static void Run(double* a, int n, double* result)
    {
        int square = n * n;
        double norm = 0;
        for (int column = 0; column < n; column++)
        {
            double sum = 0;
            for (int row = 0; row < n; row++)
                sum += Math.Abs(a[(row * n) + column]);
            norm = Math.Max(norm, sum);
        }

        if (!double.IsFinite(norm))
        {
            new Span<double>(result, square).Fill(double.NaN);
            return;
        }

        int squarings = norm > Bound ? Math.Max(0, (int)Math.Ceiling(Math.Log2(norm / Bound))) : 0;
        for (int i = 0; i < square; i++)
            a[i] = Math.ScaleB(a[i], -squarings);
        using Scratch<double> memory = Scratch.Rent<double>(6 * (nint)square);
        using Scratch<int> pivots = Scratch.Rent<int>(n);
        double* a2 = memory.Pointer, a4 = a2 + square, a6 = a4 + square, odd = a6 + square, even = odd + square, sum13 = even + square;
        Multiply(a, a, a2, n);
        Multiply(a2, a2, a4, n);
        Multiply(a2, a4, a6, n);
        // U = A (A6 (b13 A6 + b11 A4 + b9 A2) + b7 A6 + b5 A4 + b3 A2 + b1 I), and V likewise without the first factor.
        Combine(sum13, n, 0, Pade[9], Pade[11], Pade[13], a2, a4, a6);
        Multiply(a6, sum13, even, n);
        Combine(sum13, n, Pade[1], Pade[3], Pade[5], Pade[7], a2, a4, a6);
        Lines.AddScaled(sum13, 1, even, square);
        Multiply(a, sum13, odd, n);
        Combine(sum13, n, 0, Pade[8], Pade[10], Pade[12], a2, a4, a6);
        Multiply(a6, sum13, even, n);
        Combine(sum13, n, Pade[0], Pade[2], Pade[4], Pade[6], a2, a4, a6);
        Lines.AddScaled(even, 1, sum13, square);
        // (V - U) R = V + U.
        for (int i = 0; i < square; i++)
            (result[i], even[i]) = (even[i] + odd[i], even[i] - odd[i]);
        LowerUpper.Factor(even, n, n, pivots.Pointer);
        LowerUpper.Exchange(pivots.Pointer, n, result, n);
        new TriangularSystem<double>(even, n, 1, n, isLower: true, hasUnitDiagonal: true).Solve(result, n, n);
        new TriangularSystem<double>(even, n, 1, n, isLower: false, hasUnitDiagonal: false).Solve(result, n, n);
        for (int i = 0; i < squarings; i++)
        {
            Multiply(result, result, odd, n);
            Lines.Copy(odd, result, square);
        }
    }

    private static void Combine(double* sum, int n, double b0, double b2, double b4, double b6, double* a2, double* a4, double* a6)
    {
        for (int i = 0; i < n * n; i++)
            sum[i] = (b2 * a2[i]) + (b4 * a4[i]) + (b6 * a6[i]) + (i % (n + 1) == 0 ? b0 : 0);
    }

    private static void Multiply(double* a, double* b, double* c, int n) => MatrixMultiply.Run(a, n, 1, b, n, 1, c, n, n, n, n);
}
