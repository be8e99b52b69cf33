namespace Laminet.Verification.Operations;

/// <summary>The cardinal sine, Bessel's and the incomplete functions, and parts of numbers. Slow references; the last digits are in the goldens.</summary>
internal static class WaveCases
{
    public static IEnumerable<OpCase> Rows() =>
    [
        .. ElementwiseCases.Unary("Sinc", x => x.Sinc(), x => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x), OpCase.Floats, -4, 4),
        // Near 0, where a quotient loses its digits, and so does that of its derivative.
        .. ElementwiseCases.Unary("SincNearZero", x => x.Sinc(), x => 1 - (Math.Pow(Math.PI * x, 2) / 6) + (Math.Pow(Math.PI * x, 4) / 120) - (Math.Pow(Math.PI * x, 6) / 5040), OpCase.Computed, -0.01, 0.01),
        .. ElementwiseCases.Unary("I0", x => x.I0(), x => Bessel(0, x), OpCase.Floats, -4, 4),
        .. ElementwiseCases.Unary("I1", x => x.I1(), x => Bessel(1, x), OpCase.Floats, -4, 4),
        .. ElementwiseCases.Unary("I0OfLarge", x => x.I0() * 1e-14, x => Bessel(0, x) * 1e-14, [DType.Float64], 31, 33),
        .. ElementwiseCases.Unary("J0", x => x.J0(), x => First(0, x), OpCase.Floats, -4, 4),
        .. ElementwiseCases.Unary("Y0", x => x.Y0(), x => Second(0, x), OpCase.Floats, 0.5, 4),
        .. ElementwiseCases.Unary("K0", x => x.K0(), x => Falling(0, x), OpCase.Floats, 0.5, 4),
        .. ElementwiseCases.Unary("Polygamma", x => x.Polygamma(1), Trigamma, OpCase.Floats, 0.5, 4),
        .. Distributions(), .. Parts(), .. Orders(),
    ];

    // The other orders and scales of the same kernels.
    private static IEnumerable<OpCase> Orders() =>
        from entry in new (string Name, Func<Tensor, Tensor> Function, Func<double, double> Reference)[]
        {
            ("J1", x => x.J1(), x => First(1, x)), ("Y1", x => x.Y1(), x => Second(1, x)), ("K1", x => x.K1(), x => Falling(1, x)),
            ("K0e", x => x.K0e(), x => Falling(0, x) * Math.Exp(x)), ("K1e", x => x.K1e(), x => Falling(1, x) * Math.Exp(x)),
        }
        from shape in new int[][] { [], [0], [3, 5] }
        select new OpCase($"{entry.Name}{OpCases.Text(shape)}", [Grid.Random(shape, 1, 0.5, 4)], inputs => entry.Function(inputs[0]), grids => Grid.Map(values => entry.Reference(values[0]), grids)) { Tolerance = 2 };

    // Of whole settings the functions are finite sums.
    private static IEnumerable<OpCase> Distributions()
    {
        foreach (int[] shape in (int[][])[[], [7], [0], [3, 5], [1031]])
        {
            Grid a = Grid.From(shape, at => 1 + (at.Sum() % 4)), b = Grid.From(shape, at => 1 + (at.Sum() % 3)), x = Grid.Random(shape, 3, 0.2, 5), share = Grid.Random(shape, 4, 0.1, 0.9);
            yield return new OpCase($"GammaInc{OpCases.Text(shape)}", [a, x], inputs => inputs[0].GammaInc(inputs[1]), grids => Grid.Map(values => 1 - Tail(values[0], values[1]), grids)) { Differentiable = [1], Tolerance = 2 };
            yield return new OpCase($"GammaIncC{OpCases.Text(shape)}", [a, x], inputs => inputs[0].GammaIncC(inputs[1]), grids => Grid.Map(values => Tail(values[0], values[1]), grids)) { Differentiable = [1], Tolerance = 2 };
            yield return new OpCase($"BetaInc{OpCases.Text(shape)}", [a, b, share], inputs => Tensor.BetaInc(inputs[0], inputs[1], inputs[2]), grids => Grid.Map(values => Wins(values[0], values[1], values[2]), grids)) { Differentiable = [2], Tolerance = 2 };
        }

        yield return new OpCase("GammaInc broadcast", [Grid.From([3, 1], at => at[0] + 1), Grid.Random([4], 1, 0.2, 5)], inputs => inputs[0].GammaInc(inputs[1]), grids => Grid.Map(values => 1 - Tail(values[0], values[1]), grids)) { Differentiable = [1], Tolerance = 2 };
        yield return new OpCase("BetaInc broadcast", [Grid.From([3, 1], at => at[0] + 1), Grid.From([1], at => 2), Grid.Random([4], 1, 0.1, 0.9)], inputs => Tensor.BetaInc(inputs[0], inputs[1], inputs[2]), grids => Grid.Map(values => Wins(values[0], values[1], values[2]), grids)) { Differentiable = [2], Tolerance = 2 };
        // The ends of their ranges.
        yield return new OpCase("GammaInc at the ends", [new Grid([7], [1, 1, 0, double.PositiveInfinity, -1, 1, 0]), new Grid([7], [0, double.PositiveInfinity, 1, 1, 1, -1, 0])], inputs => inputs[0].GammaInc(inputs[1]),
            grids => Grid.Map(values => (values[0], values[1]) switch { ( < 0, _) or (_, < 0) or (0, 0) => double.NaN, (_, 0) => 0, (double.PositiveInfinity, _) => 0, _ => values[1] < double.PositiveInfinity && values[0] > 0 ? 1 - Tail(values[0], values[1]) : 1 }, grids))
        { Differentiable = [], Tolerance = 2 };
    }

    private static IEnumerable<OpCase> Parts()
    {
        yield return new OpCase("LdExp", [Grid.Distinct([3, 5], 1), new Grid([5], [-3, 0, 4, 1, -1], DType.Int32)], inputs => inputs[0].LdExp(inputs[1]), grids => Grid.Map(values => values[0] * Math.Pow(2, values[1]), grids));
        yield return new OpCase("LdExp beyond the range", [new Grid([4], [1, -1, 1, 0]), new Grid([4], [3000, 3000, -3000, 3000], DType.Int32)], inputs => inputs[0].LdExp(inputs[1]), grids => Grid.Map(values => Math.ScaleB(values[0], (int)values[1]), grids)) { Types = OpCase.Computed, Differentiable = [] };
        yield return new OpCase("NextAfter", [Grid.Distinct([3, 5], 1), Grid.Distinct([5], 2)], inputs => inputs[0].NextAfter(inputs[1]), grids => Grid.Map(values => values[1] > values[0] ? Math.BitIncrement(values[0]) : Math.BitDecrement(values[0]), grids)) { Types = OpCase.Computed, Differentiable = [] };
        yield return new OpCase("NextAfter of none", [Grid.Distinct([0], 1), Grid.Distinct([1], 2)], inputs => inputs[0].NextAfter(inputs[1]), grids => grids[0]) { Types = OpCase.Computed, Differentiable = [] };
        yield return new OpCase("View", [new Grid([2, 4], [1, 0, 0, 0, 0, 1, 0, 255], DType.UInt8)], inputs => inputs[0].View(DType.Int32), grids => Grid.From([2, 1], at => unchecked((int)(uint)Enumerable.Range(0, 4).Sum(place => grids[0][at[0], place] * Math.Pow(256, place)))) with { Type = DType.Int32 }) { Types = [DType.Float32] };
        yield return new OpCase("View of halves", [new Grid([2, 1], [1, -2], DType.Float32)], inputs => inputs[0].View(DType.UInt16), grids => Grid.From([2, 2], at => at[1] == 0 ? 0 : grids[0][at[0], 0] == 1 ? 0x3F80 : 0xC000) with { Type = DType.UInt16 }) { Types = [DType.Float32] };
        yield return new OpCase("View of bytes", [new Grid([0, 4], [], DType.Int64)], inputs => inputs[0].View(DType.UInt8), grids => Grid.From([0, 32], _ => 0) with { Type = DType.UInt8 }) { Types = [DType.Float32] };
        yield return new OpCase("View of the same", [Grid.Distinct([3], 1)], inputs => inputs[0].View(inputs[0].DType), grids => grids[0]) { Types = OpCase.Numbers };
    }

    // The mean of exp(x cos t) cos(nt) over a period: the trapezoidal rule has all digits.
    private static double Bessel(int order, double x) =>
        Enumerable.Range(0, 200).Average(i => Math.Exp(x * Math.Cos(2 * Math.PI * i / 200)) * Math.Cos(order * 2 * Math.PI * i / 200));

    private static double First(int order, double x) => Enumerable.Range(0, 64).Average(i => Math.Cos((x * Math.Sin(2 * Math.PI * i / 64)) - (order * 2 * Math.PI * i / 64)));

    // The power series (Abramowitz and Stegun, 9.1.11), with digamma of whole numbers as sums.
    private static double Second(int order, double x)
    {
        double sum = 0, term = order == 0 ? 1 : x / 2, low = -0.57721566490153286, high = low + order;
        for (int k = 0; k < 40; k++)
        {
            sum += (low + high) * term;
            (low, high) = (low + (1.0 / (k + 1)), high + (1.0 / (k + 1 + order)));
            term *= -x * x / (4.0 * (k + 1) * (k + 1 + order));
        }

        return ((2 * Math.Log(x / 2) * First(order, x)) - sum - (order == 0 ? 0 : 2 / x)) / Math.PI;
    }

    private static double Falling(int order, double x) => 0.1 * ((Math.Exp(-x) / 2) + Enumerable.Range(1, 60).Sum(i => Math.Exp(-x * Math.Cosh(i * 0.1)) * Math.Cosh(order * i * 0.1)));

    // The series, and behind it Euler and Maclaurin's rest.
    private static double Trigamma(double x)
    {
        double end = x + 60;
        return Enumerable.Range(0, 60).Sum(k => Math.Pow(x + k, -2)) + (1 / end) + (1 / (2 * end * end)) + (1 / (6 * Math.Pow(end, 3))) - (1 / (30 * Math.Pow(end, 5)));
    }

    // Whether fewer than a events come, whose mean is x.
    private static double Tail(double a, double x)
    {
        double term = Math.Exp(-x), sum = 0;
        for (int k = 0; k < a; k++)
        {
            sum += term;
            term *= x / (k + 1);
        }

        return sum;
    }

    // Whether at least a of a + b - 1 trials succeed.
    private static double Wins(double a, double b, double share)
    {
        int n = (int)(a + b - 1);
        double sum = 0, ways = 1;
        for (int k = 0; k <= n; k++)
        {
            sum += k < a ? 0 : ways * Math.Pow(share, k) * Math.Pow(1 - share, n - k);
            ways *= (n - k) / (k + 1.0);
        }

        return sum;
    }
}
