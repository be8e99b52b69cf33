namespace Laminet.Configuration;

/// <summary>The name of a setting in files, where it is not the constructor parameter's name in snake_case.</summary>
/// <param name="name">The name, such as Keras's.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class SettingNameAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}
