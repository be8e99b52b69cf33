using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Compilation;

/// <summary>A cache is written where it lies: what is copied is counted.</summary>
public class InPlaceUpdateTests
{
    private const int Longest = 50, Width = 8, CacheBytes = 2 * Longest * Width * sizeof(float);

    [Fact]
    public void A_loop_copies_nothing_of_a_cache()
    {
        // The beginning is computed and nothing else reads it; the end is not given away.
        CompiledFunction decode = Laminet.Tensors.Compilation.Function.Compile(inputs => [Fill(inputs[0] * 2, inputs[1], inputs[2]).Sin()]);
        Tensor cache = Normal(1, 1, 2, Longest, Width), entry = Normal(2, 1, 2, 1, Width);
        foreach (int tokens in (int[])[1, 2, 33])
        {
            Tensor expected = Tensor.Concatenate([.. Enumerable.Repeat(entry, tokens), (cache * 2).Slice(tokens, null, 1, 2)], 2).Sin();
            Bits.Equal(expected, decode.Call(cache, entry, Tensor.Scalar(tokens))[0], $"{tokens} tokens");
            Assert.InRange(Copied(() => decode.Call(cache, entry, Tensor.Scalar(tokens))), 0, sizeof(int));
        }
    }

    [Fact]
    public void A_loop_over_a_value_that_stays_copies_it_once()
    {
        CompiledFunction decode = Laminet.Tensors.Compilation.Function.Compile(inputs => [Fill(inputs[0], inputs[1], inputs[2])]);
        Tensor cache = Normal(1, 1, 2, Longest, Width), entry = Normal(2, 1, 2, 1, Width);
        float[] before = cache.ToArray<float>();
        foreach (int tokens in (int[])[1, 2, 33])
            Assert.InRange(Copied(() => decode.Call(cache, entry, Tensor.Scalar(tokens))), CacheBytes, CacheBytes + sizeof(int));
        Assert.Equal(before, cache.ToArray<float>());
    }

    // Two layers: the second checks its position after the first has written, as the code is written down.
    [Fact]
    public void A_compiled_step_copies_nothing_of_caches_that_are_variables()
    {
        Variable[] caches = [.. Enumerable.Range(0, 4).Select(i => new Variable(Tensor.Zeros([1, 2, Longest, Width]), $"cache{i}", trainable: false))];
        Tensor Step(Tensor x, Tensor position)
        {
            for (int layer = 0; layer < 2; layer++)
            {
                (Variable keys, Variable values) = (caches[2 * layer], caches[(2 * layer) + 1]);
                keys.Assign(keys.Value.UpdateAt(x + 1, position, axis: 2));
                values.Assign(values.Value.UpdateAt(x.Sin(), position, axis: 2));
                x = x.CachedAttention(keys.Value, values.Value, position + 1) + x;
            }

            return x;
        }

        Tensor[] entries = [.. Enumerable.Range(0, 5).Select(i => Normal((ulong)i, 1, 2, 1, Width))];
        Tensor[] expected = [.. entries.Select((entry, i) => Step(entry, Tensor.Scalar(i)))];
        Tensor[] filled = [.. caches.Select(cache => cache.Value + 0)];
        foreach (Variable cache in caches)
            cache.Assign(Tensor.Zeros(cache.Shape));
        CompiledFunction step = Laminet.Tensors.Compilation.Function.Compile(inputs => [Step(inputs[0], inputs[1])]);
        for (int i = 0; i < entries.Length; i++)
        {
            Tensor result = entries[i];
            long copied = Copied(() => result = step.Call(entries[i], Tensor.Scalar(i))[0]);
            Compare.Values(expected[i].Cast(DType.Float64).ToArray<double>(), result, 1e-6, $"token {i}");
            // The first call compiles.
            Assert.True(i == 0 || copied == 0, $"token {i} copied {copied} bytes");
        }

        for (int i = 0; i < caches.Length; i++)
            Compare.Values(filled[i].Cast(DType.Float64).ToArray<double>(), caches[i].Value, 1e-6, $"cache {i}");
        Tensor held = caches[0].Value;
        float[] before = held.ToArray<float>();
        step.Call(entries[0], Tensor.Scalar(7));
        Assert.Equal(before, held.ToArray<float>());
        Assert.NotEqual(before, caches[0].Value.ToArray<float>());

        // A step that fails changes nothing.
        before = caches[0].Value.ToArray<float>();
        ArgumentOutOfRangeException failure = Assert.Throws<ArgumentOutOfRangeException>(() => step.Call(entries[1], Tensor.Scalar(Longest)));
        Assert.StartsWith($"UpdateAt: received position {Longest}; 1 entries along axis 2 of (1, 2, 50, 8) can begin at 0 to 49.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, caches[0].Value.ToArray<float>());
    }

    [Fact]
    public void What_is_read_later_is_copied_first()
    {
        CompiledFunction function = Laminet.Tensors.Compilation.Function.Compile(inputs =>
        {
            Tensor x = inputs[0] * 2, updated = x.UpdateAt(x.Slice(0, 2), inputs[1]);
            return [updated + x];
        });
        Assert.Equal([4f, 8, 12, 10, 14], function.Call(Tensor.From(1f, 2, 3, 4, 5), Tensor.Scalar(3))[0].ToArray<float>());
        // The update is a view of what is written over.
        CompiledFunction shift = Laminet.Tensors.Compilation.Function.Compile(inputs => [(inputs[0] * 2) is var x ? x.UpdateAt(x.Slice(0, 4), inputs[1]) : x]);
        Assert.Equal([2f, 2, 4, 6, 8], shift.Call(Tensor.From(1f, 2, 3, 4, 5), Tensor.Scalar(1))[0].ToArray<float>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_lies_behind_the_length_does_not_count(bool gradient)
    {
        Tensor q = Normal(1, 1, 2, 1, Width), cache = Normal(2, 1, 2, 3, Width);
        Tensor unused = Tensor.Full([1, 2, 4, Width], double.NaN), padded = Tensor.Concatenate([cache, unused], 2);
        Tensor Attend(Tensor x, Tensor all) => gradient
            ? Autodiff.Gradient.Of(y => y.CachedAttention(all, all, Tensor.Scalar(3)).Square().Sum())(x)
            : x.CachedAttention(all, all, Tensor.Scalar(3));
        Bits.Equal(Attend(q, cache), Attend(q, padded), "attention");
    }

    [Fact]
    public void Mistakes_are_told()
    {
        Tensor x = Tensor.Zeros([5, 3]), row = Tensor.Ones([1, 3]), cache = Tensor.Zeros([1, 2, 5, 4]);
        void Told<T>(string text, Func<Tensor> function) where T : Exception => Assert.StartsWith(text, Assert.Throws<T>(function).Message, StringComparison.Ordinal);
        Told<ArgumentOutOfRangeException>("UpdateAt: received position 5; 1 entries along axis 0 of (5, 3) can begin at 0 to 4.", () => x.UpdateAt(row, Tensor.Scalar(5)));
        Told<ArgumentOutOfRangeException>("SliceAt: received position -1; 2 entries along axis 0 of (5, 3) can begin at 0 to 3.", () => x.SliceAt(Tensor.Scalar(-1), 2));
        // Not taken for 0 because the lower 32 bits are.
        Told<ArgumentOutOfRangeException>("SliceAt: received position 4294967296;", () => x.SliceAt(Tensor.Scalar(1L << 32), 2));
        Told<ArgumentOutOfRangeException>("CachedAttention: received the length 6; axis 2 of (1, 2, 5, 4) has 5 entries, so it is 0 to 5.", () => cache.CachedAttention(cache, cache, Tensor.Scalar(6)));
        // With nothing to write a position is still called one.
        Told<ArgumentOutOfRangeException>("UpdateAt: received position 6; 0 entries along axis 0 of (5, 3) can begin at 0 to 5.", () => x.UpdateAt(Tensor.Ones([0, 3]), Tensor.Scalar(6)));
        Told<DTypeException>("CachedAttention: received a length of Float32 ();", () => cache.CachedAttention(cache, cache, Tensor.Scalar(6f)));
        Told<DTypeException>("SliceAt: received a position of Float32 (); expected a scalar of Int32 or Int64. Cast it.", () => x.SliceAt(Tensor.Scalar(1f), 2));
        Told<ShapeException>("SliceAt: received a position of shape (1,); expected a scalar.", () => x.SliceAt(Tensor.From(1), 2));
        Told<ShapeException>("SliceAt: received the length 6; axis 0 of (5, 3) has 5.", () => x.SliceAt(Tensor.Scalar(0), 6));
        Told<ShapeException>("UpdateAt: received an update of shape (3,) for (5, 3) along axis 0; expected the same shape but for that axis", () => x.UpdateAt(row.At(0), Tensor.Scalar(0)));
        Told<DTypeException>("UpdateAt: received", () => x.UpdateAt(row.Cast(DType.Float64), Tensor.Scalar(0)));
        Told<ShapeException>("CachedAttention: received 2 heads of queries and 3 of keys;", () => cache.CachedAttention(Tensor.Zeros([1, 3, 5, 4]), Tensor.Zeros([1, 3, 5, 4]), Tensor.Scalar(0)));
        Told<ShapeException>("CachedAttention: received a mask of shape (1, 1, 5, 6); expected one that broadcasts to (1, 2, 5, 5)", () => cache.CachedAttention(cache, cache, Tensor.Scalar(0), Tensor.Zeros([5, 6], DType.Bool)));
        Told<ShapeException>("CachedAttention: received queries (1, 2, 5, 4), keys (1, 2, 5, 4), values (5, 3);", () => cache.CachedAttention(cache, x, Tensor.Scalar(0)));
    }

    // The count, which is compared and so not changed in place, may be copied at the end.
    private static Tensor Fill(Tensor cache, Tensor entry, Tensor tokens) => Flow.While(
        state => state[0].Less(tokens), state => (state[0] + 1, state[1].UpdateAt(entry, state[0], axis: 2)), (Tensor.Scalar(0), cache))[1];

    private static Tensor Normal(ulong seed, params int[] shape) => new RandomKey(seed).Normal(shape);

    private static long Copied(Action action)
    {
        long before = StridedCopy.BytesCopied;
        action();
        return StridedCopy.BytesCopied - before;
    }
}
