using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;

namespace Laminet.Tensors.Tests.Compilation.Passes;

public class SchedulingTests
{
    private readonly Variable first = new(Tensor.Ones([3]), "first");
    private readonly Variable second = new(Tensor.Ones([3]), "second");

    [Fact]
    public void An_update_runs_right_after_its_gradient() =>
        Assert.Equal("Sin effect Cos effect Sum", Order(
            x =>
            {
                Tensor sine = x.Sin(), cosine = x.Cos(), sum = x.Sum();
                Update(first, sine);
                Update(second, cosine);
                return [sum];
            }));

    [Fact]
    public void All_that_read_the_old_value_run_before_the_update() =>
        Assert.Equal("Sin Add Slice Multiply effect Exp", Order(
            x =>
            {
                Tensor gradient = x.Sin(), sum = first.Value + x, product = first.Value.Flip() * x, last = x.Exp();
                Update(first, gradient);
                return [sum, product, last];
            }));

    [Fact]
    public void Updates_of_one_variable_keep_their_order()
    {
        List<string> order = [];
        Graphs.Program(Graphs.Of(
            x =>
            {
                Tensor early = x.Sin();
                Function.Effect(_ => order.Add("first"), [x.Exp().Exp()], [first]);
                Function.Effect(_ => order.Add("second"), [early], [first]);
                return x;
            },
            3)).Run([Tensor.Ones([3])]);
        Assert.Equal(["first", "second"], order);
    }

    [Fact]
    public void An_update_does_not_overtake_a_check_and_a_check_no_update() =>
        Assert.Equal("Exp effect effect effect Sin", Order(
            x =>
            {
                Tensor gradient = x.Exp(), sine = x.Sin();
                Function.Effect(_ => { }, [gradient]);
                Update(first, x);
                Function.Effect(_ => { }, [x]);
                return [sine];
            }));

    [Fact]
    public void A_count_of_steps_comes_after_the_updates_before_it_and_before_those_after_it()
    {
        Variable count = new(Tensor.Scalar(0f), "count");
        List<string> order = [];
        Tensor[] Step(Tensor[] x)
        {
            Tensor early = x[0].Sin(), late = x[0].Cos();
            Function.Effect(_ => order.Add($"late {count.Value.ToDouble()}"), [late], [first]);
            Function.Effect(_ => count.Assign(count.Value + 1), [], [count]);
            Function.Effect(_ => order.Add($"early {count.Value.ToDouble()}"), [early], [second]);
            return [];
        }

        Graphs.Program(Graphs.Of(Step, [3])).Run([Tensor.Ones([3])]);
        Assert.Equal(["late 0", "early 1"], order);
    }

    [Fact]
    public void In_random_functions_inputs_come_first_and_readers_of_an_old_value_before_its_change()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            RandomFunction function = new(seed, DType.Float32);
            OperationGraph traced = Tracer.Trace([.. function.Inputs(0).Select(input => input.Spec)], function.Run), graph = Compiler.Optimize(traced);
            Dictionary<Operation, Layout> layouts = Layouts.Of(graph);
            Dictionary<Operation, int> places = graph.Operations.Select((operation, place) => (operation, place)).ToDictionary(pair => pair.operation, pair => pair.place);
            Assert.Equal(traced.Effects.Count, graph.Operations.Count(operation => operation.Kind == OperationKind.Effect));
            foreach (Operation operation in graph.Operations)
            {
                Assert.All(operation.Inputs, input => Assert.True(places[input] < places[operation], $"seed {seed}: {operation.Title} before its input {input.Title}"));
                foreach (Variable variable in operation.Inputs.Select(input => layouts[input].Owner.Variable).OfType<Variable>())
                {
                    foreach (Operation change in graph.Effects.Where(effect => effect.Changes.Contains(variable)))
                        Assert.True(places[operation] < places[change], $"seed {seed}: {operation.Title} reads {variable.Name} after its change");
                }
            }
        }
    }

    private static void Update(Variable variable, Tensor gradient) => Function.Effect(_ => { }, [gradient], [variable]);

    private static string Order(Func<Tensor, Tensor[]> function) => Scheduling.Run(Graphs.Of(x => function(x[0]), [3])).Names();
}
