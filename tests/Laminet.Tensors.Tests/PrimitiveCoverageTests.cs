using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Tests.Cases;

namespace Laminet.Tensors.Tests;

/// <summary>An operation without a row in the table of cases fails here.</summary>
public class PrimitiveCoverageTests
{
    [Fact]
    public void Every_primitive_is_reached_by_some_row()
    {
        HashSet<Type> applied = [];
        Recording.Observer = primitive => applied.Add(primitive.GetType());
        try
        {
            foreach (OpCase row in OpCases.Everything.Where(row => !row.Large))
            {
                DType type = row.Types.Contains(DType.Float64) ? DType.Float64 : row.Types[0];
                Tensor[] inputs = row.Tensors(type);
                GradientTape tape = new(createGraph: true);
                foreach (int input in row.Differentiable.Where(_ => type == DType.Float64))
                    inputs[input] = tape.Watch(inputs[input]);
                Tensor output = row.Function(inputs);
                if (output.Node is null)
                    continue;
                foreach (Tensor gradient in tape.Gradients(output.Square().Sum()))
                {
                    if (gradient.Node is not null)
                        tape.Gradients(gradient.Square().Sum());
                }
            }
        }
        finally
        {
            Recording.Observer = null;
        }

        string[] missing = [.. typeof(Primitive).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Primitive)) && !type.IsAbstract && !applied.Contains(type)).Select(type => type.Name).Order()];
        Assert.True(missing.Length == 0, $"No row of OpCases reaches {string.Join(", ", missing)}. Add rows to tests/Laminet.Tensors.Tests/Cases.");
    }

    [Fact]
    public void Every_primitive_is_a_sealed_record_with_value_equality()
    {
        foreach (Type type in typeof(Primitive).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Primitive)) && !type.IsAbstract))
        {
            Assert.True(type.IsSealed, $"{type.Name} is not sealed");
            foreach (System.Reflection.PropertyInfo property in type.GetProperties().Where(property => property.DeclaringType == type))
            {
                bool equatable = property.PropertyType.IsEnum || property.PropertyType == typeof(string)
                    || (property.PropertyType.IsValueType && property.PropertyType.GetInterfaces().Any(each => each.Name == "IEquatable`1"));
                Assert.True(equatable, $"{type.Name}.{property.Name} is a {property.PropertyType.Name}: records with it would compare by reference.");
            }
        }
    }
}
