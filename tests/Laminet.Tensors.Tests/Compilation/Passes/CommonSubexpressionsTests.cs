using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;

namespace Laminet.Tensors.Tests.Compilation.Passes;

public class CommonSubexpressionsTests
{
    [Fact]
    public void The_same_operation_on_the_same_inputs_is_done_once() =>
        Assert.Equal("Sin Square Add", After(x => x.Sin().Square() + x.Sin().Square()).Names());

    [Fact]
    public void Equal_scalars_are_one() =>
        Assert.Equal("Multiply Add", After(x => (x * 2) + (x * 2)).Names());

    [Fact]
    public void Other_settings_other_inputs_and_other_order_are_not_the_same()
    {
        Assert.Equal("Slice Slice Add", After(x => x.Slice(0, 2) + x.Slice(1)).Names());
        Assert.Equal("Subtract Subtract Multiply", After(x => (x - 1) * (1 - x)).Names());
        Assert.Equal("Add Add Multiply", After(x => (x + 1) * (x + 2)).Names());
    }

    [Fact]
    public void The_same_key_is_drawn_from_once_and_another_one_apart() =>
        Assert.Equal(
            "FoldKey RandomUniform FoldKey RandomUniform Add Add",
            CommonSubexpressions.Run(Tracer.Trace(
                [new TensorSpec(Shape.Scalar, DType.Int64)],
                inputs =>
                {
                    RandomKey key = RandomKey.From(inputs[0]);
                    return [key.Fold(1).Uniform([3]) + (key.Fold(1).Uniform([3]) + key.Fold(2).Uniform([3]))];
                })).Names());

    [Fact]
    public void Numbers_that_differ_in_type_or_in_their_last_bit_are_not_the_same()
    {
        // As doubles these would be one number.
        const long large = (1L << 53) + 1;
        CompiledFunction compiled = Function.Compile(inputs => [inputs[0] - Tensor.Scalar(large), inputs[0] - Tensor.Scalar(large - 1)]);
        Assert.Equal([0L, 1], compiled.Call(Tensor.Scalar(large)).Select(output => output.Item<long>()));
        Assert.Equal("Divide Divide Maximum", After(x => (x / 0.0).Maximum(x / -0.0)).Names());
    }

    [Fact]
    public void Host_calls_stay_apart()
    {
        List<float> seen = [];
        Graph graph = After(x =>
        {
            Function.HostCall(values => seen.Add(values[0].Item<float>()), [x.Sum()]);
            Function.HostCall(values => seen.Add(-values[0].Item<float>()), [x.Sum()]);
            return x;
        });
        Assert.Equal("Sum host call host call", graph.Names());
        graph.Run(Tensor.From(1f, 2, 3));
        Assert.Equal([6f, -6], seen);
    }

    private static Graph After(Func<Tensor, Tensor> function) => CommonSubexpressions.Run(Graphs.Of(function, 3));
}
