using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laminet.Configuration;

namespace Laminet.Optimizers;

/// <summary>Which optimizer trains which variables, by the path of a variable in its model, as in <c>encoder/dense/kernel</c>.</summary>
/// <param name="defaultOptimizer">The optimizer of variables that no entry names.</param>
/// <example><code>
/// OptimizerMap map = new(new Adam(1e-3)) { ["encoder/.*"] = new Adam(1e-5), ["head/bias"] = new SGD(0.1) };
/// </code></example>
public sealed class OptimizerMap(Optimizer defaultOptimizer)
{
    private readonly List<(string Pattern, Regex Expression, Optimizer Optimizer)> entries = [];

    /// <summary>The optimizer of variables that no entry names.</summary>
    public Optimizer DefaultOptimizer { get; } = Plain(defaultOptimizer);

    /// <summary>All optimizers, each once: the default one first.</summary>
    public IReadOnlyList<Optimizer> Optimizers => [.. entries.Select(entry => entry.Optimizer).Prepend(DefaultOptimizer).Distinct()];

    /// <summary>
    /// The optimizer of a path. Setting adds an entry: a path, or a regular expression that must match a whole path. An entry that is the path itself comes before expressions.
    /// </summary>
    /// <param name="path">The path or, for a new entry, the expression.</param>
    /// <exception cref="ArgumentException">There is an entry of that text already, or two expressions match.</exception>
    public Optimizer this[string path]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(path);
            if (entries.Find(entry => entry.Pattern == path) is { Optimizer: { } exact })
                return exact;
            (string Pattern, Regex Expression, Optimizer Optimizer)[] matching = [.. entries.Where(entry => entry.Expression.IsMatch(path))];
            return matching.Length switch
            {
                0 => DefaultOptimizer,
                1 => matching[0].Optimizer,
                _ => throw new ArgumentException($"The variable '{path}' is named by {matching.Length} entries of the optimizer map, '{string.Join("', '", matching.Select(entry => entry.Pattern))}'; expected one at most. "
                    + "Make one of them narrower, or add an entry that is the path itself.", nameof(path)),
            };
        }

        set
        {
            ArgumentNullException.ThrowIfNull(path);
            if (entries.Exists(entry => entry.Pattern == path))
                throw new ArgumentException($"The optimizer map has an entry '{path}' already. Give each entry once.", nameof(path));
            entries.Add((path, PathExpression.Of($@"\A(?:{path})\z", $"the optimizer map's entry '{path}'", nameof(path)), Plain(value)));
        }
    }

    // An optimizer of several entries is written once; the others have its place among the optimizers.
    internal JsonObject Write(ClassRegistry<Optimizer> registry)
    {
        List<Optimizer> written = [DefaultOptimizer];
        JsonObject map = [];
        foreach ((string pattern, _, Optimizer optimizer) in entries)
        {
            int place = written.IndexOf(optimizer);
            map[pattern] = place < 0 ? registry.Serialize(optimizer) : place;
            if (place < 0)
                written.Add(optimizer);
        }

        return new() { ["default_optimizer"] = registry.Serialize(DefaultOptimizer), ["optimizer_map"] = map };
    }

    internal static OptimizerMap Read(JsonNode node, ClassRegistry<Optimizer> registry)
    {
        OptimizerMap map = new(registry.Deserialize(node["default_optimizer"]));
        foreach ((string pattern, JsonNode? optimizer) in node["optimizer_map"].ObjectAt("optimizer_map"))
        {
            IReadOnlyList<Optimizer> known = map.Optimizers;
            map[pattern] = optimizer is JsonValue place && place.TryGetValue(out int index) && index >= 0 && index < known.Count ? known[index] : registry.Deserialize(optimizer);
        }

        return map;
    }

    private static Optimizer Plain(Optimizer optimizer) => optimizer switch
    {
        null => throw new ArgumentNullException(nameof(optimizer)),
        MultiOptimizer or LossScaleOptimizer => throw new ArgumentException(
            $"Received a {optimizer.GetType().Name} in an optimizer map; expected an optimizer that makes its steps itself, such as Adam. To scale the loss, put the MultiOptimizer into a LossScaleOptimizer.", nameof(optimizer)),
        _ => optimizer,
    };
}
