using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Laminet.Formats.Weights.Bytes;
using Laminet.Formats.Weights.Hdf5;
using Laminet.Saving;

namespace Laminet.Formats.Weights.Keras;

/// <summary>
/// Weights in HDF5 as Keras keeps them. Keras 1 and 2: a group for each layer, whose order and names are in the attributes <c>layer_names</c> and
/// <c>weight_names</c>, beside them in a whole model the JSON <c>model_config</c>. Keras 3: groups <c>layers/CLASS_NUMBER/vars/PLACE</c>. The order is never that
/// of the alphabet, which would put dense_10 before dense_2.
/// </summary>
internal static class KerasHdf5
{
    private const int MostPathLength = 4096, FreeNameLengths = 1 << 20, MostNameRepeats = 4;
    private const string LayerNames = "layer_names", WeightNames = "weight_names", ModelWeights = "model_weights", ModelConfig = "model_config";

    // Keras 2.12 to 2.15 wrote these forms of the same group.
    private const string OldLayers = "_layer_checkpoint_dependencies";

    // What Keras 3 keeps beside the layers.
    private static readonly string[] NotLayers = ["optimizer", "metrics", "compile_metrics", "loss", "seed_generator", "seed_generators"];

    public static WeightFile Open(ByteSource source)
    {
        (WeightFormat format, List<WeightTensor> tensors, List<string> notes, JsonObject? config) = Read(source);
        return new WeightFile(source, format, tensors, notes, config: config);
    }

    public static (WeightFormat Format, List<WeightTensor> Tensors, List<string> Notes, JsonObject? Config) Read(ByteSource source)
    {
        (Hdf5Group root, IReadOnlyList<string> read) = Hdf5Reader.Read(source);
        Listing listing = new(source, read);
        JsonObject? config = Text(root, ModelConfig) is { } json ? JsonText.Read(Encoding.UTF8.GetBytes(json), $"{source.Name}, {ModelConfig}") : null;
        if ((root.Find(ModelWeights) as Hdf5Group ?? root) is var layers && Texts(layers, LayerNames) is { } names)
        {
            RequireOnce(source, "it", "layer", names);
            foreach (string layer in names)
                AddLayer(source, layers, layer, listing);
            if (root.Find("optimizer_weights") is not null)
                listing.Notes.Add("The optimizer's weights were not read.");
            return (WeightFormat.KerasHdf5, listing.Tensors, listing.Notes, config);
        }

        bool isKeras3 = root.Find("layers") is Hdf5Group || root.Find(OldLayers) is Hdf5Group || root.Children.Any(child => child.Name.StartsWith(OldLayers + "\\", StringComparison.Ordinal));
        AddAll(root, "", listing, isKeras3);
        return (isKeras3 ? WeightFormat.KerasWeights : WeightFormat.Hdf5, listing.Tensors, listing.Notes, config);
    }

    private static void AddLayer(ByteSource source, Hdf5Group layers, string layer, Listing listing)
    {
        if (layers.Find(layer) is not Hdf5Group group)
            throw source.Wrong($"it lists the layer '{layer}' and has no group of that name");
        // A layer without weights may have an empty list of numbers there.
        IReadOnlyList<string> weights = Texts(group, WeightNames) ?? [];
        RequireOnce(source, $"the layer '{layer}'", "weight", weights);
        foreach (string weight in weights)
        {
            if (group.Find(weight) is not Hdf5Dataset dataset)
                throw source.Wrong($"the layer '{layer}' lists the weight '{weight}' and has no dataset of that name");
            (string module, string part) = KerasNames.Split(layer, weight);
            listing.Add($"{layer}/{weight}", dataset, module, part);
        }
    }

    // Before anything is listed: a few bytes may name one layer of many weights a million times.
    private static void RequireOnce(ByteSource source, string owner, string what, IReadOnlyList<string> names)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        if (names.FirstOrDefault(name => !seen.Add(name)) is { } twice)
            throw source.Wrong($"{owner} lists the {what} '{twice}' twice");
    }

    // Everything, in the order in which Keras 3 made it: dense_2 before dense_10.
    private static void AddAll(Hdf5Group group, string path, Listing listing, bool isKeras3)
    {
        foreach (Hdf5Object child in group.Children.OrderBy(child => child.Name, KerasNames.Natural))
        {
            string childPath = listing.Bounded(path.Length == 0 ? child.Name : $"{path}/{child.Name}");
            if (child is Hdf5Group inner)
            {
                AddAll(inner, childPath, listing, isKeras3);
                continue;
            }

            string? notNeeded = isKeras3 && path.Split('/', '\\').Any(NotLayers.Contains) ? "no weight of the model" : null;
            listing.Add(childPath, (Hdf5Dataset)child, isKeras3 ? KerasNames.Module3(path) : path, child.Name, notNeeded);
        }
    }

    private static string? Text(Hdf5Object item, string attribute) => item.Attributes.GetValueOrDefault(attribute)?.Texts?.Invoke() is { Count: > 0 } texts ? texts[0] : null;

    // A list beyond the 64 KB of a header is split into NAME0, NAME1, ...
    private static IReadOnlyList<string>? Texts(Hdf5Object item, string attribute)
    {
        if (item.Attributes.TryGetValue(attribute, out Hdf5Attribute? whole))
            return whole.Texts?.Invoke() ?? [];
        List<string>? all = null;
        for (int part = 0; item.Attributes.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"{attribute}{part}"), out Hdf5Attribute? piece); part++)
            (all ??= []).AddRange(piece.Texts?.Invoke() ?? []);
        return all;
    }

    // The tensors of a file, as they are found.
    private sealed class Listing(ByteSource source, IEnumerable<string> notes)
    {
        private long nameLengths;

        public List<WeightTensor> Tensors { get; } = [];

        public List<string> Notes { get; } = [.. notes];

        public void Add(string name, Hdf5Dataset dataset, string module, string part, string? notNeeded = null)
        {
            // A long name of a group stands before the name of each dataset in it.
            if ((nameLengths += Bounded(name).Length) > FreeNameLengths + (MostNameRepeats * source.Length))
                throw source.Wrong("its tensors have names that are longer together than the file");
            if (dataset.Spec is not { } spec)
            {
                Notes.Add($"The dataset '{name}' holds no numbers and was not read.");
                return;
            }

            Tensors.Add(new WeightTensor(name, spec, () => TensorBytes.Read(dataset.Read(), source.Name, name, spec), module, part) { NotNeeded = notNeeded });
        }

        public string Bounded(string path) => path.Length <= MostPathLength ? path : throw source.Wrong($"a name in it has more than {MostPathLength} characters");
    }
}
