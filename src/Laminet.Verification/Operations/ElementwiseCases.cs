namespace Laminet.Verification.Operations;

internal static class ElementwiseCases
{
    // Scalar, odd, empty, several axes, longer than a tile, longer than a parallel task.
    public static readonly int[][] Shapes = [[], [1], [7], [0], [3, 0, 2], [2, 3, 5], [1031], [33, 1031]];

    public static readonly (int[] Left, int[] Right)[] Pairs =
    [
        ([], []), ([5], [5]), ([3, 4], [4]), ([3, 1], [1, 5]), ([2, 3, 4], [3, 1]), ([], [7]), ([7], []), ([0], [1]), ([3, 0], [3, 1]),
        ([1031], [1031]), ([33, 1031], [1031]), ([33, 1], [33, 1031]),
    ];

    public static IEnumerable<OpCase> Rows()
    {
        IEnumerable<OpCase>[] families =
        [
            Unary("Negate", x => -x, x => -x, OpCase.Numbers),
            Unary("Abs", x => x.Abs(), Math.Abs, OpCase.Numbers),
            Unary("Sign", x => x.Sign(), x => Math.Sign(x), OpCase.Numbers),
            Unary("Square", x => x.Square(), x => x * x, OpCase.Numbers),
            Unary("Clip", x => x.Clip(-0.5, 1.25), x => Math.Clamp(x, -0.5, 1.25), OpCase.Floats),
            Unary("ClipWhole", x => x.Clip(1, 3), x => Math.Clamp(x, 1, 3), OpCase.Numbers),
            Unary("Exp", x => x.Exp(), Math.Exp, OpCase.Floats),
            Unary("Log", x => x.Log(), Math.Log, OpCase.Floats, 0.1, 4),
            Unary("Log1p", x => x.Log1p(), Log1p, OpCase.Floats, -0.9, 3),
            Unary("Log1pSmall", x => x.Log1p(), Log1p, OpCase.Floats, -1e-5, 1e-5),
            Unary("Sqrt", x => x.Sqrt(), Math.Sqrt, OpCase.Floats, 0.1, 4),
            Unary("Sin", x => x.Sin(), Math.Sin, OpCase.Floats, -9, 9),
            Unary("Cos", x => x.Cos(), Math.Cos, OpCase.Floats, -9, 9),
            Unary("Tanh", x => x.Tanh(), Math.Tanh, OpCase.Floats),
            Unary("Gelu", x => x.Gelu(), x => x * NormalShare(x), OpCase.Floats, -4, 4),
            Unary("Sigmoid", x => x.Sigmoid(), x => 1 / (1 + Math.Exp(-x)), OpCase.Floats),
            Unary("Relu", x => x.Relu(), x => Math.Max(0, x), OpCase.Floats),
            Unary("Softplus", x => x.Softplus(), x => Math.Log(1 + Math.Exp(x)), OpCase.Floats),
            Unary("Floor", x => x.Floor(), Math.Floor, OpCase.Floats),
            Unary("Ceiling", x => x.Ceiling(), Math.Ceiling, OpCase.Floats),
            Unary("Round", x => x.Round(), x => Math.Round(x, MidpointRounding.ToEven), OpCase.Floats),
            Unary("AddNumber", x => x + 2, x => x + 2, OpCase.Numbers),
            Unary("AddToNumber", x => 2 + x, x => x + 2, OpCase.Numbers),
            Unary("SubtractNumber", x => x - 3, x => x - 3, OpCase.Numbers),
            Unary("SubtractFromNumber", x => 3 - x, x => 3 - x, OpCase.Numbers),
            Unary("MultiplyNumber", x => x * 3, x => 3 * x, OpCase.Numbers),
            Unary("MultiplyANumber", x => 3 * x, x => 3 * x, OpCase.Numbers),
            Unary("DivideNumber", x => x / 3, x => x / 3, OpCase.Numbers, output: OrFloat32),
            Unary("DivideANumber", x => 3 / x, x => 3 / x, OpCase.Numbers, 0.5, 3, OrFloat32),
            Unary("AddFraction", x => x + 0.5, x => x + 0.5, OpCase.All, output: OrFloat32),
            Unary("FloorDivideNumber", x => x.FloorDivide(2), x => Math.Floor(x / 2), OpCase.Numbers),
            Unary("FloorDivideFraction", x => x.FloorDivide(-0.75), x => Math.Floor(x / -0.75), OpCase.Numbers, output: OrFloat32),
            Unary("ModNumber", x => x.Mod(3), x => x - (3 * Math.Floor(x / 3)), OpCase.Numbers),
            Unary("ModFraction", x => x.Mod(-0.75), x => x + (0.75 * Math.Floor(x / -0.75)), OpCase.Numbers, output: OrFloat32),
            Unary("PowNumber", x => x.Pow(2.5), x => Math.Pow(x, 2.5), OpCase.Floats, 0.2, 3),
            Unary("PowWholeOfNegative", x => x.Pow(3), x => Math.Pow(x, 3), OpCase.Floats),
            Binary("Add", (x, y) => x + y, (x, y) => x + y, OpCase.Numbers),
            Binary("Subtract", (x, y) => x - y, (x, y) => x - y, OpCase.Numbers),
            Binary("Multiply", (x, y) => x * y, (x, y) => x * y, OpCase.Numbers),
            Binary("Divide", (x, y) => x / y, (x, y) => x / y, OpCase.Numbers, 0.5, 3, OrFloat32),
            Binary("FloorDivide", (x, y) => x.FloorDivide(y), (x, y) => Math.Floor(x / y), OpCase.Numbers, 0.8, 2.4),
            Binary("Mod", (x, y) => x.Mod(y), (x, y) => x - (y * Math.Floor(x / y)), OpCase.Numbers, 0.8, 2.4),
            Binary("Maximum", (x, y) => x.Maximum(y), Math.Max, OpCase.Numbers),
            Binary("Minimum", (x, y) => x.Minimum(y), Math.Min, OpCase.Numbers),
            Binary("Pow", (x, y) => x.Pow(y), Math.Pow, OpCase.Floats, 0.3, 2.5),
        ];
        return families.SelectMany(rows => rows);
    }

    internal static IEnumerable<OpCase> Unary(
        string name, Func<Tensor, Tensor> function, Func<double, double> reference, DType[] types, double? minimum = null, double maximum = 0,
        Func<DType, DType>? output = null) =>
        Shapes.Select((shape, seed) => new OpCase(
            $"{name}{OpCases.Text(shape)}",
            [minimum is { } from ? Grid.Random(shape, seed, from, maximum) : Grid.Distinct(shape, seed)],
            inputs => function(inputs[0]),
            grids => Grid.Map(values => reference(values[0]), grids))
        { Types = types, OutputOf = output ?? Same });

    internal static IEnumerable<OpCase> Binary(
        string name, Func<Tensor, Tensor, Tensor> function, Func<double, double, double> reference, DType[] types,
        double minimum = -2, double maximum = 2, Func<DType, DType>? output = null) =>
        Pairs.Select((pair, seed) => new OpCase(
            $"{name}{OpCases.Text(pair.Left)}{OpCases.Text(pair.Right)}",
            [Grid.Random(pair.Left, seed, minimum, maximum), Grid.Random(pair.Right, seed + 100, minimum, maximum)],
            inputs => function(inputs[0], inputs[1]),
            grids => Grid.Map(values => reference(values[0], values[1]), grids))
        { Types = types, OutputOf = output ?? Same });

    private static DType Same(DType type) => type;

    private static DType OrFloat32(DType type) => type.IsFloat() ? type : DType.Float32;

    // Kahan's correction, so that the reference itself keeps the digits of a small x.
    private static double Log1p(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }

    // The share of a standard normal distribution below x, as a series of positive terms times the density.
    private static double NormalShare(double x)
    {
        double term = Math.Abs(x), sum = term;
        for (int n = 1; n < 200; n++)
            sum += term *= x * x / ((2 * n) + 1);
        return 0.5 + (Math.Sign(x) * sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }
}
