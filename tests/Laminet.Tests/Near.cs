using Laminet.Tensors;

namespace Laminet.Tests;

/// <summary>Comparison of numbers within a relative error, where below 1 it is an absolute one.</summary>
internal static class Near
{
    public static void Equal(IReadOnlyList<double> expected, Tensor actual, double tolerance) =>
        Equal(expected, actual.Cast(DType.Float64).ToArray<double>(), tolerance);

    public static void Equal(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
            Equal(expected[i], actual[i], tolerance, $"number {i}: ");
    }

    public static void Equal(double expected, double actual, double tolerance, string where = "") =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{where}expected {expected:R}, received {actual:R}");
}
