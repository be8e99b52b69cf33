using System.Text.RegularExpressions;
using Laminet.Optimizers;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.Mapping;

/// <summary>
/// How the tensors of a file belong to the weights of a model, where names alone do not say it. Patterns are regular expressions on whole names; dots and slashes
/// both part names, so <c>layer1/0/conv1</c> in the model is <c>layer1.0.conv1</c> in the file.
/// </summary>
/// <example><code>
/// WeightMap map = new WeightMap()
///     .Rename(@"layer(\d)\.(\d+)\.(.*)", "stage$1/block$2/$3")
///     .Skip("fc\\..*").Keep("head/.*");
/// model.ImportWeights("resnet18.pth", map);
/// </code></example>
/// <param name="layout">Whose names and order of axes the file has.</param>
public sealed class WeightMap(WeightLayout layout = WeightLayout.Auto)
{
    private readonly List<(Regex Pattern, string Replacement)> renames = [];
    private readonly List<Regex> skips = [], keeps = [];
    private readonly Dictionary<string, Shape> flattened = new(StringComparer.Ordinal);

    /// <summary>Whose names and order of axes the file has.</summary>
    public WeightLayout Layout { get; } = layout;

    internal IReadOnlyDictionary<string, Shape> FlattenedMaps => flattened;

    /// <summary>Gives layers of the file the names of layers in the model. The first rule whose pattern fits is used.</summary>
    /// <param name="pattern">A pattern for the layer's name in the file: a tensor's name without its last part.</param>
    /// <param name="replacement">The layer's name in the model; $1, $2 stand for the groups of the pattern.</param>
    /// <returns>This map.</returns>
    public WeightMap Rename(string pattern, string replacement)
    {
        ArgumentNullException.ThrowIfNull(replacement);
        renames.Add((Whole(pattern), replacement));
        return this;
    }

    /// <summary>Leaves out tensors of the file.</summary>
    /// <param name="pattern">A pattern for their names in the file.</param>
    /// <returns>This map.</returns>
    public WeightMap Skip(string pattern)
    {
        skips.Add(Whole(pattern));
        return this;
    }

    /// <summary>Lets weights of the model keep their values.</summary>
    /// <param name="pattern">A pattern for their names in the model, as in <c>head/.*</c>.</param>
    /// <returns>This map.</returns>
    public WeightMap Keep(string pattern)
    {
        keeps.Add(Whole(pattern));
        return this;
    }

    /// <summary>
    /// Says that a dense layer reads a flattened map, whose numbers PyTorch has in another order. In a model of layer calls this is found by itself; say it for a model
    /// that computes its outputs in Forward.
    /// </summary>
    /// <param name="layer">The layer's name in the model.</param>
    /// <param name="map">The map's shape in the model, channels last, as in [7, 7, 512].</param>
    /// <returns>This map.</returns>
    public WeightMap Flattened(string layer, Shape map)
    {
        ArgumentNullException.ThrowIfNull(layer);
        flattened[layer] = map;
        return this;
    }

    internal string Renamed(string module)
    {
        foreach ((Regex pattern, string replacement) in renames)
        {
            if (pattern.IsMatch(module))
                return pattern.Replace(module, replacement);
        }

        return module;
    }

    internal bool Skips(string tensor) => skips.Exists(pattern => pattern.IsMatch(tensor));

    internal bool Keeps(string weight) => keeps.Exists(pattern => pattern.IsMatch(weight));

    private static Regex Whole(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        return PathExpression.Of($@"\A(?:{pattern})\z", $"the pattern '{pattern}'", nameof(pattern));
    }
}
