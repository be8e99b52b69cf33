using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Blocks;
using Laminet.Tensors.Tests.Cases;

namespace Laminet.Tensors.Tests.Blocks;

/// <summary>Holds what every block computes to what its body says, values and gradients up to the second order.</summary>
public class BlockTests
{
    private static readonly Dictionary<string, BlockCase> Table = BlockTable.Rows().ToDictionary(row => row.Name);

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_block_is_its_body(string name)
    {
        BlockCase row = Table[name];
        foreach (DType type in OpCase.Computed)
        {
            Tensor[] inputs = row.Tensors(type);
            Near(row.Body(inputs), row.Fused(inputs), Tolerance(type), $"{name} in {type}");
            foreach (int input in row.Differentiable)
                Near(First(row.Body, input)(inputs), First(row.Fused, input)(inputs), 5 * Tolerance(type), $"{name} in {type}, gradient by input {input}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_second_derivatives_are_its_bodys(string name)
    {
        BlockCase row = Table[name];
        Tensor[] inputs = row.Tensors(DType.Float64);
        foreach (int first in row.Differentiable)
        {
            foreach (int second in row.Differentiable)
            {
                Near(First(First(row.Body, first), second)(inputs), First(First(row.Fused, first), second)(inputs), 1e-11,
                    $"{name}, gradient by inputs {first} and {second}");
            }
        }
    }

    [Fact]
    public void Every_block_has_a_row()
    {
        string[] missing = [.. typeof(Block).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Block)) && !type.IsAbstract)
            .Except(Table.Values.Select(row => row.Block.GetType())).Select(type => type.Name)];
        Assert.True(missing.Length == 0, $"No row of BlockTable holds {string.Join(", ", missing)} to its body.");
    }

    private static Func<Tensor[], Tensor> First(Func<Tensor[], Tensor> function, int input) => inputs => Gradient.Of(x =>
    {
        Tensor y = function([.. inputs[..input], x, .. inputs[(input + 1)..]]);
        return y * Differences.Projection(y.Shape, 7).Cast(y.DType);
    }, Unconnected.Zeros)(inputs[input]);

    private static double Tolerance(DType type) => type == DType.Float32 ? 1e-5 : 1e-13;

    private static void Near(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.True(expected.Spec == actual.Spec, $"{what}: {actual.Spec}, the body gives {expected.Spec}");
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
