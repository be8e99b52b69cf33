using System.Globalization;
using System.Text.RegularExpressions;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tests.Models;

/// <summary>The numbers of parameters that papers, torchvision and Keras give, and the shapes of what comes out. Nothing is drawn or run for it.</summary>
public class ModelCountTests
{
    [Fact]
    public void The_plain_network_has_the_weights_of_the_residual_one_and_no_sums()
    {
        Model plain = CifarResNet.Plain56(), residual = CifarResNet.ResNet56();
        Assert.Equal(Trainable(residual), Trainable(plain));
        Assert.Empty(plain.Layers.OfType<Laminet.Layers.Add>());
        Assert.Equal(27, residual.Layers.OfType<Laminet.Layers.Add>().Count());
    }

    // Torchvision counts what is trained; so do the papers.
    [Theory]
    [InlineData("alexnet", 61_100_840)]
    [InlineData("googlenet", 6_624_904)]
    [InlineData("inceptionv3", 23_834_568)]
    [InlineData("vgg16", 138_357_544)]
    [InlineData("vgg19", 143_667_240)]
    [InlineData("resnet18", 11_689_512)]
    [InlineData("resnet34", 21_797_672)]
    [InlineData("resnet50", 25_557_032)]
    [InlineData("resnet101", 44_549_160)]
    [InlineData("resnet152", 60_192_808)]
    [InlineData("squeezenet1.0", 1_248_424)]
    [InlineData("squeezenet1.1", 1_235_496)]
    [InlineData("mobilenetv2", 3_504_872)]
    [InlineData("densenet121", 7_978_856)]
    [InlineData("efficientnetb0", 5_288_548)]
    [InlineData("convnext-tiny", 28_589_128)]
    [InlineData("vit-tiny", 5_717_416)]
    [InlineData("resnet20", 269_722)]
    [InlineData("resnet32", 464_154)]
    [InlineData("resnet56", 853_018)]
    public void Has_the_reference_s_number_of_trainable_parameters(string name, long expected)
    {
        ModelEntry entry = ModelCatalog.Find(name);
        Model model = entry.Create(entry.InputShape, entry.Classes, 0);
        Assert.Equal(expected, Trainable(model));
        Assert.Equal(new Shape(entry.Classes), model.OutputShape);
    }

    // Keras counts moving statistics.
    [Fact]
    public void Has_Keras_s_number_of_parameters_in_its_layout()
    {
        Assert.Equal(25_636_712, ResNet.ResNet50(layout: ModelLayout.Keras).ParameterCount);
        Assert.Equal(44_707_176, ResNet.ResNet101(layout: ModelLayout.Keras).ParameterCount);
        Assert.Equal(60_419_944, ResNet.ResNet152(layout: ModelLayout.Keras).ParameterCount);
        Assert.Equal(3_538_984, MobileNetV2.Create(layout: ModelLayout.Keras).ParameterCount);
        Assert.Equal(8_062_504, DenseNet.DenseNet121(layout: ModelLayout.Keras).ParameterCount);
        Assert.Equal(138_357_544, VGG.VGG16(layout: ModelLayout.Keras).ParameterCount);
        Assert.Equal(143_667_240, VGG.VGG19(layout: ModelLayout.Keras).ParameterCount);
        Model inception = InceptionV3.Create(layout: ModelLayout.Keras);
        Assert.Equal(23_851_784, inception.ParameterCount);
        Assert.Equal(23_817_352, Trainable(inception));
        // Keras's first normalisation has weights for its mean, its variance and a count: 7 numbers that are settings here.
        Assert.Equal(5_330_571 - 7, EfficientNet.EfficientNetB0(layout: ModelLayout.Keras).ParameterCount);
        Assert.Equal(5_288_548, Trainable(EfficientNet.EfficientNetB0(layout: ModelLayout.Keras)));
    }

    [Fact]
    public void Has_the_paper_s_number_of_parameters_in_its_layout()
    {
        Assert.Equal(60_965_224, AlexNet.Create(layout: ModelLayout.Paper).ParameterCount);
        Assert.Equal(6_998_552, GoogLeNet.Create(layout: ModelLayout.Paper).ParameterCount);
        Model unet = UNet.Create(new() { Classes = 2 }, layout: ModelLayout.Paper);
        Assert.Equal(31_030_658, unet.ParameterCount);
        Assert.Equal(new Shape(388, 388, 2), unet.OutputShape);
    }

    [Fact]
    public void Auxiliary_classifiers_are_counted_and_named()
    {
        Model googlenet = GoogLeNet.Create(auxiliary: true), inception = InceptionV3.Create(auxiliary: true);
        Assert.Equal(13_004_888, Trainable(googlenet));
        Assert.Equal(["main", "aux1", "aux2"], googlenet.OutputNames);
        Assert.Equal(27_161_264, Trainable(inception));
        Assert.Equal(["main", "aux"], inception.OutputNames);
    }

    [Fact]
    public void Larger_and_smaller_ones_have_theirs()
    {
        Assert.Equal(86_567_656, VisionTransformer.Base().ParameterCount);
        // The backbone of the teachable machine's file.
        Assert.Equal(410_208, MobileNetV2.Create(new() { IncludeTop = false }, ModelLayout.Keras, width: 0.35).ParameterCount);
        Assert.Equal(14_714_688, VGG.VGG16(new() { IncludeTop = false }).ParameterCount);
        Assert.Equal(20_024_384, VGG.VGG19(new() { IncludeTop = false }).ParameterCount);
        Assert.Equal(722_496, SqueezeNet.SqueezeNet11(new() { IncludeTop = false }, ModelLayout.Keras).ParameterCount);
    }

    public static TheoryData<string> Names => [.. ModelCatalog.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_catalog_s_description_tells_the_count(string name)
    {
        ModelEntry entry = ModelCatalog.Find(name);
        string told = Regex.Match(entry.Description, @"\(([\d,]+) parameters\)").Groups[1].Value;
        Assert.Equal(told, Trainable(entry.Create(entry.InputShape, entry.Classes, 0)).ToString("N0", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Without_the_classifier_features_come_out()
    {
        ClassifierSettings settings = new() { InputShape = [64, 96, 3], IncludeTop = false };
        Assert.Equal(new Shape(2, 3, 2048), ResNet.ResNet50(settings).OutputShape);
        Assert.Equal(new Shape(2048), ResNet.ResNet50(settings with { Pooling = FeaturePooling.Average }).OutputShape);
        Assert.Equal(new Shape(512), VGG.VGG16(settings with { Pooling = FeaturePooling.Max }).OutputShape);
        Assert.Equal(new Shape(25, 192), VisionTransformer.Tiny(settings).OutputShape);
        Assert.Equal(new Shape(192), VisionTransformer.Tiny(settings with { Pooling = FeaturePooling.Average }).OutputShape);
        Assert.Equal(new Shape(64, 96, 64), UNet.Create(settings).OutputShape);
        Assert.Equal(new Shape(8, 12, 128), Fcos.Create(settings).OutputShape);
    }

    [Fact]
    public void What_cannot_be_built_is_an_error_that_tells_what_can()
    {
        Error("The model vgg16 received images of shape (28, 28, 1); expected (height, width, channels) of at least 32 x 32. Enlarge the images, or take a model for small ones. (Parameter 'settings')",
            () => VGG.VGG16(new() { InputShape = [28, 28, 1] }));
        Error("AlexNet has no layout Keras; expected Torchvision or Paper. (Parameter 'layout')", () => AlexNet.Create(layout: ModelLayout.Keras));
        Error("The model vit_tiny received images of shape (224, 230, 3); expected a height and a width that are multiples of 16, the size of its patches. (Parameter 'settings')",
            () => VisionTransformer.Tiny(new() { InputShape = [224, 230, 3] }));
        Error("The model unet received images of shape (100, 64, 3); expected a height and a width that are multiples of 16: pad or crop the images. (Parameter 'settings')",
            () => UNet.Create(new() { InputShape = [100, 64, 3] }));
        Error("Received auxiliary: true with the layout Torchvision and IncludeTop = False; auxiliary classifiers need ModelLayout.Torchvision and IncludeTop = true. (Parameter 'auxiliary')",
            () => GoogLeNet.Create(new() { IncludeTop = false }, auxiliary: true));

        static void Error(string message, Func<Model> create) => Assert.Equal(message, Assert.Throws<ArgumentException>(() => { create(); }).Message);
    }

    private static long Trainable(Model model) => model.TrainableWeights.Sum(weight => weight.Shape.LongCount);
}
