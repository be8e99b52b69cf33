using System.Globalization;
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Laminet.Verification;

/// <summary>The checks that are methods with <see cref="VerifiesAttribute"/>; their names are read as sentences.</summary>
internal static class AttributedChecks
{
    public static IEnumerable<Check> All() =>
        from type in typeof(AttributedChecks).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        from attribute in method.GetCustomAttributes<VerifiesAttribute>()
        select new Check(Families.Of(attribute.Subject), attribute.Subject.Name, attribute.Kind, Name(method, attribute), _ => Call(method, attribute));

    private static string Name(MethodInfo method, VerifiesAttribute attribute)
    {
        string sentence = method.Name.Replace('_', ' ');
        return attribute.Arguments.Count == 0 ? sentence : $"{sentence} ({string.Join(", ", attribute.Arguments.Select(argument => Convert.ToString(argument, CultureInfo.InvariantCulture)))})";
    }

    private static void Call(MethodInfo method, VerifiesAttribute attribute)
    {
        try
        {
            method.Invoke(null, [.. attribute.Arguments]);
        }
        catch (TargetInvocationException wrapper)
        {
            ExceptionDispatchInfo.Throw(wrapper.InnerException!);
        }
    }
}
