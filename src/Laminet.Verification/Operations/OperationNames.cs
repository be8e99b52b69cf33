using System.Reflection;
using Laminet.Tensors.Compilation;

namespace Laminet.Verification.Operations;

/// <summary>
/// The public operations: the methods and operators of <see cref="Tensor"/> that make tensors, draws by a key, loops and branches. An operator has the name
/// of its primitive.
/// </summary>
internal static class OperationNames
{
    private static readonly Dictionary<string, string> Operators = new()
    {
        ["op_Addition"] = "Add",
        ["op_Subtraction"] = "Subtract",
        ["op_Multiply"] = "Multiply",
        ["op_Division"] = "Divide",
        ["op_UnaryNegation"] = "Negate",
    };

    public static IReadOnlyList<string> All { get; } =
    [
        .. from type in (Type[])[typeof(Tensor), typeof(RandomKey), typeof(RandomKeys), typeof(Flow), typeof(Function)]
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
           where Makes(method.ReturnType)
           let name = !method.IsSpecialName ? method.Name : method.GetParameters().Length > 0 && method.Name.StartsWith("get_", StringComparison.Ordinal) ? "Indexer" : Operators.GetValueOrDefault(method.Name)
           where name is not null
           group method by name into overloads
           orderby overloads.Key
           select overloads.Key,
    ];

    /// <summary>The primitives: the records that the operations, their gradients and compiled programs are made of.</summary>
    public static IReadOnlyList<string> Primitives { get; } =
        [.. from type in typeof(Primitive).Assembly.GetTypes() where type.IsSubclassOf(typeof(Primitive)) && !type.IsAbstract orderby type.Name select type.Name];

    /// <summary>The operation, or else the primitive, whose name a text begins with, the longest one; or null.</summary>
    public static string? AtTheBeginningOf(string text) => Longest(All, text) ?? Longest(Primitives, text);

    private static string? Longest(IReadOnlyList<string> names, string text) => names.Where(name => text.StartsWith(name, StringComparison.OrdinalIgnoreCase)).MaxBy(name => name.Length);

    private static bool Makes(Type type) => type == typeof(Tensor) || (type.IsArray && Makes(type.GetElementType()!)) || (type.IsGenericType && type.GetGenericArguments().Any(Makes));
}
