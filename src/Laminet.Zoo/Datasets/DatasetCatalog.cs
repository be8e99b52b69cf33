namespace Laminet.Zoo.Datasets;

/// <summary>All data sets that can be loaded by name.</summary>
public static class DatasetCatalog
{
    /// <summary>The data sets, by name.</summary>
    public static IReadOnlyList<DatasetDescription> All { get; } = [FashionMnist.Description, Mnist.Description];

    /// <summary>Finds a data set by its name, ignoring case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that exist.</exception>
    public static DatasetDescription Find(string name) =>
        All.FirstOrDefault(description => description.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no data set named '{name}'. Known: {string.Join(", ", All.Select(description => description.Name))}.", nameof(name));
}
