using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Blocks;

namespace Laminet.Verification.Operations;

/// <summary>Holds what every block computes to what its body says, values and gradients up to the second order.</summary>
internal static class BlockChecks
{
    public static IEnumerable<Check> All()
    {
        foreach (BlockCase row in BlockTable.Rows())
        {
            string subject = row.Block.GetType().Name;
            yield return new(Family.Operations, subject, CheckKind.Value, $"{row.Name}: the block is its body", _ => IsItsBody(row));
            if (row.Differentiable.Length > 0)
                yield return new(Family.Operations, subject, CheckKind.Gradient, $"{row.Name}: second derivatives are the body's", depth => HasItsBodysSecondDerivatives(row, depth));
        }
    }

    private static void IsItsBody(BlockCase row)
    {
        foreach (DType type in OpCase.Computed)
        {
            Tensor[] inputs = row.Tensors(type);
            Near(row.Body(inputs), row.Fused(inputs), Tolerance(type), $"{row.Name} in {type}");
            foreach (int input in row.Differentiable)
                Near(First(row.Body, input)(inputs), First(row.Fused, input)(inputs), 5 * Tolerance(type), $"{row.Name} in {type}, gradient by input {input}");
        }
    }

    private static void HasItsBodysSecondDerivatives(BlockCase row, Depth depth)
    {
        Tensor[] inputs = row.Tensors(DType.Float64);
        foreach (int first in row.Differentiable)
        {
            // There are as many as pairs of inputs; a quick run takes one for each input.
            foreach (int second in depth == Depth.Full ? row.Differentiable : [first])
            {
                Near(First(First(row.Body, first), second)(inputs), First(First(row.Fused, first), second)(inputs), 1e-11,
                    $"{row.Name}, gradient by inputs {first} and {second}");
            }
        }
    }

    private static Func<Tensor[], Tensor> First(Func<Tensor[], Tensor> function, int input) => inputs => Gradient.Of(x =>
    {
        Tensor y = function([.. inputs[..input], x, .. inputs[(input + 1)..]]);
        return y * Differences.Projection(y.Shape, 7).Cast(y.DType);
    }, Unconnected.Zeros)(inputs[input]);

    private static double Tolerance(DType type) => type == DType.Float32 ? 1e-5 : 1e-13;

    private static void Near(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Expect.True(expected.Spec == actual.Spec, $"{what}: {actual.Spec}, the body gives {expected.Spec}");
        Compare.Values(expected.Cast(DType.Float64).ToArray<double>(), actual, tolerance, what);
    }
}

/// <summary>A block, and inputs from which it is fed; the derivatives are those by the inputs.</summary>
internal sealed record BlockCase(string Name, Block Block, Grid[] Inputs, int[] Differentiable, Func<Tensor[], Tensor[]>? Feed = null)
{
    public Tensor[] Tensors(DType type) => [.. Inputs.Select(input => input.ToTensor(type))];

    public Tensor Fused(Tensor[] inputs) => Joined(Block.ApplyAll(Fed(inputs)));

    public Tensor Body(Tensor[] inputs) => Joined(Block.BodyAll(Fed(inputs)));

    // Several outputs one after the other.
    private static Tensor Joined(Tensor[] outputs) =>
        outputs.Length == 1 ? outputs[0] : Tensor.Concatenate([.. outputs.Select(output => output.Reshape([output.Length]))]);

    private Tensor[] Fed(Tensor[] inputs) => Feed is null ? inputs : Feed(inputs);
}
