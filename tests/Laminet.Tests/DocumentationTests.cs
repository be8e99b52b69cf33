using System.Reflection;
using System.Xml.Linq;
using Laminet.Configuration;
using Laminet.Layers;

namespace Laminet.Tests;

/// <summary>
/// Everything public is documented. A setting is documented once, at the constructor's parameter: its property needs no text of its own, and an
/// override has its base's.
/// </summary>
public class DocumentationTests
{
    [Fact]
    public void Every_public_type_and_member_is_documented_and_every_setting_at_its_parameter()
    {
        Assembly assembly = typeof(Layer).Assembly;
        Dictionary<string, XElement> documented = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value);
        List<string> missing = [];
        foreach (Type type in assembly.GetExportedTypes())
        {
            if (!documented.TryGetValue($"T:{Name(type)}", out XElement? ofType))
                missing.Add(type.FullName!);
            foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            {
                MethodInfo accessor = property.GetMethod ?? property.SetMethod!;
                if (!IsSeen(accessor) || accessor.GetBaseDefinition() != accessor || documented.ContainsKey($"P:{Name(type)}.{property.Name}") || property.GetIndexParameters().Length > 0)
                    continue;
                if (!type.IsAssignableTo(typeof(IConfigurable)) || !IsDocumentedSetting(type, property.Name))
                    missing.Add($"{type.Name}.{property.Name}");
            }

            foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            {
                bool isOwn = IsSeen(method) && method.GetBaseDefinition() == method && !method.Name.StartsWith('<') && !type.IsSubclassOf(typeof(Delegate));
                bool isRecords = method.GetCustomAttribute<System.Runtime.CompilerServices.CompilerGeneratedAttribute>() is not null;
                if (isOwn && !isRecords && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !method.IsFinal
                    && !documented.Keys.Any(key => key == $"M:{Name(type)}.{method.Name}" || key.StartsWith($"M:{Name(type)}.{method.Name}(", StringComparison.Ordinal)
                        || key.StartsWith($"M:{Name(type)}.{method.Name}`", StringComparison.Ordinal)))
                    missing.Add($"{type.Name}.{method.Name}");
            }
        }

        Assert.True(missing.Count == 0, string.Join('\n', missing));

        // By the parameter of a constructor, of the type itself or, where that inherits its text, of a class it derives from.
        bool IsDocumentedSetting(Type type, string property) => documented.Any(member =>
            (member.Key == $"T:{Name(type)}" || member.Key.StartsWith($"M:{Name(type)}.#ctor(", StringComparison.Ordinal))
            && member.Value.Elements("param").Any(parameter => string.Equals(parameter.Attribute("name")!.Value, property, StringComparison.OrdinalIgnoreCase)));
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Name(Type type) => type.FullName!.Replace('+', '.');
}
