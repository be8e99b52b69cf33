using Laminet.Layers;
using static Laminet.OpInfo.Counterparts;

namespace Laminet.OpInfo;

/// <summary>Functions of one tensor, element by element.</summary>
internal static class Pointwise
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(Functions().Select(entry => KeyValuePair.Create<string, Func<Arguments, object>>(entry.Name, a => entry.Function(a.X))).Concat(Others()));

    private static IEnumerable<(string Name, Func<Tensor, Tensor> Function)> Functions() =>
    [
        ("abs", x => x.Abs()), ("acos", x => x.Acos()), ("acosh", x => x.Acosh()), ("asin", x => x.Asin()), ("asinh", x => x.Asinh()), ("atan", x => x.Atan()), ("atanh", x => x.Atanh()),
        ("ceil", x => x.Ceiling()), ("cos", x => x.Cos()), ("cosh", x => x.Cosh()), ("deg2rad", x => x.Deg2Rad()), ("digamma", x => x.Digamma()), ("erf", x => x.Erf()), ("erfc", x => x.Erfc()),
        ("erfinv", x => x.Erfinv()), ("exp", x => x.Exp()), ("exp2", x => x.Exp2()), ("expm1", x => x.Expm1()), ("floor", x => x.Floor()), ("frac", x => x - x.Truncate()), ("i0", x => x.I0()),
        ("isfinite", x => x.IsFinite()), ("isinf", x => x.IsInf()), ("isnan", x => x.IsNaN()), ("isneginf", x => x.IsNegInf()), ("isposinf", x => x.IsPosInf()), ("isreal", x => Tensor.IsReal(x, x.ZerosLike())),
        ("lgamma", x => x.LogGamma()), ("log", x => x.Log()), ("log10", x => x.Log10()), ("log1p", x => x.Log1p()), ("log2", x => x.Log2()), ("logical_not", x => x.Equal(0)), ("neg", x => -x),
        ("rad2deg", x => x.Rad2Deg()), ("reciprocal", x => x.Reciprocal()), ("rsqrt", x => x.Rsqrt()), ("sgn", x => x.Sign()), ("sigmoid", x => x.Sigmoid()), ("sign", x => x.Sign()),
        ("signbit", x => x.SignBit()), ("sin", x => x.Sin()), ("sinc", x => x.Sinc()), ("sinh", x => x.Sinh()), ("sqrt", x => x.Sqrt()), ("square", x => x.Square()), ("tan", x => x.Tan()),
        ("tanh", x => x.Tanh()), ("trunc", x => x.Truncate()), ("angle", x => Tensor.Angle(x, x.ZerosLike())), ("conj", x => Tensor.Conj(x, x.ZerosLike()).Item1),
        ("special.i0e", x => x.I0() * (-x.Abs()).Exp()), ("special.i1", x => x.I1()), ("special.i1e", x => x.I1() * (-x.Abs()).Exp()), ("special.modified_bessel_i0", x => x.I0()),
        ("special.modified_bessel_i1", x => x.I1()),
        ("special.bessel_j0", x => x.J0()), ("special.bessel_j1", x => x.J1()), ("special.bessel_y0", x => x.Y0()), ("special.bessel_y1", x => x.Y1()), ("special.modified_bessel_k0", x => x.K0()),
        ("special.modified_bessel_k1", x => x.K1()), ("special.scaled_modified_bessel_k0", x => x.K0e()), ("special.scaled_modified_bessel_k1", x => x.K1e()), ("special.erfcx", x => x.Erfcx()),
        ("special.log_ndtr", x => x.LogNdtr()), ("special.ndtr", x => (x * -Math.Sqrt(0.5)).Erfc() * 0.5), ("special.ndtri", x => ((x * 2) - 1).Erfinv() * Math.Sqrt(2)),
        ("special.entr", Entropy), ("special.spherical_bessel_j0", x => (x / Math.PI).Sinc()),
    ];

    private static IEnumerable<KeyValuePair<string, Func<Arguments, object>>> Others() => new Dictionary<string, Func<Arguments, object>>
    {
        ["round"] = a => Rounded(a.X, a.Int(-1, "decimals", 0)),
        ["clamp"] = a => Clamp(a.X, a.Has(1, "min") ? a.Operand(1, "min") : null, a.Has(2, "max") ? a.Operand(2, "max") : null),
        ["clamp_min"] = a => a.X.Maximum(a.Operand(1, "min")),
        ["clamp_max"] = a => a.X.Minimum(a.Operand(1, "max")),
        ["nan_to_num"] = a => a.X.NanToNum(a.Num(1, "nan", 0), a.Has(2, "posinf") ? a.Num(2, "posinf") : null, a.Has(3, "neginf") ? a.Num(3, "neginf") : null),
        ["logit"] = a => Logit(a.Has(1, "eps") ? a.X.Clip(a.Num(1, "eps"), 1 - a.Num(1, "eps")) : a.X),
        ["frexp"] = a => Parts(a.X),
        ["mvlgamma"] = a => LogGammas(a.X, a.Int(1, "p")),
        ["polygamma"] = a => a.X.Polygamma(a.Int(1)),
        ["special.polygamma"] = a => a.X.Polygamma(a.Int(1)),
        ["real"] = a => a.C(0).Real,
        ["view_as_complex"] = a => Complex(a.X.ViewAsComplex()),
        ["complex"] = a => new Pair(a.X.BroadcastTo(Shape.Broadcast(a.X.Shape, a.T(1).Shape)), a.T(1).BroadcastTo(Shape.Broadcast(a.X.Shape, a.T(1).Shape))),
        ["polar"] = a => Complex(Tensor.Polar(a.X, a.T(1))),
    }.Concat(Casts());

    private static IEnumerable<KeyValuePair<string, Func<Arguments, object>>> Casts() =>
        new (string Name, DType Type)[] { ("bfloat16", DType.BFloat16), ("bool", DType.Bool), ("byte", DType.UInt8), ("char", DType.Int8), ("double", DType.Float64), ("float", DType.Float32), ("half", DType.Float16), ("int", DType.Int32), ("long", DType.Int64), ("short", DType.Int16) }
            .Select(cast => KeyValuePair.Create<string, Func<Arguments, object>>(cast.Name, a => a.X.Cast(cast.Type)))
            .Append(new("to", a => a.X.Cast(a.Maybe(1)?.DType ?? a.Type(1) ?? a.Type(2) ?? throw new InvalidOperationException("The sample has no type."))));

    public static Pair Complex((Tensor Real, Tensor Imaginary) parts) => new(parts.Real, parts.Imaginary);

    private static Tensor Entropy(Tensor x) => Tensor.Where(x.Greater(0), -(x * x.Log()), Tensor.Where(x.Equal(0), x.ZerosLike(), x.FullLike(double.NegativeInfinity)));

    private static Tensor Rounded(Tensor x, int decimals) => decimals switch
    {
        0 => x.Round(),
        > 0 => (x * Math.Pow(10, decimals)).Round() / Math.Pow(10, decimals),
        _ => (x / Math.Pow(10, -decimals)).Round() * Math.Pow(10, -decimals),
    };

    private static Tensor Clamp(Tensor x, Tensor? minimum, Tensor? maximum)
    {
        x = minimum is null ? x : x.Maximum(minimum);
        return maximum is null ? x : x.Minimum(maximum);
    }

    private static Tensor Logit(Tensor x) => (x / (1 - x)).Log();

    // x = m 2^e with 1/2 <= |m| < 1.
    private static (Tensor, Tensor) Parts(Tensor x)
    {
        Tensor size = x.Detach().Abs();
        Tensor exponent = Tensor.Where(size.Greater(0), size.Log2().Floor() + 1, size.ZerosLike());
        Tensor part = size.LdExp((-exponent).Cast(DType.Int32));
        exponent += part.GreaterEqual(1).Cast(x.DType) - part.Less(0.5).And(size.Greater(0)).Cast(x.DType);
        return (x.LdExp((-exponent).Cast(DType.Int32)), exponent.Cast(DType.Int32));
    }

    private static Tensor LogGammas(Tensor x, int p)
    {
        Tensor sum = x.LogGamma() + (p * (p - 1) * Math.Log(Math.PI) / 4);
        for (int j = 1; j < p; j++)
            sum += (x - (j / 2.0)).LogGamma();
        return sum;
    }
}

/// <summary>Activation functions of nn.functional.</summary>
internal static class Activations
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new()
    {
        ["nn.functional.celu"] = a => ActivationFunction.Celu(a.Num(1, "alpha", 1)).Call(a.X),
        ["nn.functional.elu"] = a => ActivationFunction.Elu(a.Num(1, "alpha", 1)).Call(a.X),
        ["nn.functional.gelu"] = a => ActivationFunction.Gelu(a.Text(1, "approximate") == "tanh").Call(a.X),
        ["nn.functional.glu"] = a => ActivationFunction.Glu(a.Int(1, "dim", -1)).Call(a.X),
        ["nn.functional.hardshrink"] = a => ActivationFunction.HardShrink(a.Num(1, "lambd", 0.5)).Call(a.X),
        ["nn.functional.softshrink"] = a => ActivationFunction.SoftShrink(a.Num(1, "lambd", 0.5)).Call(a.X),
        ["nn.functional.hardsigmoid"] = a => Named("hard_sigmoid", a.X),
        ["nn.functional.hardswish"] = a => Named("hard_silu", a.X),
        ["nn.functional.hardtanh"] = a => Clip(a.X, a.Num(1, "min_val", -1), a.Num(2, "max_val", 1)),
        ["nn.functional.leaky_relu"] = a => ActivationFunction.LeakyRelu(a.Num(1, "negative_slope", 0.01)).Call(a.X),
        ["nn.functional.logsigmoid"] = a => Named("log_sigmoid", a.X),
        ["nn.functional.mish"] = a => Named("mish", a.X),
        ["nn.functional.relu"] = a => a.X.Relu(),
        ["nn.functional.relu6"] = a => Named("relu6", a.X),
        ["nn.functional.selu"] = a => Named("selu", a.X),
        ["nn.functional.silu"] = a => Named("silu", a.X),
        ["nn.functional.softplus"] = a => Softplus(a.X, a.Num(1, "beta", 1), a.Num(2, "threshold", 20)),
        ["nn.functional.softsign"] = a => Named("softsign", a.X),
        ["nn.functional.tanhshrink"] = a => Named("tanh_shrink", a.X),
        ["nn.functional.threshold"] = a => ActivationFunction.Threshold(a.Num(1, "threshold"), a.Num(2, "value")).Call(a.X),
        ["nn.functional.prelu"] = a => Prelu(a.X, a.T(1, "weight")),
        // The slope is drawn anew for each element in training.
        ["nn.functional.rrelu"] = a => a.X.Relu() - ((-a.X).Relu() * new RandomKey(1).Uniform(a.X.Shape, a.Num(1, "lower", 1.0 / 8), a.Num(2, "upper", 1.0 / 3), a.X.DType)),
        ["softmax"] = OfVectors(a => (a.Type(2, "dtype") is DType type ? a.X.Cast(type) : a.X).Softmax(a.Int(1, "dim"))),
        ["log_softmax"] = OfVectors(a => (a.Type(2, "dtype") is DType type ? a.X.Cast(type) : a.X).LogSoftmax(a.Int(1, "dim"))),
        ["nn.functional.softmin"] = OfVectors(a => (-(a.Type(-1, "dtype") is DType type ? a.X.Cast(type) : a.X)).Softmax(a.Int(1, "dim"))),
    };

    private static Tensor Named(string name, Tensor x) => ActivationFunction.FromName(name).Call(x);

    // A lower bound above the upper one gives the upper one, as in PyTorch.
    private static Tensor Clip(Tensor x, double low, double high) => low <= high ? x.Clip(low, high) : x.Maximum(x.FullLike(low)).Minimum(x.FullLike(high));

    private static Tensor Softplus(Tensor x, double beta, double threshold) => Tensor.Where((x * beta).Greater(threshold), x, (x * beta).Softplus() / beta);

    // A weight for each channel, the second axis.
    private static Tensor Prelu(Tensor x, Tensor weight)
    {
        if (weight.Length > 1 && x.Rank > 1)
            weight = weight.Reshape(Shape.Create([.. Enumerable.Range(0, x.Rank).Select(axis => axis == 1 ? weight.Length : 1)]));
        else if (x.Rank == 0)
            weight = weight.Reshape();
        return x.Relu() - (weight * (-x).Relu());
    }
}
