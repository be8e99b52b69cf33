using Laminet.Configuration;

namespace Laminet.Tests;

/// <summary>The classes of a family, found by reflection.</summary>
internal static class Families
{
    public static IReadOnlyList<Type> ClassesOf<T>() where T : class, IConfigurable =>
        [.. typeof(T).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract).OrderBy(type => type.Name, StringComparer.Ordinal)];
}
