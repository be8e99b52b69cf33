using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>Files of steps: a safetensors file whose metadata name the classes and settings. Only registered classes are created.</summary>
internal static class StepFile
{
    private const string Description = "laminet.estimator";

    private static readonly ConcurrentDictionary<string, Func<Step>> Known = new(StringComparer.Ordinal);

    static StepFile()
    {
        Register<StandardScaler>();
        Register<MinMaxScaler>();
        Register<PCA>();
        Register<TSNE>();
        Register<KMeans>();
        Register<MLPClassifier>();
        Register<MLPRegressor>();
        Register<Perceptron>();
        Register<Adaline>();
        Register<LinearSVC>();
        Register<SVC>();
        Register<ELMClassifier>();
        Register<EchoStateNetwork>();
    }

    public static void Register<T>() where T : Step, new() => Known[typeof(T).Name] = () => new T();

    public static void Write(Step step, string path)
    {
        if (!step.IsFitted)
            throw new InvalidOperationException($"This {step.GetType().Name} has not learned from data, so there is nothing to save. Call Fit first.");
        Dictionary<string, Tensor> tensors = [];
        JsonObject description = Describe(step, "", tensors);
        SafeTensors.Write(path, tensors, new Dictionary<string, string> { [Description] = description.ToJsonString() });
    }

    public static Step Read(string path)
    {
        SafeTensorsFile file = SafeTensors.Read(path);
        if (!file.Metadata.TryGetValue(Description, out string? text))
            throw new FormatException($"{path}: this file holds tensors, and no estimator. Expected one that Save wrote.");
        try
        {
            return Create(JsonNode.Parse(text)!.AsObject(), "", file.Tensors);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NullReferenceException or KeyNotFoundException or ArgumentException or InvalidCastException or IndexOutOfRangeException or FormatException)
        {
            throw new FormatException($"{path}: the description of the estimator cannot be read: {exception.Message}", exception);
        }
    }

    private static JsonObject Describe(Step step, string prefix, Dictionary<string, Tensor> tensors)
    {
        if (step is not Pipeline && !Known.ContainsKey(step.GetType().Name))
        {
            throw new ArgumentException($"The class {step.GetType().Name} is not registered, so a file that names it could not be loaded. "
                + $"Call Step.Register<{step.GetType().Name}>() once at start-up.", nameof(step));
        }

        foreach ((string name, Tensor tensor) in step.GetState())
            tensors[prefix + name] = tensor;
        JsonObject settings = [];
        foreach (PropertyInfo property in Settings.Of(step))
        {
            if (IsStored(property.PropertyType))
                settings[property.Name] = JsonSerializer.SerializeToNode(property.PropertyType.IsEnum ? Convert.ToString(property.GetValue(step), CultureInfo.InvariantCulture) : property.GetValue(step));
        }

        return new JsonObject
        {
            ["class"] = step.GetType().Name,
            ["features"] = step.FeatureCount,
            ["settings"] = settings,
            ["steps"] = new JsonArray([.. step.Inner.Select(inner => new JsonObject { ["name"] = inner.Name, ["step"] = Describe(inner.Step, $"{prefix}{inner.Name}/", tensors) })]),
        };
    }

    private static Step Create(JsonObject description, string prefix, IReadOnlyDictionary<string, Tensor> tensors)
    {
        string name = description["class"]!.GetValue<string>();
        (string, Step)[] inner = [.. description["steps"]!.AsArray().Select(node =>
        {
            string own = node!["name"]!.GetValue<string>();
            return (own, Create(node["step"]!.AsObject(), $"{prefix}{own}/", tensors));
        })];
        Step step = name == nameof(Pipeline) ? new Pipeline(inner)
            : Known.TryGetValue(name, out Func<Step>? factory) ? factory()
            : throw new ArgumentException($"there is no class '{name}'. Known: {string.Join(", ", Known.Keys.Order(StringComparer.Ordinal))}. Register your own with Step.Register.");
        foreach ((string setting, JsonNode? value) in description["settings"]!.AsObject())
        {
            PropertyInfo property = Settings.Of(step).FirstOrDefault(candidate => candidate.Name == setting) ?? throw new ArgumentException($"{name} has no setting '{setting}'.");
            step[setting] = property.PropertyType.IsEnum ? value!.GetValue<string>() : value.Deserialize(property.PropertyType);
        }

        step.Restored(description["features"]?.GetValue<int>());
        step.SetState(tensors.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value));
        return step;
    }

    // What belongs to a process, such as where warnings go, is not stored, nor is where a fit starts.
    private static bool IsStored(Type type) => !type.IsAssignableTo(typeof(Delegate)) && !type.IsAssignableTo(typeof(TextWriter)) && type != typeof(Tensor);
}
