using Laminet.Tensors.Compilation;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Compilation.Passes;

public class DeadCodeTests
{
    [Fact]
    public void What_nobody_wants_is_not_in_the_graph()
    {
        Graph graph = Graphs.Of(
            x =>
            {
                _ = x.Exp().Sum();
                return x.Sin();
            },
            3);
        Assert.Equal("Sin", graph.Names());
    }

    [Fact]
    public void What_a_host_call_or_a_variable_wants_is_there()
    {
        Variable variable = new(Tensor.Zeros([3]), "v");
        Graph graph = Graphs.Of(
            x =>
            {
                Function.HostCall(_ => { }, [x.Exp()]);
                variable.Assign(x.Cos());
                return x.Sin();
            },
            3);
        Assert.Equal("Exp host call Cos Sin", graph.Names());
    }

    [Fact]
    public void An_unused_parameter_is_still_given()
    {
        Graph graph = Graphs.Of(inputs => [inputs[1].Sin()], [2], [3]);
        Assert.Equal(2, graph.Parameters.Count);
        Assert.Single(graph.Operations, operation => operation.Kind == OperationKind.Parameter);
        Bits.Equal(Tensor.Ones([3]).Sin(), graph.Run(Tensor.Ones([2]), Tensor.Ones([3]))[0], "result");
    }

    [Fact]
    public void A_long_chain_does_not_exhaust_the_stack()
    {
        Graph graph = Graphs.Of(
            x =>
            {
                for (int step = 0; step < 50_000; step++)
                    x = -x;
                return x;
            },
            1);
        Assert.Equal(50_001, graph.Operations.Count);
    }
}
