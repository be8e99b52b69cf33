using System.Numerics;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Tests.Kernels;

[Collection("Engine settings")]
public unsafe class ReductionTests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 3, 0, 2 }, { 0, 3, 2 }, { 2, 3, 0 },
        { 5, 10, 1 }, { 7, 100, 1 }, { 1, 5000, 1 }, { 1, 100_003, 1 }, { 3, 4097, 1 },
        { 1, 1000, 3 }, { 2, 777, 10 }, { 1, 3000, 32 }, { 2, 129, 63 }, { 1, 300, 65 }, { 2, 5, 2500 }, { 1, 260, 2100 },
        { 4, 6, 7 }, { 60, 2, 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EveryReductionMatchesTheReference(int outer, int reduce, int inner)
    {
        Check<float>(outer, reduce, inner, false);
        Check<float>(outer, reduce, inner, true);
        Check<double>(outer, reduce, inner, false);
        Check<long>(outer, reduce, inner, false);
        Check<ulong>(outer, reduce, inner, false);
    }

    [Fact]
    public void SumsOfManyEqualNumbersStayAccurate()
    {
        const int count = 3_000_000;
        using var x = new Guarded<float>(count);
        x.Values.Fill(0.1f);
        EngineSettings.AtEveryLevel(() =>
        {
            using var y = new Guarded<float>(1);
            Reduction.Sum(x.Pointer, 1, count, 1, y.Pointer);
            return y.Checked();
        }, [count * (double)0.1f], 1e-6, "sum of tenths");
    }

    private static void Check<T>(int outer, int reduce, int inner, bool containsNaN) where T : unmanaged, INumber<T>
    {
        using var x = new Guarded<T>(outer * reduce * inner, 1);
        for (int i = 50; containsNaN && i < x.Length; i += 1013)
            x.Values[i] = T.CreateTruncating(double.NaN);
        double tolerance = EngineSettings.Tolerance<T>() * Math.Sqrt(Math.Max(1, reduce));
        Compare(x, outer, reduce, inner, 0, (a, b) => a + b, Reduction.Sum, tolerance, "sum");
        CheckOrder(x, outer, reduce, inner);
        // Near one, so that a long product neither vanishes nor explodes.
        for (int i = 0; i < x.Length; i++)
            x.Values[i] = T.CreateTruncating(1 + (0.01 * double.CreateTruncating(x.Values[i])));
        Compare(x, outer, reduce, inner, 1, (a, b) => a * b, Reduction.Product, 10 * tolerance, "product");
    }

    private static void CheckOrder<T>(int outer, int reduce, int inner) where T : unmanaged, INumber<T>
    {
        using var x = new Guarded<T>(outer * reduce * inner, 1);
        CheckOrder(x, outer, reduce, inner);
    }

    private static void CheckOrder<T>(Guarded<T> x, int outer, int reduce, int inner) where T : unmanaged, INumber<T>
    {
        double lowest = double.CreateTruncating(T.CreateSaturating(double.NegativeInfinity));
        double highest = double.CreateTruncating(T.CreateSaturating(double.PositiveInfinity));
        Compare(x, outer, reduce, inner, lowest, Math.Max, Reduction.Max, 0, "max");
        Compare(x, outer, reduce, inner, highest, Math.Min, Reduction.Min, 0, "min");
    }

    private delegate void Kernel<T>(T* x, int outer, int reduce, int inner, T* y) where T : unmanaged;

    private static void Compare<T>(
        Guarded<T> x, int outer, int reduce, int inner, double identity, Func<double, double, double> combine,
        Kernel<T> kernel, double tolerance, string what)
        where T : unmanaged, INumber<T>
    {
        var expected = new double[outer * inner];
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] = identity;
            for (int r = 0; r < reduce; r++)
                expected[i] = combine(expected[i], double.CreateTruncating(x.Values[(((i / inner * reduce) + r) * inner) + (i % inner)]));
        }
        EngineSettings.AtEveryLevel(() =>
        {
            using var y = new Guarded<T>(outer * inner);
            kernel(x.Pointer, outer, reduce, inner, y.Pointer);
            return y.Checked();
        }, expected, tolerance, $"{what} of {typeof(T).Name} [{outer}, {reduce}, {inner}]");
    }
}
