using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Optimizers;

/// <summary>
/// Finds a size t of a step along a direction at which f(t) is at most f(0) + 1e-4 t f'(0) and |f'(t)| at most 0.9 |f'(0)|. First it widens an interval until it holds such a size, then it narrows it by the minima of
/// cubics through its ends. Nocedal and Wright, "Numerical optimization", 2006, algorithms 3.5 and 3.6, with the bounds of PyTorch's LBFGS.
/// </summary>
/// <param name="evaluate">The loss and its gradient at a size.</param>
/// <param name="direction">The direction.</param>
/// <param name="toleranceChange">An interval in which no weight changes by more is not narrowed.</param>
internal sealed class WolfeSearch(Func<double, (double Loss, double[] Gradient)> evaluate, double[] direction, double toleranceChange)
{
    private const double Decrease = 1e-4, Curvature = 0.9;
    private const int MaxEvaluations = 25;

    private int tries;

    /// <param name="size">The first size to try.</param>
    /// <param name="loss">The loss at 0.</param>
    /// <param name="gradient">The gradient at 0.</param>
    /// <param name="slope">The slope at 0, below 0.</param>
    public (double Loss, double[] Gradient, double Size) Run(double size, double loss, double[] gradient, double slope)
    {
        Point start = new(0, loss, gradient, slope), before = start, now = At(size);
        while (tries < MaxEvaluations)
        {
            if (IsTooHigh(now, start) || (tries > 1 && now.Loss >= before.Loss))
                return Narrow(before, now, start);
            if (IsFlat(now, start))
                return Result(now);
            if (now.Slope >= 0)
                return Narrow(before, now, start);
            double next = Minimum(before, now, now.Size + (0.01 * (now.Size - before.Size)), now.Size * 10);
            before = now;
            now = At(next);
            tries++;
        }

        return Result(now.Loss < loss ? now : start);
    }

    private (double Loss, double[] Gradient, double Size) Narrow(Point first, Point second, Point start)
    {
        // A loss that is NaN is never the lower one.
        (Point low, Point high) = second.Loss < first.Loss ? (second, first) : (first, second);
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude<double>(direction));
        bool isStuck = false;
        while (tries < MaxEvaluations && Math.Abs(high.Size - low.Size) * largest >= toleranceChange)
        {
            (double from, double to) = (Math.Min(low.Size, high.Size), Math.Max(low.Size, high.Size));
            double size = Minimum(low, high, from, to), margin = 0.1 * (to - from);
            if (Math.Min(to - size, size - from) < margin)
            {
                // Near an end twice, or at it: a tenth of the interval away from it.
                bool moves = isStuck || size >= to || size <= from;
                if (moves)
                    size = Math.Abs(size - to) < Math.Abs(size - from) ? to - margin : from + margin;
                isStuck = !moves;
            }
            else
            {
                isStuck = false;
            }

            Point now = At(size);
            tries++;
            if (IsTooHigh(now, start) || now.Loss >= low.Loss)
            {
                high = now;
                if (high.Loss < low.Loss)
                    (low, high) = (high, low);
                continue;
            }

            if (IsFlat(now, start))
                return Result(now);
            if (now.Slope * (high.Size - low.Size) >= 0)
                high = low;
            low = now;
        }

        return Result(low);
    }

    private Point At(double size)
    {
        (double loss, double[] gradient) = evaluate(size);
        return new Point(size, loss, gradient, TensorPrimitives.Dot<double>(gradient, direction));
    }

    // NaN and infinity count as too high, so that the search turns back from them.
    private static bool IsTooHigh(Point point, Point start) => !(point.Loss <= start.Loss + (Decrease * point.Size * start.Slope));

    private static bool IsFlat(Point point, Point start) => Math.Abs(point.Slope) <= -Curvature * start.Slope;

    // The minimum of the cubic through two points with their slopes; the middle where it has none.
    private static double Minimum(Point first, Point second, double from, double to)
    {
        (Point left, Point right) = first.Size <= second.Size ? (first, second) : (second, first);
        double d1 = left.Slope + right.Slope - (3 * (left.Loss - right.Loss) / (left.Size - right.Size));
        double square = (d1 * d1) - (left.Slope * right.Slope);
        if (!(square >= 0) || !double.IsFinite(square))
            return (from + to) / 2;
        double d2 = Math.Sqrt(square);
        double size = right.Size - ((right.Size - left.Size) * ((right.Slope + d2 - d1) / (right.Slope - left.Slope + (2 * d2))));
        return double.IsNaN(size) ? (from + to) / 2 : Math.Min(Math.Max(size, from), to);
    }

    private static (double Loss, double[] Gradient, double Size) Result(Point point) => (point.Loss, point.Gradient, point.Size);

    private readonly record struct Point(double Size, double Loss, double[] Gradient, double Slope);
}
