using Laminet.Configuration;
using Laminet.Formats.Weights.Mapping;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tests.Shared;
using Laminet.Training;
using Laminet.Training.Transfer;
using Laminet.Zoo.Models;

namespace Laminet.Transfer.Tests;

public sealed class PretrainedTests : IDisposable
{
    private const string SqueezeNetFile = "data/models/squeezenet-v1.1-notop-keras/squeezenet_v11_notop.h5", ResNetFile = "data/models/resnet20-cifar10-torch/resnet20-12fca82f.th";

    private readonly string folder = Directory.CreateTempSubdirectory("laminet-pretrained-").FullName;

    public static TheoryData<string> Names => [.. Pretrained.Names];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // SafeTensors files do not tell who wrote them, so the weights must be recognised among all networks in both layouts.
    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_is_recognised_by_its_weights_and_gives_the_same_features(string name)
    {
        ModelEntry entry = ModelCatalog.Find(name);
        // The dense layers of these have half a gigabyte.
        Model whole = name switch
        {
            "alexnet" => AlexNet.Create(new() { IncludeTop = false }),
            "vgg16" => VGG.VGG16(new() { IncludeTop = false }),
            "vgg19" => VGG.VGG19(new() { IncludeTop = false }),
            _ => entry.Create(entry.InputShape, entry.Classes, 1),
        };
        bool hasTop = name is not ("alexnet" or "vgg16" or "vgg19");
        string path = Path.Combine(folder, "weights.safetensors");
        whole.SaveWeights(path);

        Assert.Equal(name, Pretrained.Recognize(path));
        Model features = Pretrained.Load(path, null, null, out ImportReport report);
        Assert.Equal(whole.Weights.Count, report.With(ImportStatus.Loaded).Count());
        Assert.Equal(entry.InputShape, features.InputShape);
        // Of a classifier, what its last layer takes; that layer itself is gone.
        int gone = whole.Weights.Count - features.Weights.Count;
        Assert.True(hasTop ? gone is 1 or 2 : gone == 0, $"{gone} weights are gone");
        Tensor photograph = new RandomKey(5).Uniform([1, .. entry.InputShape]) * 255, expected = (hasTop ? whole.WithoutTop() : whole).Predict(photograph);
        Assert.True((features.Predict(photograph) - expected).Abs().Max().ToDouble() <= 1e-4 * expected.Abs().Max().ToDouble());
        Assert.True(expected.Abs().Max().ToDouble() > 0);
    }

    [SharedDataFact(SqueezeNetFile)]
    public void Photographs_are_taken_as_they_are_where_the_weights_expect_blue_green_red_minus_a_mean()
    {
        string path = SharedDataFactAttribute.Find(SqueezeNetFile)!;
        Assert.Equal("squeezenet1.1", Pretrained.Recognize(path));
        Tensor photograph = (new RandomKey(1).Uniform([2, 96, 96, 3]) * 256).Cast(DType.UInt8);
        Model features = Pretrained.SqueezeNet11(path, [96, 96, 3]);

        // As caffe's users prepare them.
        Model plain = SqueezeNet.SqueezeNet11(new() { InputShape = [96, 96, 3], IncludeTop = false, Pixels = PixelScaling.None }, ModelLayout.Keras);
        plain.ImportWeights(path);
        Tensor prepared = photograph.Cast(DType.Float32).Flip(3) - Tensor.From(new[] { 103.939f, 116.779f, 123.68f });
        Tensor expected = plain.Predict(prepared);
        double error = (features.Predict(photograph) - expected).Abs().Max().ToDouble();
        Assert.True(error <= 1e-4 * expected.Abs().Max().ToDouble(), $"{error}");
        Assert.True(expected.Abs().Max().ToDouble() > 1);
    }

    [SharedDataFact(ResNetFile)]
    public void Weights_of_PyTorch_come_without_their_classifier()
    {
        string path = SharedDataFactAttribute.Find(ResNetFile)!;
        Assert.Equal("resnet20", Pretrained.Recognize(path));
        Model features = Pretrained.Load(path);
        Assert.Equal<int>([64], features.OutputShape.Dimensions.ToArray());

        Model whole = CifarResNet.ResNet20(new() { Classes = 10, ClassifierActivation = null });
        whole.ImportWeights(path);
        Tensor x = new RandomKey(2).Uniform([3, 32, 32, 3]) * 255;
        Tensor logits = features.Predict(x).MatMul(whole.Weights[^2].Value) + whole.Weights[^1].Value;
        Assert.True((logits - whole.Predict(x)).Abs().Max().ToDouble() < 1e-4);
    }

    [Fact]
    public void Of_a_classifier_of_other_classes_the_network_is_taken()
    {
        Model other = ResNet.ResNet18(new() { InputShape = [64, 64, 3], Classes = 7, Seed = 3 });
        string path = Path.Combine(folder, "seven.safetensors");
        other.SaveWeights(path);
        Model features = Pretrained.Load(path, null, [64, 64, 3], out ImportReport report);

        Assert.Equal<int>([2, 2, 512], features.OutputShape.Dimensions.ToArray());
        Assert.Equal(2, report.With(ImportStatus.Unused).Count());
        Tensor x = new RandomKey(4).Uniform([1, 64, 64, 3]) * 255;
        Tensor logits = features.Predict(x).Mean([1, 2]).MatMul(other.Weights[^2].Value) + other.Weights[^1].Value;
        Assert.True((logits.Softmax() - other.Predict(x)).Abs().Max().ToDouble() < 1e-5);
    }

    // The first blocks of a deep network have the names and shapes of a shallow one.
    [Fact]
    public void A_part_of_another_network_is_not_taken_for_one()
    {
        string path = Path.Combine(folder, "deep.safetensors");
        CifarResNet.ResNet56(new() { Classes = 10, Seed = 1 }).SaveWeights(path);
        Assert.Equal("resnet56", Pretrained.Recognize(path));
        Assert.Equal($"{path} holds the weights of resnet56, of which resnet20 is a part; received the name resnet20. Name resnet56, or no network.",
            Assert.Throws<InvalidDataException>(() => Pretrained.Load(path, "resnet20")).Message);
        Assert.Equal($"{path}: the weights of resnet56 take photographs of 3 channels; received images of shape (28, 28, 1). Give images with red, green and blue.",
            Assert.Throws<InvalidDataException>(() => Pretrained.Load(path, inputShape: [28, 28, 1])).Message);
    }

    [Fact]
    public void Wrong_files_and_names_are_told()
    {
        string path = Path.Combine(folder, "strange.safetensors");
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["w"] = Tensor.Ones([3, 5]) });
        Assert.Contains("its 1 tensors have the shapes of none of the networks that are known: alexnet, googlenet", Assert.Throws<InvalidDataException>(() => Pretrained.Recognize(path)).Message, StringComparison.Ordinal);
        Assert.Equal($"{path} does not hold the weights of alexnet: alexnet has 10 without its classifier, the file has 1 tensors, and none of shape (11, 11, 3, 64), (64,), (5, 5, 64, 192) in any order of the axes. "
            + "Name the network of the file, or none: it is recognised.", Assert.Throws<InvalidDataException>(() => Pretrained.AlexNet(path)).Message);
        Assert.Contains("There is no network 'resnet19'", Assert.Throws<ArgumentException>(() => Pretrained.Load(path, "resnet19")).Message, StringComparison.Ordinal);
        Assert.Contains("'resnet18'", Assert.Throws<ArgumentException>(() => Pretrained.Load(path, "resnet81")).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Pretrained.Load(Path.Combine(folder, "absent.pt")));
        Assert.Throws<ArgumentException>(() => Pretrained.ResNet18(path, [8, 8, 3]));
    }
}
