namespace Laminet.OpInfo;

/// <summary>Functions of two or three tensors, element by element.</summary>
internal static class Binary
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(Functions().Select(entry => KeyValuePair.Create<string, Func<Arguments, object>>(entry.Name, a => entry.Function(a.X, a.Operand(1, "other")))).Concat(Others()));

    private static IEnumerable<(string Name, Func<Tensor, Tensor, Tensor> Function)> Functions() =>
    [
        ("atan2", (x, y) => x.Atan2(y)), ("copysign", (x, y) => Tensor.Where(y.SignBit(), -x.Abs(), x.Abs())), ("eq", (x, y) => x.Equal(y)), ("ne", (x, y) => x.NotEqual(y)), ("ge", (x, y) => x.GreaterEqual(y)),
        ("gt", (x, y) => x.Greater(y)), ("le", (x, y) => x.LessEqual(y)), ("lt", (x, y) => x.Less(y)), ("float_power", (x, y) => x.Cast(DType.Float64).Pow(y.Cast(DType.Float64))),
        ("floor_divide", (x, y) => x.FloorDivide(y)), ("fmax", (x, y) => x.FMax(y)), ("fmin", (x, y) => x.FMin(y)), ("fmod", (x, y) => x.FMod(y)), ("heaviside", (x, y) => x.Heaviside(y)),
        ("hypot", (x, y) => x.Hypot(y)), ("igamma", (x, y) => x.GammaInc(y)), ("igammac", (x, y) => x.GammaIncC(y)), ("ldexp", (x, y) => x * y.Cast(x.DType).Exp2()), ("logaddexp", (x, y) => x.LogAddExp(y)),
        ("logaddexp2", (x, y) => x.LogAddExp2(y)), ("logical_and", (x, y) => x.NotEqual(0).And(y.NotEqual(0))), ("logical_or", (x, y) => x.NotEqual(0).Or(y.NotEqual(0))),
        ("logical_xor", (x, y) => x.NotEqual(0).Xor(y.NotEqual(0))), ("maximum", (x, y) => x.Maximum(y)), ("max/binary", (x, y) => x.Maximum(y)), ("minimum", (x, y) => x.Minimum(y)), ("min/binary", (x, y) => x.Minimum(y)),
        ("mul", (x, y) => x * y), ("nextafter", (x, y) => x.NextAfter(y)), ("pow", (x, y) => x.Pow(y)), ("remainder", (x, y) => x.Mod(y)), ("true_divide", (x, y) => x / y), ("div/no_rounding_mode", (x, y) => x / y),
        ("div/floor_rounding", (x, y) => x.FloorDivide(y)), ("div/trunc_rounding", (x, y) => (x / y).Truncate()), ("__radd__", (x, y) => y + x), ("__rdiv__", (x, y) => y / x), ("__rmul__", (x, y) => y * x),
        ("__rmod__", (x, y) => y.Mod(x)), // Python's x ** tensor makes a new tensor of x, through which no gradient goes.
        ("__rpow__", (x, y) => y.Detach().Pow(x)), ("__rsub__", (x, y) => y - x), ("xlogy", XLogY), ("special.xlog1py", (x, y) => XLogY(x, y + 1, y.Log1p())),
    ];

    private static Dictionary<string, Func<Arguments, object>> Others() => new()
    {
        ["add"] = a => a.X + (a.Operand(1) * a.Num(-1, "alpha", 1)),
        ["sub"] = a => a.X - (a.Operand(1) * a.Num(-1, "alpha", 1)),
        ["rsub"] = a => a.Operand(1) - (a.X * a.Num(-1, "alpha", 1)),
        ["addcmul"] = a => a.X + (a.T(1) * a.T(2) * a.Num(-1, "value", 1)),
        ["addcdiv"] = a => a.X + (a.T(1) / a.T(2) * a.Num(-1, "value", 1)),
        ["lerp"] = a => a.X + (a.Operand(2) * (a.T(1) - a.X)),
        ["where"] = a => Tensor.Where(a.T(1), a.X, a.T(2)),
        ["isclose"] = a => a.X.IsClose(a.T(1), a.Num(2, "rtol", 1e-5), a.Num(3, "atol", 1e-8), a.Flag(4, "equal_nan")),
        ["allclose"] = a => a.X.AllClose(a.T(1), a.Num(2, "rtol", 1e-5), a.Num(3, "atol", 1e-8), a.Flag(4, "equal_nan")),
        ["equal"] = a => a.X.Shape == a.T(1).Shape && a.X.Equal(a.T(1)).All().Item<bool>(),
    };

    private static Tensor XLogY(Tensor x, Tensor y) => XLogY(x, y, y.Log());

    // x log y, and 0 where x is 0 and y a number.
    private static Tensor XLogY(Tensor x, Tensor y, Tensor logarithm) => Tensor.Where(x.Equal(0).And(y.IsNaN().Not()), x.ZerosLike(), x * logarithm);
}
