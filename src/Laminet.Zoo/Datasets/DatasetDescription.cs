namespace Laminet.Zoo.Datasets;

/// <summary>The description of a data set, available without loading it.</summary>
public sealed class DatasetDescription
{
    internal DatasetDescription() { }

    /// <summary>The name in commands: <c>fashion-mnist</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The display name: <c>Fashion-MNIST</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The kind of images, the number of examples and their size.</summary>
    public required string Summary { get; init; }

    /// <summary>The name of each class, in the order of the labels.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The terms of use of the data.</summary>
    public required string Licence { get; init; }

    /// <summary>The authors, and where the data is published.</summary>
    public required string Source { get; init; }

    /// <summary>How to get the data.</summary>
    public required string HowToGet { get; init; }

    /// <summary>True if a part of the data is embedded in the library, so that <see cref="Load"/> needs no folder.</summary>
    public required bool IsEmbedded { get; init; }

    internal Func<string?, ImageDataset> Loader { get; init; } = _ => throw new InvalidOperationException("This data set has no loader.");

    /// <summary>Loads the data from a folder or, without a folder, the embedded part.</summary>
    /// <exception cref="InvalidOperationException">No folder is given, and no part is embedded.</exception>
    /// <exception cref="FileNotFoundException">A file is missing in the folder.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public ImageDataset Load(string? folder = null) => folder is null && !IsEmbedded
        ? throw new InvalidOperationException($"{Title} is not embedded in the library; received no folder. {HowToGet}")
        : Loader(folder);

    /// <summary>The title.</summary>
    public override string ToString() => Title;
}
