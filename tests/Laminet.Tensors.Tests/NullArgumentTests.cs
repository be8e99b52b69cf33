using System.Reflection;

namespace Laminet.Tensors.Tests;

/// <summary>An argument that is null is named as the caller wrote it.</summary>
public class NullArgumentTests
{
    private static readonly Tensor Matrix = Tensor.Ones([2, 2]);
    private static readonly NullabilityInfoContext Nullability = new();

    [Fact]
    public void Every_method_of_a_tensor_names_its_parameter()
    {
        List<string> wrong = [];
        int asked = 0;
        foreach (MethodInfo method in typeof(Tensor).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            ParameterInfo[] parameters = method.GetParameters();
            if (method.ContainsGenericParameters || Array.Exists(parameters, parameter => parameter.ParameterType.IsByRefLike))
                continue;
            foreach (ParameterInfo parameter in parameters.Where(parameter => !parameter.ParameterType.IsValueType && !parameter.IsOut && Nullability.Create(parameter).WriteState == NullabilityState.NotNull))
            {
                object?[] arguments = [.. parameters.Select(other => other == parameter ? null : Sample(other))];
                asked++;
                Exception? thrown = Record.Exception(() => method.Invoke(method.IsStatic ? null : Matrix, arguments))?.InnerException;
                if ((thrown as ArgumentNullException)?.ParamName != parameter.Name)
                    wrong.Add($"{method.Name}({string.Join(", ", parameters.Select(other => other.Name))}): null for {parameter.Name} gave {thrown?.GetType().Name ?? "nothing"} {thrown?.Message}");
            }
        }

        Assert.True(asked > 60, $"only {asked} parameters were asked");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static object? Sample(ParameterInfo parameter) =>
        parameter.HasDefaultValue && (parameter.DefaultValue is not null || !parameter.ParameterType.IsValueType) ? parameter.DefaultValue
        : parameter.ParameterType == typeof(Tensor) ? Matrix
        : parameter.ParameterType == typeof(Shape) ? new Shape(2, 2)
        : parameter.ParameterType == typeof(int) ? 1
        : parameter.ParameterType == typeof(IReadOnlyList<(string Name, int Length)>) ? Array.Empty<(string, int)>()
        : parameter.ParameterType == typeof(string) ? "text"
        : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType)
        : parameter.ParameterType.IsAssignableFrom(typeof(Tensor[])) ? new[] { Matrix }
        : parameter.ParameterType.IsAssignableFrom(typeof(int[])) ? new[] { 1, 1 }
        : parameter.ParameterType.IsAssignableFrom(typeof(double[])) ? new[] { 1.0, 1 }
        : throw new InvalidOperationException($"No sample of {parameter.ParameterType}.");
}
