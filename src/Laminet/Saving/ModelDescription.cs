using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Saving;

/// <summary>A model's layers and compile settings as JSON: names of classes and their settings, no code.</summary>
internal static class ModelDescription
{
    /// <exception cref="ArgumentException">A layer's class is not registered.</exception>
    /// <exception cref="InvalidOperationException">A layer is shared between a model and a model inside it.</exception>
    public static JsonObject Write(Model model)
    {
        WeightNames.RequireNoSharingBetweenModels(model);
        JsonObject json = ArchiveParts.NewJson();
        json["model"] = Layer.Registry.Serialize(model);
        if (model.Optimizer is null || model.Objective is not { } objective)
            return json;
        try
        {
            json["compile"] = new JsonObject
            {
                ["optimizer"] = Optimizer.Registry.Serialize(model.Optimizer),
                ["outputs"] = new JsonArray([.. objective.Parts.Select(output => new JsonObject
                {
                    ["name"] = output.Name,
                    ["loss"] = output.Loss is null ? null : Loss.Registry.Serialize(output.Loss),
                    ["loss_weight"] = output.LossWeight,
                    ["metrics"] = new JsonArray([.. output.Metrics.Select(Metric.Registry.Serialize)]),
                    ["weighted_metrics"] = new JsonArray([.. output.WeightedMetrics.Select(Metric.Registry.Serialize)]),
                })]),
            };
        }
        catch (ArgumentException exception)
        {
            // The model is worth saving without them; whoever loads it is told.
            json["not_compiled"] = exception.Message;
        }

        return json;
    }

    /// <summary>The description, or null if there can be none: a class in it is not registered, or two models share a layer.</summary>
    public static JsonObject? TryWrite(Model model)
    {
        try
        {
            return Write(model);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The first setting in which two descriptions differ, in words; null if none. The learning rate is part of the state, not of the model.</summary>
    public static string? Difference(JsonNode? file, JsonNode? here, string path = "")
    {
        if (path.EndsWith("learning_rate", StringComparison.Ordinal) || JsonNode.DeepEquals(file, here))
            return null;
        return (file, here) switch
        {
            (JsonObject left, JsonObject right) => left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key))
                .Select(key => Difference(left[key], right[key], path.Length == 0 ? key : $"{path}.{key}")).FirstOrDefault(found => found is not null),
            (JsonArray left, JsonArray right) when left.Count == right.Count => Enumerable.Range(0, left.Count)
                .Select(i => Difference(left[i], right[i], $"{path}[{i}]")).FirstOrDefault(found => found is not null),
            _ => $"{path} was {file?.ToJsonString() ?? "absent"} and is {here?.ToJsonString() ?? "absent"}",
        };
    }

    /// <exception cref="InvalidDataException">The description is not of that form, or names a class that is not registered.</exception>
    public static Model Read(JsonObject json, string source, List<string> notes) => Damage.Guard(source, "Nothing was loaded.", () =>
    {
        Model model = Layer.Registry.Deserialize(json["model"]) as Model
            ?? throw new InvalidDataException("it describes a single layer, not a model");
        if (json["compile"] is JsonObject compile)
        {
            JsonObject[] outputs = compile["outputs"].ObjectsAt("compile.outputs");
            string[] names = [.. outputs.Select(output => output.Get("name", ""))];
            model.Compile(
                Optimizer.Registry.Deserialize(compile["optimizer"]),
                Bundle.Named(names, [.. outputs.Select(output => output["loss"] is { } loss ? Loss.Registry.Deserialize(loss) : null)]),
                Bundle.Named(names, [.. outputs.Select(output => Metrics(output, "metrics"))]),
                Bundle.Named(names, [.. outputs.Select(output => output.Get("loss_weight", 1.0))]),
                Bundle.Named(names, [.. outputs.Select(output => Metrics(output, "weighted_metrics"))]));
        }
        else if (json.Get<string?>("not_compiled", null) is { } reason)
        {
            notes.Add($"The model is not compiled, because when it was saved: {reason} Compile it, then call ResumeFrom to get the optimizer's state too.");
        }

        return model;

        static MetricList Metrics(JsonObject output, string name) => [.. (output[name] as JsonArray ?? []).Select(Metric.Registry.Deserialize)];
    });
}
