using Laminet.Layers;

namespace Laminet.Verification.Layers;

internal static partial class LayerRows
{
    private static readonly LayerRow[] Convolutions =
    [
        new(typeof(Conv1D), type => new Conv1D(4, 3, activation: "tanh") { DType = type }, [2, 7, 3], [2, 5, 4], 40),
        new(typeof(Conv1D), type => new Conv1D(4, 2, padding: "causal", dilation: 2, groups: 2, useBias: false) { DType = type }, [2, 7, 2], [2, 7, 4], 8),
        new(typeof(Conv3D), type => new Conv3D(3, (2, 3, 1), strides: (1, 2, 1), padding: "same", activation: "sigmoid") { DType = type }, [1, 3, 4, 3, 2], [1, 3, 2, 3, 3], 39),
        new(typeof(Conv3D), type => new Conv3D(2, 2, padding: Padding.Explicit((1, 0), (0, 1), (1, 1)), groups: 2) { DType = type }, [1, 2, 3, 2, 2], [1, 2, 3, 3, 2], 18),
        new(typeof(Conv1DTranspose), type => new Conv1DTranspose(3, 3, strides: 2) { DType = type }, [2, 4, 2], [2, 9, 3], 21),
        new(typeof(Conv2DTranspose), type => new Conv2DTranspose(3, (3, 2), strides: 2, padding: "same", activation: "relu", outputPadding: (0, 1)) { DType = type }, [2, 3, 2, 2], [2, 5, 3, 3], 39),
        new(typeof(Conv3DTranspose), type => new Conv3DTranspose(2, (2, 1, 3), strides: (2, 1, 1), dilation: (1, 1, 2), useBias: false) { DType = type }, [1, 2, 3, 2, 2], [1, 4, 3, 6, 2], 24),
        new(typeof(DepthwiseConv1D), type => new DepthwiseConv1D(3, depthMultiplier: 2) { DType = type }, [2, 6, 3], [2, 4, 6], 24),
        new(typeof(DepthwiseConv2D), type => new DepthwiseConv2D((2, 3), strides: 2, padding: "same", activation: "tanh") { DType = type }, [2, 4, 5, 3], [2, 2, 3, 3], 21),
        new(typeof(SeparableConv1D), type => new SeparableConv1D(4, 3, padding: "causal", depthMultiplier: 2) { DType = type }, [2, 6, 2], [2, 6, 4], 32),
        new(typeof(SeparableConv2D), type => new SeparableConv2D(4, 3, padding: "same", activation: "sigmoid", useBias: false) { DType = type }, [2, 4, 5, 3], [2, 4, 5, 4], 39),
        new(typeof(MaxPooling1D), _ => new MaxPooling1D(), [2, 5, 3], [2, 2, 3], 0),
        new(typeof(MaxPooling3D), _ => new MaxPooling3D((1, 2, 2), padding: "same"), [1, 2, 3, 4, 2], [1, 2, 2, 2, 2], 0),
        new(typeof(AveragePooling1D), _ => new AveragePooling1D(3, 2, "same"), [2, 5, 3], [2, 3, 3], 0),
        new(typeof(AveragePooling3D), _ => new AveragePooling3D(), [1, 4, 3, 5, 2], [1, 2, 1, 2, 2], 0),
        new(typeof(GlobalMaxPooling1D), _ => new GlobalMaxPooling1D(), [2, 5, 3], [2, 3], 0),
        new(typeof(GlobalMaxPooling2D), _ => new GlobalMaxPooling2D(keepDims: true), [2, 5, 4, 3], [2, 1, 1, 3], 0),
        new(typeof(GlobalMaxPooling3D), _ => new GlobalMaxPooling3D(), [2, 2, 3, 2, 3], [2, 3], 0),
        new(typeof(GlobalAveragePooling3D), _ => new GlobalAveragePooling3D(), [2, 2, 3, 2, 3], [2, 3], 0),
        new(typeof(AdaptiveAveragePooling1D), _ => new AdaptiveAveragePooling1D(3), [2, 7, 2], [2, 3, 2], 0),
        new(typeof(AdaptiveAveragePooling2D), _ => new AdaptiveAveragePooling2D((3, 2)), [2, 7, 5, 2], [2, 3, 2, 2], 0),
        new(typeof(AdaptiveAveragePooling3D), _ => new AdaptiveAveragePooling3D(2), [1, 3, 2, 5, 2], [1, 2, 2, 2, 2], 0),
        new(typeof(AdaptiveMaxPooling1D), _ => new AdaptiveMaxPooling1D(3), [2, 7, 2], [2, 3, 2], 0),
        new(typeof(AdaptiveMaxPooling2D), _ => new AdaptiveMaxPooling2D((3, 2)), [2, 7, 5, 2], [2, 3, 2, 2], 0),
        new(typeof(AdaptiveMaxPooling3D), _ => new AdaptiveMaxPooling3D((2, 1, 3)), [1, 3, 2, 5, 2], [1, 2, 1, 3, 2], 0),
        new(typeof(DistanceWeightedPooling2D), _ => new DistanceWeightedPooling2D(3, 2, "same"), [2, 5, 6, 3], [2, 3, 3, 3], 0),
        new(typeof(DistanceWeightedPooling2D), type => new DistanceWeightedPooling2D((2, 3), width: 0.7, trainableWidth: true) { DType = type }, [2, 5, 6, 3], [2, 2, 2, 3], 1),
        new(typeof(Cropping1D), _ => new Cropping1D(), [2, 5, 3], [2, 3, 3], 0),
        new(typeof(Cropping1D), _ => new Cropping1D((0, 2)), [2, 5, 3], [2, 3, 3], 0),
        new(typeof(Cropping2D), _ => new Cropping2D(((1, 0), (2, 1))), [2, 5, 6, 3], [2, 4, 3, 3], 0),
        new(typeof(Cropping3D), _ => new Cropping3D(), [1, 3, 4, 5, 2], [1, 1, 2, 3, 2], 0),
        new(typeof(ZeroPadding1D), _ => new ZeroPadding1D((1, 2)), [2, 5, 3], [2, 8, 3], 0),
        new(typeof(ZeroPadding2D), _ => new ZeroPadding2D((1, 2)), [2, 5, 6, 3], [2, 7, 10, 3], 0),
        new(typeof(ZeroPadding3D), _ => new ZeroPadding3D(), [1, 3, 4, 5, 2], [1, 5, 6, 7, 2], 0),
        new(typeof(UpSampling1D), _ => new UpSampling1D(3), [2, 5, 3], [2, 15, 3], 0),
        new(typeof(UpSampling2D), _ => new UpSampling2D((2, 3)), [2, 3, 2, 3], [2, 6, 6, 3], 0),
        new(typeof(UpSampling2D), _ => new UpSampling2D(interpolation: Interpolation.Bilinear), [2, 3, 2, 3], [2, 6, 4, 3], 0),
        new(typeof(UpSampling3D), _ => new UpSampling3D((2, 1, 3)), [1, 2, 3, 2, 2], [1, 4, 3, 6, 2], 0),
    ];
}
