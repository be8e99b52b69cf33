using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Compilation;

/// <summary>What a user sees of <see cref="Function.Compile(Func{IReadOnlyList{Tensor}, IReadOnlyList{Tensor}}, string)"/>.</summary>
public class CompiledFunctionTests
{
    [Fact]
    public void A_function_is_traced_once_for_each_combination_of_shapes_and_types_and_says_so()
    {
        int runs = 0;
        List<string> told = [];
        CompiledFunction compiled = Function.Compile(
            inputs =>
            {
                runs++;
                return [inputs[0] + inputs[1]];
            },
            "sum");
        compiled.Traced += (function, specs) => told.Add($"{function.Name}: {string.Join(", ", specs)}");
        for (int call = 0; call < 3; call++)
        {
            Assert.Equal([3f, 3], compiled.Call(Tensor.From(1f, 1), Tensor.From(2f, 2))[0].ToArray<float>());
            compiled.Call(Tensor.From(1f), Tensor.From(2f));
            Assert.Equal([3.0], compiled.Call(Tensor.From(1.0), Tensor.From(2.0))[0].ToArray<double>());
        }

        Assert.Equal((3, 3), (runs, compiled.Traces));
        Assert.Equal(["sum: Float32 (2,), Float32 (2,)", "sum: Float32 (1,), Float32 (1,)", "sum: Float64 (1,), Float64 (1,)"], told);
    }

    [Fact]
    public void A_function_of_one_tensor_is_compiled()
    {
        Func<Tensor, Tensor> compiled = Function.Compile(x => x.Square().Sum());
        Assert.Equal(25, compiled(Tensor.From(3f, 4)).ToDouble());
        Assert.Equal(5, compiled(Tensor.From(1f, 2)).ToDouble());
    }

    [Fact]
    public void A_compiled_function_within_another_becomes_part_of_it()
    {
        CompiledFunction inner = Function.Compile(inputs => [inputs[0] * 2]);
        CompiledFunction outer = Function.Compile(inputs => [inner.Call(inputs[0])[0] + 1]);
        Assert.Equal([3f, 5], outer.Call(Tensor.From(1f, 2))[0].ToArray<float>());
        Assert.Equal((0, 1), (inner.Traces, outer.Traces));
    }

    [Fact]
    public void The_numbers_of_a_captured_tensor_stay_what_they_were_even_if_it_is_a_view()
    {
        Tensor captured = Tensor.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }).Transpose().Flip(0);
        Func<Tensor, Tensor> compiled = Function.Compile(x => captured.MatMul(x));
        Tensor identity = Tensor.From(new float[,] { { 1, 0 }, { 0, 1 } });
        Assert.Equal([3f, 6, 2, 5, 1, 4], compiled(identity).ToArray<float>());
        Assert.Equal([3f, 6, 2, 5, 1, 4], compiled(identity).ToArray<float>());
    }

    [Fact]
    public void Inputs_may_be_views()
    {
        Func<Tensor, Tensor> compiled = Function.Compile(x => x.Sum(1));
        Tensor x = Tensor.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        Assert.Equal([5f, 7, 9], compiled(x.Transpose()).ToArray<float>());
        Assert.Equal([9f, 7, 5], compiled(x.Flip().Transpose()).ToArray<float>());
    }

    [Fact]
    public void Outputs_may_be_inputs_constants_views_and_the_same_twice()
    {
        Tensor constant = Tensor.From(7f, 8);
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            Tensor sum = inputs[0] + 1;
            return [inputs[0], constant, sum, sum, sum.Flip(), inputs[0].Flip(), sum.Reshape([2, 1])];
        });
        for (int call = 0; call < 2; call++)
        {
            IReadOnlyList<Tensor> outputs = compiled.Call(Tensor.From(1f, call));
            float[][] expected = [[1, call], [7, 8], [2, call + 1], [2, call + 1], [call + 1, 2], [call, 1], [2, call + 1]];
            Assert.Equal(expected, outputs.Select(output => output.ToArray<float>()));
        }
    }

    [Fact]
    public void Results_stay_valid_after_later_calls()
    {
        Func<Tensor, Tensor> compiled = Function.Compile(x => (x * 2).Tanh());
        Tensor first = compiled(Tensor.From(0.5f, 1));
        float[] before = first.ToArray<float>();
        for (int call = 0; call < 100; call++)
            compiled(Tensor.From(call, 2f * call));
        Assert.Equal(before, first.ToArray<float>());
    }

    [Fact]
    public void Empty_tensors_go_through()
    {
        Variable empty = new(Tensor.Zeros([0, 3]), "empty");
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            Tensor sum = inputs[0] + 1;
            empty.Assign(sum);
            return [sum, sum.Sum(0), inputs[0].MatMul(Tensor.Ones([3, 2])), inputs[0].Transpose().MatMul(inputs[0]), Tensor.Concatenate([sum, sum], 1)];
        });
        for (int call = 0; call < 2; call++)
        {
            Bundle<Tensor> outputs = compiled.Call(Tensor.Zeros([0, 3]));
            Assert.Equal([[0, 3], [3], [0, 2], [3, 3], [0, 6]], outputs.Select(output => output.Shape.ToArray()));
            Assert.All([.. outputs[1].ToArray<float>(), .. outputs[3].ToArray<float>()], value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void Two_threads_may_call_at_once()
    {
        Variable calls = new(Tensor.Scalar(0f), "calls");
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            calls.Assign(calls.Value + 1);
            return [(inputs[0] * 2).Sum(0) + 1];
        });
        const int each = 300;
        Parallel.For(0, 2, thread =>
        {
            for (int call = 0; call < each; call++)
            {
                int rows = 1 + (call % 3), value = thread + call;
                Assert.Equal((2f * rows * value) + 1, compiled.Call(Tensor.Full([rows, 5], value))[0].ToArray<float>()[4]);
            }
        });
        Assert.Equal((3, 2 * each), (compiled.Traces, (int)calls.Value.Item<float>()));
    }

    [Fact]
    public void Of_too_many_shapes_the_one_unused_for_longest_is_forgotten()
    {
        CompiledFunction compiled = Function.Compile(inputs => [inputs[0].Sum() * 2]);
        void CallWith(int length) => Assert.Equal(2 * length, compiled.Call(Tensor.Ones([length]))[0].ToDouble());

        for (int round = 0; round < 2; round++)
        {
            for (int length = 1; length <= CompiledFunction.MaximumPrograms; length++)
                CallWith(length);
        }

        Assert.Equal(CompiledFunction.MaximumPrograms, compiled.Traces);
        CallWith(1);
        CallWith(1000);
        Assert.Equal(CompiledFunction.MaximumPrograms + 1, compiled.Traces);
        CallWith(1);
        Assert.Equal(CompiledFunction.MaximumPrograms + 1, compiled.Traces);
        CallWith(2);
        Assert.Equal(CompiledFunction.MaximumPrograms + 2, compiled.Traces);
    }

    [Fact]
    public void Gradients_go_through_a_compiled_call()
    {
        CompiledFunction compiled = Function.Compile(inputs => [(inputs[0] * inputs[1]).Sin().Sum()]);
        Tensor x = Tensor.From(0.1, 0.2), y = Tensor.From(3.0, 4);
        (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(inputs => compiled.Call(inputs[0], y)[0], x);
        (Tensor expectedValue, IReadOnlyList<Tensor> expected) = Gradient.ValueAndGradients(inputs => (inputs[0] * y).Sin().Sum(), x);
        Bits.Equal(expectedValue, value, "value");
        Bits.Equal(expected[0], gradients[0], "gradient");
    }

    [Fact]
    public void A_captured_tensor_that_is_watched_is_refused_and_one_watched_inside_is_not()
    {
        Tensor x = Tensor.From(3.0, 4);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Gradient.Of(w => Function.Compile(y => (y * w).Sum())(x))(x));
        Assert.Equal(
            "A compiled function uses a tensor of shape (2,) from outside that a gradient depends on; the gradient would end there. "
            + "Pass it to the function as an input.",
            exception.Message);
        Tensor inside = Function.Compile(y => y * Gradient.Of(w => (w.Square() * y).Sum())(x))(x);
        Assert.Equal([54.0, 128], inside.ToArray<double>());
    }

    [Fact]
    public void A_tensor_without_numbers_can_be_printed_while_tracing()
    {
        string text = "";
        Function.Compile(x =>
        {
            text = $"{x}";
            return x;
        })(Tensor.From(1f, 2));
        Assert.Equal("Float32 (2,) without values", text);
    }

    [Fact]
    public void Reading_numbers_while_tracing_says_what_to_do_and_leaves_no_trace()
    {
        bool reads = true;
        CompiledFunction compiled = Function.Compile(inputs => [reads ? inputs[0] * inputs[0].Sum().ToDouble() : inputs[0] * 2]);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => compiled.Call(Tensor.From(1f, 2)));
        Assert.Equal(
            "The numbers of this tensor of shape () are not known yet: a function is being compiled, and its operations are only recorded. "
            + "Do not read values (Item, ToDouble, ToArray) inside it: return the tensor and read it outside, use Function.HostCall, write a "
            + "choice with Tensor.Where, or run eagerly (for a model: RunEagerly = true).",
            exception.Message);
        Assert.Equal(0, compiled.Traces);
        Assert.Equal(3, (Tensor.From(1f) + 2).ToDouble());
        reads = false;
        Assert.Equal([2f, 4], compiled.Call(Tensor.From(1f, 2))[0].ToArray<float>());
    }

    [Fact]
    public void A_tensor_that_leaked_out_of_a_trace_is_refused()
    {
        Tensor? leaked = null;
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            leaked = inputs[0] * 2;
            return [leaked];
        });
        compiled.Call(Tensor.From(1f));
        InvalidOperationException outside = Assert.Throws<InvalidOperationException>(() => leaked! + 1);
        Assert.Equal("Add: received a tensor of a function that was compiled and is no longer being traced. Return it from the function instead of keeping it in a field.", outside.Message);
        CompiledFunction other = Function.Compile(inputs => [inputs[0] + leaked!]);
        InvalidOperationException inside = Assert.Throws<InvalidOperationException>(() => other.Call(Tensor.From(1f)));
        Assert.Equal("Received a tensor of another function that was compiled. Pass it to this function as an input.", inside.Message);
    }

    [Fact]
    public void A_key_given_as_a_tensor_draws_what_the_key_draws()
    {
        CompiledFunction compiled = Function.Compile(inputs => [RandomKey.From(inputs[0]).Fold(3).Fold(5).Normal([7]), RandomKey.From(inputs[0]).Bernoulli([9], 0.5)]);
        foreach (ulong seed in (ulong[])[1, 2, ulong.MaxValue])
        {
            Bundle<Tensor> drawn = compiled.Call(new RandomKey(seed).AsTensor());
            Bits.Equal(new RandomKey(seed).Fold(3).Fold(5).Normal([7]), drawn[0], $"normal of {seed}");
            Bits.Equal(new RandomKey(seed).Bernoulli([9], 0.5), drawn[1], $"truth values of {seed}");
        }

        Assert.Equal(1, compiled.Traces);
    }

    [Fact]
    public void A_number_given_as_a_tensor_is_folded_into_a_key_as_the_number_is()
    {
        RandomKey key = new(5);
        CompiledFunction compiled = Function.Compile(inputs => [key.Fold(inputs[0]).Fold(2).AsTensor()]);
        foreach (long step in (long[])[0, 3, long.MaxValue])
        {
            Tensor number = Tensor.Scalar(step);
            Assert.Equal(key.Fold((ulong)step), key.Fold(number));
            Assert.Equal((long)key.Fold((ulong)step).Fold(2).Seed, compiled.Call(number)[0].Item<long>());
        }

        Assert.Equal(
            "RandomKey.Fold: received the number Int32 (); expected Int64.",
            Assert.Throws<DTypeException>(() => key.Fold(Tensor.Scalar(3))).Message);
    }

    [Fact]
    public void A_result_is_copied_to_where_the_caller_wants_it()
    {
        CompiledFunction compiled = Function.Compile(inputs => [inputs[0] * 2]);
        float[] place = [9, 9, 9];
        for (int call = 0; call < 3; call++)
        {
            compiled.CallInto<float>(place, Tensor.From(1f + call, 2));
            Assert.Equal([2f + (2 * call), 4, 9], place);
        }

        Tensor before = compiled.Call(Tensor.From(5f, 6))[0];
        compiled.CallInto<float>(place, Tensor.From(7f, 8));
        Assert.Equal([10f, 12], before.ToArray<float>());
        // While another function is traced there are no numbers to copy.
        Assert.Throws<InvalidOperationException>(() => Function.Compile(x =>
        {
            compiled.CallInto<float>(place, x);
            return x;
        })(Tensor.From(1f, 2)));
        Assert.Equal(
            "Received room for 1 numbers; the tensor of shape (2,) has 2. (Parameter 'destination')",
            Assert.Throws<ArgumentException>(() => compiled.CallInto<float>(new float[1], Tensor.From(1f, 2))).Message);
        Assert.Throws<DTypeException>(() => compiled.CallInto<double>(new double[2], Tensor.From(1f, 2)));
        Assert.Equal(
            "The function has 2 results; only the numbers of one can be copied to one place. Use Call.",
            Assert.Throws<InvalidOperationException>(() => Function.Compile(x => [x[0], x[0]]).CallInto<float>(place, Tensor.From(1f))).Message);
    }
}
