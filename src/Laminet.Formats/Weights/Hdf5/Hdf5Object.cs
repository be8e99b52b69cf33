using Laminet.Tensors;

namespace Laminet.Formats.Weights.Hdf5;

/// <summary>A group or a dataset of an HDF5 file.</summary>
/// <param name="Name">Its name in the group around it.</param>
/// <param name="Attributes">Its attributes.</param>
internal abstract record Hdf5Object(string Name, IReadOnlyDictionary<string, Hdf5Attribute> Attributes);

/// <summary>A group.</summary>
/// <param name="Name">Its name in the group around it.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Children">What is in it, in the file's order, which is mostly that of the alphabet.</param>
internal sealed record Hdf5Group(string Name, IReadOnlyDictionary<string, Hdf5Attribute> Attributes, IReadOnlyList<Hdf5Object> Children) : Hdf5Object(Name, Attributes)
{
    // Files list thousands of layers by name. Where two have one name, the first counts.
    private readonly Lazy<Dictionary<string, Hdf5Object>> byName = new(() =>
    {
        Dictionary<string, Hdf5Object> named = new(StringComparer.Ordinal);
        foreach (Hdf5Object child in Children)
            named.TryAdd(child.Name, child);
        return named;
    });

    /// <summary>The object at a path with slashes; null if there is none.</summary>
    public Hdf5Object? Find(string path)
    {
        Hdf5Object? found = this;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            found = (found as Hdf5Group)?.byName.Value.GetValueOrDefault(name);
        return found;
    }
}

/// <summary>A dataset.</summary>
/// <param name="Name">Its name in the group around it.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Spec">Its shape and type; null if its elements are no numbers.</param>
/// <param name="Read">Reads its little-endian, row-major bytes.</param>
internal sealed record Hdf5Dataset(string Name, IReadOnlyDictionary<string, Hdf5Attribute> Attributes, TensorSpec? Spec, Func<byte[]> Read) : Hdf5Object(Name, Attributes);
