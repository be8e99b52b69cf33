using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Verification.Operations;

/// <summary>A row of the table of operations, compiled: the same bits as eager, values and gradients.</summary>
internal static class CompiledChecks
{
    public static void Values(OpCase row, Depth depth)
    {
        foreach (DType type in row.TypesAt(depth))
        {
            Tensor[] inputs = row.Tensors(type);
            Tensor[] expected = row.Outputs(inputs);
            CompiledFunction compiled = Function.Compile(tensors => row.Outputs([.. tensors]));
            // The second call finds other numbers in the places of the first call's intermediates.
            for (int call = 0; call < 2; call++)
            {
                Bundle<Tensor> actual = compiled.Call(inputs);
                for (int i = 0; i < expected.Length; i++)
                    Bits.Equal(expected[i], actual[i], $"{row.Name} in {type}, output {i}, call {call}");
            }

            Expect.Equal(1, compiled.Traces, $"{row.Name} in {type}, traces of two calls");
            for (int i = 0; i < expected.Length && expected.Length > 1; i++)
                Bits.Equal(expected[i], Function.Compile(tensors => [row.Outputs([.. tensors])[i]]).Call(inputs)[0], $"{row.Name} in {type}, output {i} alone");
        }
    }

    public static void Gradients(OpCase row)
    {
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

    /// <summary>The sum of squares, and its gradients.</summary>
    public static IReadOnlyList<Tensor> Gradients(OpCase row, Func<Tensor[], Tensor> function, IReadOnlyList<Tensor> inputs)
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
        Expect.True(expected.Spec == actual.Spec, $"{what}: expected {expected.Spec}, received {actual.Spec}.");
        using MemoryStream left = new(), right = new();
        expected.Write(left);
        actual.Write(right);
        Expect.True(left.ToArray().AsSpan().SequenceEqual(right.ToArray()), $"{what}: expected {expected}, received {actual}, to the last bit.");
    }
}
