using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Tests.Golden;

/// <summary>The numbers of learning.json, which make_learning_golden.py wrote.</summary>
internal static class LearningGolden
{
    public static JsonObject Root { get; } =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "learning.json")))!.AsObject();

    public static JsonArray Cases(string family) => Root[family]!.AsArray();

    /// <summary>One row per case: its number and, for the test's name, what it is.</summary>
    public static TheoryData<int, string> Rows(string family, string key)
    {
        TheoryData<int, string> rows = [];
        for (int i = 0; i < Cases(family).Count; i++)
            rows.Add(i, Cases(family)[i]![key]!.GetValue<string>() + Cases(family)[i]!["config"]!.ToJsonString());
        return rows;
    }

    public static double[] Numbers(this JsonNode item, string key) => [.. item[key]!.AsArray().Select(number => number!.GetValue<double>())];

    public static Tensor Tensor(this JsonNode item, string key, DType dtype) =>
        Tensors.Tensor.From(item.Numbers(key), Shape(item, key + "_shape")).Cast(dtype);

    public static Shape Shape(this JsonNode item, string key) => item[key]!.AsArray().Select(length => length!.GetValue<int>()).ToArray();

    /// <summary>Integers stay integers: class numbers.</summary>
    public static Tensor Target(this JsonNode item, DType dtype) => item.Tensor("target", item["integer"]!.GetValue<bool>() ? DType.Int32 : dtype);

    /// <summary>The object that a case is about.</summary>
    public static JsonObject Description(this JsonNode item, string key) =>
        new() { ["class_name"] = item[key]!.GetValue<string>(), ["config"] = item["config"]!.DeepClone() };
}
