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
    private readonly NamedSetting[] settings;

    /// <exception cref="ArgumentException">The class does not keep to the convention; the message says how to mend it.</exception>
    public Convention([DynamicallyAccessedMembers(Kept)] Type type)
    {
        this.type = type;
        constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)
            ?? throw new ArgumentException($"The class {type.Name} has no public constructor, so it cannot be created from a file. Add one, or register the class with a factory.");
        settings = [.. constructor.GetParameters().Select(parameter => new NamedSetting(
            parameter,
            type.GetProperty(char.ToUpperInvariant(parameter.Name![0]) + parameter.Name[1..])
                ?? throw new ArgumentException($"The constructor of {type.Name} has a parameter '{parameter.Name}' and no public property of that name, so the setting "
                    + "cannot be saved. Add the property, or register the class with a factory and override GetConfig."),
            parameter.GetCustomAttribute<SettingNameAttribute>()?.Name ?? Names.SnakeCase(parameter.Name)))];
        foreach (NamedSetting setting in settings)
        {
            MakeFamilyKnown(setting.Parameter.ParameterType);
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
    public IEnumerable<string> SettingNames => settings.Select(setting => setting.Name);

    /// <summary>Writes an object's settings. One that is null, as it is by default, is left out.</summary>
    public void Write(object item, JsonObject config)
    {
        foreach (NamedSetting setting in settings)
        {
            object? value = setting.Property.GetValue(item);
            if (value is not null || setting.Parameter is { HasDefaultValue: true, DefaultValue: not null })
                config[setting.Name] = SettingValues.Write(value, setting.Property.PropertyType);
        }
    }

    /// <summary>Makes an object. A setting that is not there is as the constructor has it by default.</summary>
    /// <exception cref="FormatException">A setting is missing or of another type.</exception>
    public object Create(JsonObject config) =>
        constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, [.. settings.Select(setting => Read(setting, config))], null);

    private object? Read(NamedSetting setting, JsonObject config)
    {
        ParameterInfo parameter = setting.Parameter;
        if (config[setting.Name] is { } node)
            return SettingValues.Read(node, parameter.ParameterType, setting.Name);
        bool isGivenAsNull = config.ContainsKey(setting.Name) && (!parameter.ParameterType.IsValueType || Nullable.GetUnderlyingType(parameter.ParameterType) is not null);
        if (isGivenAsNull)
            return null;
        return parameter.HasDefaultValue ? parameter.DefaultValue : throw new FormatException($"A {type.Name} needs the setting '{setting.Name}'.");
    }

    // A family's registry, a static property, says how its objects are written: it may not have been touched yet.
    [UnconditionalSuppressMessage("Trimming", "IL2059", Justification = "Where the library's own classes have a family as a setting, the creator of their registry names it.")]
    private static void MakeFamilyKnown(Type type)
    {
        if (type.IsAssignableTo(typeof(IConfigurable)))
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
    }

    private sealed record NamedSetting(ParameterInfo Parameter, PropertyInfo Property, string Name);
}
