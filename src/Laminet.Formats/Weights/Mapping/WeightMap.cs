using System.Text.RegularExpressions;
using Laminet.Configuration;
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
    private readonly List<(Pattern Pattern, string Replacement)> renames = [];
    private readonly List<Pattern> skips = [], keeps = [];
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
    /// Says that a dense or normalizing layer reads a flattened map, whose numbers PyTorch has in another order. In a model of layer calls this is found by itself. Call this
    /// for a model that computes its outputs in Forward, and where a note of the report asks for it. A map of one axis says that the order is the same.
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
        foreach ((Pattern pattern, string replacement) in renames)
        {
            if (pattern.Fits(module))
                return pattern.Expression.Replace(module, replacement);
        }

        return module;
    }

    internal bool Skips(string tensor) => skips.Exists(pattern => pattern.Fits(tensor));

    internal bool Keeps(string weight) => keeps.Exists(pattern => pattern.Fits(weight));

    /// <summary>Checks that what the map says of the model means something there: a name with a slip would leave numbers in place, or in an order, that was not wanted.</summary>
    /// <exception cref="ArgumentException">It names what the model does not have.</exception>
    internal void Require(IReadOnlyList<TargetModule> modules)
    {
        string[] weights = [.. modules.SelectMany(module => module.Weights).Select(weight => weight.Name)], layers = [.. modules.Select(module => module.Path)];
        if (keeps.Find(pattern => !weights.Any(pattern.Fits)) is { } keep)
            throw new ArgumentException($"WeightMap.Keep received '{keep.Text}', which is the name of no weight of the model.{Suggestion.For(keep.Start, weights.Concat(layers))} The model has {Some(weights)}.");
        foreach ((string layer, Shape map) in flattened)
        {
            if (modules.FirstOrDefault(module => module.Path == layer) is not { } module)
                throw new ArgumentException($"WeightMap.Flattened received '{layer}', which is no layer of the model with weights.{Suggestion.For(layer, layers)} The model has {Some(layers)}.");
            if (!Rules.Reorders(module.Layer) || module.Weights[0].Spec.Shape[0] != map.LongCount)
            {
                throw new ArgumentException($"WeightMap.Flattened received '{layer}' with a map {map} of {map.LongCount} numbers. The layer's first weight is {module.Weights[0].Spec}; "
                    + "expected a dense or normalizing layer that reads as many numbers as the map has.");
            }
        }

        static string Some(string[] names) => string.Join(", ", names.Take(12).Select(name => $"'{name}'")) + (names.Length > 12 ? ", ..." : "");
    }

    /// <summary>Notes on patterns that fit nothing in the file. They are no error: one map may serve several files.</summary>
    internal IEnumerable<string> Unused(IReadOnlyList<WeightTensor> tensors, IReadOnlyCollection<string> layers) =>
    [
        .. skips.Where(pattern => !tensors.Any(tensor => pattern.Fits(tensor.Name))).Select(pattern => $"WeightMap.Skip('{pattern.Text}') fits no tensor of the file."),
        .. renames.Where(rename => !layers.Any(rename.Pattern.Fits)).Select(rename => $"WeightMap.Rename('{rename.Pattern.Text}', ...) fits no layer of the file."),
    ];

    private static Pattern Whole(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        return new Pattern(pattern, PathExpression.Of($@"\A(?:{pattern})\z", $"the pattern '{pattern}'", nameof(pattern)));
    }

    // A pattern as it was given, and the expression for whole names.
    private sealed record Pattern(string Text, Regex Expression)
    {
        // What stands before the first special character: the name that was probably meant.
        public string Start => Text[..(Text.IndexOfAny(['\\', '*', '+', '?', '(', '[', '{', '|', '$']) is var end and >= 0 ? end : Text.Length)].TrimEnd('.', '/');

        public bool Fits(string name) => Expression.IsMatch(name);
    }
}
