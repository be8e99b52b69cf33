using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests;

public class RandomStreamTests
{
    private static ulong[] Seeds(RandomStream stream, int count) => [.. Enumerable.Range(0, count).Select(_ => stream.Next().Seed)];

    [Fact]
    public void Keys_are_the_seeds_key_folded_with_their_number()
    {
        RandomKey key = new(7);
        Assert.Equal([.. Enumerable.Range(0, 5).Select(i => key.Fold((ulong)i).Seed)], Seeds(new RandomStream(7), 5));
        Assert.Empty(Seeds(new RandomStream(7), 100).Intersect(Seeds(new RandomStream(8), 100)));
    }

    [Fact]
    public void A_compiled_function_draws_another_key_in_each_call_the_same_as_eagerly()
    {
        RandomStream eager = new(3), compiled = new(3);
        CompiledFunction draw = Function.Compile(_ => [compiled.Next().Normal([4]), compiled.Next().Uniform([3])]);
        for (int call = 0; call < 3; call++)
        {
            IReadOnlyList<Tensor> drawn = draw.Call();
            Assert.Equal(eager.Next().Normal([4]).ToArray<float>(), drawn[0].ToArray<float>());
            Assert.Equal(eager.Next().Uniform([3]).ToArray<float>(), drawn[1].ToArray<float>());
        }

        Assert.Equal(1, draw.Traces);
        // The two kinds of calls share one count.
        Assert.Equal(eager.Next(), compiled.Next());
    }

    [Fact]
    public void Keys_go_on_where_a_saved_state_ended()
    {
        RandomStream first = new(5), second = new(5);
        Seeds(first, 3);
        second.State[0].Assign(first.State[0].Value);
        Assert.Equal(Seeds(first, 3), Seeds(second, 3));
        Assert.Equal(6, second.State[0].Item<long>());
    }

    [Fact]
    public void A_key_that_a_dropped_scope_or_a_failed_call_drew_is_drawn_again()
    {
        RandomStream stream = new(5);
        RandomKey first;
        using (new StateScope())
        {
            first = stream.Next();
            Assert.NotEqual(first, stream.Next());
        }

        CompiledFunction failing = Function.Compile(_ =>
        {
            Tensor drawn = stream.Next().Normal([2]);
            Function.HostCall(_ => throw new ArithmeticException("no"), [drawn]);
            return [drawn];
        });
        Assert.Throws<ArithmeticException>(() => failing.Call());
        Assert.Equal(first, stream.Next());
    }

    [Fact]
    public void A_key_drawn_while_a_gradient_is_taken_counts()
    {
        RandomStream stream = new(5), other = new(5);
        Variable weight = new(Tensor.From(2f), "w");
        Tensor gradient = Gradient.ValueAndGradients(() => (weight.Value * stream.Next().Normal([1])).Sum(), [weight]).Gradients[0];
        Assert.Equal(other.Next().Normal([1]).ToArray<float>(), gradient.ToArray<float>());
        Assert.Equal(other.Next(), stream.Next());
    }

    [Fact]
    public void Threads_never_draw_the_same_key()
    {
        RandomStream stream = new(1);
        CompiledFunction compiled = Function.Compile(_ => [stream.Next().AsTensor()]);
        ulong[][] drawn = new ulong[3][];
        Parallel.For(0, drawn.Length, new ParallelOptions { MaxDegreeOfParallelism = drawn.Length }, thread =>
            drawn[thread] = thread == 0 ? [.. Enumerable.Range(0, 300).Select(_ => (ulong)compiled.Call()[0].Item<long>())] : Seeds(stream, 300));
        Assert.Equal(900, drawn.SelectMany(seeds => seeds).Distinct().Count());
        Assert.Equal(900, stream.State[0].Item<long>());
    }
}
