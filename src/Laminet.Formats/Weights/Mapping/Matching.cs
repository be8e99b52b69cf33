namespace Laminet.Formats.Weights.Mapping;

/// <summary>Finds for each layer of a model the layer of a file: by name; else by order, where the order can be meant in one way alone; else by shape, where it can.</summary>
internal sealed class Matching
{
    private readonly IReadOnlyList<(TargetModule Module, List<Rule> Rules)> targets;
    private readonly IReadOnlyList<SourceModule> sources;

    public Matching(IReadOnlyList<(TargetModule Module, List<Rule> Rules)> targets, IReadOnlyList<SourceModule> sources) => (this.targets, this.sources) = (targets, sources);

    /// <summary>How the layers were matched.</summary>
    public string How { get; private set; } = "by name";

    /// <summary>The layer of the file for each layer of the model; null where there is none.</summary>
    /// <param name="byNameAlone">Whether names alone count.</param>
    /// <param name="walk">The order of the model's layers.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="InvalidDataException">The order could be meant in several ways.</exception>
    public SourceModule?[] Find(bool byNameAlone, ModelWalk walk, string source)
    {
        SourceModule?[] named = ByName(), numbered = ByKerasPath();
        bool isOrdered = targets.Count == sources.Count && targets.Zip(sources).All(pair => Fits(pair.First.Rules, pair.Second));
        if (IsWhole(named))
        {
            // dense and dense_1, which the model made up, may be dense_1 and dense in the file.
            if (isOrdered && targets.Index().FirstOrDefault(pair => pair.Item.Module.HasInventedName && named[pair.Index] != sources[pair.Index]).Item.Module is { } crossed)
                throw Ambiguous(source, $"the model made up the name '{crossed.Path}', and the file has that name at another place");
            return named;
        }

        // Keras 3 numbers the layers of each class in their order.
        if (IsWhole(numbered) || (numbered.Any(module => module is not null) && byNameAlone && named.All(module => module is null)))
            return Ordered(numbered);
        if (byNameAlone)
            return named;
        if (isOrdered)
            return Ordered([.. sources]);
        SourceModule[][] candidates = [.. targets.Select(target => sources.Where(module => Fits(target.Rules, module)).ToArray())];
        if (candidates.All(found => found.Length == 1) && IsWhole([.. candidates.Select(found => found[0])]))
        {
            How = "by shape";
            return [.. candidates.Select(found => found[0])];
        }

        return named.Any(module => module is not null) ? named : numbered;

        SourceModule?[] Ordered(SourceModule?[] found)
        {
            if (walk.Unordered(Kind) is var (one, other))
                throw Ambiguous(source, $"'{one.Path}' and '{other.Path}' have weights of the same shapes, and neither comes before the other");
            How = "by order";
            return found;
        }
    }

    /// <summary>The tensors that a rule takes from a layer; null where there are none.</summary>
    public static WeightTensor[]? Take(IReadOnlyList<Rule> rules, Rule rule, SourceModule module)
    {
        WeightTensor?[] found = [.. rule.Sources.Select(module.Find)];
        if (!found.Contains(null))
            return found!;
        // Numbers in place of names, or names that were made up: they stand in the order of the weights.
        bool hasNames = rules.SelectMany(other => other.Sources).Any(names => module.Find(names) is not null);
        return !hasNames && module.Parts.Count == rules.Count && rules.All(other => other.Sources.Count == 1) ? [module.Parts[rules.IndexOf(rule)].Value] : null;
    }

    private bool IsWhole(SourceModule?[] found) => !found.Contains(null) && found.Distinct().Count() == found.Length && found.Length == sources.Count;

    private InvalidDataException Ambiguous(string source, string why) => new($"{source}: its names are not those of the model, and by order they could be meant in several ways: {why}. "
        + $"Name the layers of the model, or give a WeightMap with Rename. The file has {string.Join(", ", sources.Take(12).Select(module => module.Name))}{(sources.Count > 12 ? ", ..." : "")}.");

    // A layer whose weights are all kept is like no other.
    private object Kind(TargetModule module) => targets.FirstOrDefault(target => target.Module == module).Rules is not { } rules ? module
        : string.Join(';', rules.Select(rule => $"{string.Join(',', rule.Sources.Select(names => names[0]))}{rule.Conversion.Source(rule.Target.Spec.Shape)}"));

    private static bool Fits(List<Rule> rules, SourceModule module)
    {
        HashSet<WeightTensor> used = [];
        foreach (Rule rule in rules)
        {
            if (Take(rules, rule, module) is not { } tensors || Array.Exists(tensors, tensor => tensor.Shape != rule.Conversion.Source(rule.Target.Spec.Shape)))
                return false;
            used.UnionWith(tensors);
        }

        return used.Count == module.Parts.Count;
    }

    private SourceModule?[] ByKerasPath()
    {
        Dictionary<string, SourceModule> byName = sources.ToDictionary(module => module.Name, StringComparer.Ordinal);
        return [.. targets.Select(target => byName.GetValueOrDefault(target.Module.KerasPath))];
    }

    // By the whole path or, where the file leaves out the models around, by the end of the path.
    private SourceModule?[] ByName()
    {
        Dictionary<string, SourceModule> byName = sources.ToDictionary(module => module.Name, StringComparer.Ordinal);
        string[] paths = [.. targets.Select(target => SourceModule.Canonical(target.Module.Path))];
        return [.. targets.Select((_, place) => byName.GetValueOrDefault(paths[place]) ?? ByEnd(paths[place]))];

        SourceModule? ByEnd(string path)
        {
            for (int cut = path.IndexOf('/', StringComparison.Ordinal); cut >= 0; cut = path.IndexOf('/', cut + 1))
            {
                string end = path[(cut + 1)..];
                if (byName.TryGetValue(end, out SourceModule? module) && paths.Count(other => other == end || other.EndsWith("/" + end, StringComparison.Ordinal)) == 1)
                    return module;
            }

            return null;
        }
    }
}

file static class ListExtensions
{
    public static int IndexOf(this IReadOnlyList<Rule> rules, Rule rule) => rules.Index().First(pair => ReferenceEquals(pair.Item, rule)).Index;
}
