using System.Numerics;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Tests.Kernels;

/// <summary>Runs a kernel at every vector width and with several thread counts.</summary>
internal static class EngineSettings
{
    public static readonly SimdLevel[] Levels = Enum.GetValues<SimdLevel>();

    /// <summary>Checks the kernel's result at every level against the reference, and that threads do not change its bits.</summary>
    public static void AtEveryLevel<T>(Func<T[]> kernel, double[] expected, double tolerance, string what)
        where T : unmanaged, INumber<T>
    {
        SimdLevel level = Simd.Level;
        int threads = Workers.Count;
        try
        {
            foreach (SimdLevel each in Levels)
            {
                Simd.Level = each;
                Workers.Count = 1;
                T[] alone = kernel();
                AssertClose(expected, alone, tolerance, $"{what} at {each}");
                foreach (int count in (int[])[2, 3])
                {
                    Workers.Count = count;
                    T[] together = kernel();
                    for (int i = 0; i < alone.Length; i++)
                        Assert.True(alone[i].Equals(together[i]), $"{what} at {each}: element {i} differs with {count} threads");
                }
            }
        }
        finally
        {
            Simd.Level = level;
            Workers.Count = threads;
        }
    }

    private static void AssertClose<T>(double[] expected, T[] actual, double tolerance, string what)
        where T : unmanaged, INumber<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double value = double.CreateTruncating(actual[i]);
            bool same = value.Equals(expected[i]) || Math.Abs(value - expected[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i]));
            Assert.True(same, $"{what}: element {i} of {expected.Length} is {value}, expected {expected[i]}");
        }
    }

    public static double Tolerance<T>() => typeof(T) == typeof(float) ? 2e-5 : 1e-12;
}
