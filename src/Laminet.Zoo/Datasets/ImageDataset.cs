using Laminet.Tensors;

namespace Laminet.Zoo.Datasets;

/// <summary>Images with one class each, in a training and a test part.</summary>
public sealed class ImageDataset
{
    /// <summary>The description of the data, with source and licence.</summary>
    public required DatasetDescription Description { get; init; }

    /// <summary>Training images: UInt8, <c>(examples, height, width, channels)</c>, 0 to 255.</summary>
    public required Tensor TrainImages { get; init; }

    /// <summary>The class of each training image: Int32, <c>(examples,)</c>.</summary>
    public required Tensor TrainLabels { get; init; }

    /// <summary>Test images, like <see cref="TrainImages"/>.</summary>
    public required Tensor TestImages { get; init; }

    /// <summary>The class of each test image.</summary>
    public required Tensor TestLabels { get; init; }

    /// <summary>The name of each class.</summary>
    public IReadOnlyList<string> ClassNames => Description.ClassNames;

    /// <summary>For example <c>Fashion-MNIST: 60000 + 10000 images (28, 28, 1), 10 classes</c>.</summary>
    public override string ToString() => $"{Description.Title}: {TrainImages.Shape[0]} + {TestImages.Shape[0]} images "
        + $"{new Shape(TrainImages.Shape.Dimensions[1..])}, {ClassNames.Count} classes";
}
