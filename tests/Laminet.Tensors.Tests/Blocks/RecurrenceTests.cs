using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Blocks;

public class RecurrenceTests
{
    private const int Batch = 2, Time = 4, Units = 3;

    /// <summary>A compiled function gives no memory to an output that nothing reads.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(3)]
    public void Gradients_by_some_inputs_alone_are_the_same_compiled(int gates)
    {
        Tensor x = Random(1, Batch, Time, gates * Units), recurrent = Random(2, Units, gates * Units), bias = Random(3, gates * Units), state = Random(4, Batch, Units), cell = Random(5, Batch, Units);
        Tensor Outputs(Tensor recurrent, Tensor state) => gates switch
        {
            1 => x.SimpleRecurrence(recurrent, state).Outputs,
            4 => x.LongShortTermMemory(recurrent, state, cell).Outputs,
            _ => x.GatedRecurrence(recurrent, bias, state).Outputs,
        };

        Tensor ByState(Tensor given) => Gradient.Of(s => Outputs(recurrent, s).Square().Sum())(given);
        Tensor ByRecurrent(Tensor given) => Gradient.Of(r => Outputs(r, state).Square().Sum())(given);
        Assert.Equal(ByState(state).ToArray<double>(), Function.Compile(ByState)(state).ToArray<double>());
        Assert.Equal(ByRecurrent(recurrent).ToArray<double>(), Function.Compile(ByRecurrent)(recurrent).ToArray<double>());
    }

    private static Tensor Random(int seed, params int[] shape) => Grid.Random(shape, seed, -1, 1).ToTensor(DType.Float64);
}
