using System.Numerics;

namespace Laminet.Verification.Operations;

/// <summary>Bits and divisors of integers. The references count in whole numbers without bounds, and go round like the type.</summary>
internal static class IntegerCases
{
    private static readonly DType[] OrTruth = [.. OpCase.Integers, DType.Bool];

    public static IEnumerable<OpCase> Rows() =>
    [
        .. Two("BitwiseAnd", (x, y) => x.BitwiseAnd(y), (x, y) => x & y, OrTruth), .. Two("BitwiseOr", (x, y) => x.BitwiseOr(y), (x, y) => x | y, OrTruth),
        .. Two("BitwiseXor", (x, y) => x.BitwiseXor(y), (x, y) => x ^ y, OrTruth), .. Two("Gcd", (x, y) => x.Gcd(y), (x, y) => BigInteger.GreatestCommonDivisor(x, y)),
        .. Two("Lcm", (x, y) => x.Lcm(y), (x, y) => x == 0 || y == 0 ? 0 : BigInteger.Abs(x * y) / BigInteger.GreatestCommonDivisor(x, y)),
        .. Two("LeftShift", (x, y) => x.LeftShift(y), (x, y) => x << (int)y), .. Two("RightShift", (x, y) => x.RightShift(y), (x, y) => x >> (int)y),
        .. Two("PowOfIntegers", (x, y) => x.Pow(y.BitwiseAnd(3)), (x, y) => BigInteger.Pow(x, (int)(y & 3))),
        .. Numbers(), .. Signed(), .. Remainders(),
    ];

    // By 0 to 7 places, which is less than any type's width.
    private static IEnumerable<OpCase> Two(string name, Func<Tensor, Tensor, Tensor> function, Func<BigInteger, BigInteger, BigInteger> reference, DType[]? types = null) =>
        from shapes in ElementwiseCases.Pairs
        select new OpCase($"{name}{OpCases.Text(shapes.Left)}{OpCases.Text(shapes.Right)}", [Grid.Random(shapes.Left, 3), Grid.Random(shapes.Right, 4)], inputs => function(inputs[0], inputs[1]),
            grids => Grid.Map(values => (double)reference((BigInteger)values[0], (BigInteger)values[1]), grids))
        { Types = types ?? OpCase.Integers, Differentiable = [] };

    private static IEnumerable<OpCase> Numbers()
    {
        (string Name, Func<Tensor, Tensor> Function, Func<int, int> Reference)[] all =
        [
            ("BitwiseAnd", x => x.BitwiseAnd(6), x => x & 6), ("BitwiseOr", x => x.BitwiseOr(9), x => x | 9), ("BitwiseXor", x => x.BitwiseXor(5), x => x ^ 5), ("LeftShift", x => x.LeftShift(2), x => x << 2),
            ("RightShift", x => x.RightShift(1), x => x >> 1), ("BitwiseNot", x => x.BitwiseNot(), x => ~x), ("PowOfIntegers", x => x.Pow(3), x => x * x * x),
        ];
        foreach ((string name, Func<Tensor, Tensor> function, Func<int, int> reference) in all)
        {
            yield return new OpCase($"{name} of a number", [Grid.Random([5, 3], 2)], inputs => function(inputs[0]), grids => Grid.Map(values => reference((int)values[0]), grids)) { Types = OpCase.Integers, Differentiable = [] };
        }

        yield return new OpCase("BitwiseNot of truth", [Grid.Random([7], 2)], inputs => inputs[0].BitwiseNot(), grids => Grid.Map(values => 1 - values[0], grids)) { Types = [DType.Bool], Differentiable = [] };
        foreach (int[] shape in (int[][])[[0], [], [1031]])
            yield return new OpCase($"BitwiseNot{OpCases.Text(shape)}", [Grid.Random(shape, 2)], inputs => inputs[0].BitwiseNot(), grids => Grid.Map(values => ~(int)values[0], grids)) { Types = OpCase.Integers, Differentiable = [] };
    }

    // Below zero, at the ends of the type, and shifts beyond its width.
    private static IEnumerable<OpCase> Signed()
    {
        foreach (DType type in (DType[])[DType.Int8, DType.Int16, DType.Int32])
        {
            int bits = 8 * type.Size();
            double lowest = -Math.Pow(2, bits - 1), highest = -lowest - 1;
            Grid x = new([8], [-1, -7, lowest, highest, 6, -6, lowest, 0], type), y = new([8], [3, -2, -1, lowest, -4, 0, lowest, 0], type), places = new([8], [1, 2, bits - 1, bits, bits + 5, -1, 3, 2], type);
            yield return Row("BitwiseAnd", x, y, (a, b) => a.BitwiseAnd(b), (a, b) => a & b);
            yield return Row("BitwiseXor", x, y, (a, b) => a.BitwiseXor(b), (a, b) => a ^ b);
            yield return Row("Gcd", x, y, (a, b) => a.Gcd(b), (a, b) => BigInteger.GreatestCommonDivisor(a, b));
            yield return Row("LeftShift", x, places, (a, b) => a.LeftShift(b), (a, b) => b < 0 || b >= bits ? 0 : a << (int)b);
            yield return Row("RightShift", x, places, (a, b) => a.RightShift(b), (a, b) => a >> (b < 0 || b >= bits ? bits : (int)b));
            yield return Row("FMod", x, y, (a, b) => a.FMod(b), (a, b) => b == 0 ? 0 : BigInteger.Remainder(a, b));

            OpCase Row(string name, Grid left, Grid right, Func<Tensor, Tensor, Tensor> function, Func<BigInteger, BigInteger, BigInteger> reference) =>
                new($"{name} of {type}", [left, right], inputs => function(inputs[0], inputs[1]),
                    grids => Grid.Map(values => (double)reference((BigInteger)values[0], (BigInteger)values[1]), grids) with { Type = type })
                { Types = [DType.Float32] };
        }
    }

    private static IEnumerable<OpCase> Remainders() =>
    [
        .. ElementwiseCases.Binary("FMod of fractions", (x, y) => (-x).FMod(y), (x, y) => -x % y, OpCase.Floats, 0.8, 2.4),
        .. ElementwiseCases.Unary("FMod of a number", x => x.FMod(3), x => x % 3, OpCase.Numbers),
        .. ElementwiseCases.Unary("FMod of a fraction", x => x.FMod(0.75), x => x % 0.75, OpCase.Floats),
    ];
}
