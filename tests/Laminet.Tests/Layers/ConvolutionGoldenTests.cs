using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tests.Golden;

namespace Laminet.Tests.Layers;

/// <summary>Convolution, pooling and resizing layers against PyTorch's numbers (Golden/make_convolution_golden.py), in float64.</summary>
public class ConvolutionGoldenTests
{
    private static readonly JsonObject Expected = GoldenFile.Json("convolution.json");

    private static readonly Dictionary<string, Func<Tensor>> Cases = new()
    {
        ["conv1d"] = () => Weighted(new Conv1D(6, 3) { DType = DType.Float64 }, Sequences),
        ["conv1d_same_stride"] = () => Weighted(new Conv1D(6, 3, 2, "same", "tanh") { DType = DType.Float64 }, Sequences),
        ["conv1d_causal_dilated"] = () => Weighted(new Conv1D(6, 4, padding: "causal", dilation: 2) { DType = DType.Float64 }, Sequences),
        ["conv1d_groups"] = () => Weighted(new Conv1D(6, 4, padding: "same", groups: 2, useBias: false) { DType = DType.Float64 }, Sequences),
        ["conv3d"] = () => Weighted(new Conv3D(6, (3, 2, 2)) { DType = DType.Float64 }, Volumes),
        ["conv3d_same_stride"] = () => Weighted(new Conv3D(6, (3, 2, 3), (2, 1, 1), "same", "relu") { DType = DType.Float64 }, Volumes),
        ["conv3d_dilated_groups"] = () => Weighted(new Conv3D(6, 2, dilation: (3, 2, 1), groups: 2, useBias: false) { DType = DType.Float64 }, Volumes),
        ["conv1d_transpose"] = () => Weighted(new Conv1DTranspose(6, 3) { DType = DType.Float64 }, Sequences),
        ["conv1d_transpose_same"] = () => Weighted(new Conv1DTranspose(6, 3, 2, "same") { DType = DType.Float64 }, Sequences),
        ["conv1d_transpose_same_output_padding_0"] = () => Weighted(new Conv1DTranspose(6, 3, 2, "same", outputPadding: 0) { DType = DType.Float64 }, Sequences),
        ["conv2d_transpose"] = () => Weighted(new Conv2DTranspose(6, (3, 2)) { DType = DType.Float64 }, Images),
        ["conv2d_transpose_long_steps"] = () => Weighted(new Conv2DTranspose(6, (3, 2), (2, 3)) { DType = DType.Float64 }, Images),
        ["conv2d_transpose_same_dilated"] = () => Weighted(new Conv2DTranspose(6, 3, padding: "same", activation: "relu", dilation: 2) { DType = DType.Float64 }, Images),
        ["conv3d_transpose"] = () => Weighted(new Conv3DTranspose(6, (3, 2, 2)) { DType = DType.Float64 }, Volumes),
        ["conv3d_transpose_same"] = () => Weighted(new Conv3DTranspose(6, (3, 2, 3), (2, 2, 1), "same") { DType = DType.Float64 }, Volumes),
        ["conv3d_transpose_output_padding"] = () => Weighted(new Conv3DTranspose(6, (2, 2, 1), (2, 3, 2), outputPadding: (1, 2, 0), useBias: false) { DType = DType.Float64 }, Volumes),
        ["depthwise1d"] = () => Weighted(new DepthwiseConv1D(3) { DType = DType.Float64 }, Sequences),
        ["depthwise1d_multiplier_same"] = () => Weighted(new DepthwiseConv1D(3, 2, "same", 2, useBias: false) { DType = DType.Float64 }, Sequences),
        ["depthwise1d_dilated"] = () => Weighted(new DepthwiseConv1D(2, dilation: 3) { DType = DType.Float64 }, Sequences),
        ["depthwise2d"] = () => Weighted(new DepthwiseConv2D((3, 2)) { DType = DType.Float64 }, Images),
        ["depthwise2d_multiplier"] = () => Weighted(new DepthwiseConv2D((2, 3), depthMultiplier: 3, activation: "tanh", useBias: false) { DType = DType.Float64 }, Images),
        ["depthwise2d_same_stride"] = () => Weighted(new DepthwiseConv2D(3, 2, "same") { DType = DType.Float64 }, Images),
        ["separable1d"] = () => Weighted(new SeparableConv1D(6, 3) { DType = DType.Float64 }, Sequences),
        ["separable1d_causal_multiplier"] = () => Weighted(new SeparableConv1D(6, 3, padding: "causal", depthMultiplier: 2) { DType = DType.Float64 }, Sequences),
        ["separable1d_stride"] = () => Weighted(new SeparableConv1D(6, 2, 3, useBias: false) { DType = DType.Float64 }, Sequences),
        ["separable2d"] = () => Weighted(new SeparableConv2D(6, 3) { DType = DType.Float64 }, Images),
        ["separable2d_same_multiplier"] = () => Weighted(new SeparableConv2D(6, 3, padding: "same", activation: "relu", depthMultiplier: 2) { DType = DType.Float64 }, Images),
        ["separable2d_dilated"] = () => Weighted(new SeparableConv2D(6, 2, dilation: (2, 3)) { DType = DType.Float64 }, Images),
        ["max1d"] = () => new MaxPooling1D().Call(Sequences),
        ["max1d_overlapping"] = () => new MaxPooling1D(3, 2).Call(Sequences),
        ["max1d_same"] = () => new MaxPooling1D(padding: "same").Call(Sequences),
        ["max3d"] = () => new MaxPooling3D().Call(Volumes),
        ["max3d_overlapping"] = () => new MaxPooling3D((2, 3, 1), (1, 2, 2)).Call(Volumes),
        ["max3d_same"] = () => new MaxPooling3D(padding: "same").Call(Volumes),
        ["average1d"] = () => new AveragePooling1D().Call(Sequences),
        ["average1d_overlapping"] = () => new AveragePooling1D(4, 3).Call(Sequences),
        ["average1d_same"] = () => new AveragePooling1D(padding: "same").Call(Sequences),
        ["average3d"] = () => new AveragePooling3D().Call(Volumes),
        ["average3d_overlapping"] = () => new AveragePooling3D((2, 3, 1), (1, 2, 2)).Call(Volumes),
        ["average3d_same"] = () => new AveragePooling3D(padding: "same").Call(Volumes),
        ["global_max1d"] = () => new GlobalMaxPooling1D().Call(Sequences),
        ["global_max2d"] = () => new GlobalMaxPooling2D().Call(Images),
        ["global_max3d"] = () => new GlobalMaxPooling3D(keepDims: true).Call(Volumes),
        ["global_average1d"] = () => new GlobalAveragePooling1D().Call(Sequences),
        ["global_average2d"] = () => new GlobalAveragePooling2D().Call(Images),
        ["global_average3d"] = () => new GlobalAveragePooling3D().Call(Volumes),
        ["distance_weighted"] = () => new DistanceWeightedPooling2D().Call(Images),
        ["distance_weighted_same"] = () => new DistanceWeightedPooling2D(3, 2, "same").Call(Images),
        ["distance_weighted_narrow"] = () => new DistanceWeightedPooling2D((3, 2), (1, 2), width: 0.6, trainableWidth: true) { DType = DType.Float64 }.Call(Images),
        ["cropping1d"] = () => new Cropping1D().Call(Sequences),
        ["cropping2d"] = () => new Cropping2D(((1, 0), (2, 1))).Call(Images),
        ["cropping3d"] = () => new Cropping3D().Call(Volumes),
        ["zero_padding1d"] = () => new ZeroPadding1D((1, 2)).Call(Sequences),
        ["zero_padding2d"] = () => new ZeroPadding2D(((1, 2), (3, 4))).Call(Images),
        ["zero_padding3d"] = () => new ZeroPadding3D().Call(Volumes),
        ["up_sampling1d"] = () => new UpSampling1D().Call(Sequences),
        ["up_sampling2d"] = () => new UpSampling2D((3, 2)).Call(Images),
        ["up_sampling2d_bilinear"] = () => new UpSampling2D((3, 2), Interpolation.Bilinear).Call(Images),
        ["up_sampling3d"] = () => new UpSampling3D((2, 1, 3)).Call(Volumes),
        ["resize_bilinear"] = () => Images.Resize((3, 8)),
        ["resize_bilinear_antialias"] = () => Images.Resize((2, 4), antialias: true),
        ["resize_bicubic_antialias"] = () => Images.Resize((3, 8), Interpolation.Bicubic, antialias: true),
    };

    private static Tensor Sequences => new Lcg(1).Tensor([2, 9, 4], minus: 0.5);

    private static Tensor Images => new Lcg(1).Tensor([2, 5, 6, 4], minus: 0.5);

    private static Tensor Volumes => new Lcg(1).Tensor([2, 4, 5, 3, 2], minus: 0.5);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_layer_gives_PyTorchs_numbers(string name) => Matches(name, Cases[name]());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Adaptive_pooling_has_PyTorchs_windows(int size)
    {
        Matches($"adaptive_average1d_{size}", new AdaptiveAveragePooling1D(size).Call(Sequences));
        Matches($"adaptive_max1d_{size}", new AdaptiveMaxPooling1D(size).Call(Sequences));
        Matches($"adaptive_average2d_{size}", new AdaptiveAveragePooling2D(size).Call(Images));
        Matches($"adaptive_max2d_{size}", new AdaptiveMaxPooling2D(size).Call(Images));
        Matches($"adaptive_average3d_{size}", new AdaptiveAveragePooling3D(size).Call(Volumes));
        Matches($"adaptive_max3d_{size}", new AdaptiveMaxPooling3D(size).Call(Volumes));
    }

    [Fact]
    public void No_golden_number_is_left_over() => Assert.Equal(
        Cases.Keys.Order(StringComparer.Ordinal),
        Expected.Select(one => one.Key).Where(name => !name.StartsWith("adaptive", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    // Kernels are drawn with the seeds 2 and 4, the bias with 3.
    private static Tensor Weighted(Layer layer, Tensor input)
    {
        layer.Call(input);
        foreach (Variable weight in layer.Weights)
            weight.Assign(new Lcg(weight.Name switch { "bias" => 3, "pointwise_kernel" => 4, _ => 2 }).Tensor(weight.Shape, minus: 0.5));
        return layer.Call(input);
    }

    private static void Matches(string name, Tensor actual)
    {
        double[] wanted = GoldenFile.Numbers(Expected[name]), received = actual.ToArray<double>();
        Assert.Equal(wanted.Length, received.Length);
        for (int i = 0; i < wanted.Length; i++)
            Assert.Equal(wanted[i], received[i], 1e-10);
    }
}
