using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Laminet.Configuration;

/// <summary>
/// A class's settings, found by convention: the parameters of its public constructor, each with a public property of the same name. A setting
/// is thus written once.
/// </summary>
internal sealed class Convention
{
    /// <summary>What of a registered class a trimmed program must keep.</summary>
    public const DynamicallyAccessedMemberTypes Kept = DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicProperties;

    private readonly Type type;
    private readonly ConstructorInfo constructor;
    private readonly Lazy<NamedSetting[]> settings;

    /// <exception cref="ArgumentException">The class has no public constructor.</exception>
    public Convention([DynamicallyAccessedMembers(Kept)] Type type)
    {
        this.type = type;
        ConstructorInfo? widest = null;
        foreach (ConstructorInfo candidate in type.GetConstructors())
        {
            if (widest is null || candidate.GetParameters().Length > widest.GetParameters().Length)
                widest = candidate;
        }

        constructor = widest ?? throw new ArgumentException($"The class {type.Name} has no public constructor, so it cannot be created from a file. Add one, or register the class with a factory.");
        // When the first setting is given, read or written: an optimizer by its name alone needs none of them.
        settings = new(() => [.. constructor.GetParameters().Select(parameter => NamedSetting.Of(parameter, type))], LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>Looks at every setting now.</summary>
    /// <exception cref="ArgumentException">The class does not keep to the convention; the message says how to mend it.</exception>
    public void Check()
    {
        foreach (NamedSetting setting in settings.Value)
        {
            foreach (Type used in (Type[])[setting.Parameter.ParameterType, setting.Property.PropertyType])
            {
                if (!SettingValues.IsKnown(used))
                {
                    throw new ArgumentException($"The setting '{setting.Parameter.Name}' of {type.Name} is of type {used.Name}, which a file cannot store. Use numbers, text, truth values, "
                        + "enumerations, lists, shapes, layers, initializers and the like, or register the class with a factory and override GetConfig.");
                }
            }
        }
    }

    /// <summary>The settings' names in files.</summary>
    public IEnumerable<string> SettingNames => settings.Value.Select(setting => setting.Name);

    /// <summary>Writes an object's settings. One that is null, as it is by default, is left out.</summary>
    public void Write(object item, JsonObject config)
    {
        foreach (NamedSetting setting in settings.Value)
        {
            object? value = setting.Property.GetValue(item);
            if (value is not null || setting.Parameter is { HasDefaultValue: true, DefaultValue: not null })
                config[setting.Name] = SettingValues.Write(value, setting.Property.PropertyType);
        }
    }

    /// <summary>Makes an object. A setting that is not there is as the constructor has it by default.</summary>
    /// <exception cref="FormatException">A setting is missing or of another type.</exception>
    public object Create(JsonObject config) => constructor.Invoke(BindingFlags.DoNotWrapExceptions, null,
        config.Count == 0 ? [.. constructor.GetParameters().Select(Default)] : [.. settings.Value.Select(setting => Read(setting, config))], null);

    private object? Read(NamedSetting setting, JsonObject config)
    {
        ParameterInfo parameter = setting.Parameter;
        if (config[setting.Name] is { } node)
            return SettingValues.Read(node, parameter.ParameterType, setting.Name);
        bool isGivenAsNull = config.ContainsKey(setting.Name) && (!parameter.ParameterType.IsValueType || Nullable.GetUnderlyingType(parameter.ParameterType) is not null);
        if (isGivenAsNull)
            return null;
        return Default(parameter);
    }

    private object? Default(ParameterInfo parameter) => parameter.HasDefaultValue
        ? parameter.DefaultValue
        : throw new FormatException($"A {type.Name} needs the setting '{NamedSetting.NameOf(parameter)}'.");

    // A family's registry, a static property, says how its objects are written: it may not have been touched yet. A class may register itself in its static constructor.
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "As below.")]
    [UnconditionalSuppressMessage("Trimming", "IL2059", Justification = "Where the library's own classes have a family as a setting, the creator of their registry names it.")]
    private static void MakeFamilyKnown(Type type)
    {
        if (!type.IsAssignableTo(typeof(IConfigurable)))
            return;
        RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        type.GetProperty("Registry", BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy)?.GetValue(null);
    }

    private sealed record NamedSetting(ParameterInfo Parameter, PropertyInfo Property, string Name)
    {
        public static NamedSetting Of(ParameterInfo parameter, [DynamicallyAccessedMembers(Kept)] Type type)
        {
            MakeFamilyKnown(parameter.ParameterType);
            return new(
                parameter,
                type.GetProperty(char.ToUpperInvariant(parameter.Name![0]) + parameter.Name[1..])
                    ?? throw new ArgumentException($"The constructor of {type.Name} has a parameter '{parameter.Name}' and no public property of that name, so the setting "
                        + "cannot be saved. Add the property, or register the class with a factory and override GetConfig."),
                NameOf(parameter));
        }

        public static string NameOf(ParameterInfo parameter) => parameter.GetCustomAttribute<SettingNameAttribute>()?.Name ?? Names.SnakeCase(parameter.Name!);
    }
}
