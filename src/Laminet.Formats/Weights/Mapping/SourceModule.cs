using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laminet.Formats.Weights.Keras;

namespace Laminet.Formats.Weights.Mapping;

/// <summary>A layer of a file: the tensors that belong together by their names.</summary>
/// <param name="Name">Its name, parted by slashes, after the rules of the map.</param>
/// <param name="Parts">Its tensors by their names in the layer, in the file's order.</param>
internal sealed partial record SourceModule(string Name, IReadOnlyList<KeyValuePair<string, WeightTensor>> Parts)
{
    /// <summary>The tensor of one of several names; null if there is none.</summary>
    public WeightTensor? Find(IEnumerable<string> names) => names.Select(name => Parts.FirstOrDefault(part => part.Key == name).Value).FirstOrDefault(tensor => tensor is not null);

    /// <summary>The layers of a file, in the order of their first tensors.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="file">Their file.</param>
    /// <param name="layout">Whose names they have.</param>
    /// <param name="map">Gives layers other names.</param>
    /// <param name="layers">Gets the names that the map was asked for.</param>
    public static List<SourceModule> Of(IReadOnlyList<WeightTensor> tensors, WeightFile file, WeightLayout layout, WeightMap map, HashSet<string> layers)
    {
        Dictionary<string, string>? named = file is { Format: WeightFormat.Keras, Config: { } config } ? NamesIn(config, file) : null;
        // What training on several processors, or a compiled model, puts before every name.
        string prefix = layout != WeightLayout.PyTorch ? "" : Array.Find(["module.", "_orig_mod."], start => tensors.Count > 0 && tensors.All(tensor => tensor.Module.StartsWith(start, StringComparison.Ordinal))) ?? "";
        HashSet<string> attentions = [.. tensors.Where(tensor => tensor.Part.StartsWith("in_proj_", StringComparison.Ordinal)).Select(tensor => tensor.Module)];
        HashSet<string> bidirectional = [.. tensors.Where(tensor => tensor.Part.EndsWith("_reverse", StringComparison.Ordinal)).Select(tensor => tensor.Module)];
        OrderedDictionary<string, List<KeyValuePair<string, WeightTensor>>> modules = new(StringComparer.Ordinal);
        foreach (WeightTensor tensor in tensors)
        {
            (string module, string part, string suffix) = (tensor.Module, tensor.Part, "");
            if (layout == WeightLayout.PyTorch)
            {
                if (module.EndsWith(".out_proj", StringComparison.Ordinal) && attentions.Contains(module[..^9]))
                    (module, part) = (module[..^9], $"out_proj.{part}");
                else if (RecurrentPart().Match(part) is { Success: true } match)
                    (part, suffix) = (match.Groups[1].Value, Suffix(match, bidirectional.Contains(module)));
                module = module[prefix.Length..];
            }
            else if (named is not null)
            {
                module = KerasPaths.Translate(module, named);
            }

            layers.Add(module);
            string name = Canonical(map.Renamed(module) + suffix);
            if (!modules.TryGetValue(name, out List<KeyValuePair<string, WeightTensor>>? parts))
                modules.Add(name, parts = []);
            parts.Add(new(part, tensor));
        }

        IEnumerable<SourceModule> found = modules.Select(module => new SourceModule(module.Key, module.Value));
        // Keras 3 keeps layers by their class; the description has them in order.
        Dictionary<string, int> order = new(StringComparer.Ordinal);
        foreach ((int place, string name) in (named?.Values ?? Enumerable.Empty<string>()).Index())
            order[Canonical(name)] = place;
        return [.. named is null ? found : found.OrderBy(module => Starts(module.Name).Max(name => order.GetValueOrDefault(name, -1)))];
    }

    private static Dictionary<string, string> NamesIn(JsonObject config, WeightFile file)
    {
        try
        {
            return KerasPaths.Names(config);
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"{file.Path}: the layers that it describes cannot be read. {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    // The name, and those of the layers around it.
    private static IEnumerable<string> Starts(string name)
    {
        for (int end = name.Length; end >= 0; end = end == 0 ? -1 : name.LastIndexOf('/', end - 1))
            yield return name[..end];
    }

    /// <summary>A name with slashes alone.</summary>
    public static string Canonical(string name) => name.Replace('.', '/').Replace('\\', '/').Trim('/');

    // Layer k of a recurrent module of several layers is a module of its own; so is each direction.
    private static string Suffix(Match match, bool isBidirectional)
    {
        string layer = match.Groups[2].Value == "0" ? "" : $"_{match.Groups[2].Value}";
        return layer + (!isBidirectional ? "" : match.Groups[3].Success ? "/backward_layer" : "/forward_layer");
    }

    [GeneratedRegex("^((?:weight|bias)_(?:ih|hh))_l([0-9]+)(_reverse)?$")]
    private static partial Regex RecurrentPart();
}
