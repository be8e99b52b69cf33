using System.Text.Json.Nodes;

namespace Laminet.Configuration;

/// <summary>Reading settings with a default where a file does not give one, for classes that depart from the convention.</summary>
public static class ConfigExtensions
{
    /// <summary>The setting, or the default if it is absent or null.</summary>
    /// <exception cref="FormatException">The setting is of another type.</exception>
    public static T Get<T>(this JsonObject config, string name, T defaultValue)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config[name] is { } node ? (T)SettingValues.Read(node, typeof(T), name)! : defaultValue;
    }
}
