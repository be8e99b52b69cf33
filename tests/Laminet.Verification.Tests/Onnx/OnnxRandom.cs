using Laminet.Tensors;
using static Laminet.Verification.Tests.Onnx.OnnxRow;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>Random numbers, of which shapes and types are compared; their distributions have tests of their own.</summary>
internal static class OnnxRandom
{
    public static IEnumerable<OnnxRow> Rows =>
    [
        Of("Bernoulli", e => Key(e).Uniform(e.X.Shape).Less(e.X.Cast(DType.Float32)).Cast(e.Type("dtype", e.X.DType)), _ => true),
        Of("Multinomial", e => Key(e).Categorical(e.X, e.Int("sample_size", 1)).Cast(e.Type("dtype", DType.Int32)), _ => true),
        Of("RandomNormal", e => Key(e).Normal(Shape.Create(e.Ints("shape")!), e.Num("mean", 0), e.Num("scale", 1), e.Type("dtype", DType.Float32)), _ => true),
        Of("RandomNormalLike", e => Key(e).Normal(e.X.Shape, e.Num("mean", 0), e.Num("scale", 1), e.Type("dtype", e.X.DType)), _ => true),
        Of("RandomUniform", e => Key(e).Uniform(Shape.Create(e.Ints("shape")!), e.Num("low", 0), e.Num("high", 1), e.Type("dtype", DType.Float32)), _ => true),
        Of("RandomUniformLike", e => Key(e).Uniform(e.X.Shape, e.Num("low", 0), e.Num("high", 1), e.Type("dtype", e.X.DType)), _ => true),
    ];

    private static RandomKey Key(OnnxExample e) => new((ulong)e.Int("seed", 0));
}
