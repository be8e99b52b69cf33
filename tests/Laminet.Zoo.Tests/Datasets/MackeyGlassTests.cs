using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tests.Datasets;

public class MackeyGlassTests
{
    // The slope at whole times, by differences of the eighth order.
    [Fact]
    public void It_solves_the_equation()
    {
        double[] x = [.. MackeyGlass.Series(400, seed: 3).ToArray<double>().Select(y => 1 + Math.Atanh(y))];
        double[] weights = [4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280];
        for (int t = 30; t < 390; t++)
        {
            double slope = weights.Index().Sum(weight => weight.Item * (x[t + weight.Index + 1] - x[t - weight.Index - 1])), past = x[t - 17];
            Assert.Equal((0.2 * past / (1 + Math.Pow(past, 10))) - (0.1 * x[t]), slope, 2e-3);
        }

        // It never settles.
        Assert.InRange(x[200..].Max() - x[200..].Min(), 0.5, 1.2);
    }

    [Fact]
    public void The_seed_names_it()
    {
        Assert.Equal(MackeyGlass.Series(50, seed: 1).ToArray<double>(), MackeyGlass.Series(80, seed: 1).ToArray<double>()[..50]);
        Assert.NotEqual(MackeyGlass.Series(50, seed: 1).ToArray<double>(), MackeyGlass.Series(50, seed: 2).ToArray<double>());
        Assert.Contains("count = 0; expected 1 to 100000000", Assert.Throws<ArgumentOutOfRangeException>(() => MackeyGlass.Series(0)).Message, StringComparison.Ordinal);
    }
}
