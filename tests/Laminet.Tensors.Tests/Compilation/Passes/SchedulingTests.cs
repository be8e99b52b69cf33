using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;

namespace Laminet.Tensors.Tests.Compilation.Passes;

public class SchedulingTests
{
    private readonly Variable first = new(Tensor.Ones([3]), "first");
    private readonly Variable second = new(Tensor.Ones([3]), "second");

    [Fact]
    public void An_update_runs_right_after_its_gradient() =>
        Assert.Equal("Sin update Cos update Sum", Order(
            x =>
            {
                Tensor sine = x.Sin(), cosine = x.Cos(), sum = x.Sum();
                Graphs.Update(first, sine);
                Graphs.Update(second, cosine);
                return [sum];
            }));

    [Fact]
    public void All_that_read_the_old_value_run_before_the_update() =>
        Assert.Equal("Sin Add Slice Multiply update Exp", Order(
            x =>
            {
                Tensor gradient = x.Sin(), sum = first.Value + x, product = first.Value.Flip() * x, last = x.Exp();
                Graphs.Update(first, gradient);
                return [sum, product, last];
            }));

    [Fact]
    public void A_moving_average_of_the_new_value_runs_right_after_the_update() =>
        Assert.Equal("Multiply Sin update Multiply Add Exp", Order(
            x =>
            {
                Tensor gradient = x.Sin(), last = x.Exp();
                Graphs.Update(first, gradient);
                second.Assign((second.Value * 0.5) + (first.Value * 0.5));
                return [last];
            }));

    [Fact]
    public void An_update_whose_result_is_wanted_keeps_its_place() =>
        Assert.Equal("Sin Exp update Cos", Order(
            x =>
            {
                Tensor gradient = x.Sin(), other = x.Exp();
                Graphs.Update(first, gradient);
                return [other, first.Value.Cos()];
            }));

    [Fact]
    public void What_is_made_of_variables_alone_does_not_keep_an_update_waiting() =>
        Assert.Equal("Add update update Cos", Order(
            x =>
            {
                Tensor last = x.Cos();
                Graphs.Update(first, second.Value + 1);
                Graphs.Update(second, x);
                return [last];
            }));

    [Fact]
    public void Host_calls_keep_their_order()
    {
        List<string> order = [];
        Graphs.Program(Graphs.Of(
            x =>
            {
                Tensor early = x.Sin();
                Function.HostCall(_ => order.Add("first"), [x.Exp().Exp()]);
                Function.HostCall(_ => order.Add("second"), [early]);
                return x;
            },
            3)).Run([Tensor.Ones([3])]);
        Assert.Equal(["first", "second"], order);
    }

    [Fact]
    public void Updates_come_after_everything_that_may_fail() =>
        Assert.Equal("Exp Sin host call host call Gather update Cos", Order(
            x =>
            {
                Tensor gradient = x.Exp();
                Graphs.Update(first, x);
                Function.HostCall(_ => { }, [x.Sin()]);
                Tensor chosen = gradient.Gather(Tensor.From(0, 1));
                Function.HostCall(_ => { }, [gradient]);
                return [chosen, x.Cos()];
            }));

    [Fact]
    public void In_random_functions_inputs_come_first_and_what_is_written_in_place_after_all_that_read_the_old_value()
    {
        int written = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            RandomFunction function = new(seed, DType.Float32);
            Graph traced = Tracer.Trace([.. function.Inputs(0).Select(input => input.Spec)], function.Run), graph = Compiler.Optimize(traced);
            MemoryPlan plan = new(graph);
            Dictionary<Operation, int> places = graph.Operations.Select((operation, place) => (operation, place)).ToDictionary(pair => pair.operation, pair => pair.place);
            Assert.Equal(traced.HostCalls.Count, graph.Operations.Count(operation => operation.Kind == OperationKind.HostCall));
            foreach (Operation operation in graph.Operations)
            {
                Assert.All(operation.Inputs, input => Assert.True(places[input] < places[operation], $"seed {seed}: {operation.Title} before its input {input.Title}"));
                foreach (Variable variable in operation.Inputs.Select(input => plan.Layouts[input].Owner.Variable).OfType<Variable>())
                {
                    foreach (Operation change in graph.Operations.Where(other => plan.HomeOf(other) == variable))
                    {
                        written++;
                        Assert.True(places[operation] <= places[change.Producer], $"seed {seed}: {operation.Title} reads {variable.Name} after {change.Title} was written over it");
                    }
                }
            }
        }

        Assert.InRange(written, 50, int.MaxValue);
    }

    private static string Order(Func<Tensor, Tensor[]> function) => Scheduling.Run(Graphs.Of(x => function(x[0]), [3])).Names();
}
