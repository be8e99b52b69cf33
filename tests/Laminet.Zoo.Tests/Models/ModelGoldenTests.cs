using System.Text.Json.Nodes;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tests.Golden;

namespace Laminet.Zoo.Tests.Models;

/// <summary>The networks give what those of PyTorch and torchvision give with the same weights. Both have weights that are a function of their names, so names are compared too.</summary>
public class ModelGoldenTests
{
    private const double Tolerance = 1e-4;

    private static readonly JsonObject Golden =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "models.json")))!.AsObject();

    private static readonly Dictionary<string, Func<ClassifierSettings, Model>> Networks = new()
    {
        ["alexnet"] = settings => AlexNet.Create(settings),
        ["alexnet@96"] = settings => AlexNet.Create(settings),
        ["alexnet/paper"] = settings => AlexNet.Create(settings, ModelLayout.Paper),
        ["alexnet_small"] = AlexNet.Small,
        ["googlenet"] = settings => GoogLeNet.Create(settings),
        ["googlenet/auxiliary"] = settings => GoogLeNet.Create(settings, auxiliary: true),
        ["googlenet/paper"] = settings => GoogLeNet.Create(settings, ModelLayout.Paper),
        ["googlenet_small"] = GoogLeNet.Small,
        ["inception_v3"] = settings => InceptionV3.Create(settings),
        ["inception_v3/auxiliary"] = settings => InceptionV3.Create(settings, auxiliary: true),
        ["inception_v3/keras"] = settings => InceptionV3.Create(settings, ModelLayout.Keras),
        ["vgg16/features"] = settings => VGG.VGG16(settings with { IncludeTop = false }),
        ["vgg16/keras"] = settings => VGG.VGG16(settings with { IncludeTop = false }, ModelLayout.Keras),
        ["vgg19/features"] = settings => VGG.VGG19(settings with { IncludeTop = false }),
        ["vgg16_small"] = VGG.Small,
        ["resnet18"] = ResNet.ResNet18,
        ["resnet34"] = ResNet.ResNet34,
        ["resnet50"] = settings => ResNet.ResNet50(settings),
        ["resnet101"] = settings => ResNet.ResNet101(settings),
        ["resnet152"] = settings => ResNet.ResNet152(settings),
        ["resnet50/keras"] = settings => ResNet.ResNet50(settings, ModelLayout.Keras),
        ["resnet20"] = CifarResNet.ResNet20,
        ["resnet56"] = CifarResNet.ResNet56,
        ["squeezenet1_0"] = settings => SqueezeNet.SqueezeNet10(settings),
        ["squeezenet1_1"] = settings => SqueezeNet.SqueezeNet11(settings),
        ["squeezenet1_1/keras"] = settings => SqueezeNet.SqueezeNet11(settings, ModelLayout.Keras),
        ["mobilenet_v2"] = settings => MobileNetV2.Create(settings),
        ["mobilenet_v2/keras"] = settings => MobileNetV2.Create(settings, ModelLayout.Keras, width: 0.35),
        ["densenet121"] = settings => DenseNet.DenseNet121(settings),
        ["densenet121/keras"] = settings => DenseNet.DenseNet121(settings, ModelLayout.Keras),
        ["efficientnet_b0"] = settings => EfficientNet.EfficientNetB0(settings),
        ["efficientnet_b0/keras"] = settings => EfficientNet.EfficientNetB0(settings, ModelLayout.Keras),
        ["convnext_tiny"] = ConvNeXt.Tiny,
        // Of 16 x 16 patches, as the name says, and not of the small one's 4 x 4.
        ["vit_tiny"] = VisionTransformer.Tiny,
        ["unet"] = settings => UNet.Create(settings, filters: 8),
        ["fcos"] = settings => Fcos.Create(settings, width: 8),
        ["unet/paper"] = settings => UNet.Create(settings, filters: 4, ModelLayout.Paper),
    };

    public static TheoryData<string> Names => [.. Golden.Select(pair => pair.Key)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_what_the_reference_gives_with_the_same_weights(string name)
    {
        JsonObject golden = Golden[name]!.AsObject();
        Shape shape = [.. golden["image"]!.AsArray().Select(length => length!.GetValue<int>())];
        Model model = Networks[name](new() { InputShape = shape, Classes = 7, ClassifierActivation = null, Pixels = PixelScaling.None, Seed = 0 });
        foreach ((string path, Variable variable) in ((IHasState)model).State)
            variable.Assign(NamedNumbers.Weight(path, variable.Shape));
        Bundle<Tensor> outputs = model.Predict([(NamedNumbers.Of("image", shape) - 0.5f).ExpandDims(0)]);
        Assert.Equal(golden["outputs"]!.AsArray().Count, outputs.Count);
        foreach ((JsonNode? expected, Tensor output) in golden["outputs"]!.AsArray().Zip(outputs))
        {
            Assert.Equal(expected!["shape"]!.AsArray().Select(length => length!.GetValue<int>()), output.Shape);
            float[] all = output.ToArray<float>();
            double[] numbers = [.. expected["numbers"]!.AsArray().Select(number => number!.GetValue<double>())];
            (int step, double largest) = (expected["step"]!.GetValue<int>(), expected["largest"]!.GetValue<double>());
            for (int i = 0; i < numbers.Length; i++)
                Assert.True(Math.Abs(all[i * step] - numbers[i]) <= Tolerance * largest, $"{name}[{i * step}] is {all[i * step]}; the reference has {numbers[i]}, and {largest} as the largest.");
        }
    }

    [Fact]
    public void Each_network_of_the_script_is_compared() => Assert.Equal(Networks.Keys.Order(), Golden.Select(pair => pair.Key).Order());
}
