using Laminet.Tensors;
using static Laminet.Verification.Tests.Onnx.OnnxRow;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>Functions of each element, comparisons and arithmetic.</summary>
internal static class OnnxPointwise
{
    public static IEnumerable<OnnxRow> Rows =>
    [
        Of("Abs", e => e.X.Abs()),
        Of("Acos", e => e.X.Acos()),
        Of("Acosh", e => e.X.Acosh()),
        Of("Asin", e => e.X.Asin()),
        Of("Asinh", e => e.X.Asinh()),
        Of("Atan", e => e.X.Atan()),
        Of("Atanh", e => e.X.Atanh()),
        Of("Ceil", e => e.X.Ceiling()),
        Of("Cos", e => e.X.Cos()),
        Of("Cosh", e => e.X.Cosh()),
        Of("Erf", e => e.X.Erf()),
        Of("Exp", e => e.X.Exp()),
        Of("Floor", e => e.X.Floor()),
        Of("Identity", e => e.X),
        Of("IsNaN", e => e.X.IsNaN()),
        Of("IsInf", e => e.X.IsPosInf().And(Tensor.Scalar(e.Flag("detect_positive", true))).Or(e.X.IsNegInf().And(Tensor.Scalar(e.Flag("detect_negative", true))))),
        Of("Log", e => e.X.Log()),
        Of("Neg", e => -e.X),
        Of("Not", e => e.X.Not()),
        Of("Reciprocal", e => e.X.Reciprocal()),
        Of("Round", e => e.X.Round()),
        Of("Sigmoid", e => e.X.Sigmoid()),
        Of("Sign", e => e.X.Sign()),
        Of("Sin", e => e.X.Sin()),
        Of("Sinh", e => e.X.Sinh()),
        Of("Sqrt", e => e.X.Sqrt()),
        Of("Tan", e => e.X.Tan()),
        Of("Tanh", e => e.X.Tanh()),
        Of("BitwiseNot", e => e.X.BitwiseNot()),
        Of("Relu", e => e.X.Relu()),
        Of("LeakyRelu", e => Tensor.Where(e.X.Less(0), e.X * e.Num("alpha", 0.01), e.X)),
        Of("PRelu", e => Tensor.Where(e.X.Less(0), e.X * e.Y, e.X)),
        Of("ThresholdedRelu", e => Tensor.Where(e.X.Greater(e.Num("alpha", 1)), e.X, e.X.ZerosLike())),
        Of("Elu", e => Tensor.Where(e.X.Less(0), e.X.Expm1() * e.Num("alpha", 1), e.X)),
        Of("Celu", e => e.X.Relu() + ((e.X / e.Num("alpha", 1)).Expm1() * e.Num("alpha", 1)).Clip(double.NegativeInfinity, 0)),
        Of("Selu", e => Tensor.Where(e.X.Greater(0), e.X, e.X.Expm1() * e.Num("alpha", 1.67326319217681884765625)) * e.Num("gamma", 1.05070102214813232421875)),
        Of("Gelu", e => e.Text("approximate", "none") == "none" ? e.X.Gelu() : e.X * 0.5 * (((e.X + (e.X * e.X * e.X * 0.044715)) * Math.Sqrt(2 / Math.PI)).Tanh() + 1)),
        Of("HardSigmoid", e => ((e.X * e.Num("alpha", 0.2)) + e.Num("beta", 0.5)).Clip(0.0, 1.0)),
        Of("HardSwish", e => e.X * ((e.X / 6) + 0.5).Clip(0.0, 1.0)),
        Of("Mish", e => e.X * e.X.Softplus().Tanh()),
        Of("Softplus", e => e.X.Softplus()),
        Of("Softsign", e => e.X / (e.X.Abs() + 1)),
        Of("Swish", e => e.X * (e.X * e.Num("alpha", 1)).Sigmoid()),
        Of("SwiGLU", e => e.X * (e.X * e.Num("alpha", 1)).Sigmoid() * e.Y),
        Of("Shrink", e => Tensor.Where(e.X.Less(-e.Num("lambd", 0.5)), e.X + e.Num("bias", 0), Tensor.Where(e.X.Greater(e.Num("lambd", 0.5)), e.X - e.Num("bias", 0), e.X.ZerosLike()))),
        Of("Clip", Clip),
        Of("Add", e => e.X + e.Y),
        Of("Sub", e => e.X - e.Y),
        Of("Mul", e => e.X * e.Y),
        Of("Div", e => IsFloat(e.X) ? e.X / e.Y : (e.X - e.X.FMod(e.Y)).FloorDivide(e.Y)),
        Of("Mod", e => e.Flag("fmod") ? e.X.FMod(e.Y) : e.X.Mod(e.Y)),
        Of("Pow", e => e.X.Pow(e.Y).Cast(e.X.DType)),
        Of("Equal", e => e.X.Equal(e.Y)),
        Of("Greater", e => e.X.Greater(e.Y)),
        Of("GreaterOrEqual", e => e.X.GreaterEqual(e.Y)),
        Of("Less", e => e.X.Less(e.Y)),
        Of("LessOrEqual", e => e.X.LessEqual(e.Y)),
        Of("And", e => e.X.And(e.Y)),
        Of("Or", e => e.X.Or(e.Y)),
        Of("Xor", e => e.X.Xor(e.Y)),
        Of("BitwiseAnd", e => e.X.BitwiseAnd(e.Y)),
        Of("BitwiseOr", e => e.X.BitwiseOr(e.Y)),
        Of("BitwiseXor", e => e.X.BitwiseXor(e.Y)),
        Of("BitShift", e => e.Text("direction", "") == "LEFT" ? e.X.LeftShift(e.Y) : e.X.RightShift(e.Y)),
        Of("Max", e => e.Inputs.Aggregate((x, y) => x.Maximum(y))),
        Of("Min", e => e.Inputs.Aggregate((x, y) => x.Minimum(y))),
        Of("Sum", e => e.Inputs.Aggregate((x, y) => x + y)),
        Of("Mean", e => e.Inputs.Aggregate((x, y) => x + y) / e.Count),
        Of("Where", e => Tensor.Where(e.X, e.Y, e.In(2))),
        Of("Cast", e => e.X.Cast(e.Type("to", DType.Float32))),
        Of("CastLike", e => e.X.Cast(e.Y.DType)),
        Of("BitCast", e => e.X.View(e.Type("to", DType.Float32))),
    ];

    public static bool IsFloat(Tensor x) => x.DType is DType.Float16 or DType.BFloat16 or DType.Float32 or DType.Float64;

    // Both bounds are tensors, and each may be left out.
    private static Tensor Clip(OnnxExample e)
    {
        Tensor low = e.Maybe(1) is Tensor minimum ? e.X.Maximum(minimum) : e.X;
        return e.Maybe(2) is Tensor maximum ? low.Minimum(maximum) : low;
    }
}
