using System.Text.Json.Nodes;
using Laminet.Configuration;

namespace Laminet.Verification.Golden;

/// <summary>The numbers of learning.json and losses.json, which make_learning_golden.py and make_losses_golden.py wrote.</summary>
internal static class LearningGolden
{
    public static JsonObject Root { get; } = GoldenFile.Json("learning.json");

    /// <summary>Losses and metrics that came later.</summary>
    public static JsonObject Losses { get; } = GoldenFile.Json("losses.json");

    public static IReadOnlyList<JsonNode?> Cases(string family) => [.. Root[family]!.AsArray(), .. Losses[family]?.AsArray() ?? []];

    public static double[] Numbers(this JsonNode item, string key) => [.. item[key]!.AsArray().Select(number => number!.GetValue<double>())];

    public static Tensor Tensor(this JsonNode item, string key, DType dtype) =>
        Tensors.Tensor.From(item.Numbers(key), Shape(item, key + "_shape")).Cast(dtype);

    public static Shape Shape(this JsonNode item, string key) => item[key]!.AsArray().Select(length => length!.GetValue<int>()).ToArray();

    /// <summary>Integers stay integers: class numbers.</summary>
    public static Tensor Target(this JsonNode item, DType dtype) => item.Tensor("target", item["integer"]!.GetValue<bool>() ? DType.Int32 : dtype);

    /// <summary>The object that a case is about.</summary>
    public static JsonObject Description(this JsonNode item, string key) =>
        new() { ["class_name"] = item[key]!.GetValue<string>(), ["config"] = item["config"]!.DeepClone() };

    /// <summary>The cases of a family with the class of each and a name: that of its settings, and its number among those of the same settings.</summary>
    public static IEnumerable<(Type Class, string Name, JsonNode Item)> Named<T>(ClassRegistry<T> registry, string family, string key) where T : class, IConfigurable
    {
        Dictionary<string, int> seen = [];
        foreach (JsonNode item in Cases(family).Select(item => item!))
        {
            string name = item[key]!.GetValue<string>() + item["config"]!.ToJsonString();
            int before = seen[name] = seen.GetValueOrDefault(name) + 1;
            yield return (registry.Deserialize(item.Description(key)).GetType(), before == 1 ? name : $"{name} {before}", item);
        }
    }

    /// <summary>The cases of each class by its name.</summary>
    public static ILookup<string, JsonNode> ByClass<T>(ClassRegistry<T> registry, string family, string key) where T : class, IConfigurable =>
        Cases(family).ToLookup(item => registry.Deserialize(item!.Description(key)).GetType().Name, item => item!);
}
