using System.Globalization;
using Laminet.Cli.Runs;
using Laminet.Tensors;
using Laminet.Zoo.Datasets;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Small grey images with labels.</summary>
internal sealed record OwnImages(string Key, string Name, string Sha256) : OwnData(Key, Name, Sha256)
{
    public static OwnSource Source { get; } = new(
        (surroundings, asked) =>
        {
            string key = ImageData.KeyOf(surroundings, asked ?? DatasetCatalog.All[0].Name);
            return !ImageData.AreFiles(key) ? key
                : throw new UsageException("--data: received a folder of photographs; this network learns from small grey images: fashion-mnist, or a folder with four IDX files as those of MNIST.");
        },
        (key, limit) =>
        {
            ImageData images = ImageData.Load(key, [], limit);
            (TensorExamples train, TensorExamples test) = ((TensorExamples)images.Train, (TensorExamples)images.Test);
            return new OwnImages(images.Key, images.Name, images.Sha256())
            {
                Train = train.Images,
                TrainLabels = train.LabelTensor,
                Test = test.Images,
                TestLabels = test.LabelTensor,
                Classes = images.ClassNames.Count,
            };
        });

    /// <summary>Training images, bytes of (examples, height, width, 1).</summary>
    public required Tensor Train { get; init; }

    public required Tensor TrainLabels { get; init; }

    public required Tensor Test { get; init; }

    public required Tensor TestLabels { get; init; }

    public required int Classes { get; init; }

    /// <summary>Height, width and channels.</summary>
    public Shape ImageShape => new(Train.Shape.Dimensions[1..]);

    public override int Count => Train.Shape[0];

    public override string Unit => "images";

    public override string Sizes => string.Create(CultureInfo.InvariantCulture, $"{Count:N0} training, {Test.Shape[0]:N0} test images");

    /// <summary>Training images as vectors from 0 to 1.</summary>
    public Tensor Vectors() => ToVectors(Train);

    /// <summary>Test images as vectors from 0 to 1.</summary>
    public Tensor TestVectors() => ToVectors(Test);

    private static Tensor ToVectors(Tensor images) => images.Reshape([images.Shape[0], -1]).Cast(DType.Float32) / 255;
}
