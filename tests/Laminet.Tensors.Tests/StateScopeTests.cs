using System.Runtime.CompilerServices;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests;

/// <summary>Scopes in which variables have other values.</summary>
public class StateScopeTests
{
    private readonly Variable first = new(Tensor.From(1f, 2), "first"), second = new(Tensor.From(3f, 4), "second");

    private float[][] Stored => [first.StoredValue.ToArray<float>(), second.StoredValue.ToArray<float>()];

    private float[][] Seen => [first.Value.ToArray<float>(), second.Value.ToArray<float>()];

    [Fact]
    public void What_is_assigned_in_a_scope_is_seen_there_and_dropped_with_it()
    {
        using (StateScope scope = new((second, Tensor.From(7f, 8))))
        {
            first.Assign(Tensor.From(5f, 6));
            Assert.Equal([[5, 6], [7, 8]], Seen);
            first.Assign([9f, 10]);
            new Halve().Apply(second, Tensor.Zeros([2]), []);
            Assert.Equal([[9, 10], [3.5f, 4]], Seen);
            // What the scope was begun with is no change.
            Assert.Equal([first, second], scope.Changed.Keys.OrderBy(variable => variable.Number));
            Assert.Equal([9, 10], scope.Changed[first].ToArray<float>());
        }

        Assert.Equal([[1, 2], [3, 4]], Seen);
    }

    [Fact]
    public void What_is_committed_stays_and_what_the_scope_began_with_does_not()
    {
        using (StateScope scope = new((second, Tensor.From(7f, 8))))
        {
            first.Assign(Tensor.From(5f, 6));
            Assert.Equal([[1, 2], [3, 4]], Stored);
            scope.Commit();
            Assert.Equal([[5, 6], [3, 4]], Stored);
            Assert.Equal([[5, 6], [7, 8]], Seen);
            Assert.Empty(scope.Changed);
            first.Assign(Tensor.From(0f, 0));
        }

        Assert.Equal([[5, 6], [3, 4]], Seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_scope_hands_on_to_the_scope_around_it(bool outerCommits)
    {
        using (StateScope outer = new())
        {
            using (StateScope inner = new())
            {
                first.Assign(Tensor.From(5f, 6));
                inner.Commit();
                second.Assign(Tensor.From(7f, 8));
            }

            Assert.Equal([[5, 6], [3, 4]], Seen);
            Assert.Equal([[1, 2], [3, 4]], Stored);
            if (outerCommits)
                outer.Commit();
        }

        Assert.Equal([outerCommits ? [5, 6] : [1, 2], [3, 4]], Seen);
    }

    [Fact]
    public void A_tensor_that_was_committed_is_not_written_over_by_the_next_update()
    {
        Tensor mine = Tensor.From(8f, 4);
        using (StateScope scope = new())
        {
            first.Assign(mine);
            scope.Commit();
        }

        new Halve().Apply(first, Tensor.Zeros([2]), []);
        Assert.Equal([8, 4], mine.ToArray<float>());
        Assert.Equal([4, 2], first.Value.ToArray<float>());
    }

    // f = first . x at first = value, and value = second²: df/dsecond = 2 second x.
    [Fact]
    public void A_gradient_flows_through_the_values_of_a_scope()
    {
        Tensor x = Tensor.From(10f, 100);
        (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
            () =>
            {
                using StateScope scope = new((first, second.Value.Square()));
                return (first.Value * x).Sum();
            },
            [second]);
        Assert.Equal(1690, value.Item<float>());
        Assert.Equal([60, 800], gradients[0].ToArray<float>());
        Assert.Null(first.Value.Node);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_compiled_call_reads_and_changes_what_its_scope_says(bool commits)
    {
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            new Halve().Apply(first, inputs[0], []);
            second.Assign(second.Value + first.Value);
            return [first.Value * 2];
        });
        Tensor none = Tensor.Zeros([2]);
        Assert.Equal([1, 2], compiled.Call(none)[0].ToArray<float>());
        float[][] before = Stored, after = [[8, 4], [11, 8]];
        Tensor mine = Tensor.From(16f, 8);
        using (StateScope scope = new((first, mine), (second, Tensor.From(3f, 4))))
        {
            Assert.Equal([16, 8], compiled.Call(none)[0].ToArray<float>());
            Assert.Equal([16, 8], mine.ToArray<float>());
            Assert.Equal(after, Seen);
            Assert.Equal(before, Stored);
            if (commits)
                scope.Commit();
        }

        Assert.Equal(commits ? after : before, Seen);
        Assert.Equal(commits ? [8, 4] : before[0], compiled.Call(none)[0].ToArray<float>());
    }

    // A kernel's panels are computed once for each version of the variable; a scope's values have no version.
    [Fact]
    public void What_a_program_keeps_of_weights_is_computed_anew_for_a_scope_and_after_it()
    {
        Variable kernel = new(new RandomKey(1).Normal([3, 3, 8, 16]), "kernel");
        Tensor x = new RandomKey(2).Normal([1, 6, 6, 8]), other = new RandomKey(3).Normal([3, 3, 8, 16]);
        Tensor Body() => x.Convolution(kernel.Value * 2, padding: Padding.Same);
        CompiledFunction compiled = Function.Compile(_ => [Body()]);
        float[] expected = Body().ToArray<float>(), inScope;
        Assert.Equal(expected, compiled.Call()[0].ToArray<float>());
        using (new StateScope((kernel, other)))
        {
            inScope = Body().ToArray<float>();
            Assert.NotEqual(expected, inScope);
            Assert.Equal(inScope, compiled.Call()[0].ToArray<float>());
            Assert.Equal(inScope, compiled.Call()[0].ToArray<float>());
        }

        Assert.Equal(expected, compiled.Call()[0].ToArray<float>());
        using (new StateScope((kernel, other)))
            Assert.Equal(inScope, compiled.Call()[0].ToArray<float>());
    }

    [Fact]
    public void A_scope_within_a_compiled_function_ends_there()
    {
        CompiledFunction compiled = Function.Compile(inputs =>
        {
            Tensor within;
            using (StateScope scope = new())
            {
                first.Assign(first.Value + inputs[0]);
                scope.Commit();
                first.Assign(first.Value * 100);
                within = first.Value;
            }

            return [within, first.Value];
        });
        foreach (float[] expected in (float[][])[[2, 3], [3, 4]])
        {
            Bundle<Tensor> results = compiled.Call(Tensor.Scalar(1f));
            Assert.Equal([.. expected.Select(number => number * 100)], results[0].ToArray<float>());
            Assert.Equal(expected, results[1].ToArray<float>());
            Assert.Equal(expected, first.Value.ToArray<float>());
        }
    }

    [Fact]
    public void A_program_that_waits_for_its_next_call_keeps_nothing_of_a_scope()
    {
        Variable weight = new(Tensor.Zeros([1000]), "weight"), sum = new(Tensor.Zeros([1000]), "sum");
        CompiledFunction compiled = Function.Compile(_ =>
        {
            sum.Assign(sum.Value + weight.Value);
            return [sum.Value.Sum()];
        });
        WeakReference[] held = Called();
        GC.Collect();
        Assert.All(held, tensor => Assert.False(tensor.IsAlive));
        GC.KeepAlive(compiled);

        // In a method of its own, so that nothing on the stack holds the tensors.
        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference[] Called()
        {
            using StateScope scope = new((weight, Tensor.Full([1000], 2f)));
            Assert.Equal(2000, compiled.Call()[0].Item<float>());
            return [new(weight.Value), new(sum.Value), new(scope)];
        }
    }

    [Fact]
    public void First_numbers_are_stored_although_a_scope_is_open_and_are_updated_where_they_lie()
    {
        Variable weight = new(Tensor.ShapeOnly([4]), "weight");
        Tensor drawn = new RandomKey(1).Normal([4]);
        using (new StateScope())
            weight.TakeOver(drawn);
        new Halve().Apply(weight, Tensor.Zeros([4]), []);
        Assert.Same(drawn, weight.Current);
    }

    [Fact]
    public void A_snapshot_is_of_one_moment()
    {
        CompiledFunction step = Function.Compile(_ =>
        {
            first.Assign(first.Value + 1);
            second.Assign(first.Value + 2);
            return [];
        });
        step.Call();
        using CancellationTokenSource done = new();
        Thread training = new(() =>
        {
            while (!done.IsCancellationRequested)
                step.Call();
        });
        training.Start();
        try
        {
            for (int i = 0; i < 200; i++)
            {
                using StateScope scope = StateScope.Snapshot([second, first]);
                float[] expected = [.. first.Value.ToArray<float>().Select(number => number + 2)];
                Assert.Equal(expected, second.Value.ToArray<float>());
            }
        }
        finally
        {
            done.Cancel();
            training.Join();
        }
    }

    [Fact]
    public void Misuse_is_told()
    {
        Assert.StartsWith(
            "Variable 'first' has shape (2,); received a value of shape (3,).",
            Assert.Throws<ShapeException>(() => new StateScope((first, Tensor.Zeros([3])))).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "Variable 'first' holds Float32; received a value of Float64.",
            Assert.Throws<DTypeException>(() => new StateScope((first, Tensor.Zeros([2], DType.Float64)))).Message,
            StringComparison.Ordinal);
        // A scope whose making failed is not open.
        first.Assign(Tensor.From(5f, 6));
        Assert.Equal([5, 6], Stored[0]);

        StateScope outer = new(), inner = new();
        Assert.StartsWith("A state scope ends while an inner scope", Assert.Throws<InvalidOperationException>(outer.Dispose).Message, StringComparison.Ordinal);
        InvalidOperationException? elsewhere = null;
        Thread other = new(() => elsewhere = Assert.Throws<InvalidOperationException>(inner.Dispose));
        other.Start();
        other.Join();
        Assert.Contains("on another thread", elsewhere!.Message, StringComparison.Ordinal);
        first.Assign(Tensor.From(0f, 0));
        inner.Dispose();
        inner.Dispose();
        Assert.StartsWith("The state scope has ended", Assert.Throws<ObjectDisposedException>(inner.Commit).Message, StringComparison.Ordinal);
        outer.Dispose();
        Assert.Equal([5, 6], Stored[0]);
    }
}
