using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Tests.Compilation.Passes;

public class SwishFoldingTests
{
    private static readonly Variable Points = new(new RandomKey(1).Normal([1, 1, 6, 40]), "points");

    // side, channels, filters, kernel, stride, groups: points on many pixels and on one, depthwise rows and lines, patches.
    [Theory]
    [InlineData(9, 6, 40, 1, 1, 1)]
    [InlineData(15, 96, 80, 1, 1, 1)]
    [InlineData(20, 600, 24, 1, 1, 1)]
    [InlineData(1, 6, 40, 1, 1, 1)]
    [InlineData(5, 6, 1, 1, 1, 1)]
    [InlineData(9, 6, 40, 1, 2, 1)]
    [InlineData(13, 35, 35, 3, 1, 35)]
    [InlineData(13, 35, 35, 3, 2, 35)]
    [InlineData(13, 35, 35, 5, 1, 35)]
    [InlineData(13, 35, 35, 7, 1, 35)]
    [InlineData(31, 3, 16, 3, 2, 1)]
    [InlineData(12, 48, 64, 3, 1, 1)]
    public void A_convolution_takes_in_the_swish_of_its_result(int side, int channels, int filters, int kernel, int stride, int groups)
    {
        Variable weights = new(new RandomKey(1).Normal([kernel, kernel, channels / groups, filters]), "weights");
        Tensor x = new RandomKey(2).Normal([2, side, side, channels]), one = new RandomKey(3).Uniform([filters]) + 0.5, two = new RandomKey(4).Normal([filters]);
        Tensor Normalized(Tensor image) => image.Convolution(weights.Value, strides: (stride, stride), padding: Padding.Explicit(kernel / 2), groups: groups).Normalize(two, one, one, two);
        CompiledFunction compiled = Function.Compile(inputs => [Swish(Normalized(inputs[0]))]);
        Operation operation = compiled.Stages(x.Spec)[^1].Graph.First<FoldedConvolution>();
        Assert.EndsWith("+Swish", operation.Primitive!.Name, StringComparison.Ordinal);
        float[] expected = Swish(Normalized(x)).ToArray<float>(), values = compiled.Call(x)[0].ToArray<float>();
        float largest = expected.Max();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.True(Math.Abs(expected[i] - values[i]) <= 3e-6 * Math.Max(1, largest), $"{i}: {values[i]:R}, expected {expected[i]:R}");
    }

    [Fact]
    public void In_either_order_with_a_bias_and_without()
    {
        Tensor bias = new RandomKey(5).Normal([40]);
        AssertFolded(true, x => x.Convolution(Points.Value, bias) is var y ? [y.Sigmoid() * y] : []);
        AssertFolded(true, x => x.Convolution(Points.Value) is var y ? [y * y.Sigmoid()] : []);
    }

    [Fact]
    public void What_is_read_elsewhere_stays()
    {
        AssertFolded(false, x => x.Convolution(Points.Value) is var y ? [y * y.Sigmoid(), y] : []);
        AssertFolded(false, x => x.Convolution(Points.Value) is var y ? [(y * y.Sigmoid()) + y.Exp()] : []);
        AssertFolded(false, x => x.Convolution(Points.Value) is var y && y.Sigmoid() is var share ? [y * share, share] : []);
        AssertFolded(false, x => x.Convolution(Points.Value) is var y ? [y * (y + 1).Sigmoid()] : []);
    }

    [Fact]
    public void What_is_no_convolution_of_floats_or_is_rectified_stays()
    {
        AssertFolded(false, x => x.Convolution(Points.Value, relu: true) is var y ? [y * y.Sigmoid()] : []);
        AssertFolded(false, x => x.Exp() is var y ? [y * y.Sigmoid()] : []);
        AssertFolded(false, x => x.Cast(DType.Float64).Convolution(Points.Value.Cast(DType.Float64)) is var y ? [y * y.Sigmoid()] : []);
        AssertFolded(false, x => x.Cast(DType.BFloat16).Convolution(Points.Value.Cast(DType.BFloat16)) is var y ? [y * y.Sigmoid()] : []);
    }

    private static Tensor Swish(Tensor x) => x * x.Sigmoid();

    private static void AssertFolded(bool expected, Func<Tensor, Tensor[]> build)
    {
        Tensor x = new RandomKey(2).Normal([1, 9, 9, 6]);
        CompiledFunction compiled = Function.Compile(inputs => build(inputs[0]));
        Assert.Equal(expected, compiled.Stages(x.Spec)[^1].Graph.Operations.Any(operation => operation.Primitive is FoldedConvolution { Swish: true }));
        Assert.Equal(build(x)[0].Cast(DType.Float64).ToArray<double>(), compiled.Call(x)[0].Cast(DType.Float64).ToArray<double>(), (left, right) => Math.Abs(left - right) < 1e-5);
    }
}
