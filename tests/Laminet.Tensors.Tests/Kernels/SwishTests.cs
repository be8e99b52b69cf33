using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Tests.Kernels;

/// <summary>x / (1 + exp(-x)) held against double precision, at every vector width.</summary>
[Collection("Engine settings")]
public sealed unsafe class SwishTests
{
    [Fact]
    public void Results_are_within_three_units_of_the_last_place()
    {
        // To -80 results are normal numbers; 380,001 places.
        float[] x = [.. Enumerable.Range(0, 380_001).Select(i => (float)((i - 160_000) * 5e-4))];
        foreach (SimdLevel level in EngineSettings.Levels)
        {
            float[] y = At(level, x);
            for (int i = 0; i < x.Length; i++)
            {
                double expected = x[i] / (1 + Math.Exp(-(double)x[i])), unit = MathF.BitIncrement((float)Math.Abs(expected)) - (float)Math.Abs(expected);
                Assert.True(Math.Abs(y[i] - expected) <= 3 * unit, $"{level}: of {x[i]:R} {y[i]:R}, expected {expected:R}");
            }
        }
    }

    [Fact]
    public void Ends_and_numbers_that_are_none()
    {
        float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 0, 1e-30f, -1e-30f, 89, -89, -104, -1e10f];
        float[] expected = [float.NaN, float.PositiveInfinity, float.NaN, float.MaxValue, 0, 0, 5e-31f, -5e-31f, 89, 0, 0, 0];
        foreach (SimdLevel level in EngineSettings.Levels)
        {
            float[] y = At(level, [.. x, .. x, .. x]);
            for (int i = 0; i < y.Length; i++)
                Assert.True(y[i].Equals(expected[i % x.Length]) || Math.Abs(y[i] - expected[i % x.Length]) < 1e-36f, $"{level}: of {x[i % x.Length]} {y[i]}, expected {expected[i % x.Length]}");
        }
    }

    [Fact]
    public void An_element_has_the_same_bits_wherever_it_stands()
    {
        float[] x = [.. Enumerable.Range(0, 70).Select(i => (float)Math.Sin(i) * 9)];
        foreach (SimdLevel level in EngineSettings.Levels)
        {
            float[] whole = At(level, x);
            for (int begin = 0; begin < x.Length; begin += 3)
            {
                for (int length = 1; length <= x.Length - begin; length += 5)
                    Assert.Equal(whole[begin..(begin + length)], At(level, x[begin..(begin + length)]));
            }
        }
    }

    [Fact]
    public void Columns_of_rows_change_and_no_others()
    {
        float[] x = [.. Enumerable.Range(0, 90).Select(i => i - 45f)], expected = [.. x];
        fixed (float* first = x)
        {
            float** rows = stackalloc float*[] { first, first + 60 };
            Swish.Rows(rows, 2, 3, 19);
        }

        float[] all = At(Simd.Level, expected);
        for (int i = 0; i < x.Length; i++)
            Assert.Equal(i is (>= 3 and < 22) or (>= 63 and < 82) ? all[i] : expected[i], x[i]);
    }

    [Fact]
    public void All_threads_share_a_large_result()
    {
        float[] x = [.. Enumerable.Range(0, 100_001).Select(i => (float)Math.Cos(i) * 5)], expected = At(Simd.Level, x);
        fixed (float* first = x)
            Swish.All(first, x.Length);
        Assert.Equal(expected, x);
    }

    private static float[] At(SimdLevel level, float[] x)
    {
        SimdLevel before = Simd.Level;
        try
        {
            Simd.Level = level;
            float[] result = [.. x];
            fixed (float* first = result)
                Swish.Row(first, result.Length);
            return result;
        }
        finally
        {
            Simd.Level = before;
        }
    }
}
