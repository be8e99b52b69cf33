using Laminet.Training;
using Laminet.Zoo.Models;

namespace Laminet.Transfer;

/// <summary>A network of the zoo as weights for it are laid out.</summary>
/// <param name="Name">Its name in the catalog of models, such as <c>squeezenet1.1</c>.</param>
/// <param name="Layout">Whose layout the weights have.</param>
/// <param name="Create">Builds it.</param>
/// <param name="Pixels">What the weights were trained with; null for what the network does with the images by itself.</param>
internal sealed record PretrainedNetwork(string Name, ModelLayout Layout, Func<ClassifierSettings, Model> Create, PixelScaling? Pixels = null)
{
    /// <summary>All of them. The same network may be there in two layouts.</summary>
    public static IReadOnlyList<PretrainedNetwork> All { get; } =
    [
        Torchvision("alexnet", (settings, layout) => AlexNet.Create(settings, layout)),
        Torchvision("googlenet", (settings, layout) => GoogLeNet.Create(settings, layout)),
        Torchvision("inceptionv3", (settings, layout) => InceptionV3.Create(settings, layout)),
        Keras("inceptionv3", (settings, layout) => InceptionV3.Create(settings, layout)),
        Torchvision("vgg16", VGG.VGG16),
        Keras("vgg16", VGG.VGG16, PixelScaling.Caffe),
        Torchvision("vgg19", VGG.VGG19),
        Keras("vgg19", VGG.VGG19, PixelScaling.Caffe),
        Torchvision("resnet18", (settings, _) => ResNet.ResNet18(settings)),
        Torchvision("resnet34", (settings, _) => ResNet.ResNet34(settings)),
        Torchvision("resnet50", ResNet.ResNet50),
        Keras("resnet50", ResNet.ResNet50, PixelScaling.Caffe),
        Torchvision("resnet101", ResNet.ResNet101),
        Keras("resnet101", ResNet.ResNet101, PixelScaling.Caffe),
        Torchvision("resnet152", ResNet.ResNet152),
        Keras("resnet152", ResNet.ResNet152, PixelScaling.Caffe),
        Torchvision("squeezenet1.0", SqueezeNet.SqueezeNet10),
        Keras("squeezenet1.0", SqueezeNet.SqueezeNet10, PixelScaling.Caffe),
        Torchvision("squeezenet1.1", SqueezeNet.SqueezeNet11),
        Keras("squeezenet1.1", SqueezeNet.SqueezeNet11, PixelScaling.Caffe),
        Torchvision("mobilenetv2", (settings, layout) => MobileNetV2.Create(settings, layout)),
        Keras("mobilenetv2", (settings, layout) => MobileNetV2.Create(settings, layout)),
        Torchvision("densenet121", DenseNet.DenseNet121),
        Keras("densenet121", DenseNet.DenseNet121),
        Torchvision("efficientnetb0", EfficientNet.EfficientNetB0),
        Keras("efficientnetb0", EfficientNet.EfficientNetB0),
        Torchvision("convnext-tiny", (settings, _) => ConvNeXt.Tiny(settings)),
        Torchvision("vit-tiny", (settings, _) => VisionTransformer.Tiny(settings)),
        // Weights by He et al.'s paper, as trained by Y. Idelbayev: the layout of torchvision's names, with 10 classes.
        Torchvision("resnet20", (settings, _) => CifarResNet.ResNet20(settings)),
        Torchvision("resnet32", (settings, _) => CifarResNet.ResNet32(settings)),
        Torchvision("resnet56", (settings, _) => CifarResNet.ResNet56(settings)),
    ];

    private static PretrainedNetwork Torchvision(string name, Func<ClassifierSettings, ModelLayout, Model> create) =>
        new(name, ModelLayout.Torchvision, settings => create(settings, ModelLayout.Torchvision));

    private static PretrainedNetwork Keras(string name, Func<ClassifierSettings, ModelLayout, Model> create, PixelScaling? pixels = null) =>
        new(name, ModelLayout.Keras, settings => create(settings, ModelLayout.Keras), pixels);
}
