using System.Text.Json.Nodes;

namespace Laminet.Configuration;

/// <summary>Reads settings, with a default if a file does not have one, for classes that do not follow the convention.</summary>
public static class ConfigExtensions
{
    /// <summary>The setting, or the default if it is absent or null.</summary>
    /// <exception cref="FormatException">The setting is of another type.</exception>
    public static T Get<T>(this JsonObject config, string name, T defaultValue)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config[name] is not { } node)
            return defaultValue;
        if (SettingValues.IsKnown(typeof(T)))
            return (T)SettingValues.Read(node, typeof(T), name)!;
        try
        {
            return node.GetValue<T>();
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            throw new FormatException($"The setting '{name}' must be of type {typeof(T).Name}; received {node.ToJsonString()}.", exception);
        }
    }
}
