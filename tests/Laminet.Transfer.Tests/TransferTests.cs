using System.Globalization;
using Laminet.Data;
using Laminet.Formats.Weights.Mapping;
using Laminet.Tensors;
using Laminet.Tests.Shared;
using Laminet.Training;
using Laminet.Training.Transfer;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;
using Laminet.Vision.Tests;
using Laminet.Zoo.Models;

namespace Laminet.Transfer.Tests;

/// <summary>Published weights on real photographs.</summary>
public sealed class TransferTests : IDisposable
{
    private const string Insects = "data/hymenoptera/hymenoptera_data.tar.gz", Cifar = "data/cifar10-35k/cifar10-35k.tar.gz", ResNetFile = "data/models/resnet20-cifar10-torch/resnet20-12fca82f.th",
        SqueezeNetFile = "data/models/squeezenet-v1.1-notop-keras/squeezenet_v11_notop.h5";

    private readonly string folder = Directory.CreateTempSubdirectory("laminet-transfer-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // Both files come with the shared data.
    [SharedDataFact(SqueezeNetFile)]
    public void A_head_on_SqueezeNet_tells_ants_from_bees()
    {
        Unpacked.Into(Insects, folder);
        string root = Path.GetDirectoryName(Directory.EnumerateDirectories(folder, "train", SearchOption.AllDirectories).First())!;
        ImageReading reading = new() { Size = (256, 256), Fit = ImageFit.CenterCrop, ShorterSide = 292 };
        ImageFolder train = new(Path.Combine(root, "train")), validation = new(Path.Combine(root, "val"), train.Classes);
        Model model = Pretrained.SqueezeNet11(SharedDataFactAttribute.Find(SqueezeNetFile)!, [256, 256, 3]).WithHead(train.Classes.Count, seed: 0);
        Dataset batches = train.ToDataset(reading, 2).Batch(32);
        FineTuning result = model.FineTune(
            Dataset.FromBatches(batches.Batches().Concat(batches.Map(batch => batch.WithX(batch.X.Flip(2))).Batches())), settings: new() { Epochs = 0 });

        Assert.Null(result.Tuned);
        Assert.True(result.Head["accuracy"][^1] > 0.95);
        double accuracy = model.Evaluate(validation.ToDataset(reading, 2).Batch(32))["accuracy"];
        Assert.True(accuracy >= 0.92, accuracy.ToString(CultureInfo.InvariantCulture));
    }

    [SharedDataFact(Cifar)]
    public void ResNet_20_predicts_what_PyTorch_predicts_for_ten_thousand_images()
    {
        Unpacked.Into(Cifar, folder);
        string golden = string.Concat(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "cifar_resnet20.txt")));
        ImageFolder test = new(Path.Combine(folder, "test"));
        Assert.Equal(10_000, test.Count);
        Model model = CifarResNet.ResNet20(new() { Classes = 10 });
        model.ImportWeights(SharedDataFactAttribute.Find(ResNetFile)!);
        int[] predicted = model.Predict(test.ToDataset(new ImageReading { Size = (32, 32) }, 2).Batch(250))[0].ArgMax().Cast(DType.Int32).ToArray<int>();

        int same = predicted.Zip(golden).Count(pair => pair.First == pair.Second - '0'), right = predicted.Zip(test.Labels).Count(pair => pair.First == pair.Second);
        Assert.True(same >= 9_990, $"{same} of 10,000 predictions are PyTorch's");
        Assert.InRange(right / 10_000.0, 0.8098, 0.8108);
    }
}
