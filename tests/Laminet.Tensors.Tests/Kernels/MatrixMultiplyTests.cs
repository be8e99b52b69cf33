using System.Numerics;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Tests.Kernels;

[Collection("Engine settings")]
public unsafe class MatrixMultiplyTests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 1, 1, 0 }, { 3, 5, 0 }, { 0, 4, 3 }, { 4, 0, 3 },
        { 2, 3, 4 }, { 6, 16, 8 }, { 7, 17, 9 }, { 5, 10, 33 }, { 13, 47, 5 }, { 8, 48, 3 },
        { 1, 64, 70 }, { 1, 33, 300 }, { 70, 1, 65 }, { 1, 1, 500 }, { 2, 2, 100 }, { 33, 2, 7 },
        { 100, 33, 401 }, { 25, 100, 1000 }, { 67, 129, 130 }, { 13, 400, 21 }, { 1, 515, 131 }, { 1, 300, 901 }, { 8, 530, 67 },
        { 49, 80, 70 }, { 49, 144, 333 }, { 300, 24, 100 }, { 33, 40, 20 }, { 196, 112, 150 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ProductMatchesTheReference(int m, int n, int k)
    {
        foreach (bool transposeA in (bool[])[false, true])
        {
            foreach (bool transposeB in (bool[])[false, true])
            {
                Check<float>(m, n, k, transposeA, transposeB, accumulate: false, residual: false, bias: false, rectify: false);
                Check<float>(m, n, k, transposeA, transposeB, accumulate: true, residual: false, bias: true, rectify: true);
                Check<float>(m, n, k, transposeA, transposeB, accumulate: false, residual: true, bias: true, rectify: true);
            }
        }
        Check<double>(m, n, k, false, true, accumulate: true, residual: false, bias: false, rectify: false);
        Check<double>(m, n, k, true, false, accumulate: false, residual: true, bias: false, rectify: true);
    }

    [Fact]
    public void ManyThreadsShareALargeProduct() => Check<float>(300, 200, 150, false, false, false, true, true, false);

    /// <summary>Several blocks of the reduction and, in the last, of the columns, none of them whole.</summary>
    [Theory]
    [InlineData(270, 50, 1030)]
    [InlineData(259, 530, 601)]
    [InlineData(280, 112, 520)]
    [InlineData(260, 1240, 520)]
    public void ALongReductionOfManyRows(int m, int n, int k)
    {
        Check<float>(m, n, k, false, false, true, false, true, true);
        Check<float>(m, n, k, true, true, false, true, true, false);
        Check<double>(m, n, k, false, true, false, false, false, false);
    }

    [Fact]
    public void StridesSkipAndRepeat()
    {
        const int m = 9, n = 20, k = 11;
        using var a = new Guarded<float>(k, 1);
        using var b = new Guarded<float>(k * n * 3, 2);
        var expected = new double[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
                expected[(i * n) + j] = Enumerable.Range(0, k).Sum(p => (double)a.Values[p] * b.Values[(p * n * 3) + (j * 3)]);
        }
        EngineSettings.AtEveryLevel(() =>
        {
            using var c = new Guarded<float>(m * n);
            // Every row of A is the same row; B takes every third column.
            MatrixMultiply.Run(a.Pointer, 0, 1, b.Pointer, n * 3, 3, c.Pointer, n, m, n, k);
            return c.Checked();
        }, expected, EngineSettings.Tolerance<float>(), "strided product");
    }

    [Fact]
    public void NotANumberStaysInItsRowAndColumn()
    {
        const int m = 8, n = 19, k = 5;
        using var a = new Guarded<float>(m * k, 1);
        using var b = new Guarded<float>(k * n, 2);
        a.Values[3 * k] = float.NaN;
        b.Values[n - 1] = float.PositiveInfinity;
        double[] expected = Reference(a, b, m, n, k, false, false);
        EngineSettings.AtEveryLevel(() =>
        {
            using var c = new Guarded<float>(m * n);
            MatrixMultiply.Run(a.Pointer, k, 1, b.Pointer, n, 1, c.Pointer, n, m, n, k);
            return c.Checked();
        }, expected, EngineSettings.Tolerance<float>(), "product with NaN");
    }

    [Theory]
    [InlineData(5, 3, 4, 7)]
    [InlineData(40, 7, 9, 8)]
    [InlineData(2, 60, 50, 40)]
    public void BatchMatchesSingleProducts(int batch, int m, int n, int k)
    {
        using var a = new Guarded<float>(batch * m * k, 1);
        using var b = new Guarded<float>(k * n, 2);
        // The right operand is shared, so the batch is one taller product.
        double[] expected = Reference(a, b, batch * m, n, k, false, false);
        nint* places = stackalloc nint[2 * batch];
        for (int i = 0; i < batch; i++)
            (places[i], places[batch + i]) = (i * m * k, 0);
        nint pointer = (nint)places;
        EngineSettings.AtEveryLevel(() =>
        {
            using var c = new Guarded<float>(batch * m * n);
            new ProductBatch<float>
            {
                A = a.Pointer,
                B = b.Pointer,
                C = c.Pointer,
                ARowStride = k,
                AColumnStride = 1,
                BRowStride = n,
                BColumnStride = 1,
                M = m,
                N = n,
                K = k,
                Count = batch,
                APlaces = (nint*)pointer,
                BPlaces = (nint*)pointer + batch,
            }.Run();
            return c.Checked();
        }, expected, EngineSettings.Tolerance<float>(), "batched product");
    }

    private static void Check<T>(int m, int n, int k, bool transposeA, bool transposeB, bool accumulate, bool residual, bool bias, bool rectify)
        where T : unmanaged, INumber<T>
    {
        using var a = new Guarded<T>(m * k, 1);
        using var b = new Guarded<T>(k * n, 2);
        using var old = new Guarded<T>(m * n, 3);
        using var added = new Guarded<T>(n, 4);
        double[] expected = Reference(a, b, m, n, k, transposeA, transposeB);
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] += accumulate || residual ? double.CreateTruncating(old.Values[i]) : 0;
            expected[i] += bias ? double.CreateTruncating(added.Values[i % n]) : 0;
            expected[i] = rectify ? Math.Max(0, expected[i]) : expected[i];
        }
        EngineSettings.AtEveryLevel(() =>
        {
            using var c = new Guarded<T>(m * n);
            if (accumulate)
                old.Values.CopyTo(c.Values);
            MatrixMultiply.Run(
                a.Pointer, transposeA ? 1 : k, transposeA ? m : 1,
                b.Pointer, transposeB ? 1 : n, transposeB ? k : 1,
                c.Pointer, n, m, n, k, new Epilogue<T>
                {
                    Addend = accumulate ? c.Pointer : residual ? old.Pointer : null,
                    Bias = bias ? added.Pointer : null,
                    Rectify = rectify,
                });
            return c.Checked();
        }, expected, EngineSettings.Tolerance<T>(), $"{m}x{n}x{k} {typeof(T).Name} A^T {transposeA} B^T {transposeB}");
    }

    private static double[] Reference<T>(Guarded<T> a, Guarded<T> b, int m, int n, int k, bool transposeA, bool transposeB)
        where T : unmanaged, INumber<T>
    {
        var c = new double[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                for (int p = 0; p < k; p++)
                {
                    c[(i * n) + j] += double.CreateTruncating(a.Values[transposeA ? (p * m) + i : (i * k) + p])
                        * double.CreateTruncating(b.Values[transposeB ? (j * k) + p : (p * n) + j]);
                }
            }
        }
        return c;
    }
}
