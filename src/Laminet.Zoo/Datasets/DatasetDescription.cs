namespace Laminet.Zoo.Datasets;

/// <summary>What is known of a data set without loading it.</summary>
public sealed class DatasetDescription
{
    internal DatasetDescription() { }

    /// <summary>The name to write in commands: <c>fashion-mnist</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name to read: <c>Fashion-MNIST</c>.</summary>
    public required string Title { get; init; }

    /// <summary>What it shows, how many examples, of which size.</summary>
    public required string Summary { get; init; }

    /// <summary>The name of each class, in the order of the labels.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Under which terms the data may be used.</summary>
    public required string Licence { get; init; }

    /// <summary>Who made it, and where it is published.</summary>
    public required string Source { get; init; }

    /// <summary>What to do to have it.</summary>
    public required string HowToGet { get; init; }

    /// <summary>True if a part is inside the library, so that <see cref="Load"/> needs no folder.</summary>
    public required bool IsEmbedded { get; init; }

    internal Func<string?, ImageDataset> Loader { get; init; } = _ => throw new InvalidOperationException("This data set has no loader.");

    /// <summary>Loads the data from a folder, or without one the embedded part.</summary>
    /// <exception cref="InvalidOperationException">No folder, and nothing is embedded.</exception>
    /// <exception cref="FileNotFoundException">A file is missing in the folder.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public ImageDataset Load(string? folder = null) => folder is null && !IsEmbedded
        ? throw new InvalidOperationException($"{Title} is not inside the library; received no folder. {HowToGet}")
        : Loader(folder);

    /// <summary>The title.</summary>
    public override string ToString() => Title;
}
