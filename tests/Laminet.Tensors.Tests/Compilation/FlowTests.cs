using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Compilation;

/// <summary>Loops and branches: values, gradients of two orders, variables, memory, errors; eager and compiled.</summary>
public class FlowTests
{
    private static readonly Tensor W = new RandomKey(1).Normal([3, 3], 0, 0.5, DType.Float64);
    private static readonly Tensor U = new RandomKey(2).Normal([2, 3], 0, 0.5, DType.Float64);
    private static readonly Tensor X = new RandomKey(3).Normal([5, 4, 2], 0, 1, DType.Float64);
    private static readonly Tensor H = new RandomKey(4).Normal([4, 3], 0, 1, DType.Float64);

    public static TheoryData<bool, bool> Ways => new() { { false, false }, { true, false }, { false, true }, { true, true } };

    [Fact]
    public void Loops_are_debugged_on_one_thread()
    {
        bool elsewhere = true, here = Unrolled(() =>
        {
            Thread other = new(() => elsewhere = Laminet.Tensors.Compilation.Function.DebugLoops);
            other.Start();
            other.Join();
            return Laminet.Tensors.Compilation.Function.DebugLoops;
        });
        Assert.True(here);
        Assert.False(elsewhere);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_scan_gives_the_bits_of_the_unrolled_loop_and_its_gradients(bool compiled, bool reverse)
    {
        Tensor[] Function(IReadOnlyList<Tensor> inputs)
        {
            (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(all => Loss(all, reverse), [.. inputs]);
            return [value, .. gradients];
        }

        Tensor[] inputs = [X, H, W, U];
        Tensor[] expected = Unrolled(() => Function(inputs));
        IReadOnlyList<Tensor> actual = compiled ? Laminet.Tensors.Compilation.Function.Compile(all => Function(all)).Call(inputs) : Function(inputs);
        Bits.Equal(expected[0], actual[0], "value");
        for (int i = 1; i < expected.Length; i++)
            Near(expected[i], actual[i], 1e-12, $"gradient {i}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Its_gradients_of_two_orders_are_those_of_finite_differences(bool reverse)
    {
        Tensor[] inputs = [X.Slice(0, 3), H, W, U];
        Differences.Check(all => Loss(all, reverse), inputs, [0, 1, 2, 3], 6, "scan");
        for (int input = 0; input < inputs.Length; input++)
        {
            int by = input;
            Tensor First(Tensor[] all) => Gradient.Of(x => Loss([.. all[..by], x, .. all[(by + 1)..]], reverse))(all[by]);
            Differences.Check(First, inputs, [0, 1, 2, 3], 4, $"gradient of scan by input {by}");
        }
    }

    [Fact]
    public void A_scan_along_another_axis_stacks_there_and_keeps_names()
    {
        Bundle<Tensor> carry = new() { ["sum"] = Tensor.Zeros([2]) }, sequences = new() { ["x"] = Tensor.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }) };
        (Bundle<Tensor> end, Bundle<Tensor> outputs) = Flow.Scan(
            (state, entry) =>
            {
                Tensor sum = state["sum"] + entry["x"];
                return (new() { ["sum"] = sum }, new() { ["partial"] = sum, ["twice"] = sum * 2 });
            },
            carry, sequences, axis: 1);
        Assert.Equal([6f, 15], end["sum"].ToArray<float>());
        Assert.Equal([1f, 3, 6, 4, 9, 15], outputs["partial"].ToArray<float>());
        Assert.Equal([2f, 6, 12, 8, 18, 30], outputs["twice"].ToArray<float>());
    }

    [Fact]
    public void A_scan_of_no_turns_gives_its_state_back()
    {
        (Bundle<Tensor> end, Bundle<Tensor> outputs) = Flow.Scan((state, entry) => (state + entry.Only, state), Tensor.From(1f, 2), Tensor.Zeros([0, 2]));
        Assert.Equal([1f, 2], end.Only.ToArray<float>());
        Assert.Equal(new Shape([0, 2]), outputs.Only.Shape);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Variables_that_a_body_assigns_are_handed_from_turn_to_turn(bool compiled)
    {
        Variable count = new(Tensor.Scalar(10f), "count"), untouched = new(Tensor.Scalar(3f), "untouched");
        Tensor[] Run(IReadOnlyList<Tensor> inputs)
        {
            (_, Bundle<Tensor> seen) = Flow.Scan(
                (state, entry) =>
                {
                    count.Assign(count.Value + (entry.Only * untouched.Value));
                    return (state, count.Value);
                },
                Tensor.Scalar(0f), inputs[0]);
            return [seen.Only, count.Value];
        }

        IReadOnlyList<Tensor> results = compiled ? Laminet.Tensors.Compilation.Function.Compile(all => Run(all)).Call(Tensor.From(1f, 2, 3)) : Run([Tensor.From(1f, 2, 3)]);
        Assert.Equal([13f, 19, 28], results[0].ToArray<float>());
        Assert.Equal(28, results[1].ToDouble());
        Assert.Equal(28, count.Value.ToDouble());
        Assert.Equal(3, untouched.Value.ToDouble());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_gradient_by_variables_goes_through_a_scan(bool compiled)
    {
        Variable weight = new(Tensor.Scalar(0.5), "weight");
        Tensor[] Run(IReadOnlyList<Tensor> inputs)
        {
            (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
                () => Flow.Scan((state, entry) => ((state * weight.Value) + entry.Only, []), Tensor.Scalar(1.0), inputs[0]).Carry.Only, [weight]);
            return [value, gradients[0]];
        }

        IReadOnlyList<Tensor> results = compiled ? Laminet.Tensors.Compilation.Function.Compile(all => Run(all)).Call(Tensor.From(2.0, 3)) : Run([Tensor.From(2.0, 3)]);
        // ((w + 2) w) + 3, 2 w + 2.
        Assert.Equal([4.25, 3], results.Select(result => result.ToDouble()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_while_runs_as_long_as_its_condition_holds(bool compiled)
    {
        Variable turns = new(Tensor.Scalar(0L), "turns");
        Tensor[] Run(IReadOnlyList<Tensor> inputs)
        {
            Tensor limit = inputs[1];
            Bundle<Tensor> end = Flow.While(
                state => state[0].Less(limit),
                state =>
                {
                    turns.Assign(turns.Value + 1);
                    return (state[0] * 2, state[1] + state[0]);
                },
                (inputs[0], Tensor.Scalar(0f)));
            return [end[0], end[1]];
        }

        CompiledFunction function = Laminet.Tensors.Compilation.Function.Compile(all => Run(all));
        foreach ((float start, float limit, float end, float sum) in ((float, float, float, float)[])[(1, 100, 128, 127), (5, 3, 5, 0), (1, 2, 2, 1), (3, 10, 12, 9)])
        {
            Tensor[] inputs = [Tensor.Scalar(start), Tensor.Scalar(limit)];
            IReadOnlyList<Tensor> results = compiled ? function.Call(inputs) : Run(inputs);
            Assert.Equal([end, sum], results.Select(result => (float)result.ToDouble()));
        }

        Assert.Equal(7 + 0 + 1 + 2, turns.Value.Item<long>());
    }

    [Fact]
    public void A_while_has_no_gradient_and_names_what_has() =>
        Assert.Contains("Flow.Scan", Assert.Throws<NotSupportedException>(() => Gradient.Of(
            x => Flow.While(state => state.Only.Less(100), state => state.Only * 2, x).Only)(Tensor.Scalar(1.0))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_if_runs_one_side_and_so_does_its_gradient(bool compiled)
    {
        Variable touched = new(Tensor.Scalar(0.0), "touched");
        Tensor[] Run(IReadOnlyList<Tensor> inputs)
        {
            (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
                all => Flow.If(
                    all[0].Greater(0),
                    () =>
                    {
                        touched.Assign(touched.Value + 1);
                        return all[0].Log() * all[1];
                    },
                    () => all[0].Square()).Only,
                inputs[0], inputs[1]);
            return [value, .. gradients];
        }

        CompiledFunction function = Laminet.Tensors.Compilation.Function.Compile(all => Run(all));
        IReadOnlyList<Tensor> Both(double x) => compiled ? function.Call(Tensor.Scalar(x), Tensor.Scalar(3.0)) : Run([Tensor.Scalar(x), Tensor.Scalar(3.0)]);
        Assert.Equal([3 * Math.Log(2), 1.5, Math.Log(2)], Both(2).Select(result => Math.Round(result.ToDouble(), 14)), (left, right) => Math.Abs(left - right) < 1e-13);
        // No NaN comes out of the side that did not run.
        Assert.Equal([4, -4, 0], Both(-2).Select(result => result.ToDouble()));
        Assert.Equal(1, touched.Value.ToDouble());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_checkpoint_has_the_values_and_gradients_of_its_function(bool compiled)
    {
        Tensor[] Run(IReadOnlyList<Tensor> inputs, bool checkpoint)
        {
            (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
                all =>
                {
                    Tensor Layer(Tensor x) => x.MatMul(all[1]).Tanh().MatMul(all[1]);
                    Func<Tensor, Tensor> layer = checkpoint ? Laminet.Tensors.Compilation.Function.Checkpoint(Layer) : Layer;
                    return layer(layer(all[0])).Square().Sum();
                },
                inputs[0], inputs[1]);
            return [value, .. gradients];
        }

        Tensor[] expected = Run([H, W], false);
        IReadOnlyList<Tensor> actual = compiled ? Laminet.Tensors.Compilation.Function.Compile(all => Run(all, true)).Call(H, W) : Run([H, W], true);
        for (int i = 0; i < expected.Length; i++)
            Near(expected[i], actual[i], 1e-13, $"result {i}");
    }

    [Fact]
    public void A_scan_of_checkpointed_segments_keeps_the_state_alone()
    {
        Tensor Segments(IReadOnlyList<Tensor> all, bool checkpoint)
        {
            Tensor x = all[0].Reshape([2, 3, 4, 2]);
            Func<Bundle<Tensor>, Bundle<Tensor>> inner = inputs => Loop(inputs[1], inputs[0], all[2], all[3], false).Carry;
            if (checkpoint)
                inner = Laminet.Tensors.Compilation.Function.Checkpoint(inner);
            return Flow.Scan((state, entry) => (inner((state, entry)), []), all[1], x).Carry.Only.Square().Sum();
        }

        Tensor[] inputs = [new RandomKey(9).Normal([6, 4, 2], 0, 1, DType.Float64), H, W, U];
        (Tensor plain, IReadOnlyList<Tensor> expected) = Gradient.ValueAndGradients(all => Loop(all[0], all[1], all[2], all[3], false).Carry.Only.Square().Sum(), [.. inputs]);
        foreach (bool checkpoint in (bool[])[false, true])
        {
            (Tensor value, IReadOnlyList<Tensor> actual) = Gradient.ValueAndGradients(all => Segments(all, checkpoint), [.. inputs]);
            Near(plain, value, 1e-13, "value");
            for (int i = 0; i < expected.Count; i++)
                Near(expected[i], actual[i], 1e-12, $"checkpoint {checkpoint}, gradient {i}");
        }
    }

    // Nothing needs memory within: the loop writes one state where the branch gives it out, and the other has no elements.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_loop_within_a_branch_may_have_a_state_without_elements(bool compiled)
    {
        Tensor[] Function(IReadOnlyList<Tensor> inputs)
        {
            Bundle<Tensor> start = (inputs[0], inputs[1]);
            return [.. Flow.If(
                Tensor.Scalar(true),
                () =>
                {
                    Bundle<Tensor> end = Flow.Scan((state, _) => ((state[0] * 2, state[1] + 1), []), start, [], length: 3).Carry;
                    return (end[0] * 3, end[1]);
                },
                () => start)];
        }

        Tensor[] given = [Tensor.Zeros([0, 4]), Tensor.From(1f, 2)];
        IReadOnlyList<Tensor> results = compiled ? Laminet.Tensors.Compilation.Function.Compile(Function).Call(given) : Function(given);
        Assert.Equal([0, 4], results[0].Shape);
        Assert.Equal([4, 5], results[1].ToArray<float>());
    }

    // What depends on a variable alone stays from call to call; here that is nothing but a tensor without elements.
    [Fact]
    public void A_loop_may_begin_with_a_kept_state_without_elements()
    {
        Variable empty = new(Tensor.Zeros([2, 0]), "empty");
        CompiledFunction compiled = Laminet.Tensors.Compilation.Function.Compile(inputs =>
        {
            (Tensor start, Tensor one) = ((empty.Value + 1).Transpose(), inputs[0]);
            Bundle<Tensor> end = Flow.Scan((state, _) => ((state[0].Sin(), state[1] + one), []), (start.Cos(), one), [], length: 2).Carry;
            return [end[1]];
        });
        Assert.Equal([3, 6], compiled.Call(Tensor.From(1f, 2))[0].ToArray<float>());
    }

    // A turn keeps its state and its tanh. All hundred turns; or the states of ten segments and the turns of one, which runs backwards.
    [Fact]
    public void Checkpoints_take_memory_by_the_segments_and_the_turns_of_one()
    {
        const int Turns = 100, Segments = 10, StateBytes = 64 * 16 * sizeof(float);
        long PlanOf(bool checkpoint)
        {
            Bundle<Tensor> Part(Tensor state, Tensor w, int turns) => Flow.Scan((now, _) => (now.Only.MatMul(w).Tanh(), []), state, [], length: turns).Carry;
            return Laminet.Tensors.Compilation.Function.Compile(inputs =>
            {
                Func<Bundle<Tensor>, Bundle<Tensor>> segment = Laminet.Tensors.Compilation.Function.Checkpoint(given => Part(given[0], given[1], Turns / Segments));
                return [.. Gradient.ValueAndGradients(
                    all => (checkpoint
                        ? Flow.Scan((now, _) => (segment((now.Only, all[1])), []), all[0], [], length: Segments).Carry
                        : Part(all[0], all[1], Turns)).Only.Square().Sum(),
                    [.. inputs]).Gradients];
            }).Plan(new TensorSpec([64, 16], DType.Float32), new TensorSpec([16, 16], DType.Float32)).Bytes;
        }

        long plain = PlanOf(false), checkpointed = PlanOf(true);
        Assert.InRange(plain, 2 * Turns * StateBytes, ((2 * Turns) + 4) * StateBytes);
        Assert.InRange(checkpointed, 3 * Segments * StateBytes, ((3 * Segments) + 8) * StateBytes);
    }

    // One turn is state.Detach() * state: from 3 to 9 to 81, and 9 * 3 as gradient.
    [Fact]
    public void No_gradient_flows_through_what_a_body_detaches()
    {
        Variable held = new(Tensor.Scalar(0.0), "held");
        Tensor Held(Tensor x)
        {
            held.Assign(x);
            return held.Value * x;
        }

        Func<Tensor, Tensor>[] bodies = [x => x.Detach() * x, Held];
        foreach (Func<Tensor, Tensor> body in bodies)
        {
            Assert.Equal(27, Gradient.Of(x => Flow.Scan((state, _) => (body(state), []), x, [], length: 2).Carry.Only)(Tensor.Scalar(3.0)).ToDouble());
            Assert.Equal(27, Gradient.Of(x => Flow.Scan((state, _) => (body(body(state)), []), x, [], length: 1).Carry.Only)(Tensor.Scalar(3.0)).ToDouble());
            Assert.Equal(3, Gradient.Of(x => Flow.If(x.Greater(0), () => body(x), () => x).Only)(Tensor.Scalar(3.0)).ToDouble());
            Assert.Equal(3, Gradient.Of(Laminet.Tensors.Compilation.Function.Checkpoint(body))(Tensor.Scalar(3.0)).ToDouble());
        }
    }

    // The cube's value and slope: 27 + 27, of which the slope is 27 + 18.
    [Fact]
    public void A_gradient_goes_through_a_gradient_within_a_body() => Assert.Equal(45, Gradient.Of(x => Flow.Scan(
        (state, _) =>
        {
            (Tensor value, IReadOnlyList<Tensor> slopes) = Gradient.ValueAndGradients(all => all[0] * all[0] * all[0], state.Only);
            return (value + slopes[0], []);
        },
        x, [], length: 1).Carry.Only)(Tensor.Scalar(3.0)).ToDouble());

    [Fact]
    public void What_a_body_computes_of_small_numbers_alone_is_written_down() => Assert.Equal(Math.Sin(1), Flow.If(
        Tensor.Scalar(true),
        () => Laminet.Tensors.Compilation.Function.Checkpoint(x => (x * Tensor.Scalar(2.0) * Tensor.Scalar(0.5)).Sin())(Tensor.Scalar(1.0)),
        () => Tensor.Scalar(0.0)).Only.ToDouble());

    [Fact]
    public void A_loop_of_captures_alone_within_a_body_runs_once_and_has_memory()
    {
        Tensor weights = Tensor.Full([20], 0.5);
        Tensor[] Run(IReadOnlyList<Tensor> inputs) =>
            [Flow.Scan((state, _) => (state + Flow.Scan((inner, _) => (inner.Only.Tanh() + 1, []), inputs[0], [], length: 3).Carry.Only.Sum(), []), Tensor.Scalar(0f), [], length: 2).Carry];
        double inner = 0.5;
        for (int turn = 0; turn < 3; turn++)
            inner = Math.Tanh(inner) + 1;
        Assert.Equal(40 * inner, Run([weights])[0].ToDouble(), 1e-4);
        Assert.Equal(40 * inner, Laminet.Tensors.Compilation.Function.Compile(all => Run(all)).Call(weights)[0].ToDouble(), 1e-4);
    }

    [Fact]
    public void A_dropout_in_a_body_draws_anew_where_its_key_comes_from_a_counter()
    {
        Variable counter = new(Tensor.Scalar(0L), "counter");
        (_, Bundle<Tensor> masks) = Flow.Scan(
            (state, _) =>
            {
                RandomKey key = new RandomKey(5).Fold(counter.Value);
                counter.Assign(counter.Value + 1);
                return (state, Tensor.Ones([64]).Dropout(key, 0.5));
            },
            Tensor.Scalar(0f), [], length: 3);
        Assert.Equal(3, counter.Value.Item<long>());
        for (int turn = 0; turn < 3; turn++)
            Bits.Equal(Tensor.Ones([64]).Dropout(new RandomKey(5).Fold(Tensor.Scalar((long)turn)), 0.5), masks.Only.At(turn), $"turn {turn}");
    }

    [Fact]
    public void Compile_time_things_do_not_grow_with_the_number_of_turns()
    {
        int Operations(int turns) => Compiler.Optimize(Graphs.Of(
            inputs => [.. Gradient.ValueAndGradients(all => Loop(all[0], all[1], all[2], all[3], false).Outputs.Only.Square().Sum(), [.. inputs]).Gradients],
            [turns, 4, 2], [4, 3], [3, 3], [2, 3])).Operations.Count;
        Assert.Equal(Operations(2), Operations(200));
    }

    [Fact]
    public void Mistakes_are_told()
    {
        Tensor x = Tensor.Zeros([3, 2]);
        Assert.Equal("Scan: state 'h' has shape (1, 2); it must have (2,), the shape it began with.", Assert.Throws<ShapeException>(() => Flow.Scan(
            (state, entry) => (new Bundle<Tensor> { ["h"] = state["h"].ExpandDims(0) }, []), new() { ["h"] = Tensor.Zeros([2]) }, x)).Message);
        Assert.Equal("Scan: state 0 holds Int32; it must hold Float32, the type it began with. Cast it.", Assert.Throws<DTypeException>(() => Flow.Scan(
            (state, entry) => (state.Only.Cast(DType.Int32), []), Tensor.Zeros([2]), x)).Message);
        Assert.Equal("Scan: sequence 1 has 4 entries along axis 0; expected 3, as sequence 0 says.", Assert.Throws<ShapeException>(() => Flow.Scan(
            (state, entry) => (state, []), Tensor.Zeros([2]), (x, Tensor.Zeros([4])))).Message);
        Assert.StartsWith("Scan: received no sequences and no length.", Assert.Throws<ArgumentException>(() => Flow.Scan((state, entry) => (state, []), Tensor.Zeros([2]), [])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received the condition Float32 (2,); expected a Bool scalar.", Assert.Throws<DTypeException>(() => Flow.While(state => state.Only, state => state, Tensor.Zeros([2]))).Message, StringComparison.Ordinal);
        Assert.Equal("If: result 0 has shape (3,); it must have (2,), the shape of the other branch.", Assert.Throws<ShapeException>(() => Flow.If(
            Tensor.Scalar(true), () => Tensor.Zeros([2]), () => Tensor.Zeros([3]))).Message);
        Assert.StartsWith("'host call' is a host call within the body", Assert.Throws<InvalidOperationException>(() => Flow.Scan(
            (state, entry) =>
            {
                Laminet.Tensors.Compilation.Function.HostCall(_ => { }, [entry.Only]);
                return (state, []);
            },
            Tensor.Zeros([2]), x)).Message, StringComparison.Ordinal);
    }

    private static Tensor Loss(IReadOnlyList<Tensor> all, bool reverse)
    {
        (Bundle<Tensor> carry, Bundle<Tensor> outputs) = Loop(all[0], all[1], all[2], all[3], reverse);
        return outputs.Only.Square().Sum() + carry.Only.Sin().Sum();
    }

    private static (Bundle<Tensor> Carry, Bundle<Tensor> Outputs) Loop(Tensor x, Tensor h, Tensor w, Tensor u, bool reverse) => Flow.Scan(
        (state, entry) =>
        {
            Tensor next = (state.Only.MatMul(w) + entry.Only.MatMul(u)).Tanh();
            return (next, next * entry.Only.Sum());
        },
        h, x, reverse: reverse);

    private static T Unrolled<T>(Func<T> function)
    {
        Laminet.Tensors.Compilation.Function.DebugLoops = true;
        try
        {
            return function();
        }
        finally
        {
            Laminet.Tensors.Compilation.Function.DebugLoops = false;
        }
    }

    private static void Near(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.True(expected.Spec == actual.Spec, $"{what}: expected {expected.Spec}, received {actual.Spec}");
        double[] left = expected.ToArray<double>(), right = actual.ToArray<double>();
        for (int i = 0; i < left.Length; i++)
            Assert.True(Compare.Near(left[i], right[i], tolerance), $"{what}[{i}]: expected {left[i]:R}, received {right[i]:R}");
    }
}
