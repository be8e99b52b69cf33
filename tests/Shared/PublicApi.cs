using System.Reflection;
using System.Text;

namespace Laminet.Tests.Shared;

/// <summary>
/// The public types and members of an assembly as text, kept beside the tests as PublicApi.txt: a change of the public face is
/// seen in review.
/// </summary>
internal static class PublicApi
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>Compares with the golden file; see <see cref="GoldenText"/>.</summary>
    /// <param name="assembly">The library.</param>
    /// <param name="goldenFile">PublicApi.txt in the test project's folder.</param>
    public static void Verify(Assembly assembly, string goldenFile) => GoldenText.Verify(goldenFile, Print(assembly), (expected, received) =>
    {
        string[] before = expected.Split('\n'), after = received.Split('\n');
        IEnumerable<string> difference = [.. before.Except(after).Select(line => $"- {line}"), .. after.Except(before).Select(line => $"+ {line}")];
        return $"The public face of {assembly.GetName().Name} changed:\n{string.Join("\n", difference)}";
    });

    public static string Print(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(Name(type, null, full: true));
            string[] bases = [.. Bases(type)];
            text.Append(bases.Length > 0 ? $" : {string.Join(", ", bases)}" : "").Append('\n');
            IEnumerable<string> members = type.IsEnum
                ? Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), null)}")
                : type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                    .Select(Member).OfType<string>().Order(StringComparer.Ordinal);
            foreach (string member in members)
                text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
        : type.IsValueType ? (type.IsByRefLike ? "ref struct" : "struct")
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class" : "class";

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum)
            yield break;
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            yield return Name(parent, null);
        foreach (string each in type.GetInterfaces().Where(each => each.IsVisible).Select(each => Name(each, null)).Order(StringComparer.Ordinal))
            yield return each;
    }

    // Null for what is not part of the face: private and internal members, accessors, what the compiler adds to records.
    private static string? Member(MemberInfo member)
    {
        switch (member)
        {
            case FieldInfo field when field.IsPublic || field.IsFamily:
                string constant = field.IsLiteral ? $" = {field.GetRawConstantValue()}" : "";
                return $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(field.FieldType, Nullability.Create(field))} {field.Name}{constant}";
            case PropertyInfo property when Visible(property.GetMethod) || Visible(property.SetMethod):
                string accessors = (Visible(property.GetMethod) ? " get;" : "") + (Visible(property.SetMethod) ? " set;" : "");
                string name = property.GetIndexParameters() is { Length: > 0 } index ? $"this[{Parameters(index)}]" : property.Name;
                return $"{Modifiers(property.GetMethod ?? property.SetMethod!)}{Name(property.PropertyType, Nullability.Create(property))} {name} {{{accessors} }}";
            case EventInfo happening when Visible(happening.AddMethod):
                return $"{Modifiers(happening.AddMethod!)}event {Name(happening.EventHandlerType!, Nullability.Create(happening))} {happening.Name}";
            case ConstructorInfo constructor when Visible(constructor):
                return $"{Modifiers(constructor)}new({Parameters(constructor.GetParameters())})";
            case MethodInfo method when Visible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !method.Name.Contains('<'):
                string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
                return $"{Modifiers(method)}{Name(method.ReturnType, Nullability.Create(method.ReturnParameter))} {method.Name}{generic}({Parameters(method.GetParameters())})";
            default:
                return null;
        }
    }

    private static bool Visible(MethodBase? method) => method is not null && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);

    private static string Modifiers(MethodBase method)
    {
        bool overrides = method is MethodInfo info && info.GetBaseDefinition() != info;
        return (method.IsPublic ? "" : "protected ") + (method.IsStatic ? "static " : "")
            + (method.DeclaringType!.IsInterface || !method.IsVirtual || method.IsFinal ? "" : overrides ? "override " : method.IsAbstract ? "abstract " : "virtual ");
    }

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(parameter =>
    {
        string way = parameter.IsOut ? "out " : parameter.IsIn && parameter.ParameterType.IsByRef ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        bool isParams = parameter.GetCustomAttributes().Any(attribute => attribute.GetType().Name is "ParamArrayAttribute" or "ParamCollectionAttribute");
        string standard = parameter.HasDefaultValue ? $" = {Default(parameter)}" : "";
        return $"{(isParams ? "params " : "")}{way}{Name(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{standard}";
    }));

    private static string Default(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        object value when parameter.ParameterType.IsEnum => Enum.ToObject(parameter.ParameterType, value).ToString()!,
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        object value => value.ToString()!,
    };

    private static string Name(Type type, NullabilityInfo? nullability, bool full = false)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!, null);
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying, null) + "?";
        string mark = !type.IsValueType && nullability?.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray)
            return $"{Name(type.GetElementType()!, nullability?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        string name = full && type.FullName is { } fullName ? fullName : type.Name;
        int tick = name.IndexOf('`', StringComparison.Ordinal);
        if (!type.IsGenericType || tick < 0)
            return Keyword(type, name) + mark;
        Type[] arguments = type.GetGenericArguments();
        IEnumerable<string> names = arguments.Select((argument, i) => Name(argument, nullability is { } info && info.GenericTypeArguments.Length > i ? info.GenericTypeArguments[i] : null));
        return $"{name[..tick]}<{string.Join(", ", names)}>{mark}";
    }

    private static string Keyword(Type type, string name) => type.IsEnum || type.IsGenericParameter ? name : Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => "bool",
        TypeCode.Byte => "byte",
        TypeCode.Int32 => "int",
        TypeCode.Int64 => "long",
        TypeCode.UInt64 => "ulong",
        TypeCode.Single => "float",
        TypeCode.Double => "double",
        TypeCode.String => "string",
        _ => type == typeof(void) ? "void" : type == typeof(object) ? "object" : name,
    };
}
