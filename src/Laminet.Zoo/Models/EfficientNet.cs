using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// EfficientNet: inverted residuals whose channels are weighted by what the whole map contains ("squeeze and excitation"), with depth, width and image size in a fixed relation.
/// (Tan and Le, "EfficientNet: rethinking model scaling for convolutional neural networks", ICML 2019.) Pixels are <see cref="PixelScaling.ImageNet"/>.
/// </summary>
public static class EfficientNet
{
    private const double DroppedBlocks = 0.2;

    // Widening, size of the kernels, stride of the first, filters, blocks.
    private static readonly (int Widening, int Size, int Stride, int Filters, int Count)[] Stages =
        [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1)];

    /// <summary>
    /// The smallest. For images of 224 x 224 x 3 and 1000 classes: 5,288,548 trainable parameters, 5,330,564 with the moving statistics. Keras counts 5,330,571: the mean, the variance and the count of its first
    /// normalisation, which are settings here, are 7 more.
    /// </summary>
    /// <param name="settings">Image size, classes and so on; the defaults if null.</param>
    /// <param name="layout">Torchvision or Keras.</param>
    /// <exception cref="ArgumentException">The images are smaller than 32 x 32, or there is no such layout.</exception>
    public static Model EfficientNetB0(ClassifierSettings? settings = null, ModelLayout layout = ModelLayout.Torchvision)
    {
        bool isKeras = layout.Among(nameof(EfficientNetB0), ModelLayout.Torchvision, ModelLayout.Keras) == ModelLayout.Keras;
        Normalizing normalization = isKeras ? new(Epsilon: 1e-3, Momentum: 0.99) : Normalizing.Torch;
        Padding? atStride2 = isKeras ? (Padding?)Padding.Same : null;
        ImageNetwork network = new("efficientnet_b0", settings);
        SymbolicTensor x = normalization.After(
            network.Images.Convolve(isKeras ? "stem_conv" : "features.0.0", 32, 3, stride: 2, padding: atStride2), isKeras ? "stem_bn" : "features.0.1", "silu");
        int done = 0, all = Stages.Sum(stage => stage.Count);
        foreach ((int stage, var settingsOfStage) in Stages.Index())
        {
            for (int i = 0; i < settingsOfStage.Count; i++, done++)
                x = Block(x, stage + 1, i, settingsOfStage.Widening, settingsOfStage.Size, i == 0 ? settingsOfStage.Stride : 1, settingsOfStage.Filters);
        }

        x = normalization.After(x.Convolve(isKeras ? "top_conv" : "features.8.0", 1280, 1), isKeras ? "top_bn" : "features.8.1", "silu");
        return network.Classify(x, isKeras ? "predictions" : "classifier.1", dropout: 0.2);

        SymbolicTensor Block(SymbolicTensor input, int stage, int i, int widening, int size, int stride, int filters)
        {
            string place = isKeras ? $"block{stage}{(char)('a' + i)}_" : $"features.{stage}.{i}.block.";
            int step = 0, channels = input.Shape[-1], wide = widening * channels;
            SymbolicTensor x = input;
            if (widening != 1)
                x = normalization.After(x.Convolve(Name("expand_conv", ".0"), wide, 1), Name("expand_bn", ".1", isLast: true), "silu");
            x = normalization.After(x.Depthwise(Name("dwconv", ".0"), size, stride, stride == 2 ? atStride2 : null), Name("bn", ".1", isLast: true), "silu");
            SymbolicTensor weights = x.Then(new GlobalAveragePooling2D(keepDims: true))
                .Convolve(Name("se_reduce", ".fc1"), Math.Max(1, channels / 4), 1, useBias: true, activation: "silu")
                .Convolve(Name("se_expand", ".fc2", isLast: true), wide, 1, useBias: true, activation: "sigmoid");
            x = new Multiply().Call([x, weights]);
            x = normalization.After(x.Convolve(Name("project_conv", ".0"), filters, 1), Name("project_bn", ".1", isLast: true));
            if (stride != 1 || channels != filters)
                return x;
            // In training, a whole block of an example is left out now and then, the later the more often.
            double rate = DroppedBlocks * done / all;
            return (rate > 0 ? x.Then(new Dropout(rate, [null, 1, 1, 1])) : x).Plus(input);

            string Name(string part, string suffix, bool isLast = false)
            {
                string name = isKeras ? place + part : $"{place}{step}{suffix}";
                step += isLast ? 1 : 0;
                return name;
            }
        }
    }
}
