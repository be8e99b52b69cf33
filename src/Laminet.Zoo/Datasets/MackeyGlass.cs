using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Zoo.Datasets;

/// <summary>
/// A chaotic series: dx/dt = 0.2 x(t - 17) / (1 + x(t - 17)^10) - 0.1 x, as tanh(x - 1) at whole times.
/// (Mackey and Glass, "Oscillation and chaos in physiological control systems", 1977; the form: Jaeger and Haas, 2004.)
/// </summary>
/// <example><code>
/// Tensor series = MackeyGlass.Series(3001), x = series.Slice(0, 3000), y = series.Slice(1);       // each step's target is the next
/// </code></example>
public static class MackeyGlass
{
    private const int Inverse = 10, Delay = 17 * Inverse, Transient = 1000, Longest = 100_000_000;
    private const double Step = 1.0 / Inverse;

    /// <summary>A series from a random past near 1.2, after a thousand times in which it forgets it; by fourth-order Runge-Kutta in steps of 0.1.</summary>
    /// <param name="count">How many times.</param>
    /// <param name="seed">Names the past.</param>
    /// <returns>Float64 (count, 1).</returns>
    public static Tensor Series(int count, int seed = 0)
    {
        Setting.Require(count, count is >= 1 and <= Longest, $"1 to {Longest}");
        Random random = new(seed);
        double[] x = new double[Delay + 1 + ((Transient + count) * Inverse)];
        for (int t = 0; t <= Delay; t++)
            x[t] = 1.2 + (0.2 * (random.NextDouble() - 0.5));
        for (int t = Delay; t + 1 < x.Length; t++)
        {
            // The delayed value half a step on, by the cubic through its neighbours.
            int past = t - Delay;
            double first = x[past], last = x[past + 1], middle = past == 0 ? (first + last) / 2 : ((9 * (first + last)) - x[past - 1] - x[past + 2]) / 16;
            double a = Slope(x[t], first), b = Slope(x[t] + (Step / 2 * a), middle), c = Slope(x[t] + (Step / 2 * b), middle), d = Slope(x[t] + (Step * c), last);
            x[t + 1] = x[t] + (Step / 6 * (a + (2 * b) + (2 * c) + d));
        }

        return Tensor.From([.. Enumerable.Range(0, count).Select(t => Math.Tanh(x[Delay + ((Transient + t) * Inverse)] - 1))], [count, 1]);
    }

    private static double Slope(double now, double past) => (0.2 * past / (1 + Math.Pow(past, 10))) - (0.1 * now);
}
