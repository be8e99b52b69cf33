using Laminet.Tensors.Ops;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Tests.Kernels;

/// <summary>Kernels of Float32 alone against the same in Float64.</summary>
[Collection("Engine settings")]
public sealed class NarrowFunctionTests
{
    [Fact]
    public void Erf_of_Float32_is_within_three_halves_of_a_unit_in_the_last_place()
    {
        float[] x = [.. Enumerable.Range(0, 400_001).Select(i => (i - 200_000) * 2.5e-5f), .. Enumerable.Range(0, 140).Select(i => MathF.ScaleB(1.3f, -i)), float.PositiveInfinity, float.NegativeInfinity];
        float[] found = Tensor.From(x).Erf().ToArray<float>();
        double[] expected = Tensor.From(x).Cast(DType.Float64).Erf().ToArray<double>();
        for (int i = 0; i < x.Length; i++)
            Assert.True(Math.Abs(found[i] - expected[i]) <= 1.5 * (MathF.BitIncrement(MathF.Abs((float)expected[i])) - Math.Abs((float)expected[i])), $"erf({x[i]:R}) is {found[i]:R}, expected {expected[i]:R}");
        Assert.True(float.IsNaN(Tensor.From([float.NaN]).Erf().ToArray<float>()[0]));
        Assert.Equal(float.NegativeInfinity, 1 / Tensor.From([-0f]).Erf().ToArray<float>()[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Running_sums_of_Float32_are_those_of_Float64_rounded(bool reverse)
    {
        int before = Workers.Count;
        try
        {
            foreach (int length in (int[])[1, 3, 4, 5, 8, 31, 9001])
            {
                Tensor x = new RandomKey((ulong)length).Normal([7, length]);
                double[] expected = new CumSum(1, reverse).Apply(x.Cast(DType.Float64)).ToArray<double>();
                float[][] found = [.. new[] { 1, 2, 3 }.Select(threads =>
                {
                    Workers.Count = threads;
                    return new CumSum(1, reverse).Apply(x).ToArray<float>();
                })];
                Assert.Equal(found[0], found[1]);
                Assert.Equal(found[0], found[2]);
                for (int i = 0; i < expected.Length; i++)
                    Assert.Equal(expected[i], found[0][i], (6e-8 * Math.Abs(expected[i])) + 1e-12);
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Fact]
    public void Normal_numbers_of_Float32_are_Box_and_Mullers_of_the_uniform_ones()
    {
        RandomKey key = new(77);
        foreach (int length in (int[])[1, 2, 5, 16, 100_003])
        {
            // A whole block more, for the partner of the last number.
            float[] uniform = key.Uniform([length + 4]).ToArray<float>(), normal = key.Normal([length]).ToArray<float>();
            for (int i = 0; i < length; i++)
            {
                double radius = Math.Sqrt(-2 * Math.Log(1 - (double)uniform[i & ~1]));
                (double sine, double cosine) = double.SinCosPi(2 * (double)uniform[i | 1]);
                Assert.Equal(radius * (i % 2 == 0 ? cosine : sine), normal[i], 4e-7 * Math.Max(1, radius));
            }
        }
    }
}
