using System.Runtime.CompilerServices;
using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Detection;
using Laminet.Zoo.Language;

namespace Laminet.Zoo.Models;

/// <summary>The models of the zoo. The numbers of parameters are of trainable ones, for the images and classes of the entry.</summary>
public static class ModelCatalog
{
    private static readonly Shape Digit = [28, 28, 1], Small = [32, 32, 3], Photograph = [224, 224, 3];

    /// <summary>All models, the default first.</summary>
    public static IReadOnlyList<ModelEntry> All { get; } =
    [
        OfDigits("convnet", "Keras's Simple MNIST convnet: two convolutions, max pooling, dropout (34,826 parameters)", (shape, classes, seed) => CourseConvnet.Create(shape, classes, seed)),
        OfDigits("lenet5", "LeNet-5: average pooling and sigmoid, 1998 (61,706 parameters)", (shape, classes, seed) => LeNet5.Create(shape, classes, seed)),
        OfDigits("lenet5-1998", "LeNet-5 in the paper's own layout (60,000 parameters)", (shape, classes, seed) => LeNet5.Of1998(shape, classes, seed)) with { Loss = _ => new LeNetLoss() },
        OfDigits("mlp", "a multilayer perceptron, 512 and 512 hidden units (669,706 parameters)", (shape, classes, seed) => MultilayerPerceptron.Create(shape, classes, seed)),
        OfSmall("resnet20", "a residual network of 20 layers for small images, 2015 (269,722 parameters)", CifarResNet.ResNet20),
        OfSmall("resnet32", "a residual network of 32 layers for small images (464,154 parameters)", CifarResNet.ResNet32),
        OfSmall("resnet56", "a residual network of 56 layers for small images (853,018 parameters)", CifarResNet.ResNet56),
        OfSmall("alexnet-small", "AlexNet for small images (5,871,434 parameters)", AlexNet.Small),
        OfSmall("vgg16-small", "VGG-16 with batch normalisation for small images (14,724,042 parameters)", VGG.Small),
        OfSmall("googlenet-small", "GoogLeNet for small images (5,490,986 parameters)", GoogLeNet.Small),
        OfSmall("vit-small", "a vision transformer for small images, patches of 4 x 4 (2,693,578 parameters)", VisionTransformer.Small),
        OfPhotographs("alexnet", "AlexNet: five convolutions, three dense layers, 2012 (61,100,840 parameters)", settings => AlexNet.Create(settings)),
        OfPhotographs("googlenet", "GoogLeNet: nine Inception modules, 2014 (6,624,904 parameters)", settings => GoogLeNet.Create(settings)),
        OfPhotographs("inceptionv3", "Inception v3, images of 299 x 299, 2015 (23,834,568 parameters)", settings => InceptionV3.Create(settings)) with { InputShape = [299, 299, 3] },
        OfPhotographs("vgg16", "VGG: 13 convolutions of 3 x 3, three dense layers, 2014 (138,357,544 parameters)", settings => VGG.VGG16(settings)),
        OfPhotographs("vgg19", "VGG: 16 convolutions of 3 x 3, three dense layers, 2014 (143,667,240 parameters)", settings => VGG.VGG19(settings)),
        OfPhotographs("resnet18", "a residual network of 18 layers, 2015 (11,689,512 parameters)", ResNet.ResNet18),
        OfPhotographs("resnet34", "a residual network of 34 layers (21,797,672 parameters)", ResNet.ResNet34),
        OfPhotographs("resnet50", "a residual network of 50 layers, with bottlenecks (25,557,032 parameters)", settings => ResNet.ResNet50(settings)),
        OfPhotographs("resnet101", "a residual network of 101 layers (44,549,160 parameters)", settings => ResNet.ResNet101(settings)),
        OfPhotographs("resnet152", "a residual network of 152 layers (60,192,808 parameters)", settings => ResNet.ResNet152(settings)),
        OfPhotographs("squeezenet1.0", "SqueezeNet 1.0: fire modules, 2016 (1,248,424 parameters)", settings => SqueezeNet.SqueezeNet10(settings)),
        OfPhotographs("squeezenet1.1", "SqueezeNet 1.1, of 2.4 times less work (1,235,496 parameters)", settings => SqueezeNet.SqueezeNet11(settings)),
        OfPhotographs("mobilenetv2", "MobileNetV2: inverted residuals, 2018 (3,504,872 parameters)", settings => MobileNetV2.Create(settings)),
        OfPhotographs("densenet121", "DenseNet: each layer sees all before it, 2017 (7,978,856 parameters)", settings => DenseNet.DenseNet121(settings)),
        OfPhotographs("efficientnetb0", "EfficientNet B0: inverted residuals with weighted channels, 2019 (5,288,548 parameters)", settings => EfficientNet.EfficientNetB0(settings)),
        OfPhotographs("convnext-tiny", "ConvNeXt: a convnet in a transformer's proportions, 2022 (28,589,128 parameters)", ConvNeXt.Tiny),
        OfPhotographs("vit-tiny", "a vision transformer, patches of 16 x 16, 2021 (5,717,416 parameters)", VisionTransformer.Tiny),
        new("unet", "U-Net: the class of each pixel, 2015 (31,037,893 parameters)", Photograph, 5, ModelTask.Segmentation, (shape, classes, seed) => UNet.Create(With(shape, classes, seed))),
        new("fcos", "one level of FCOS: boxes around objects, without anchors, 2019 (1,840,936 parameters)", Photograph, 3, ModelTask.Detection, (shape, classes, seed) => Fcos.Create(With(shape, classes, seed))) { Loss = classes => new FcosLoss(classes) },
    ];

    /// <summary>The model with a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that exist.</exception>
    public static ModelEntry Find(string name) => All.FirstOrDefault(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"There is no model named '{name}'.{Suggestion.For(name, All.Select(entry => entry.Name))} Known: {string.Join(", ", All.Select(entry => entry.Name))}.", nameof(name));

    /// <summary>
    /// Registers the layers and losses that only networks of the zoo have, so that files of these can be read (<see cref="Layer.Registry"/>). Call it once in a program that loads such a file.
    /// </summary>
    public static void RegisterLayers()
    {
        // Each class registers itself when it is first used.
        RuntimeHelpers.RunClassConstructor(typeof(LeNetC3).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(LeNetOutput).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(LeNetLoss).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(RadialBasis).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(DuelingHead).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(VariationalAutoencoder).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(ContractiveAutoencoder).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(SparsityDivergence).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(RecursiveNetwork).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(RecursiveTensorNetwork).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(TreeLSTM).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(MemoryNetwork).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(FcosLoss).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(NTMCell).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(Transformer).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(BahdanauNetwork).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(LuongNetwork).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(CausalLanguageModel).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(OneSegment).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(FirstStep).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(AddBias).TypeHandle);
    }

    private static ModelEntry OfDigits(string name, string description, Func<Shape, int, ulong, Model> create) => new(name, description, Digit, 10, ModelTask.Classification, create);

    private static ModelEntry OfSmall(string name, string description, Func<ClassifierSettings, Model> create) =>
        new(name, description, Small, 10, ModelTask.Classification, (shape, classes, seed) => create(With(shape, classes, seed)));

    private static ModelEntry OfPhotographs(string name, string description, Func<ClassifierSettings, Model> create) =>
        new(name, description, Photograph, 1000, ModelTask.Classification, (shape, classes, seed) => create(With(shape, classes, seed)));

    private static ClassifierSettings With(Shape shape, int classes, ulong seed) => new() { InputShape = shape, Classes = classes, Seed = seed };
}
