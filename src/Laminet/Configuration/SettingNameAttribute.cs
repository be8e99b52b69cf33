namespace Laminet.Configuration;

/// <summary>The name of a setting in files, if it is not the name of the constructor parameter in snake_case.</summary>
/// <param name="name">The name, such as Keras's.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class SettingNameAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}
