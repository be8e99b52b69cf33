using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Models;

namespace Laminet.Bench.Architectures;

/// <summary>The zoo's networks for photographs as torchvision has them: prepared floats come in and logits go out.</summary>
internal static class Photographs
{
    public static Architecture ResNet18 { get; } = OfPhotographs("resnet18", 11_689_512, ResNet.ResNet18);

    public static Architecture ResNet50 { get; } = OfPhotographs("resnet50", 25_557_032, settings => ResNet.ResNet50(settings));

    public static Architecture AlexNet { get; } = OfPhotographs("alexnet", 61_100_840, settings => Zoo.Models.AlexNet.Create(settings));

    public static Architecture Vgg16 { get; } = OfPhotographs("vgg16", 138_357_544, settings => VGG.VGG16(settings));

    public static Architecture GoogLeNet { get; } = OfPhotographs("googlenet", 6_624_904, settings => Zoo.Models.GoogLeNet.Create(settings));

    public static Architecture InceptionV3 { get; } = OfPhotographs("inceptionv3", 23_834_568, settings => Zoo.Models.InceptionV3.Create(settings), side: 299);

    public static Architecture MobileNetV2 { get; } = OfPhotographs("mobilenetv2", 3_504_872, settings => Zoo.Models.MobileNetV2.Create(settings));

    public static Architecture DenseNet121 { get; } = OfPhotographs("densenet121", 7_978_856, settings => DenseNet.DenseNet121(settings));

    public static Architecture EfficientNetB0 { get; } = OfPhotographs("efficientnetb0", 5_288_548, settings => EfficientNet.EfficientNetB0(settings));

    /// <summary>U-Net of 32 filters, which names one of 12 classes for each pixel.</summary>
    public static Architecture UNet { get; } = new("unet", [224, 224, 3], 12, 7_763_404, () => Zoo.Models.UNet.Create(Settings([224, 224, 3], 12), filters: 32), LabelAxes: 2);

    private static Architecture OfPhotographs(string name, long trainableParameters, Func<ClassifierSettings, Model> create, int side = 224) =>
        new(name, [side, side, 3], 1000, trainableParameters, () => create(Settings([side, side, 3], 1000)));

    private static ClassifierSettings Settings(Shape image, int classes) =>
        new() { InputShape = image, Classes = classes, ClassifierActivation = null, Pixels = PixelScaling.None, Seed = 0 };
}
