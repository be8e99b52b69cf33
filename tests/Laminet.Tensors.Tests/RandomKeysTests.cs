using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests;

/// <summary>Keys for each example: independence of their place, and the distributions of gamma and beta variates.</summary>
public class RandomKeysTests
{
    private const int Count = 200_000;

    private static readonly RandomKey Key = new(20261126);

    [Fact]
    public void What_an_example_gets_depends_on_its_key_alone()
    {
        double[] all = RandomKeys.Split(Key, 9).Normal([3], DType.Float64).ToArray<double>();
        Assert.Equal(all[..12], RandomKeys.Split(Key, 4).Normal([3], DType.Float64).ToArray<double>());
        Assert.Equal(all[6..9], RandomKeys.Of(Key.Fold(2)).Normal([3], DType.Float64).ToArray<double>());
        Assert.Equal(27, all.Distinct().Count());
        CompiledFunction compiled = Function.Compile(inputs => [RandomKeys.Split(RandomKey.From(inputs[0]), 9).Normal([3], DType.Float64)]);
        Assert.Equal(all, compiled.Call(Key.AsTensor()).Only.ToArray<double>());
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(0.1, 0.9)]
    [InlineData(5, 5)]
    public void Uniform_numbers_stay_below_the_maximum(double minimum, double maximum)
    {
        // 1 - 2^-24, the largest number below 1 that is drawn.
        Tensor largest = RandomKey.InRange(Tensor.Full([4], 1 - Math.Pow(2, -24)), minimum, maximum);
        Assert.All(largest.ToArray<float>(), number => Assert.True(minimum == maximum ? number == minimum : number < (float)maximum));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(3.7)]
    public void Gamma_variates_have_their_mean_and_variance(double alpha)
    {
        Tensor gamma = RandomKeys.Split(Key, Count).Gamma(Tensor.Full([Count], alpha, DType.Float64));
        Assert.Equal(alpha, gamma.Mean().ToDouble(), 5 * Math.Sqrt(alpha / Count));
        // The variance's own variance: (mu4 - alpha^2) / n with mu4 = 3 alpha^2 + 6 alpha.
        Assert.Equal(alpha, gamma.Variance().ToDouble(), 5 * Math.Sqrt(((2 * alpha * alpha) + (6 * alpha)) / Count));
    }

    [Theory]
    // Variance, share outside 0.1 to 0.9: by the incomplete beta function (Beta(1, 1) is uniform).
    [InlineData(0.2, 0.178571, 0.6734)]
    [InlineData(1, 0.083333, 0.2)]
    public void Beta_variates_have_their_distribution(double alpha, double variance, double outside)
    {
        Tensor setting = Tensor.Full([Count], alpha, DType.Float64);
        double[] beta = RandomKeys.Split(Key, Count).Beta(setting, setting).ToArray<double>();
        Assert.Equal(0.5, beta.Average(), 0.005);
        Assert.Equal(variance, beta.Select(number => (number - 0.5) * (number - 0.5)).Average(), 0.001);
        Assert.Equal(outside, beta.Count(number => number is < 0.1 or > 0.9) / (double)Count, 0.005);
    }

    [Fact]
    public void Very_small_settings_give_0_or_1_and_others_NaN()
    {
        Tensor tiny = Tensor.Full([1000], 1e-6, DType.Float32);
        float[] beta = RandomKeys.Split(Key, 1000).Beta(tiny, tiny).ToArray<float>();
        Assert.All(beta, number => Assert.True(number is 0 or 1));
        Assert.InRange(beta.Sum(), 400, 600);
        Assert.All(RandomKeys.Split(Key, 3).Gamma(Tensor.From([0f, -1, float.NaN])).ToArray<float>(), number => Assert.True(float.IsNaN(number)));
    }
}
