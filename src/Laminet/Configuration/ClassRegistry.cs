using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Laminet.Configuration;

/// <summary>
/// The classes that model files may name. A file contains the registered name of a class. A class that is not registered is
/// never created, so a file cannot run code. Register your own class once, at start-up, before you save or load a model that uses it.
/// </summary>
/// <example><code>
/// Layer.Registry.Register&lt;Scale&gt;();
///
/// sealed class Scale(double start = 1) : Layer
/// {
///     private Variable? factor;
///     public double Start { get; } = start;
///     protected override void Build(Shape input) => factor = AddWeight("factor", [input[-1]], new Constant(Start));
///     protected override Tensor Forward(Tensor x, CallContext context) => x * factor!.Value;
/// }
/// </code></example>
/// <typeparam name="T">The family: layers, losses, metrics, optimizers, ...</typeparam>
public sealed class ClassRegistry<T> where T : class, IConfigurable
{
    private readonly string family;
    private readonly Action<T, JsonObject>? readCommon;
    private readonly string[] common;
    private readonly ConcurrentDictionary<string, Entry> factories = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<Type, string> names = new();
    private readonly ConcurrentDictionary<Type, Lazy<Convention>> conventions = new();

    /// <param name="family">What its classes are called in errors.</param>
    /// <param name="readCommon">Sets what all classes of the family have beside their constructors' parameters.</param>
    /// <param name="common">The names of these settings.</param>
    internal ClassRegistry(string family, Action<T, JsonObject>? readCommon = null, params string[] common)
    {
        (this.family, this.readCommon, this.common) = (family, readCommon, common);
        SettingValues.Add(Serialize, Deserialize);
    }

    /// <summary>
    /// Registers a class under its name and, optionally, further names. Its settings are the parameters of its public constructor, each with a
    /// public property of the same name. The settings that the whole family shares, such as the name of a layer, are saved too.
    /// </summary>
    /// <param name="aliases">Further names of the class.</param>
    /// <exception cref="ArgumentException">A parameter has no property of its name.</exception>
    public void Register<[DynamicallyAccessedMembers(Convention.Kept)] TClass>(params IReadOnlyList<string> aliases) where TClass : class, T
    {
        // Now, so that a class that does not follow the convention is an error here.
        Convention convention = new(typeof(TClass));
        convention.Check();
        Register<TClass>(new Lazy<Convention>(convention), aliases);
    }

    /// <summary>Registers a class of this library, of which a test shows that it follows the convention: reflection waits until the settings are needed.</summary>
    internal void RegisterBuiltIn<[DynamicallyAccessedMembers(Convention.Kept)] TClass>(params IReadOnlyList<string> aliases) where TClass : class, T =>
        Register<TClass>(new Lazy<Convention>(() => new Convention(typeof(TClass)), LazyThreadSafetyMode.PublicationOnly), aliases);

    private void Register<TClass>(Lazy<Convention> settings, IReadOnlyList<string> aliases) where TClass : class, T
    {
        conventions[typeof(TClass)] = settings;
        Register(
            config =>
            {
                Convention convention = settings.Value;
                // An optimizer or a layer by its name alone asks for no setting, and none are looked for.
                string? unknown = config.Count == 0 ? null : config.Select(pair => pair.Key).FirstOrDefault(name => !convention.SettingNames.Contains(name) && !common.Contains(name));
                return unknown is null
                    ? (TClass)convention.Create(config)
                    : throw new FormatException($"There is no setting '{unknown}'.{Suggestion.For(unknown, convention.SettingNames.Concat(common))} Known: {string.Join(", ", convention.SettingNames.Concat(common).Distinct())}.");
            },
            aliases);
    }

    /// <summary>Registers a class that does not follow the convention and overrides <see cref="IConfigurable.GetConfig"/>.</summary>
    /// <param name="factory">Creates an object from the result of <see cref="IConfigurable.GetConfig"/>; an empty object means defaults.</param>
    /// <param name="aliases">Further names of the class.</param>
    public void Register<TClass>(Func<JsonObject, TClass> factory, params IReadOnlyList<string> aliases) where TClass : class, T
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(aliases);
        names[typeof(TClass)] = typeof(TClass).Name;
        foreach (string name in aliases.Prepend(typeof(TClass).Name))
            factories[name] = new Entry(typeof(TClass), factory);
    }

    /// <summary>Creates an object of a class with default settings.</summary>
    /// <exception cref="ArgumentException">No class has that name; the message lists those that exist.</exception>
    public T Create(string name) => Create(name, []);

    /// <summary>Creates an object from JSON that <see cref="Serialize"/> wrote.</summary>
    /// <exception cref="FormatException">The JSON does not have that form.</exception>
    public T Deserialize(JsonNode? node)
    {
        if (node is not JsonObject json || json["class_name"] is not JsonValue value || !value.TryGetValue(out string? name) || json["config"] is not JsonObject config)
            throw new FormatException($"A {family} is written as {{\"class_name\": ..., \"config\": {{...}}}}; received {JsonForms.Excerpt(node)}.");
        return Create(name, config);
    }

    /// <summary>Writes the name of the class and the settings as JSON.</summary>
    /// <exception cref="ArgumentException">The class is not registered.</exception>
    public JsonObject Serialize(T item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (!names.TryGetValue(item.GetType(), out string? name))
        {
            throw new ArgumentException($"The {family} class {item.GetType().Name} is not registered, so a file that names it could not be loaded. "
                + $"Call {typeof(T).Name}.Registry.Register<{item.GetType().Name}>() once at start-up.", nameof(item));
        }

        return new JsonObject { ["class_name"] = name, ["config"] = item.GetConfig() };
    }

    /// <summary>Adds the settings of an object by convention; none for a class with a factory or a class that is not registered.</summary>
    internal JsonObject AddSettings(T item, JsonObject config)
    {
        if (conventions.TryGetValue(item.GetType(), out Lazy<Convention>? convention))
            convention.Value.Write(item, config);
        return config;
    }

    internal bool Knows(string name) => factories.ContainsKey(name);

    /// <summary>The class that has a name; null if there is none.</summary>
    internal Type? ClassOf(string name) => factories.GetValueOrDefault(name)?.Class;

    internal T Create(string name, JsonObject config)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!factories.TryGetValue(name, out Entry? known))
        {
            throw new ArgumentException($"There is no {family} named '{name}'.{Suggestion.For(name, factories.Keys)} Known: {string.Join(", ", factories.Keys.Order(StringComparer.OrdinalIgnoreCase))}. "
                + $"Register your own class with Registry.Register.", nameof(name));
        }

        try
        {
            T item = known.Create(config);
            if (config.Count > 0)
                readCommon?.Invoke(item, config);
            return item;
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or KeyNotFoundException or NullReferenceException)
        {
            throw new FormatException($"The settings of the {family} '{name}' cannot be read: {JsonForms.Reason(exception)}. Received {JsonForms.Excerpt(config)}.", exception);
        }
    }

    private sealed record Entry(Type Class, Func<JsonObject, T> Create);
}
