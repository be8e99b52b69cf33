using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;
using Laminet.Verification.Operations;
using Compare = Laminet.Verification.Operations.Compare;

namespace Laminet.Tensors.Tests.Compilation;

/// <summary>
/// A device that has primitives alone passes the table of operations: blocks run as their bodies. Loops and branches are one operation to it,
/// whose graph the CPU runs for now, so these tests say nothing about the operations within.
/// </summary>
public class DeviceTests
{
    private const int BodyRoundings = 8;

    public static TheoryData<string> Names => [.. OpCases.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_device_of_primitives_alone_gives_the_references_values(string name)
    {
        OpCase row = OpCases.ByName(name);
        RecordingDevice device = new();
        foreach (DType type in row.Types)
        {
            Bundle<Tensor> outputs = new CompiledFunction(tensors => row.Outputs([.. tensors]), name, device).Call(row.Tensors(type));
            foreach ((int output, Grid expected) in row.References(row.Grids(type)).Index())
            {
                // Halves are rounded after each operation of a block's body, so they are not as near as the block's own kernel gives them.
                Compare.Close(row, type, expected, outputs[output], $"{name} in {type}, output {output}", type.IsHalf() ? BodyRoundings : 1);
            }
        }

        AssertPrimitivesAlone(device, name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_gradients_are_the_cpus(string name)
    {
        OpCase row = OpCases.ByName(name);
        if (row.Differentiable.Length == 0)
            return;
        RecordingDevice device = new();
        Tensor[] inputs = row.Tensors(DType.Float64);
        IReadOnlyList<Tensor> expected = CompiledChecks.Gradients(row, row.Function, inputs);
        Bundle<Tensor> actual = new CompiledFunction(tensors => [.. CompiledChecks.Gradients(row, row.Function, tensors)], name, device).Call(inputs);
        for (int i = 0; i < expected.Count; i++)
            Compare.Values(expected[i].ToArray<double>(), actual[i], 1e-10 * row.Tolerance, $"{name}, gradient {i}");
        AssertPrimitivesAlone(device, name);
    }

    [Fact]
    public void A_programs_kernels_and_memory_are_its_devices()
    {
        RecordingDevice device = new();
        CompiledFunction compiled = new(tensors => [tensors[0].Softmax().Sqrt().Sum(0)], "function", device);
        Tensor x = new RandomKey(1).Normal([4, 1000]);
        Tensor expected = x.Softmax().Sqrt().Sum(0);
        Compare.Values([.. expected.ToArray<float>().Select(number => (double)number)], compiled.Call(x)[0], 1e-5, "softmax");
        Assert.Contains(typeof(Exp), device.Ran);
        Assert.Contains(typeof(Sqrt), device.Ran);
        Assert.True(device.Allocated >= x.Length * sizeof(float), $"{device.Allocated} bytes");
    }

    [Fact]
    public void Primitives_that_a_device_lacks_are_one_error_that_names_them_those_of_bodies_too()
    {
        RecordingDevice device = new(typeof(Exp), typeof(Sin), typeof(Tanh));
        CompiledFunction compiled = new(tensors => [tensors[0].Softmax().Sin().Cos()], "function", device);
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => compiled.Call(Tensor.Zeros([2, 3])));
        Assert.Contains("recorder has no kernel for Exp, Sin.", error.Message, StringComparison.Ordinal);
        Assert.Empty(device.Ran);
    }

    private static void AssertPrimitivesAlone(RecordingDevice device, string name)
    {
        string[] blocks = [.. device.Ran.Where(type => type.IsSubclassOf(typeof(Block))).Select(type => type.Name)];
        Assert.True(blocks.Length == 0, $"{name}: the device ran {string.Join(", ", blocks)}");
    }
}
