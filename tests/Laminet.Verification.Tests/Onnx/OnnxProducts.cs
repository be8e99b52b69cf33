using Laminet.Tensors;
using static Laminet.Verification.Tests.Onnx.OnnxRow;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>Products, integers that stand for numbers, and losses.</summary>
internal static class OnnxProducts
{
    public static IEnumerable<OnnxRow> Rows =>
    [
        Of("MatMul", e => MatMul(e.X, e.Y)),
        Of("Gemm", e => Gemm(e)),
        Of("Einsum", e => Tensor.Einsum(e.Text("equation", "").Replace(" ", "", StringComparison.Ordinal), [.. e.Inputs])),
        Of("Det", e => e.X.Determinant()),
        Of("MatMulInteger", e => (e.X.Cast(DType.Float64) - Zero(e.Maybe(2), true)).MatMul(e.Y.Cast(DType.Float64) - Zero(e.Maybe(3), false)).Cast(DType.Int32)),
        Of("QuantizeLinear", e => Quantized(e.X / Spread(e, e.Y), e.Maybe(2) is Tensor zero ? Spread(e, zero) : Tensor.Scalar(0, e.Type("output_dtype", DType.UInt8)))),
        Of("DequantizeLinear", e => Dequantized(e.X, Spread(e, e.Y), e.Maybe(2) is Tensor zero ? Spread(e, zero) : null)),
        Of("DynamicQuantizeLinear", DynamicQuantizeLinear),
        Of("QLinearMatMul", e => Quantized(MatMul(Dequantized(e.X, e.Y, e.In(2)), Dequantized(e.In(3), e.In(4), e.In(5))) / e.In(6), e.In(7))),
        Of("QLinearConv", e => Quantized(OnnxImages.Convolved(e, Dequantized(e.X, e.Y, e.In(2)), Dequantized(e.In(3), OverKernels(e.In(4)), OverKernels(e.In(5))), null) / e.In(6), e.In(7))),
        Of("ConvInteger", e => OnnxImages.Convolved(e, e.X.Cast(DType.Float64) - Zero(e.Maybe(2), false), e.Y.Cast(DType.Float64) - OverKernels(Zero(e.Maybe(3), false)), null).Cast(DType.Int32)),
        Of("NegativeLogLikelihoodLoss", e => Loss(e, e.X)),
        Of("SoftmaxCrossEntropyLoss", e => (Loss(e, e.X.LogSoftmax(1)), e.X.LogSoftmax(1))),
        Of("Dropout", e => Dropout(e), e => IsTraining(e)),
    ];

    // A vector is a row on the left and a column on the right, and goes from the result.
    private static Tensor MatMul(Tensor x, Tensor y)
    {
        Tensor product = (x.Rank == 1 ? x.ExpandDims(0) : x).MatMul(y.Rank == 1 ? y.ExpandDims(1) : y);
        product = y.Rank == 1 ? product.Squeeze(-1) : product;
        return x.Rank == 1 ? product.Squeeze(y.Rank == 1 ? -1 : -2) : product;
    }

    private static Tensor Gemm(OnnxExample e)
    {
        Tensor product = e.X.MatMul(e.Y, e.Flag("transA"), e.Flag("transB")) * e.Num("alpha", 1);
        return e.Maybe(2) is Tensor bias ? product + (bias * e.Num("beta", 1)) : product;
    }

    private static Tensor Zero(Tensor? point, bool isLeft) =>
        point is null ? Tensor.Scalar(0.0) : isLeft && point.Rank == 1 && point.Length > 1 ? point.Cast(DType.Float64).ExpandDims(1) : point.Cast(DType.Float64);

    private static Tensor OverKernels(Tensor x) => x.Rank == 1 && x.Length > 1 ? x.Reshape(-1, 1, 1, 1) : x;

    // A factor for all, for each place of an axis, or for each block of an axis.
    private static Tensor Spread(OnnxExample e, Tensor factor)
    {
        int axis = OnnxReductions.Axis(e.Int("axis", 1), e.X.Rank);
        if (factor.Length == 1)
            return factor.Reshape();
        return factor.Rank == 1 ? factor.Reshape(Shape.Create([.. Enumerable.Range(0, e.X.Rank).Select(i => i == axis ? factor.Length : 1)])) : factor.Repeat(e.Int("block_size", 1), axis).Slice(0, e.X.Shape[axis], axis: axis);
    }

    // Rounded to even, moved, and cut at the ends of the type.
    private static Tensor Quantized(Tensor numbers, Tensor zero)
    {
        (long low, long high) = zero.DType switch { DType.UInt8 => (0L, 255L), DType.Int8 => (-128, 127), DType.UInt16 => (0, 65535), _ => (-32768, 32767) };
        return (numbers.Cast(DType.Float64).Round() + zero.Cast(DType.Float64)).Clip((double)low, high).Cast(zero.DType);
    }

    private static Tensor Dequantized(Tensor x, Tensor scale, Tensor? zero) => (x.Cast(DType.Int32) - (zero?.Cast(DType.Int32) ?? Tensor.Scalar(0))).Cast(scale.DType) * scale;

    private static Tensor[] DynamicQuantizeLinear(OnnxExample e)
    {
        Tensor low = e.X.Min().Minimum(Tensor.Scalar(0f)), scale = (e.X.Max().Maximum(Tensor.Scalar(0f)) - low) / 255, zero = (-low / scale).Round().Clip(0.0, 255.0).Cast(DType.UInt8);
        return [Quantized(e.X / scale, zero), scale, zero];
    }

    private static Tensor Loss(OnnxExample e, Tensor logarithms)
    {
        Tensor rows = logarithms.MoveAxis(1, -1), labels = e.Y.Cast(DType.Int32);
        Tensor isCounted = e.Has("ignore_index") ? labels.NotEqual(e.Int("ignore_index", 0)) : labels.Equal(labels);
        Tensor chosen = Tensor.Where(isCounted, labels, labels.ZerosLike());
        Tensor weights = isCounted.Cast(logarithms.DType) * (e.Maybe(2)?.Gather(chosen) ?? Tensor.Scalar(1f));
        Tensor losses = -rows.TakeAlong(chosen.ExpandDims(-1)).Squeeze(-1) * weights;
        return e.Text("reduction", "mean") switch { "none" => losses, "sum" => losses.Sum(), _ => losses.Sum() / weights.Sum() };
    }

    private static double Rate(OnnxExample e) => e.Maybe(1)?.ToDouble() ?? e.Num("ratio", 0.5);

    private static bool IsTraining(OnnxExample e) => e.Maybe(2) is Tensor training && training.ToDouble() != 0 && Rate(e) > 0;

    private static (Tensor, Tensor) Dropout(OnnxExample e)
    {
        if (!IsTraining(e))
            return (e.X, e.X.Equal(e.X));
        Tensor mask = new RandomKey((ulong)e.Int("seed", 0)).Bernoulli(e.X.Shape, 1 - Rate(e));
        return (e.X * mask.Cast(e.X.DType) / (1 - Rate(e)), mask.Cast(DType.Bool));
    }
}
