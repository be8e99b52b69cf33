using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Training;

namespace Laminet.Saving;

/// <summary>A model's layers and compile settings as JSON: names of classes and their settings, no code.</summary>
internal static class ModelDescription
{
    /// <exception cref="ArgumentException">A layer's class is not registered.</exception>
    public static JsonObject Write(Model model)
    {
        WeightNames.RequireNoSharingBetweenModels(model);
        JsonObject json = ArchiveParts.NewJson();
        json["model"] = Layer.Registry.Serialize(model);
        if (model.Optimizer is null || model.Loss is null)
            return json;
        try
        {
            json["compile"] = new JsonObject
            {
                ["optimizer"] = Optimizer.Registry.Serialize(model.Optimizer),
                ["loss"] = Loss.Registry.Serialize(model.Loss),
                ["metrics"] = new JsonArray([.. model.Metrics.Select(Metric.Registry.Serialize)]),
            };
        }
        catch (ArgumentException exception)
        {
            // The model is worth saving without them; whoever loads it is told.
            json["not_compiled"] = exception.Message;
        }

        return json;
    }

    /// <exception cref="InvalidDataException">The description is not of that form, or names a class that is not registered.</exception>
    public static Model Read(JsonObject json, string source, List<string> notes) => Damage.Guard(source, "Nothing was loaded.", () =>
    {
        Model model = Layer.Registry.Deserialize(json["model"]) as Model
            ?? throw new InvalidDataException("it describes a single layer, not a model");
        if (json["compile"] is JsonObject compile)
        {
            model.Compile(
                Optimizer.Registry.Deserialize(compile["optimizer"]), Loss.Registry.Deserialize(compile["loss"]),
                [.. (compile["metrics"] as JsonArray ?? []).Select(Metric.Registry.Deserialize)]);
        }
        else if (json.Get<string?>("not_compiled", null) is { } reason)
        {
            notes.Add($"The model is not compiled, because when it was saved: {reason} Compile it, then call ResumeFrom to get the optimizer's state too.");
        }

        return model;
    });
}
