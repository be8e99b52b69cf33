using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// MobileNetV2: inverted residuals, in which a block widens, convolves each channel alone and narrows again without an activation. (Sandler, Howard, Zhu, Zhmoginov and Chen,
/// "MobileNetV2: inverted residuals and linear bottlenecks", CVPR 2018.) Pixels are <see cref="PixelScaling.ImageNet"/> in torchvision's layout, <see cref="PixelScaling.Symmetric"/> in Keras's.
/// </summary>
public static class MobileNetV2
{
    // Widening, filters, blocks, stride of the first.
    private static readonly (int Widening, int Filters, int Count, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    /// <summary>
    /// Builds the network. For images of 224 x 224 x 3, 1000 classes and width 1: 3,504,872 trainable parameters in torchvision's layout, 3,538,984 parameters in Keras's.
    /// </summary>
    /// <param name="settings">Image size, classes and so on; the defaults if null.</param>
    /// <param name="layout">Torchvision or Keras.</param>
    /// <param name="width">The factor of the numbers of filters, "alpha" in Keras.</param>
    /// <exception cref="ArgumentException">The images are smaller than 32 x 32, there is no such layout, or the width is not above 0.</exception>
    public static Model Create(ClassifierSettings? settings = null, ModelLayout layout = ModelLayout.Torchvision, double width = 1)
    {
        Setting.Require(width, width > 0 && double.IsFinite(width), "a number above 0");
        bool isKeras = layout.Among(nameof(MobileNetV2), ModelLayout.Torchvision, ModelLayout.Keras) == ModelLayout.Keras;
        Normalizing normalization = isKeras ? new(Epsilon: 1e-3, Momentum: 0.999) : Normalizing.Torch;
        ImageNetwork network = new("mobilenet_v2", settings, isKeras ? PixelScaling.Symmetric : PixelScaling.ImageNet);
        Padding? atStride2 = isKeras ? (Padding?)Padding.Same : null;
        int filters = Parts.Channels(32 * width);
        SymbolicTensor x = normalization.After(
            network.Images.Convolve(isKeras ? "Conv1" : "features.0.0", filters, 3, stride: 2, padding: atStride2), isKeras ? "bn_Conv1" : "features.0.1", "relu6");
        int block = 0;
        foreach ((int widening, int wanted, int count, int firstStride) in Stages)
        {
            filters = Parts.Channels(wanted * width);
            for (int i = 0; i < count; i++, block++)
                x = Block(x, widening, filters, i == 0 ? firstStride : 1);
        }

        filters = Parts.Channels(1280 * Math.Max(1, width));
        x = normalization.After(x.Convolve(isKeras ? "Conv_1" : "features.18.0", filters, 1), isKeras ? "Conv_1_bn" : "features.18.1", "relu6");
        return network.Classify(x, isKeras ? "predictions" : "classifier.1", dropout: isKeras ? 0 : 0.2);

        SymbolicTensor Block(SymbolicTensor input, int widening, int filters, int stride)
        {
            // Torchvision numbers the steps within the block.
            string place = isKeras ? block == 0 ? "expanded_conv" : $"block_{block}" : $"features.{block + 1}.conv.";
            int step = 0, channels = input.Shape[-1];
            SymbolicTensor x = input;
            if (widening != 1)
                x = normalization.After(x.Convolve(Name("expand", isPair: true), widening * channels, 1), NormName("expand", isPair: true), "relu6");
            x = normalization.After(x.Depthwise(Name("depthwise", isPair: true), 3, stride, stride == 2 ? atStride2 : null), NormName("depthwise", isPair: true), "relu6");
            x = normalization.After(x.Convolve(Name("project", isPair: false), filters, 1), NormName("project", isPair: false));
            return stride == 1 && channels == filters ? input.Plus(x) : x;

            string Name(string part, bool isPair) => isKeras ? $"{place}_{part}" : isPair ? $"{place}{step}.0" : $"{place}{step}";

            string NormName(string part, bool isPair) => isKeras ? $"{place}_{part}_BN" : isPair ? $"{place}{step++}.1" : $"{place}{step + 1}";
        }
    }
}
