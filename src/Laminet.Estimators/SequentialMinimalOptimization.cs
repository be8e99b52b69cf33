using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Estimators;

/// <summary>
/// The dual problem of a support vector machine for signs y = ±1: the greatest Σ yβ - ½ Σ β_s β_t K_st with Σ β = 0 and each β between 0 and yC. Each step moves one pair, β_i += λ, β_j -= λ, as far as is best
/// or allowed: i can go up and has the greatest slope g = y - Kβ, j can go down and promises the greatest gain (g_i - g_j)² / (K_ii + K_jj - 2 K_ij). It ends where no pair's slopes differ by more than a tolerance.
/// Platt: Fast training of support vector machines using sequential minimal optimization, 1998; Fan, Chen, Lin: Working set selection using second order information for training support vector machines, 2005;
/// in the signs of Bottou, Lin: Support vector machine solvers, 2007.
/// </summary>
internal static class SequentialMinimalOptimization
{
    // For pairs of equal examples, as in LIBSVM.
    private const double LeastCurvature = 1e-12;

    /// <summary>What was found: decisions are Kβ + b.</summary>
    public sealed record Solution(double[] Coefficients, double Bias, int Steps, double Objective, double DualityGap);

    public static Solution Solve(KernelRows rows, double[] diagonal, double[] signs, double c, double tolerance, int maxSteps, CancellationToken cancellation)
    {
        int examples = signs.Length, steps = 0;
        double[] slopes = [.. signs], betas = new double[examples], least = [.. signs.Select(sign => Math.Min(0, sign * c))], most = [.. signs.Select(sign => Math.Max(0, sign * c))];
        for (; steps < maxSteps; steps++)
        {
            cancellation.ThrowIfCancellationRequested();
            int up = Highest();
            double[] ofUp = rows.Row(up, Violations);
            (int down, double lowest) = Partner(up, ofUp);
            if (down < 0 || slopes[up] - lowest < tolerance)
                break;
            double[] ofDown = rows.Row(down, Violations);
            double free = (slopes[up] - slopes[down]) / Curvature(up, down, ofUp), roomUp = most[up] - betas[up], roomDown = betas[down] - least[down];
            double step = Math.Min(free, Math.Min(roomUp, roomDown));
            // On a bound exactly, whatever the rounding.
            betas[up] = step == roomUp ? most[up] : betas[up] + step;
            betas[down] = step == roomDown ? least[down] : betas[down] - step;
            TensorPrimitives.MultiplyAdd(ofUp, -step, slopes, slopes);
            TensorPrimitives.MultiplyAdd(ofDown, step, slopes, slopes);
        }

        double bias = Bias();
        double gap = Enumerable.Range(0, examples).Sum(s => (c * Math.Max(0, signs[s] * (slopes[s] - bias))) - (betas[s] * slopes[s]));
        return new Solution(betas, bias, steps, Enumerable.Range(0, examples).Sum(s => betas[s] * (signs[s] + slopes[s])) / 2, gap);

        int Highest()
        {
            int highest = -1;
            for (int s = 0; s < examples; s++)
            {
                if (betas[s] < most[s] && (highest < 0 || slopes[s] > slopes[highest]))
                    highest = s;
            }

            return highest;
        }

        (int Down, double Lowest) Partner(int up, double[] ofUp)
        {
            (int down, double gain, double lowest) = (-1, 0, double.PositiveInfinity);
            for (int s = 0; s < examples; s++)
            {
                if (betas[s] <= least[s])
                    continue;
                lowest = Math.Min(lowest, slopes[s]);
                double difference = slopes[up] - slopes[s];
                if (difference > 0 && difference * difference / Curvature(up, s, ofUp) is var own && own > gain)
                    (down, gain) = (s, own);
            }

            return (down, lowest);
        }

        double Curvature(int up, int s, double[] ofUp) => Math.Max(diagonal[up] + diagonal[s] - (2 * ofUp[s]), LeastCurvature);

        // The slope beyond the bias to which an example may still be moved.
        double[] Violations()
        {
            double bias = Bias();
            return [.. Enumerable.Range(0, examples).Select(s => Math.Max(betas[s] < most[s] ? slopes[s] - bias : double.NegativeInfinity, betas[s] > least[s] ? bias - slopes[s] : double.NegativeInfinity))];
        }

        // The mean slope of those that are on no bound, else the middle of what the bounds allow.
        double Bias()
        {
            int[] free = [.. Enumerable.Range(0, examples).Where(s => betas[s] > least[s] && betas[s] < most[s])];
            return free.Length > 0 ? free.Average(s => slopes[s])
                : (Enumerable.Range(0, examples).Where(s => betas[s] < most[s]).Max(s => slopes[s]) + Enumerable.Range(0, examples).Where(s => betas[s] > least[s]).Min(s => slopes[s])) / 2;
        }
    }
}
