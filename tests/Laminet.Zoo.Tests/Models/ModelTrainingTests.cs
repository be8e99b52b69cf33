using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tests.Models;

/// <summary>A few steps on one batch lower the loss of these networks, in training as it is, with dropout and normalisation.</summary>
public class ModelTrainingTests
{
    // The large ones on the smallest images they take.
    public static TheoryData<string, int> Networks => new()
    {
        { "resnet20", 32 }, { "alexnet-small", 32 }, { "vgg16-small", 32 }, { "googlenet-small", 32 }, { "vit-small", 32 }, { "alexnet", 64 }, { "googlenet", 64 }, { "inceptionv3", 96 }, { "resnet18", 64 },
        { "resnet50", 64 }, { "squeezenet1.0", 64 }, { "squeezenet1.1", 64 }, { "mobilenetv2", 64 }, { "densenet121", 64 }, { "efficientnetb0", 64 }, { "convnext-tiny", 64 }, { "vit-tiny", 32 }, { "unet", 32 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Learns_one_batch(string name, int side)
    {
        RandomKey key = new(3);
        ModelEntry entry = ModelCatalog.Find(name);
        Tensor images = key.Uniform([4, side, side, 3]) * 255, labels = Tensor.From((int[])[0, 1, 2, 1], [4]);
        if (entry.Task == ModelTask.Segmentation)
            labels = (images.Slice(0, 1, axis: -1).Squeeze(-1) / 128).Floor().Cast(DType.Int32);
        Model model = entry.Create([side, side, 3], 3, 5);
        // Inception v3 drops half of its features, which moves the loss by more than a few steps do: it takes more steps, and must fall by a quarter.
        bool drops = name == "inceptionv3";
        model.Compile(new Optimizers.SGD(drops ? 0.01 : 1e-3), new SparseCategoricalCrossentropy());
        double[] losses = [.. Enumerable.Range(0, drops ? 12 : 6).Select(_ => model.TrainOnBatch(images, labels)["loss"])];
        Assert.True(losses[^1] < losses[0] * (drops ? 0.75 : 1), $"{name}: the losses are {string.Join(", ", losses.Select(loss => loss.ToString("F3")))}.");
    }

    [Fact]
    public void Auxiliary_classifiers_are_trained_with_the_main_one()
    {
        Model model = GoogLeNet.Create(new() { InputShape = [64, 64, 3], Classes = 3, Seed = 5 }, auxiliary: true);
        model.Compile("adam", new() { ["main"] = "sparse_categorical_crossentropy", ["aux1"] = "sparse_categorical_crossentropy", ["aux2"] = "sparse_categorical_crossentropy" }, lossWeights: new() { ["main"] = 1, ["aux1"] = 0.3, ["aux2"] = 0.3 });
        Tensor images = new RandomKey(3).Uniform([4, 64, 64, 3]) * 255, labels = Tensor.From((int[])[0, 1, 2, 1], [4]);
        Bundle<Tensor> targets = new() { ["main"] = labels, ["aux1"] = labels, ["aux2"] = labels };
        double[] losses = [.. Enumerable.Range(0, 8).Select(_ => model.TrainOnBatch([images], targets)["loss"])];
        Assert.True(losses[^1] < losses[0], string.Join(", ", losses));
    }

    [Fact]
    public void Bytes_and_numbers_are_scaled_alike()
    {
        Model model = CifarResNet.ResNet20(new() { Classes = 4, Seed = 1 });
        Tensor bytes = (new RandomKey(2).Uniform([2, 32, 32, 3]) * 255).Cast(DType.UInt8);
        Model plain = CifarResNet.ResNet20(new() { Classes = 4, Seed = 1, Pixels = PixelScaling.None });
        foreach ((Variable one, Variable other) in plain.Weights.Zip(model.Weights))
            one.Assign(other.Value);
        Tensor mean = Tensor.From([0.485f, 0.456f, 0.406f], [3]), deviation = Tensor.From([0.229f, 0.224f, 0.225f], [3]);
        float[] expected = plain.Predict(((bytes.Cast(DType.Float32) / 255) - mean) / deviation).ToArray<float>();
        Assert.All(expected.Zip(model.Predict(bytes).ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.Equal(model.Predict(bytes).ToArray<float>(), model.Predict(bytes.Cast(DType.Float32)).ToArray<float>());
    }

    [Fact]
    public void A_saved_network_is_the_same()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.laminet");
        try
        {
            foreach (Model model in (Model[])[VisionTransformer.Small(new() { Seed = 1 }), ConvNeXt.Tiny(new() { InputShape = [32, 32, 3], Classes = 3, Seed = 1 }), SqueezeNet.SqueezeNet11(new() { InputShape = [64, 64, 3], Classes = 3 }, ModelLayout.Keras)])
            {
                Tensor images = new RandomKey(2).Uniform([1, .. model.InputShape]) * 255;
                float[] expected = model.Predict(images).ToArray<float>();
                model.Save(path);
                Assert.Equal(expected, Model.Load(path).Predict(images).ToArray<float>());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
