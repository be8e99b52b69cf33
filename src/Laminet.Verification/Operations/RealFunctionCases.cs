namespace Laminet.Verification.Operations;

/// <summary>Further functions of each element, questions about it, and evenly spaced numbers.</summary>
internal static class RealFunctionCases
{
    private static readonly double[] Special = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0, 1.5, -1.5];

    public static IEnumerable<OpCase> Rows() => [.. Functions(), .. Pairs(), .. Questions(), .. Spaced()];

    private static IEnumerable<OpCase> Functions()
    {
        yield return Of("Reciprocal", x => x.Reciprocal(), x => 1 / x, 0.4, 3);
        yield return Of("Cbrt", x => x.Cbrt(), Math.Cbrt, -3, 3);
        yield return Of("Truncate", x => x.Truncate(), Math.Truncate, -3, 3);
        yield return Of("Deg2Rad", x => x.Deg2Rad(), x => x * Math.PI / 180, -200, 200);
        yield return Of("Rad2Deg", x => x.Rad2Deg(), x => x * 180 / Math.PI, -3, 3);
        yield return Of("FullLike", x => x.FullLike(2.5), x => 2.5, -1, 1);
        yield return new OpCase("NanToNum", [new Grid([7], Special)], inputs => inputs[0].NanToNum(nan: 3),
            grids => Grid.Map(values => double.IsNaN(values[0]) ? 3 : Math.Clamp(values[0], -float.MaxValue, float.MaxValue), grids))
        { Types = [DType.Float32], Differentiable = [] };
        yield return new OpCase("NanToNumOfGivenNumbers", [new Grid([7], Special)], inputs => inputs[0].NanToNum(1, 2, -2), grids => Grid.Map(values => double.IsNaN(values[0]) ? 1 : Math.Clamp(values[0], -2, 2), grids)) { Differentiable = [] };
        yield return new OpCase("NanToNumOfFinite", [Grid.Distinct([5], 1)], inputs => inputs[0].NanToNum(), grids => grids[0]) { Types = OpCase.Numbers };
    }

    private static IEnumerable<OpCase> Pairs()
    {
        yield return Two("Hypot", (x, y) => x.Hypot(y), double.Hypot);
        yield return Two("LogAddExp", (x, y) => x.LogAddExp(y), (x, y) => Math.Log(Math.Exp(x) + Math.Exp(y)));
        yield return Two("LogAddExp2", (x, y) => x.LogAddExp2(y), (x, y) => Math.Log2(Math.Pow(2, x) + Math.Pow(2, y)));
        yield return Two("FMax", (x, y) => x.FMax(y), Math.Max);
        yield return Two("FMin", (x, y) => x.FMin(y), Math.Min);
        yield return new OpCase("FMaxOfNaN", [new Grid([3], [double.NaN, 1, double.NaN]), new Grid([3], [2, double.NaN, double.NaN])], inputs => inputs[0].FMax(inputs[1]), grids => Grid.Map(values => double.MaxNumber(values[0], values[1]), grids)) { Differentiable = [] };
        yield return new OpCase("FMinOfNaN", [new Grid([3], [double.NaN, 1, double.NaN]), new Grid([3], [2, double.NaN, double.NaN])], inputs => inputs[0].FMin(inputs[1]), grids => Grid.Map(values => double.MinNumber(values[0], values[1]), grids)) { Differentiable = [] };
        yield return Two("Heaviside", (x, y) => x.Heaviside(y), (x, y) => x < 0 ? 0 : 1);
        yield return new OpCase("HeavisideAtZero", [new Grid([3], [0, -1, 2]), new Grid([1], [0.25])], inputs => inputs[0].Heaviside(inputs[1]), grids => Grid.Map(values => values[0] < 0 ? 0 : values[0] > 0 ? 1 : values[1], grids)) { Differentiable = [1] };
    }

    private static IEnumerable<OpCase> Questions()
    {
        yield return Ask("IsInf", x => x.IsInf(), double.IsInfinity);
        yield return Ask("IsPosInf", x => x.IsPosInf(), double.IsPositiveInfinity);
        yield return Ask("IsNegInf", x => x.IsNegInf(), double.IsNegativeInfinity);
        yield return Ask("SignBit", x => x.SignBit(), x => !double.IsNaN(x) && double.IsNegative(x));
        yield return new OpCase("SignBitOfWhole", [new Grid([3], [-2, 0, 5], DType.Int16)], inputs => inputs[0].SignBit(), grids => Grid.Map(values => values[0] < 0 ? 1 : 0, grids)) { Types = [DType.Float32], OutputType = DType.Bool };
        (double X, double Y)[] near = [(1, 1), (1, 1.000005), (1, 1.0001), (0, 1e-9), (double.PositiveInfinity, double.PositiveInfinity), (double.PositiveInfinity, double.NegativeInfinity), (1, double.PositiveInfinity), (double.NaN, double.NaN)];
        foreach (bool equalNan in (bool[])[false, true])
        {
            yield return new OpCase($"IsClose{(equalNan ? "withNaN" : "")}", [new Grid([8], [.. near.Select(pair => pair.X)]), new Grid([8], [.. near.Select(pair => pair.Y)])],
                inputs => inputs[0].IsClose(inputs[1], equalNan: equalNan), grids => Grid.Map(values => IsClose(values[0], values[1]) || (equalNan && values.All(double.IsNaN)) ? 1 : 0, grids))
            { Types = OpCase.Computed, OutputType = DType.Bool, Differentiable = [] };
        }

        yield return new OpCase("AllClose", [new Grid([2], [1, 2]), new Grid([1], [1])], inputs => inputs[0].AllClose(inputs[1], atol: 1.5), grids => new Grid([], [grids[0].Values.All(value => Math.Abs(value - grids[1].Values[0]) <= 1.5) ? 1 : 0])) { OutputType = DType.Bool, Differentiable = [] };
        yield return new OpCase("AllCloseIsNot", [new Grid([2], [1, 2]), new Grid([1], [1])], inputs => inputs[0].AllClose(inputs[1]), grids => new Grid([], [grids[0].Values.All(value => IsClose(value, grids[1].Values[0])) ? 1 : 0])) { OutputType = DType.Bool, Differentiable = [] };
    }

    private static IEnumerable<OpCase> Spaced()
    {
        yield return Made("ARange", () => Tensor.ARange(1, 2.1, 0.25), 5, place => 1 + (place * 0.25));
        yield return Made("ARange downwards", () => Tensor.ARange(3, 0, -1), 3, place => 3 - place);
        yield return Made("ARange of none", () => Tensor.ARange(3, 0), 0, place => 0);
        yield return new OpCase("Eye", [], _ => Tensor.Eye(3, 4, 1), _ => Grid.From([3, 4], at => at[1] == at[0] + 1 ? 1 : 0)) { Types = [DType.Float32] };
        yield return new OpCase("Eye below", [], _ => Tensor.Eye(2, offset: -1, dtype: DType.Int8), _ => Grid.From([2, 2], at => at[1] == at[0] - 1 ? 1 : 0)) { Types = [DType.Float32], OutputType = DType.Int8 };
        yield return Made("LinSpace", () => Tensor.LinSpace(-1, 2, 7), 7, place => -1 + (place / 2.0));
        yield return Made("LinSpaceWithoutTheLast", () => Tensor.LinSpace(0, 1, 4, endpoint: false), 4, place => place / 4.0);
        yield return Made("LinSpaceOfOne", () => Tensor.LinSpace(3, 5, 1), 1, place => 3);
        yield return Made("LogSpace", () => Tensor.LogSpace(0, 3, 4), 4, place => Math.Pow(10, place));
        yield return Made("LogSpaceOfTwo", () => Tensor.LogSpace(1, 3, 2, endpoint: false, @base: 2), 2, place => Math.Pow(2, 1 + place));
        yield return Made("GeomSpace", () => Tensor.GeomSpace(1, 256, 9), 9, place => Math.Pow(2, place));
        yield return Made("GeomSpaceBelowZero", () => Tensor.GeomSpace(-8, -1, 4), 4, place => -Math.Pow(2, 3 - place));
    }

    private static bool IsClose(double x, double y) => x == y || (double.IsFinite(x) && double.IsFinite(y) && Math.Abs(x - y) <= 1e-8 + (1e-5 * Math.Abs(y)));

    private static OpCase Made(string name, Func<Tensor> make, int count, Func<int, double> number) =>
        new(name, [], _ => make(), _ => Grid.From([count], at => number(at[0]))) { Types = [DType.Float32], Tolerance = 4 };

    private static OpCase Of(string name, Func<Tensor, Tensor> function, Func<double, double> reference, double minimum, double maximum) =>
        new(name, [Grid.Random([3, 37], 7, minimum, maximum)], inputs => function(inputs[0]), grids => Grid.Map(values => reference(values[0]), grids[0])) { Tolerance = 2 };

    private static OpCase Two(string name, Func<Tensor, Tensor, Tensor> function, Func<double, double, double> reference) =>
        new(name, [Grid.Distinct([3, 7], 1), Grid.Distinct([7], 2)], inputs => function(inputs[0], inputs[1]), grids => Grid.Map(values => reference(values[0], values[1]), grids)) { Tolerance = 8 };

    private static OpCase Ask(string name, Func<Tensor, Tensor> question, Func<double, bool> reference) =>
        new(name, [new Grid([7], Special)], inputs => question(inputs[0]), grids => Grid.Map(values => reference(values[0]) ? 1 : 0, grids)) { OutputType = DType.Bool, Differentiable = [] };
}
