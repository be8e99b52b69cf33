using System.Security.Cryptography;
using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Cli.Runs;

/// <summary>Labelled images in an order, wherever they are.</summary>
internal abstract class Examples
{
    /// <summary>The class of each.</summary>
    public abstract IReadOnlyList<int> Labels { get; }

    public int Count => Labels.Count;

    /// <summary>Height, width and channels of an image.</summary>
    public abstract Shape ImageShape { get; }

    /// <summary>The images with their labels, one by one and in order.</summary>
    public abstract Dataset ToDataset();

    /// <summary>An image, bytes of (1, height, width, channels).</summary>
    public abstract Tensor Image(int index);

    /// <summary>Some of them, in the order given.</summary>
    public abstract Examples Choose(IReadOnlyList<int> positions);

    /// <summary>The first ones, or fewer if there are fewer.</summary>
    public abstract Examples First(int? limit);

    /// <summary>Adds what they are, so that other images give another sum.</summary>
    public abstract void AddTo(IncrementalHash hash);

    /// <summary>A part of each class for validation, and the rest.</summary>
    public (Examples Train, Examples Validation) Split(double validationFraction, ulong seed)
    {
        DataSplit split = DataSplit.Stratified(Labels, validationFraction, seed);
        return (Choose(split.Train), Choose(split.Validation));
    }
}
