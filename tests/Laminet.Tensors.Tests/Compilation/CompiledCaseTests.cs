using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Tests.Cases;

namespace Laminet.Tensors.Tests.Compilation;

/// <summary>Every row of the table of operations, compiled: the same bits as eager, values and gradients.</summary>
public class CompiledCaseTests
{
    public static TheoryData<string> Names => OpCases.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Compiled_gives_the_bits_of_eager(string name)
    {
        OpCase row = OpCases.ByName(name);
        foreach (DType type in row.Types)
        {
            Tensor[] inputs = row.Tensors(type);
            Tensor[] expected = row.Outputs(inputs);
            CompiledFunction compiled = Function.Compile(tensors => row.Outputs([.. tensors]));
            // The second call finds other numbers in the places of the first call's intermediates.
            for (int call = 0; call < 2; call++)
            {
                Bundle<Tensor> actual = compiled.Call(inputs);
                for (int i = 0; i < expected.Length; i++)
                    Bits.Equal(expected[i], actual[i], $"{name} in {type}, output {i}, call {call}");
            }

            Assert.Equal(1, compiled.Traces);
            for (int i = 0; i < expected.Length && expected.Length > 1; i++)
                Bits.Equal(expected[i], Function.Compile(tensors => [row.Outputs([.. tensors])[i]]).Call(inputs)[0], $"{name} in {type}, output {i} alone");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Compiled_gradients_are_the_eager_ones(string name)
    {
        OpCase row = OpCases.ByName(name);
        if (row.Differentiable.Length == 0)
            return;
        Tensor[] inputs = row.Tensors(DType.Float64);
        foreach ((string some, Func<Tensor[], Tensor> function) in row.OfSomeOutputs())
        {
            CompiledFunction compiled = Function.Compile(tensors => Gradients(row, function, tensors));
            IReadOnlyList<Tensor> expected = Gradients(row, function, inputs);
            Bundle<Tensor> actual = compiled.Call(inputs);
            for (int i = 0; i < expected.Count; i++)
                Bits.Equal(expected[i], actual[i], $"{some}, gradient {i}");
        }
    }

    internal static IReadOnlyList<Tensor> Gradients(OpCase row, Func<Tensor[], Tensor> function, IReadOnlyList<Tensor> inputs)
    {
        Tensor[] all = [.. inputs];
        (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
            chosen =>
            {
                for (int i = 0; i < row.Differentiable.Length; i++)
                    all[row.Differentiable[i]] = chosen[i];
                return function(all).Square().Sum();
            },
            Unconnected.Zeros,
            [.. row.Differentiable.Select(input => inputs[input])]);
        return [value, .. gradients];
    }
}

/// <summary>Equality to the last bit, NaN included.</summary>
internal static class Bits
{
    public static void Equal(Tensor expected, Tensor actual, string what)
    {
        Assert.True(expected.Spec == actual.Spec, $"{what}: expected {expected.Spec}, received {actual.Spec}.");
        using MemoryStream left = new(), right = new();
        expected.Write(left);
        actual.Write(right);
        Assert.True(left.ToArray().AsSpan().SequenceEqual(right.ToArray()), $"{what}: expected {expected}, received {actual}.");
    }
}
