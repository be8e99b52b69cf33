using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests.Compilation;

/// <summary>Variables and host calls in compiled functions.</summary>
public class CompiledVariableTests
{
    private readonly Variable variable = new(Tensor.From(1f, 2), "weights");

    private float[] Value => variable.Value.ToArray<float>();

    [Fact]
    public void A_variable_is_read_anew_and_assigned_in_every_call()
    {
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            Tensor before = variable.Value;
            variable.Assign(before + inputs[0]);
            return [before, variable.Value * 10];
        });
        IReadOnlyList<Tensor> first = compiled.Call(Tensor.Scalar(1f));
        Tensor held = variable.Value;
        IReadOnlyList<Tensor> second = compiled.Call(Tensor.Scalar(2f));
        variable.Assign(Tensor.From(0f, 0));
        IReadOnlyList<Tensor> third = compiled.Call(Tensor.Scalar(5f));
        float[][] expected = [[1, 2], [20, 30], [2, 3], [40, 50], [0, 0], [50, 50], [2, 3], [5, 5]];
        Assert.Equal(expected, [.. first.Concat(second).Concat(third).Append(held).Select(tensor => tensor.ToArray<float>()), Value]);
    }

    [Fact]
    public void A_variable_may_become_what_is_returned_or_given_or_constant()
    {
        Variable second = new(Tensor.From(0f, 0), "second"), third = new(Tensor.From(0f, 0), "third"), fourth = new(Tensor.From(0f, 0), "fourth");
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            Tensor sum = inputs[0] + 1;
            variable.Assign(sum);
            second.Assign(inputs[0]);
            third.Assign(Tensor.From(7f, 7));
            fourth.Assign(sum.Flip());
            return [sum];
        });
        for (int call = 0; call < 3; call++)
        {
            Tensor output = compiled.Call(Tensor.From(1f, call))[0];
            float[][] expected = [[2, call + 1], [2, call + 1], [1, call], [7, 7], [call + 1, 2]];
            Assert.Equal(expected, [output.ToArray<float>(), Value, .. new[] { second, third, fourth }.Select(each => each.Value.ToArray<float>())]);
        }
    }

    [Fact]
    public void Variables_may_change_places()
    {
        Variable other = new(Tensor.From(3f, 4), "other");
        CompiledFunction compiled = Function.Compile(_ =>
        {
            Tensor mine = variable.Value;
            variable.Assign(other.Value);
            other.Assign(mine.Flip());
            return [];
        });
        compiled.Call();
        Assert.Equal([[3, 4], [2, 1]], (float[][])[Value, other.Value.ToArray<float>()]);
        compiled.Call();
        Assert.Equal([[2, 1], [4, 3]], (float[][])[Value, other.Value.ToArray<float>()]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_gradient_by_a_variable_goes_through_a_compiled_call(bool compiledBefore)
    {
        CompiledFunction compiled = Function.Compile(inputs => [(variable.Value * inputs[0]).Square().Sum()]);
        Tensor x = Tensor.From(3f, 4);
        if (compiledBefore)
            compiled.Call(x);
        (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => compiled.Call(x)[0], [variable]);
        Assert.Equal(73, value.ToDouble());
        Assert.Equal([18f, 64], gradients[0].ToArray<float>());
        // Nothing of the gradient is left in the program.
        variable.Assign(Tensor.From(2f, 0));
        Assert.Equal(36, compiled.Call(x)[0].ToDouble());
    }

    [Fact]
    public void A_gradient_by_a_variable_is_taken_within_a_compiled_function()
    {
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => (variable.Value * inputs[0]).Square().Sum(), [variable]);
            variable.Assign(variable.Value - (gradients[0] * 0.5));
            return [loss];
        });
        Assert.Equal(5, compiled.Call(Tensor.Scalar(1f))[0].ToDouble());
        Assert.Equal([0f, 0], Value);
        Assert.Equal(0, compiled.Call(Tensor.Scalar(1f))[0].ToDouble());
    }

    [Fact]
    public void A_host_call_runs_in_every_call_with_that_calls_numbers()
    {
        List<double> seen = [];
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            Function.HostCall(values => seen.AddRange(values.Select(value => value.ToDouble())), [inputs[0].Sum(), Tensor.Scalar(7f), variable.Value.At(1)]);
            return [];
        });
        Assert.Empty(compiled.Call(Tensor.From(1f, 2)));
        variable.Assign(Tensor.From(0f, 9));
        compiled.Call(Tensor.From(3f, 4));
        Assert.Equal([3, 7, 2, 7, 7, 9], seen);
    }

    [Fact]
    public void A_host_call_runs_at_once_eagerly_and_not_at_all_on_shapes()
    {
        int runs = 0;
        Function.HostCall(_ => runs++, [Tensor.Scalar(1f)]);
        Function.HostCall(_ => runs++, [Tensor.ShapeOnly([1])]);
        Assert.Equal(1, runs);
    }

    [Fact]
    public void The_call_after_one_whose_host_call_failed_is_whole()
    {
        bool fails = true;
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            Tensor sum = inputs[0] + variable.Value;
            Function.HostCall(
                _ =>
                {
                    if (fails)
                        throw new ArithmeticException("no");
                },
                [sum]);
            variable.Assign(sum);
            return [sum * 2];
        });
        Assert.Throws<ArithmeticException>(() => compiled.Call(Tensor.From(1f, 1)));
        Assert.Equal([1f, 2], Value);
        fails = false;
        Assert.Equal([4f, 6], compiled.Call(Tensor.From(1f, 1))[0].ToArray<float>());
        Assert.Equal([2f, 3], Value);
        Assert.Equal(1, compiled.Traces);
    }

    [Fact]
    public void A_host_call_may_call_the_function_it_belongs_to()
    {
        CompiledFunction? compiled = null;
        double inner = 0;
        compiled = Function.Compile(inputs =>
        {
            Tensor doubled = inputs[0] * 2;
            Function.HostCall(values => inner = values[0].ToDouble() < 50 ? compiled!.Call(Tensor.Full([3], 100))[0].ToDouble() : inner, [doubled.Max()]);
            return [(doubled + 1).Sum()];
        });
        Assert.Equal(21, compiled.Call(Tensor.From(1f, 3, 5))[0].ToDouble());
        Assert.Equal(603, inner);
    }

    [Fact]
    public void A_variable_is_read_after_a_rule_changed_it()
    {
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            new Halve().Apply(variable, inputs[0], []);
            Tensor after = variable.Value * 10;
            new Halve().Apply(variable, inputs[0], []);
            return [after, variable.Value];
        });
        Tensor held = variable.Value;
        Assert.Equal([[5, 10], [0.25f, 0.5f]], (float[][])[.. compiled.Call(Tensor.From(0f, 0)).Select(tensor => tensor.ToArray<float>())]);
        Assert.Equal([[1, 2], [0.25f, 0.5f]], (float[][])[held.ToArray<float>(), Value]);
    }

    [Fact]
    public void A_host_call_receives_a_variable_as_it_was_before_it_was_changed()
    {
        List<float[]> seen = [];
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            Tensor before = variable.Value;
            variable.Assign(before + inputs[0]);
            Function.HostCall(values => seen.AddRange(values.Select(value => value.ToArray<float>())), [before, before.Flip()]);
            return [before];
        });
        for (int call = 0; call < 3; call++)
            Assert.Equal([call + 1f, call + 2], compiled.Call(Tensor.Scalar(1f))[0].ToArray<float>());
        Assert.Equal([[1, 2], [2, 1], [2, 3], [3, 2], [3, 4], [4, 3]], seen);
    }

    [Fact]
    public void A_call_that_fails_after_an_update_changes_nothing()
    {
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            new Halve().Apply(variable, inputs[0], []);
            Function.HostCall(values => throw new ArithmeticException("no"), [variable.Value]);
            return [];
        });
        variable.TakeOver(Tensor.From(8f, 4));
        Assert.Throws<ArithmeticException>(() => compiled.Call(Tensor.From(0f, 0)));
        Assert.Equal([8f, 4], Value);
    }

    [Fact]
    public void A_host_call_that_reads_a_variable_which_the_call_changes_is_told()
    {
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            variable.Assign(variable.Value + inputs[0]);
            Function.HostCall(_ => variable.Value.ToArray<float>(), [inputs[0]]);
            return [];
        });
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => compiled.Call(Tensor.Scalar(1f)));
        Assert.StartsWith("The variable 'weights' is read or changed within a host call of a compiled function,", exception.Message, StringComparison.Ordinal);
        Assert.Equal([1f, 2], Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Updates_are_written_in_place_and_what_was_read_before_keeps_its_numbers(bool isHeld)
    {
        Variable average = new(Tensor.From(0f, 0), "average");
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            new Halve().Apply(variable, inputs[0], []);
            average.Assign((average.Value * 0.5) + (variable.Value * 0.5));
            return [];
        });
        Tensor zero = Tensor.From(0f, 0);
        compiled.Call(zero);
        Tensor before = variable.Current;
        Tensor? held = isHeld ? variable.Value : null;
        compiled.Call(zero);
        Assert.Equal(isHeld, !ReferenceEquals(before, variable.Current));
        Assert.Equal([0.5f, 1], held?.ToArray<float>() ?? [0.5f, 1]);
        Assert.Equal([[0.25f, 0.5f], [0.25f, 0.5f]], (float[][])[Value, average.Value.ToArray<float>()]);
    }
}
