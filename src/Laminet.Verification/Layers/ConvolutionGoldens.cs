using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>Convolution, pooling and resizing layers against PyTorch's numbers (Golden/make_convolution_golden.py), in float64.</summary>
internal static class ConvolutionGoldens
{
    private static readonly JsonObject Expected = GoldenFile.Json("convolution.json");

    private static readonly Dictionary<string, (Type Subject, Func<Tensor> Call)> Cases = new()
    {
        ["conv1d"] = (typeof(Conv1D), () => Weighted(new Conv1D(6, 3) { DType = DType.Float64 }, Sequences)),
        ["conv1d_same_stride"] = (typeof(Conv1D), () => Weighted(new Conv1D(6, 3, 2, "same", "tanh") { DType = DType.Float64 }, Sequences)),
        ["conv1d_causal_dilated"] = (typeof(Conv1D), () => Weighted(new Conv1D(6, 4, padding: "causal", dilation: 2) { DType = DType.Float64 }, Sequences)),
        ["conv1d_groups"] = (typeof(Conv1D), () => Weighted(new Conv1D(6, 4, padding: "same", groups: 2, useBias: false) { DType = DType.Float64 }, Sequences)),
        ["conv3d"] = (typeof(Conv3D), () => Weighted(new Conv3D(6, (3, 2, 2)) { DType = DType.Float64 }, Volumes)),
        ["conv3d_same_stride"] = (typeof(Conv3D), () => Weighted(new Conv3D(6, (3, 2, 3), (2, 1, 1), "same", "relu") { DType = DType.Float64 }, Volumes)),
        ["conv3d_dilated_groups"] = (typeof(Conv3D), () => Weighted(new Conv3D(6, 2, dilation: (3, 2, 1), groups: 2, useBias: false) { DType = DType.Float64 }, Volumes)),
        ["conv1d_transpose"] = (typeof(Conv1DTranspose), () => Weighted(new Conv1DTranspose(6, 3) { DType = DType.Float64 }, Sequences)),
        ["conv1d_transpose_same"] = (typeof(Conv1DTranspose), () => Weighted(new Conv1DTranspose(6, 3, 2, "same") { DType = DType.Float64 }, Sequences)),
        ["conv1d_transpose_same_output_padding_0"] = (typeof(Conv1DTranspose), () => Weighted(new Conv1DTranspose(6, 3, 2, "same", outputPadding: 0) { DType = DType.Float64 }, Sequences)),
        ["conv2d_transpose"] = (typeof(Conv2DTranspose), () => Weighted(new Conv2DTranspose(6, (3, 2)) { DType = DType.Float64 }, Images)),
        ["conv2d_transpose_long_steps"] = (typeof(Conv2DTranspose), () => Weighted(new Conv2DTranspose(6, (3, 2), (2, 3)) { DType = DType.Float64 }, Images)),
        ["conv2d_transpose_same_dilated"] = (typeof(Conv2DTranspose), () => Weighted(new Conv2DTranspose(6, 3, padding: "same", activation: "relu", dilation: 2) { DType = DType.Float64 }, Images)),
        ["conv3d_transpose"] = (typeof(Conv3DTranspose), () => Weighted(new Conv3DTranspose(6, (3, 2, 2)) { DType = DType.Float64 }, Volumes)),
        ["conv3d_transpose_same"] = (typeof(Conv3DTranspose), () => Weighted(new Conv3DTranspose(6, (3, 2, 3), (2, 2, 1), "same") { DType = DType.Float64 }, Volumes)),
        ["conv3d_transpose_output_padding"] = (typeof(Conv3DTranspose), () => Weighted(new Conv3DTranspose(6, (2, 2, 1), (2, 3, 2), outputPadding: (1, 2, 0), useBias: false) { DType = DType.Float64 }, Volumes)),
        ["depthwise1d"] = (typeof(DepthwiseConv1D), () => Weighted(new DepthwiseConv1D(3) { DType = DType.Float64 }, Sequences)),
        ["depthwise1d_multiplier_same"] = (typeof(DepthwiseConv1D), () => Weighted(new DepthwiseConv1D(3, 2, "same", 2, useBias: false) { DType = DType.Float64 }, Sequences)),
        ["depthwise1d_dilated"] = (typeof(DepthwiseConv1D), () => Weighted(new DepthwiseConv1D(2, dilation: 3) { DType = DType.Float64 }, Sequences)),
        ["depthwise2d"] = (typeof(DepthwiseConv2D), () => Weighted(new DepthwiseConv2D((3, 2)) { DType = DType.Float64 }, Images)),
        ["depthwise2d_multiplier"] = (typeof(DepthwiseConv2D), () => Weighted(new DepthwiseConv2D((2, 3), depthMultiplier: 3, activation: "tanh", useBias: false) { DType = DType.Float64 }, Images)),
        ["depthwise2d_same_stride"] = (typeof(DepthwiseConv2D), () => Weighted(new DepthwiseConv2D(3, 2, "same") { DType = DType.Float64 }, Images)),
        ["separable1d"] = (typeof(SeparableConv1D), () => Weighted(new SeparableConv1D(6, 3) { DType = DType.Float64 }, Sequences)),
        ["separable1d_causal_multiplier"] = (typeof(SeparableConv1D), () => Weighted(new SeparableConv1D(6, 3, padding: "causal", depthMultiplier: 2) { DType = DType.Float64 }, Sequences)),
        ["separable1d_stride"] = (typeof(SeparableConv1D), () => Weighted(new SeparableConv1D(6, 2, 3, useBias: false) { DType = DType.Float64 }, Sequences)),
        ["separable2d"] = (typeof(SeparableConv2D), () => Weighted(new SeparableConv2D(6, 3) { DType = DType.Float64 }, Images)),
        ["separable2d_same_multiplier"] = (typeof(SeparableConv2D), () => Weighted(new SeparableConv2D(6, 3, padding: "same", activation: "relu", depthMultiplier: 2) { DType = DType.Float64 }, Images)),
        ["separable2d_dilated"] = (typeof(SeparableConv2D), () => Weighted(new SeparableConv2D(6, 2, dilation: (2, 3)) { DType = DType.Float64 }, Images)),
        ["max1d"] = (typeof(MaxPooling1D), () => new MaxPooling1D().Call(Sequences)),
        ["max1d_overlapping"] = (typeof(MaxPooling1D), () => new MaxPooling1D(3, 2).Call(Sequences)),
        ["max1d_same"] = (typeof(MaxPooling1D), () => new MaxPooling1D(padding: "same").Call(Sequences)),
        ["max3d"] = (typeof(MaxPooling3D), () => new MaxPooling3D().Call(Volumes)),
        ["max3d_overlapping"] = (typeof(MaxPooling3D), () => new MaxPooling3D((2, 3, 1), (1, 2, 2)).Call(Volumes)),
        ["max3d_same"] = (typeof(MaxPooling3D), () => new MaxPooling3D(padding: "same").Call(Volumes)),
        ["average1d"] = (typeof(AveragePooling1D), () => new AveragePooling1D().Call(Sequences)),
        ["average1d_overlapping"] = (typeof(AveragePooling1D), () => new AveragePooling1D(4, 3).Call(Sequences)),
        ["average1d_same"] = (typeof(AveragePooling1D), () => new AveragePooling1D(padding: "same").Call(Sequences)),
        ["average3d"] = (typeof(AveragePooling3D), () => new AveragePooling3D().Call(Volumes)),
        ["average3d_overlapping"] = (typeof(AveragePooling3D), () => new AveragePooling3D((2, 3, 1), (1, 2, 2)).Call(Volumes)),
        ["average3d_same"] = (typeof(AveragePooling3D), () => new AveragePooling3D(padding: "same").Call(Volumes)),
        ["global_max1d"] = (typeof(GlobalMaxPooling1D), () => new GlobalMaxPooling1D().Call(Sequences)),
        ["global_max2d"] = (typeof(GlobalMaxPooling2D), () => new GlobalMaxPooling2D().Call(Images)),
        ["global_max3d"] = (typeof(GlobalMaxPooling3D), () => new GlobalMaxPooling3D(keepDims: true).Call(Volumes)),
        ["global_average1d"] = (typeof(GlobalAveragePooling1D), () => new GlobalAveragePooling1D().Call(Sequences)),
        ["global_average2d"] = (typeof(GlobalAveragePooling2D), () => new GlobalAveragePooling2D().Call(Images)),
        ["global_average3d"] = (typeof(GlobalAveragePooling3D), () => new GlobalAveragePooling3D().Call(Volumes)),
        ["distance_weighted"] = (typeof(DistanceWeightedPooling2D), () => new DistanceWeightedPooling2D().Call(Images)),
        ["distance_weighted_same"] = (typeof(DistanceWeightedPooling2D), () => new DistanceWeightedPooling2D(3, 2, "same").Call(Images)),
        ["distance_weighted_narrow"] = (typeof(DistanceWeightedPooling2D), () => new DistanceWeightedPooling2D((3, 2), (1, 2), width: 0.6, trainableWidth: true) { DType = DType.Float64 }.Call(Images)),
        ["cropping1d"] = (typeof(Cropping1D), () => new Cropping1D().Call(Sequences)),
        ["cropping2d"] = (typeof(Cropping2D), () => new Cropping2D(((1, 0), (2, 1))).Call(Images)),
        ["cropping3d"] = (typeof(Cropping3D), () => new Cropping3D().Call(Volumes)),
        ["zero_padding1d"] = (typeof(ZeroPadding1D), () => new ZeroPadding1D((1, 2)).Call(Sequences)),
        ["zero_padding2d"] = (typeof(ZeroPadding2D), () => new ZeroPadding2D(((1, 2), (3, 4))).Call(Images)),
        ["zero_padding3d"] = (typeof(ZeroPadding3D), () => new ZeroPadding3D().Call(Volumes)),
        ["up_sampling1d"] = (typeof(UpSampling1D), () => new UpSampling1D().Call(Sequences)),
        ["up_sampling2d"] = (typeof(UpSampling2D), () => new UpSampling2D((3, 2)).Call(Images)),
        ["up_sampling2d_bilinear"] = (typeof(UpSampling2D), () => new UpSampling2D((3, 2), Interpolation.Bilinear).Call(Images)),
        ["up_sampling3d"] = (typeof(UpSampling3D), () => new UpSampling3D((2, 1, 3)).Call(Volumes)),
    };

    private static readonly Dictionary<string, Func<Tensor>> Resizes = new()
    {
        ["resize_bilinear"] = () => Images.Resize((3, 8)),
        ["resize_bilinear_antialias"] = () => Images.Resize((2, 4), antialias: true),
        ["resize_bicubic_antialias"] = () => Images.Resize((3, 8), Interpolation.Bicubic, antialias: true),
    };

    private static Tensor Sequences => new Lcg(1).Tensor([2, 9, 4], minus: 0.5);

    private static Tensor Images => new Lcg(1).Tensor([2, 5, 6, 4], minus: 0.5);

    private static Tensor Volumes => new Lcg(1).Tensor([2, 4, 5, 3, 2], minus: 0.5);

    private static readonly (string Name, Type Subject, Func<int, Tensor> Call)[] Adaptive =
    [
        ("adaptive_average1d", typeof(AdaptiveAveragePooling1D), size => new AdaptiveAveragePooling1D(size).Call(Sequences)),
        ("adaptive_max1d", typeof(AdaptiveMaxPooling1D), size => new AdaptiveMaxPooling1D(size).Call(Sequences)),
        ("adaptive_average2d", typeof(AdaptiveAveragePooling2D), size => new AdaptiveAveragePooling2D(size).Call(Images)),
        ("adaptive_max2d", typeof(AdaptiveMaxPooling2D), size => new AdaptiveMaxPooling2D(size).Call(Images)),
        ("adaptive_average3d", typeof(AdaptiveAveragePooling3D), size => new AdaptiveAveragePooling3D(size).Call(Volumes)),
        ("adaptive_max3d", typeof(AdaptiveMaxPooling3D), size => new AdaptiveMaxPooling3D(size).Call(Volumes)),
    ];

    /// <summary>The names in the file that checks use, so that a test can find one that is left over.</summary>
    public static IEnumerable<string> Used =>
        [.. Cases.Keys, .. Resizes.Keys, .. from each in Adaptive from size in AdaptiveSizes select $"{each.Name}_{size}"];

    private static readonly int[] AdaptiveSizes = [1, 2, 4];

    public static IEnumerable<Check> All() =>
    [
        .. from each in Cases select new Check(Family.Layers, each.Value.Subject.Name, CheckKind.Value, $"{each.Key}: numbers are PyTorch's", _ => Matches(each.Key, each.Value.Call())),
        .. from each in Adaptive
           from size in AdaptiveSizes
           select new Check(Family.Layers, each.Subject.Name, CheckKind.Value, $"{each.Name}_{size}: windows are PyTorch's", _ => Matches($"{each.Name}_{size}", each.Call(size))),
        .. from each in Resizes select new Check(Family.Operations, nameof(Tensor.Resize), CheckKind.Value, $"{each.Key}: numbers are PyTorch's", _ => Matches(each.Key, each.Value())),
    ];

    // Kernels are drawn with the seeds 2 and 4, the bias with 3.
    private static Tensor Weighted(Layer layer, Tensor input)
    {
        layer.Call(input);
        foreach (Variable weight in layer.Weights)
            weight.Assign(new Lcg(weight.Name switch { "bias" => 3, "pointwise_kernel" => 4, _ => 2 }).Tensor(weight.Shape, minus: 0.5));
        return layer.Call(input);
    }

    private static void Matches(string name, Tensor actual) => Near.Equal(GoldenFile.Numbers(Expected[name]), actual, 1e-10);
}
