using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Tests.Kernels;

/// <summary>The logistic function held against the one in double precision, at every vector width.</summary>
[Collection("Engine settings")]
public sealed class LogisticTests
{
    [Fact]
    public void Results_are_within_three_units_of_the_last_place()
    {
        // To -87 results are normal numbers; 400,001 places.
        float[] x = [.. Enumerable.Range(0, 400_001).Select(i => (float)((i - 174_000) * 5e-4))];
        foreach (SimdLevel level in EngineSettings.Levels)
        {
            float[] y = At(level, x);
            for (int i = 0; i < x.Length; i++)
            {
                double expected = 1 / (1 + Math.Exp(-(double)x[i])), unit = MathF.BitIncrement((float)expected) - (float)expected;
                Assert.True(Math.Abs(y[i] - expected) <= 3 * unit, $"{level}: of {x[i]:R} {y[i]:R}, expected {expected:R}");
            }
        }
    }

    [Fact]
    public void Ends_and_numbers_that_are_none()
    {
        float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 0, -0f, 1e-30f, -1e-30f, 89, -89, -104, -88.5f, 88.5f];
        float[] expected = [float.NaN, 1, 0, 1, 0, 0.5f, 0.5f, 0.5f, 0.5f, 1, 0, 0, 3.67e-39f, 1];
        foreach (SimdLevel level in EngineSettings.Levels)
        {
            float[] y = At(level, [.. x, .. x, .. x]);
            for (int i = 0; i < y.Length; i++)
                Assert.True(y[i].Equals(expected[i % x.Length]) || Math.Abs(y[i] - expected[i % x.Length]) < 1e-40f, $"{level}: of {x[i % x.Length]} {y[i]}, expected {expected[i % x.Length]}");
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
    public void Too_little_room_is_an_error() =>
        Assert.Contains("room for 2 results of 3 numbers", Assert.Throws<ArgumentException>(() => Logistic.Of<float>(new float[3], new float[2])).Message, StringComparison.Ordinal);

    private static float[] At(SimdLevel level, float[] x)
    {
        SimdLevel before = Simd.Level;
        try
        {
            Simd.Level = level;
            float[] result = [.. x];
            Logistic.Of<float>(result, result);
            return result;
        }
        finally
        {
            Simd.Level = before;
        }
    }
}
