using System.Reflection;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Verification.Operations;

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
                applied.UnionWith(Executed(row, inputs));
                GradientTape tape = new(createGraph: true);
                foreach (int input in row.Differentiable.Where(_ => type == DType.Float64))
                    inputs[input] = tape.Watch(inputs[input]);
                Tensor output = row.Function(inputs);
                if (output.Node is null)
                    continue;
                foreach (Tensor gradient in tape.Gradients(output.Square().Sum(), Unconnected.Zeros))
                {
                    if (gradient.Node is not null)
                        tape.Gradients(gradient.Square().Sum(), Unconnected.Zeros);
                }
            }
        }
        finally
        {
            Recording.Observer = null;
        }

        // Keys are tensors in compiled functions alone, so no row that runs eagerly, too, folds one.
        applied.UnionWith(Executed(Tracer.Trace([new TensorSpec(Shape.Scalar, DType.Int64)], key => [RandomKey.From(key[0]).Fold(1).Fold(key[0]).AsTensor()])));
        string[] missing = [.. typeof(Primitive).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Primitive)) && !type.IsAbstract && !applied.Contains(type)).Select(type => type.Name).Order()];
        Assert.True(missing.Length == 0, $"No row of OpCases reaches {string.Join(", ", missing)}. Add rows to src/Laminet.Verification/Operations.");
    }

    [Fact]
    public void Every_primitive_is_a_sealed_record_with_value_equality()
    {
        foreach (Type type in typeof(Primitive).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Primitive)) && !type.IsAbstract))
        {
            Assert.True(type.IsSealed, $"{type.Name} is not sealed");
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                Type held = field.FieldType;
                bool equatable = held.IsEnum || held.IsPrimitive || held.GetMethod("Equals", [typeof(object)])!.DeclaringType == held;
                Assert.True(equatable, $"{type.Name}.{field.Name} is a {held.Name}: records with it would compare by reference.");
            }
        }
    }

    /// <summary>An exporter matches the records of what a function may be written in; it never sees what passes make of them.</summary>
    [Fact]
    public void Every_primitive_is_public_except_what_passes_make()
    {
        string[] hidden = [.. typeof(Primitive).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Primitive)) && !type.IsPublic).Select(type => type.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(["Copy", "FoldedConvolution", "FoldedMatMul", "FoldedNormalize", "Fused", "FusedReduce", "KernelFromPanels", "KernelInPanels", "SparseUpdate"], hidden);
    }

    [Fact]
    public void Fused_chains_compare_by_value()
    {
        static Primitive Fused(Func<Tensor, Tensor> function) => Executed(function).Single();
        static IEnumerable<Primitive> Executed(Func<Tensor, Tensor> function) =>
            Compiler.Optimize(Tracer.Trace([new TensorSpec([3], DType.Float32)], x => [function(x[0])])).Operations.Select(operation => operation.Primitive).OfType<Primitive>();

        Primitive chain = Fused(x => x.Sin() * x);
        Assert.Equal(chain, Fused(x => x.Sin() * x));
        Assert.Equal(chain.GetHashCode(), Fused(x => x.Sin() * x).GetHashCode());
        Assert.NotEqual(chain, Fused(x => x * x.Sin()));
        Assert.NotEqual(chain, Fused(x => x.Cos() * x));
        Assert.NotEqual(chain, Fused(x => x.Sin()));
    }

    // What a program runs for a row in place of the row's operations.
    private static IEnumerable<Type> Executed(OpCase row, Tensor[] inputs) =>
        Executed(Tracer.Trace([.. inputs.Select(input => input.Spec)], tensors => [row.Function([.. tensors])]));

    private static IEnumerable<Type> Executed(Graph graph) =>
        Compiler.Optimize(graph).Operations.Select(operation => operation.Primitive ?? operation.Form).OfType<Primitive>().Select(primitive => primitive.GetType());
}
