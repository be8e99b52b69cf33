using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Laminet.Saving;

/// <summary>A thing that can be written into a model file: a class's registered name and its settings, never code.</summary>
public interface IConfigurable
{
    /// <summary>The settings a constructor needs to make an equal object; Keras's snake_case names.</summary>
    JsonObject GetConfig();
}

/// <summary>
/// The classes that model files may name. A file names a class by the string it was registered under; what is not registered is
/// not made, so a file cannot run code. Register your own class once, at start-up, before loading a model that uses it.
/// </summary>
/// <typeparam name="T">The family: layers, losses, metrics, optimizers, ...</typeparam>
public sealed class ClassRegistry<T> where T : class, IConfigurable
{
    private readonly string family;
    private readonly ConcurrentDictionary<string, Func<JsonObject, T>> factories = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<Type, string> names = new();

    internal ClassRegistry(string family) => this.family = family;

    /// <summary>Makes a class known under its name and, optionally, further ones (Keras's snake_case strings).</summary>
    /// <param name="factory">Makes an object from what <see cref="IConfigurable.GetConfig"/> gave; an empty object means defaults.</param>
    /// <param name="aliases">Further names users may write.</param>
    public void Register<TClass>(Func<JsonObject, TClass> factory, params IReadOnlyList<string> aliases) where TClass : class, T
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(aliases);
        names[typeof(TClass)] = typeof(TClass).Name;
        foreach (string name in aliases.Prepend(typeof(TClass).Name))
            factories[name] = factory;
    }

    /// <summary>An object of the class with default settings.</summary>
    /// <exception cref="ArgumentException">No class has that name; the message lists those that exist.</exception>
    public T Create(string name) => Create(name, []);

    /// <summary>An object from what <see cref="Serialize"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    public T Deserialize(JsonNode? node)
    {
        if (node is not JsonObject json || json["class_name"] is not JsonValue value || !value.TryGetValue(out string? name) || json["config"] is not JsonObject config)
            throw new FormatException($"A {family} is written as {{\"class_name\": ..., \"config\": {{...}}}}; received {Excerpt(node)}.");
        return Create(name, config);
    }

    /// <summary>The class's name and its settings.</summary>
    /// <exception cref="ArgumentException">The class is not registered.</exception>
    public JsonObject Serialize(T item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (!names.TryGetValue(item.GetType(), out string? name))
        {
            throw new ArgumentException($"The {family} class {item.GetType().Name} is not registered, so a file that names it could not be loaded. "
                + $"Call Registry.Register<{item.GetType().Name}>(config => new {item.GetType().Name}(...)) once at start-up.", nameof(item));
        }

        return new JsonObject { ["class_name"] = name, ["config"] = item.GetConfig() };
    }

    internal T Create(string name, JsonObject config)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!factories.TryGetValue(name, out Func<JsonObject, T>? factory))
        {
            throw new ArgumentException($"There is no {family} named '{name}'. Known: {string.Join(", ", factories.Keys.Order(StringComparer.OrdinalIgnoreCase))}. "
                + $"Your own class is made known by Registry.Register.", nameof(name));
        }

        try
        {
            return factory(config);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or KeyNotFoundException or NullReferenceException)
        {
            throw new FormatException($"The settings of the {family} '{name}' cannot be read: {Excerpt(config)}.", exception);
        }
    }

    private static string Excerpt(JsonNode? node)
    {
        string text = node?.ToJsonString() ?? "nothing";
        return text.Length <= 200 ? text : text[..200] + "...";
    }
}

/// <summary>Reading settings with a default where a file does not give one.</summary>
public static class ConfigExtensions
{
    /// <summary>The setting, or the default if it is absent or null.</summary>
    /// <exception cref="FormatException">The setting is of another type.</exception>
    public static T Get<T>(this JsonObject config, string name, T defaultValue)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config[name] is not { } node)
            return defaultValue;
        try
        {
            return typeof(T) == typeof(double) && JsonText.ToDouble(node) is T number ? number : node.GetValue<T>();
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            throw new FormatException($"The setting '{name}' must be of type {typeof(T).Name}; received {node.ToJsonString()}.", exception);
        }
    }
}
