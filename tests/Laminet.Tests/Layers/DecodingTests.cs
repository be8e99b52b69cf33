using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;
using Laminet.Verification;

namespace Laminet.Tests.Layers;

/// <summary>Decoding with caches step by step gives what the full pass gives, at a cost that does not grow by earlier steps.</summary>
[Collection("Engine settings")]
public sealed class DecodingTests
{
    private const int Steps = 7, Width = 8;
    private static readonly int[][] Parts = [[1, 1, 1, 1, 1, 1, 1], [4, 1, 1, 1], [7], [2, 3, 2]];

    // Of two sequences, the second is padded by three steps on the left.
    private static readonly Tensor LeftPadding = Tensor.From([true, true, true, true, true, true, true, false, false, false, true, true, true, true], [2, Steps]);

    private static Tensor X => new RandomKey(1).Normal([2, Steps, Width]);

    public static TheoryData<string> Attentions => ["one head", "heads", "values of another width", "groups", "one head of keys", "gates", "gated groups"];

    private static ProjectedAttention Attention(string name, bool causal = true)
    {
        ProjectedAttention layer = name switch
        {
            "one head" => new MultiHeadAttention(1, useCausalMask: causal),
            "heads" => new MultiHeadAttention(4, useCausalMask: causal),
            "values of another width" => new MultiHeadAttention(2, 3, valueDim: 5, useBias: false, outputShape: [6], useCausalMask: causal),
            "groups" => new GroupQueryAttention(3, 4, 2, useCausalMask: causal),
            "gates" => new MultiHeadAttention(2, 3, valueDim: 4, useCausalMask: causal, useGate: true),
            "gated groups" => new GroupQueryAttention(3, 4, 2, useBias: false, useCausalMask: causal, useGate: true),
            _ => new GroupQueryAttention(4, 3, 1, useCausalMask: causal),
        };
        layer.Call(X);
        Draw(layer);
        return layer;
    }

    [Theory]
    [MemberData(nameof(Attentions))]
    public void Steps_of_an_attention_are_those_of_the_full_pass(string name)
    {
        ProjectedAttention layer = Attention(name);
        foreach (int[] parts in Parts)
            Same(layer.Call(X), Decoded(parts, layer.NewCache(2, Steps + 2), (at, count, cache) => layer.CallWithCache(At(X, at, count), cache, Tensor.Scalar(at))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(99)]
    public void A_window_moves_with_the_steps(int window)
    {
        foreach (ProjectedAttention layer in (ProjectedAttention[])[
            new MultiHeadAttention(2, useCausalMask: true, slidingWindow: window), new GroupQueryAttention(4, 4, 2, useCausalMask: true, rotaryMaxWavelength: 50, slidingWindow: window)])
        {
            layer.Call(X);
            Draw(layer);
            foreach (int[] parts in Parts)
                Same(layer.Call(X), Decoded(parts, layer.NewCache(2, Steps + 2), (at, count, cache) => layer.CallWithCache(At(X, at, count), cache, Tensor.Scalar(at))));
            // The mask of pairs says the same.
            Tensor rows = Tensor.Range(0, Steps).Reshape([Steps, 1]), near = (rows - Tensor.Range(0, Steps)).Abs().Less(window).And(rows.GreaterEqual(Tensor.Range(0, Steps)));
            ProjectedAttention plain = layer is MultiHeadAttention ? new MultiHeadAttention(2) : new GroupQueryAttention(4, 4, 2, rotaryMaxWavelength: 50);
            plain.Call(X);
            foreach ((Variable own, Variable other) in plain.Weights.Zip(layer.Weights))
                own.Assign(other.Value);
            Same(plain.Call([X, X, near.BroadcastTo([2, Steps, Steps])]).Only, layer.Call(X));
            Assert.Contains("position", Assert.Throws<ShapeException>(() => layer.CallWithCache(X, layer.CacheOf(X), null)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Attentions))]
    public void Steps_that_are_padding_do_not_count(string name)
    {
        ProjectedAttention layer = Attention(name);
        Tensor mask = LeftPadding.ExpandDims(1), inCache = Tensor.Concatenate([mask, Tensor.Zeros([2, 1, 2], DType.Bool)], -1);
        foreach (int[] parts in Parts)
        {
            Tensor all = Decoded(parts, layer.NewCache(2, Steps + 2), (at, count, cache) => layer.CallWithCache([At(X, at, count), inCache], cache, Tensor.Scalar((long)at)));
            Same(layer.Call([X, mask]).Only, all);
            // The padded sequence alone, without its padding.
            Same(layer.Call(X.Slice(1).Slice(3, axis: 1)), all.Slice(1).Slice(3, axis: 1));
        }
    }

    [Fact]
    public void A_position_is_one_whole_number()
    {
        Tensor x = Tensor.Ones([1, 3, 4]);
        foreach (Func<Tensor, Tensor> call in (Func<Tensor, Tensor>[])[position => new SinePositionEncoding().CallAt(x, position), position => new RotaryEmbedding().CallAt(x, position)])
        {
            Assert.Contains("received positions of shape (3,); expected a scalar", Assert.Throws<ShapeException>(() => call(Tensor.From([5, 6, 7]))).Message, StringComparison.Ordinal);
            Assert.Contains("received a position of Float32; expected Int32 or Int64", Assert.Throws<DTypeException>(() => call(Tensor.Scalar(5f))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_cache_is_of_values_and_keys_alone()
    {
        MultiHeadAttention layer = new(2);
        Tensor x = Tensor.Ones([1, 3, 4]);
        layer.Call(x);
        Assert.Contains("received 3 inputs for a cache; expected the value, or the value and the key", Assert.Throws<ArgumentException>(() => layer.CacheOf([x, x, x])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_class_token_counts_where_steps_are_masked()
    {
        CallContext context = new();
        Tensor tokens = new Embedding(5, 4, maskZero: true).Call(Tensor.From(new[,] { { 3, 1, 0 } }), context);
        Assert.Equal([true, true, true, false], context.MaskOf(new ClassToken().Call(tokens, context))!.ToArray<bool>());
    }

    [Fact]
    public void Without_a_causal_mask_a_step_sees_what_was_written_so_far()
    {
        ProjectedAttention layer = Attention("heads", causal: false);
        Tensor cache = layer.NewCache(2, 20), y;
        (y, cache) = layer.CallWithCache(At(X, 0, 3), cache, Tensor.Scalar(0));
        Same(layer.Call(At(X, 0, 3)), y);
        (y, cache) = layer.CallWithCache(At(X, 3, 4), cache, Tensor.Scalar(3));
        Same(layer.Call(X).Slice(3, axis: 1), y);
        // All that is known beforehand: queries, values and keys of their own, and masks.
        Tensor value = new RandomKey(2).Normal([2, 5, Width]), key = new RandomKey(3).Normal([2, 5, Width]);
        CallContext pass = new();
        pass.SetMask(value, Tensor.From([true, true, false, true, true, true, true, true, true, false], [2, 5]));
        pass.SetMask(key, Tensor.From([true, true, true, true, false, true, true, true, true, true], [2, 5]));
        Same(layer.Call([X, value, key], pass).Only, layer.CallWithCache([X, value, key], layer.CacheOf([value, key], pass), null, pass).Output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steps_of_a_decoder_are_those_of_the_full_pass(bool normalizeFirst)
    {
        TransformerDecoder crossed = new(12, 2, normalizeFirst: normalizeFirst), alone = new(12, 4, normalizeFirst: normalizeFirst);
        Tensor memory = new RandomKey(2).Normal([2, 5, Width]);
        CallContext pass = new();
        pass.SetMask(memory, Tensor.From([true, true, true, true, true, true, true, false, false, false], [2, 5]));
        crossed.Call([X, memory]);
        alone.Call(X);
        Draw(crossed);
        Draw(alone);
        Tensor crossCache = crossed.CrossCache(memory, pass), full = crossed.Call([X, memory], pass).Only;
        foreach (int[] parts in Parts)
        {
            Same(alone.Call(X), Decoded(parts, alone.NewCache(2, Steps), (at, count, cache) => alone.CallWithCache(At(X, at, count), cache, Tensor.Scalar(at))));
            foreach (Tensor? known in (Tensor?[])[null, crossCache])
                Same(full, Decoded(parts, crossed.NewCache(2, Steps), (at, count, cache) => crossed.CallWithCache([At(X, at, count), memory], cache, Tensor.Scalar(at), pass, known)));
        }

        // With a mask of pairs, and one of the pass, which goes on with the output.
        Tensor padding = LeftPadding.ExpandDims(1);
        Tensor masked = Decoded(Parts[0], crossed.NewCache(2, Steps), (at, count, cache) =>
        {
            Tensor step = At(X, at, count), mask = LeftPadding.Slice(at, at + count, axis: 1);
            pass.SetMask(step, mask);
            (Tensor y, cache) = crossed.CallWithCache([step, memory, padding], cache, Tensor.Scalar(at), pass);
            Assert.Equal(mask.ToArray<bool>(), pass.MaskOf(y)!.ToArray<bool>());
            return (y, cache);
        });
        Tensor x = X;
        pass.SetMask(x, LeftPadding);
        Same(crossed.Call([x, memory, padding], pass).Only, masked);
    }

    [Fact]
    public void Rotary_positions_go_on_where_the_step_before_ended()
    {
        RotaryEmbedding rotary = new(100, 2);
        Tensor q = new RandomKey(1).Normal([2, Steps, 4, 6]), k = new RandomKey(2).Normal([2, Steps, 2, 6]), v = new RandomKey(3).Normal([2, Steps, 2, 5]);
        Tensor full = rotary.Call(q).DotProductAttention(rotary.Call(k), v, causal: true);
        foreach (int[] parts in Parts)
        {
            Tensor keys = Tensor.Zeros([2, 2, Steps, 6]);
            Same(full, Decoded(parts, Tensor.Zeros([2, 2, Steps, 5]), (at, count, values) =>
            {
                Tensor position = Tensor.Scalar(at);
                keys = keys.UpdateAt(rotary.CallAt(At(k, at, count), position).Transpose(0, 2, 1, 3), position, axis: 2);
                values = values.UpdateAt(At(v, at, count).Transpose(0, 2, 1, 3), position, axis: 2);
                Tensor seen = rotary.CallAt(At(q, at, count), position).Transpose(0, 2, 1, 3).CachedAttention(keys, values, position + count, causal: true);
                return (seen.Transpose(0, 2, 1, 3), values);
            }));
        }
    }

    [Fact]
    public void Positions_of_steps_are_those_of_the_full_sequence()
    {
        Tensor tokens = Tensor.From([3, 1, 4, 1, 5, 0, 2, 0, 0, 6, 5, 3, 5, 1], [2, Steps]);
        TokenAndPositionEmbedding embedding = new(7, Steps, Width, maskZero: true);
        PositionEmbedding learned = new(Steps + 1);
        SinePositionEncoding sine = new();
        RotaryEmbedding rotary = new();
        CallContext pass = new();
        Tensor all = embedding.Call(tokens), table = learned.Call(X);
        foreach ((int at, int count) in ((int, int)[])[(0, 1), (2, 3), (6, 1), (0, 7)])
        {
            Tensor position = Tensor.Scalar(at), part = At(tokens, at, count), step = embedding.CallAt(part, position, pass);
            Same(At(all, at, count), step);
            Assert.Equal(part.NotEqual(0).ToArray<bool>(), pass.MaskOf(step)!.ToArray<bool>());
            Same(At(table, at, count), learned.CallAt(At(X, at, count), position));
            Same(At(sine.Call(X), at, count), sine.CallAt(At(X, at, count), position));
            Same(At(rotary.Call(X), at, count), rotary.CallAt(At(X, at, count), position));
        }

        Assert.Contains("received position 7; 2 entries along axis 0 of (8, 8) can begin at 0 to 6",
            Assert.Throws<ArgumentOutOfRangeException>(() => learned.CallAt(At(X, 0, 2), Tensor.Scalar(7))).Message, StringComparison.Ordinal);
    }

    // A language model without a cache, by hand, and in one compiled loop. Prompts of 5, 2 and 3 tokens in one batch: a token of a prompt takes the place of the one that is found.
    [Fact]
    public void Greedy_decoding_in_one_loop_is_that_by_hand_and_that_without_caches()
    {
        const int Longest = 24;
        int[][] prompts = [[3, 1, 4, 1, 5], [2, 7], [6, 6, 8]];
        LanguageModel model = new(new ActivationFunction(x => new Counted().Apply(x)));
        int[][] expected = [.. prompts.Select(prompt =>
        {
            List<int> tokens = [.. prompt];
            while (tokens.Count < Longest)
                tokens.Add(model.Logits(Tensor.From([.. tokens], [1, tokens.Count])).At(0).At(tokens.Count - 1).ArgMax().Item<int>());
            return tokens.ToArray();
        })];
        Assert.True(expected.Max(tokens => tokens.Distinct().Count()) > 3);

        Tensor given = Tensor.From([.. prompts.SelectMany(prompt => prompt.Concat(new int[Longest - prompt.Length]))], [3, Longest]);
        Bundle<Tensor> Start(Tensor prompt) => [Tensor.Scalar(0), prompt, .. model.NewCaches(3, Longest)];
        Bundle<Tensor> Step(Bundle<Tensor> state)
        {
            Tensor at = state[0], tokens = state[1];
            (Tensor logits, Tensor[] caches) = model.Step(tokens.SliceAt(at, 1, axis: 1), at, [.. state.Skip(2)]);
            Tensor known = tokens.SliceAt(at + 1, 1, axis: 1), next = Tensor.Where(known.NotEqual(0), known, logits.ArgMax());
            return Bundle.Create<Tensor>([at + 1, tokens.UpdateAt(next, at + 1, axis: 1), .. caches]);
        }

        Bundle<Tensor> state = Start(given);
        for (int at = 0; at < Longest - 1; at++)
            state = Step(state);
        CompiledFunction decode = Function.Compile(inputs => [Flow.While(all => all[0].Less(inputs[1]), Step, Start(inputs[0]))[1]]);
        Assert.Equal(expected.SelectMany(tokens => tokens), state[1].ToArray<int>());
        Assert.Equal(state[1].ToArray<int>(), decode.Call(given, Tensor.Scalar(Longest - 1))[0].ToArray<int>());

        // A turn sees one token of each sequence, however many came before. The empty caches are copied once a call, and nothing of them in a turn.
        long once = 0;
        foreach (int turns in (int[])[1, 10, Longest - 1])
        {
            (long tokens, long copied) = (Counted.Tokens, StridedCopy.BytesCopied);
            decode.Call(given, Tensor.Scalar(turns));
            Assert.Equal(3 * turns * LanguageModel.Blocks, Counted.Tokens - tokens);
            copied = StridedCopy.BytesCopied - copied;
            if (turns == 1)
                once = copied;
            else
                Assert.InRange((copied - once) / (turns - 1), 0, 3 * Width * sizeof(float));
        }
    }

    // In a loop, a turn projects the encoder's output no more than if its keys and values are given.
    [Fact]
    public void In_a_loop_the_encoders_output_is_projected_once()
    {
        TransformerDecoder decoder = new(12, 2);
        decoder.Call([X, X]);
        int OperationsOfTurn(bool known)
        {
            CompiledFunction decode = Function.Compile(inputs =>
            {
                Tensor? crossCache = known ? decoder.CrossCache(inputs[0]) : null;
                return [Flow.While(state => state[0].Less(Steps), Turn, (Tensor.Scalar(0), inputs[0].Slice(0, 1, axis: 1), decoder.NewCache(2, Steps)))[1]];

                Bundle<Tensor> Turn(Bundle<Tensor> state)
                {
                    (Tensor y, Tensor cache) = decoder.CallWithCache([state[1], inputs[0]], state[2], state[0], crossCache: crossCache);
                    return (state[0] + 1, y, cache);
                }
            });
            return decode.Stages(new TensorSpec(X.Shape, DType.Float32))[0].Graph.Operations.Select(operation => operation.Primitive).OfType<While>().Single().Body.Operations;
        }

        Assert.Equal(OperationsOfTurn(known: true), OperationsOfTurn(known: false));
    }

    // A prompt of nine tokens takes positions 0 to 8; what follows takes 9, 10 and 11.
    [Fact]
    public void A_prompt_is_one_call_and_three_steps_follow_it()
    {
        LanguageModel model = new("gelu");
        Tensor tokens = (new RandomKey(5).Uniform([2, 12]) * 9).Cast(DType.Int32);
        Tensor[] caches = model.NewCaches(2, 16);
        List<Tensor> logits = [];
        foreach ((int at, int count) in ((int, int)[])[(0, 9), (9, 1), (10, 1), (11, 1)])
        {
            (Tensor each, caches) = model.Step(At(tokens, at, count), Tensor.Scalar(at), caches);
            logits.Add(each);
        }

        Same(model.Logits(tokens), Tensor.Concatenate([.. logits], 1));
    }

    [Fact]
    public void Mistakes_are_told()
    {
        MultiHeadAttention layer = new(2, useCausalMask: true);
        Assert.Equal("Layer MultiHeadAttention has no cache yet: the width of its heads may depend on its inputs. Call it once, or put it into a model.",
            Assert.Throws<InvalidOperationException>(() => layer.NewCache(2, 3)).Message);
        layer.Call(X);
        Tensor cache = layer.NewCache(2, 3), step = At(X, 0, 1);
        Assert.Equal(new Shape(2, 2, 3, 8), cache.Shape);
        Assert.StartsWith("UpdateAt: received position 3; 1 entries along axis 2 of (2, 2, 3, 8) can begin at 0 to 2.",
            Assert.Throws<ArgumentOutOfRangeException>(() => layer.CallWithCache(step, cache, Tensor.Scalar(3))).Message, StringComparison.Ordinal);
        Assert.Equal("Layer MultiHeadAttention: received a cache of shape (3, 2, 3, 8) for 2 sequences; expected (2, 2, 3, 8). Make it by NewCache(2, longest).",
            Assert.Throws<ShapeException>(() => layer.CallWithCache(step, layer.NewCache(3, 3), Tensor.Scalar(0))).Message);
        Assert.Contains("received 1 steps of queries, and no position; a causal attention to a cache writes as many steps as there are queries, at a position.",
            Assert.Throws<ShapeException>(() => layer.CallWithCache(step, cache, null)).Message, StringComparison.Ordinal);
        Assert.StartsWith("CallWithCache: received a context of training; expected one of inference, new CallContext().",
            Assert.Throws<InvalidOperationException>(() => layer.CallWithCache(step, cache, Tensor.Scalar(0), new CallContext(training: true))).Message, StringComparison.Ordinal);
        TransformerDecoder decoder = new(4, 2);
        decoder.Call(X);
        Assert.Contains("received 2 sequences and 0 masks; expected one sequence, as in the first call,",
            Assert.Throws<ShapeException>(() => decoder.CallWithCache([step, X], decoder.NewCache(2, 3), Tensor.Scalar(0))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => decoder.CrossCache(X));
    }

    // What a function gives for parts of a sequence, one after the other.
    private static Tensor Decoded(int[] parts, Tensor cache, Func<int, int, Tensor, (Tensor Output, Tensor Cache)> step)
    {
        List<Tensor> outputs = [];
        int at = 0;
        foreach (int count in parts)
        {
            (Tensor output, cache) = step(at, count, cache);
            outputs.Add(output);
            at += count;
        }

        return Tensor.Concatenate([.. outputs], 1);
    }

    private static Tensor At(Tensor sequences, int at, int count) => sequences.Slice(at, at + count, axis: 1);

    private static void Draw(Layer layer)
    {
        foreach ((int i, Variable weight) in layer.Weights.Index())
            weight.Assign(new RandomKey((ulong)i + 10).Normal(weight.Shape, 0, 0.5));
    }

    private static void Same(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Near.Equal(expected.Cast(DType.Float64).ToArray<double>(), actual, 1e-5);
    }

    // Two blocks of a decoder over tokens and positions; random weights.
    private sealed class LanguageModel
    {
        public const int Blocks = 2;
        private readonly TokenAndPositionEmbedding embedding = new(9, 32, Width);
        private readonly TransformerDecoder[] blocks;
        private readonly Dense head = new(9);

        public LanguageModel(ActivationFunction activation)
        {
            blocks = [.. Enumerable.Range(0, Blocks).Select(_ => new TransformerDecoder(16, 2, activation: activation, normalizeFirst: true))];
            Logits(Tensor.From([1, 2], [1, 2]));
            foreach (Layer layer in (Layer[])[embedding, .. blocks, head])
                Draw(layer);
        }

        public Tensor Logits(Tensor tokens) => head.Call(blocks.Aggregate(embedding.Call(tokens), (x, block) => block.Call(x)));

        public Tensor[] NewCaches(int batch, int longest) => [.. blocks.Select(block => block.NewCache(batch, longest))];

        public (Tensor Logits, Tensor[] Caches) Step(Tensor tokens, Tensor at, Tensor[] caches)
        {
            CallContext pass = new();
            Tensor x = embedding.CallAt(tokens, at, pass);
            Tensor[] next = new Tensor[Blocks];
            for (int i = 0; i < Blocks; i++)
                (x, next[i]) = blocks[i].CallWithCache(x, caches[i], at, pass);
            return (head.Call(x, pass), next);
        }
    }

    // relu, which counts the tokens whose 16 numbers it sees.
    private sealed record Counted : Primitive
    {
        public static long Tokens { get; private set; }

        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

        protected override void Run(in KernelArguments arguments)
        {
            ReadOnlySpan<float> x = arguments.Input<float>(0);
            Span<float> y = arguments.Output<float>();
            for (int i = 0; i < y.Length; i++)
                y[i] = Math.Max(0, x[i]);
            Tokens += y.Length / 16;
        }
    }
}
