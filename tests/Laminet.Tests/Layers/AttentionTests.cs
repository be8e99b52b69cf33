using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tests.Golden;
using Laminet.Training;

namespace Laminet.Tests.Layers;

/// <summary>Attention layers and transformer blocks against PyTorch's numbers (Golden/make_attention_golden.py), masks, and where others went wrong.</summary>
public class AttentionTests
{
    private static readonly JsonObject Expected = GoldenFile.Json("attention.json");
    private static readonly bool[] Steps = [true, true, true, true, false, true, true, false, false, false];

    private static Tensor X => new Lcg(1).Tensor([2, 5, 6], minus: 0.5);

    private static Tensor Padding => Tensor.From(Steps, [2, 5]);

    [Fact]
    public void MultiHeadAttention_of_one_sequence() => Agrees("multi_head", new MultiHeadAttention(3, 2, returnAttentionScores: true) { DType = DType.Float64 }, [("x", X)]);

    [Fact]
    public void MultiHeadAttention_with_a_causal_mask() =>
        Agrees("multi_head_causal", new MultiHeadAttention(2, 3, useCausalMask: true, returnAttentionScores: true) { DType = DType.Float64 }, [("x", X)]);

    // The value's mask leaves steps out.
    [Fact]
    public void MultiHeadAttention_of_three_sequences_with_padding() => Agrees("multi_head_padded", new MultiHeadAttention(2, 3) { DType = DType.Float64 },
        [("query", new Lcg(11).Tensor([2, 4, 6], 0.5)), ("value_input", new Lcg(12).Tensor([2, 5, 7], 0.5)), ("key", new Lcg(13).Tensor([2, 5, 3], 0.5))], masked: 1);

    [Fact]
    public void GroupQueryAttention_shares_heads_of_keys() => Agrees("group_query", new GroupQueryAttention(3, 4, 2) { DType = DType.Float64 }, [("x", X)]);

    [Theory]
    [InlineData("dot")]
    [InlineData("scaled")]
    [InlineData("concat")]
    [InlineData("additive")]
    [InlineData("masked")]
    [InlineData("causal")]
    public void Attention_without_projections(string name)
    {
        Layer layer = name switch
        {
            "additive" => new AdditiveAttention(returnAttentionScores: true) { DType = DType.Float64 },
            "concat" => new Attention(useScale: true, scoreMode: ScoreMode.Concat, returnAttentionScores: true) { DType = DType.Float64 },
            _ => new Attention(useScale: name == "scaled", useCausalMask: name == "causal", returnAttentionScores: true) { DType = DType.Float64 },
        };
        Agrees($"attention_{name}", layer,
            [("query", new Lcg(11).Tensor([2, 4, 3], 0.5)), ("value_input", new Lcg(12).Tensor([2, 5, name == "dot" ? 2 : 3], 0.5)), ("key", new Lcg(13).Tensor([2, 5, 3], 0.5))], masked: name == "masked" ? 1 : -1);
    }

    [Theory]
    [InlineData("post", false)]
    [InlineData("pre", true)]
    public void TransformerEncoder_is_PyTorchs(string name, bool normalizeFirst) =>
        Agrees($"encoder_{name}", new TransformerEncoder(8, 2, normalizeFirst: normalizeFirst) { DType = DType.Float64 }, [("x", X)]);

    [Fact]
    public void TransformerEncoder_leaves_padding_out()
    {
        TransformerEncoder layer = new(8, 2) { DType = DType.Float64 };
        layer.Call(X);
        Draw(layer);
        Tensor Kept(Tensor x)
        {
            CallContext context = new(training: true);
            context.SetMask(x, Padding);
            Tensor y = layer.Call(x, context);
            Assert.Equal(Steps, context.MaskOf(y)!.ToArray<bool>());
            return y * Padding.ExpandDims(-1).Cast(DType.Float64);
        }

        Close("encoder_padded", "value", Kept(X));
        Close("encoder_padded", "x", Gradient.Of(x => Kept(x).Pow(3).Sum())(X));
    }

    [Theory]
    [InlineData("post", false)]
    [InlineData("pre", true)]
    public void TransformerDecoder_with_an_encoder_is_PyTorchs(string name, bool normalizeFirst) => Agrees($"decoder_{name}", new TransformerDecoder(8, 2, normalizeFirst: normalizeFirst) { DType = DType.Float64 },
        [("x", new Lcg(11).Tensor([2, 4, 6], 0.5)), ("memory", new Lcg(12).Tensor([2, 5, 6], 0.5))], masked: 1);

    [Fact]
    public void TransformerDecoder_alone_is_PyTorchs_encoder_with_a_causal_mask() =>
        Agrees("decoder_alone", new TransformerDecoder(8, 2, normalizeFirst: true) { DType = DType.Float64 }, [("x", X)]);

    [Fact]
    public void Positions_are_KerasHubs()
    {
        Near.Equal(GoldenFile.Numbers(Expected["sine_default"]), new SinePositionEncoding().Call(Tensor.Zeros([1, 7, 6], DType.Float64)), 1e-12);
        Near.Equal(GoldenFile.Numbers(Expected["sine_odd"]), new SinePositionEncoding(100).Call(Tensor.Zeros([1, 4, 5], DType.Float64)), 1e-12);
        Tensor x = new Lcg(1).Tensor([2, 7, 3, 6], minus: 0.5);
        Near.Equal(GoldenFile.Numbers(Expected["rotary_default"]), new RotaryEmbedding().Call(x), 1e-12);
        Near.Equal(GoldenFile.Numbers(Expected["rotary_scaled"]), new RotaryEmbedding(500, 4).Call(x), 1e-12);
    }

    // Halves are paired, not neighbours: those would give [-1.14263966, 1.92207560, 2.95985067, 4.02979950].
    [Fact]
    public void Rotary_positions_pair_halves()
    {
        Tensor x = Tensor.From([0.0, 0, 0, 0, 1, 2, 3, 4], [1, 2, 4]);
        Near.Equal([0, 0, 0, 0, -1.98411065, 1.95990067, 2.46237790, 4.01979967], new RotaryEmbedding().Call(x), 1e-8);
    }

    // What follows has queries of width 2, one head, and keys [1,0], [0,1], [1,1] with values 1, 2, 4.
    private static readonly Tensor Keys = Tensor.From([1.0, 0, 0, 1, 1, 1], [1, 3, 1, 2]);
    private static readonly Tensor Values = Tensor.From([1.0, 2, 4], [1, 3, 1, 1]);

    // The first query sees the first key, as in Keras and PyTorch; the other alignment gives [1.33023845, 2.60444837].
    [Fact]
    public void A_causal_mask_begins_with_the_first_query_and_the_first_key()
    {
        Tensor queries = Tensor.From([1.0, 0, 0, 1], [1, 2, 1, 2]);
        Near.Equal([1, 1.66976155], queries.DotProductAttention(Keys, Values, causal: true), 1e-8);
    }

    [Fact]
    public void A_causal_mask_counts_also_where_scores_are_returned_or_dropout_is_set()
    {
        Tensor x = Tensor.From([1.0, 0, 0, 1, 1, 1], [1, 3, 2]), values = Tensor.From([1.0, 2, 4], [1, 3, 1]);
        foreach (MultiHeadAttention layer in (MultiHeadAttention[])[new(1, 2, 1, useCausalMask: true, useBias: false, outputShape: [1], returnAttentionScores: true) { DType = DType.Float64 }, new(1, 2, 1, dropout: 1e-9, useCausalMask: true, useBias: false, outputShape: [1]) { DType = DType.Float64 }])
        {
            layer.Call([x, values, x]);
            foreach ((Variable weight, Tensor value) in layer.Weights.Zip([Tensor.Identity(2, DType.Float64).Reshape(2, 1, 2), Tensor.Identity(2, DType.Float64).Reshape(2, 1, 2), Tensor.Ones([1, 1, 1], DType.Float64), Tensor.Ones([1, 1, 1], DType.Float64)]))
                weight.Assign(value);
            Near.Equal([1, 1.66976155, 2.75872461], layer.Call([x, values, x], training: true)[0], 1e-7);
        }
    }

    // True means that the query attends; the other way round gives 4.
    [Fact]
    public void A_mask_is_true_where_a_query_attends()
    {
        Tensor query = Tensor.From([0.0, 1], [1, 1, 1, 2]), mask = Tensor.From([true, true, false], [1, 1, 1, 3]);
        Near.Equal([1.66976155], query.DotProductAttention(Keys, Values, mask), 1e-8);
        Near.Equal([1.66976155], query.Cast(DType.Float32).DotProductAttention(Keys.Cast(DType.Float32), Values.Cast(DType.Float32), mask), 1e-6);
    }

    [Fact]
    public void A_query_without_keys_gives_0_and_finite_gradients()
    {
        Tensor query = Tensor.From([0.0, 1], [1, 1, 1, 2]), nothing = Tensor.From([false, false, false], [1, 1, 1, 3]);
        Near.Equal([0], query.DotProductAttention(Keys, Values, nothing), 0);
        Near.Equal([0, 0], Gradient.Of(q => q.DotProductAttention(Keys, Values, nothing).Pow(3).Sum())(query), 0);
        Near.Equal([0, 0, 0], Gradient.Of(v => query.DotProductAttention(Keys, v, nothing).Pow(3).Sum())(Values), 0);
        // In a layer, the output is the bias alone; without projections, all count alike.
        MultiHeadAttention layer = new(1) { DType = DType.Float64 };
        Tensor x = Tensor.From([0.0, 1], [1, 1, 2]), others = Keys.Reshape(1, 3, 2);
        layer.Call([x, others]);
        layer.Weights[^1].Assign(Tensor.From([3.0, 4], [2]));
        Near.Equal([3, 4], layer.Call([x, others, Tensor.From([false, false, false], [1, 1, 3])]).Only, 0);
        foreach (Layer plain in (Layer[])[new Attention { DType = DType.Float64 }, new AdditiveAttention { DType = DType.Float64 }])
        {
            Tensor Result(Tensor q, Tensor v)
            {
                CallContext context = new();
                context.SetMask(v, Tensor.From([false, false, false], [1, 3]));
                return plain.Call([q, v, others], context).Only;
            }

            Near.Equal([7.0 / 3], Result(x, Values.Reshape(1, 3, 1)), 1e-8);
            Assert.All(Gradient.Of(q => Result(q, Values.Reshape(1, 3, 1)).Sum())(x).ToArray<double>(), number => Assert.True(double.IsFinite(number)));
        }
    }

    // -20 and an additive mask of -65504 would be minus infinity in Float16.
    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Masks_of_halves_replace_scores(DType type)
    {
        Tensor query = Tensor.From([-20f, 0], [1, 1, 1, 2]).Cast(type), keys = Keys.Cast(type), values = Values.Cast(type);
        Near.Equal([2], query.DotProductAttention(keys, values, Tensor.From([false, true, false], [1, 1, 1, 3]), scale: 1), 1e-2);
        Near.Equal([0], query.DotProductAttention(keys, values, Tensor.From([false, false, false], [1, 1, 1, 3]), scale: 1), 0);
    }

    [Fact]
    public void A_mask_of_pairs_a_query_mask_and_a_key_mask_count_together()
    {
        // As many heads as steps: the query's mask would fit the scores' axes, too.
        MultiHeadAttention layer = new(4, 3, returnAttentionScores: true) { DType = DType.Float64 };
        Tensor query = new Lcg(11).Tensor([2, 4, 6], 0.5), value = new Lcg(12).Tensor([2, 5, 7], 0.5), key = new Lcg(13).Tensor([2, 5, 3], 0.5);
        Tensor pairs = new Lcg(14).Tensor([2, 4, 5]).Greater(0.3), queries = Tensor.From([true, true, true, false, true, true, false, false], [2, 4]), keys = new Lcg(15).Tensor([2, 5]).Greater(0.2);
        CallContext context = new();
        context.SetMask(query, queries);
        context.SetMask(value, Padding);
        context.SetMask(key, keys);
        Bundle<Tensor> outputs = layer.Call([query, value, key, pairs], context);
        bool[] counts = pairs.And(queries.ExpandDims(-1)).And(Padding.ExpandDims(1)).And(keys.ExpandDims(1)).ToArray<bool>();
        double[] scores = outputs[1].ToArray<double>();
        for (int i = 0; i < scores.Length; i++)
            Assert.Equal(counts[(i / 80 * 20) + (i % 20)], scores[i] > 0);
        Assert.Equal(queries.ToArray<bool>(), context.MaskOf(outputs[0])!.ToArray<bool>());
        Assert.Null(context.MaskOf(outputs[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Epsilon_reaches_the_normalisations_of_a_block(bool isDecoder)
    {
        // With weights of 0 the parts add nothing, and each step is normalised twice.
        Layer layer = isDecoder ? new TransformerDecoder(2, 1, layerNormEpsilon: 1e-6) { DType = DType.Float64 } : new TransformerEncoder(2, 1, layerNormEpsilon: 1e-6) { DType = DType.Float64 };
        Tensor x = Tensor.From([1, 1.02], [1, 1, 2]);
        layer.Call(x);
        foreach (Variable weight in layer.Weights.Where(weight => weight.Shape.Rank > 1))
            weight.Assign(weight.Value.ZerosLike());
        double once = 0.01 / Math.Sqrt(1e-4 + 1e-6), twice = once / Math.Sqrt((once * once) + 1e-6);
        Assert.Equal(0.99503719, once, 1e-8);
        Near.Equal([-twice, twice], layer.Call(x), 1e-12);
    }

    [Fact]
    public void A_reversible_embedding_goes_back_by_its_own_table()
    {
        ReversibleEmbedding tied = new(4, 2) { DType = DType.Float64 };
        tied.Call(Tensor.From([1, 3], [1, 2]));
        tied.Weights[0].Assign(Tensor.From([1.0, 0, 0, 1, 1, 1, 2, -1], [4, 2]));
        Near.Equal([0, 1, 2, -1], tied.Call(Tensor.From([1, 3], [1, 2])), 0);
        Near.Equal([3, 5, 8, 1], tied.Call(Tensor.From([3.0, 5], [1, 1, 2])), 1e-12);
        ReversibleEmbedding capped = new(4, 2, tieWeights: false, logitSoftCap: 3) { DType = DType.Float64 };
        capped.Call(Tensor.From([1], [1, 1]));
        capped.Weights[1].Assign(Tensor.From([1.0, 2, 3, 4, 0, 0, 0, 0], [2, 4]));
        Near.Equal([.. new[] { 2.0, 4, 6, 8 }.Select(logit => 3 * Math.Tanh(logit / 3))], capped.Call(Tensor.From([2.0, 9], [1, 1, 2])), 1e-12);
    }

    [Fact]
    public void Tokens_of_padding_are_masked_and_positions_are_added()
    {
        TokenAndPositionEmbedding layer = new(5, 3, 2, maskZero: true) { DType = DType.Float64 };
        CallContext context = new();
        Tensor tokens = Tensor.From([4, 1, 0], [1, 3]);
        layer.Call(tokens);
        Tensor y = layer.Call(tokens, context);
        Assert.Equal([true, true, false], context.MaskOf(y)!.ToArray<bool>());
        Near.Equal((layer.Weights[0].Value.Gather(Tensor.From([4, 1, 0], [3])) + layer.Weights[1].Value).ToArray<double>(), y, 0);
        Assert.Equal(new Shape(1, 1, 5), layer.Call(Tensor.Zeros([1, 1, 2], DType.Float64)).Shape);
    }

    [Fact]
    public void Mistakes_are_told()
    {
        Tensor x = Tensor.Zeros([2, 4, 6]);
        Assert.Contains("received inputs of shapes (2, 6); expected a query (batch, time, features)", Thrown(() => new MultiHeadAttention(2).Call(Tensor.Zeros([2, 6]))), StringComparison.Ordinal);
        Assert.Contains("expected features that 4 heads can share. Give keyDim.", Thrown(() => new MultiHeadAttention(4).Call(x)), StringComparison.Ordinal);
        Assert.Contains("received 5 inputs; expected a query, a value, a key and a mask of pairs at most.", Thrown(() => new MultiHeadAttention(2).Call([x, x, x, x, x])), StringComparison.Ordinal);
        Assert.Contains("Received numKeyValueHeads = 3; expected a number that divides numQueryHeads.", Assert.Throws<ArgumentOutOfRangeException>(() => new GroupQueryAttention(2, 4, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("received 4 steps, input (2, 4, 6); expected at most 3.", Thrown(() => new PositionEmbedding(3).Call(x)), StringComparison.Ordinal);
        Assert.Contains("an even number of features on axis -1", Thrown(() => new RotaryEmbedding().Call(Tensor.Zeros([2, 4, 5]))), StringComparison.Ordinal);
        Assert.Contains("expected a query (batch, time, features), a value (batch, steps, features)", Thrown(() => new Attention().Call([x])), StringComparison.Ordinal);
        TransformerDecoder alone = new(4, 2);
        alone.Call(x);
        Assert.Contains("received 2 sequences and 0 masks; expected one sequence, as in the first call,", Thrown(() => alone.Call([x, x])), StringComparison.Ordinal);
        Assert.Contains("expected (batch, time, features) and optionally a mask of pairs", Thrown(() => new TransformerEncoder(4, 2).Call([x, x])), StringComparison.Ordinal);
        Assert.Contains("DotProductAttention: received a mask of shape (1, 1, 2, 4); expected one that broadcasts to (2, 2, 4, 4)",
            Thrown(() => Heads(x).DotProductAttention(Heads(x), Heads(x), Tensor.Zeros([2, 4], DType.Bool))), StringComparison.Ordinal);
        Assert.Contains("received 2 heads of queries and 3 of keys", Thrown(() => Heads(x).DotProductAttention(Tensor.Zeros([2, 4, 3, 3]), Tensor.Zeros([2, 4, 3, 3]))), StringComparison.Ordinal);
        Assert.Throws<DTypeException>(() => Heads(x).DotProductAttention(Heads(x), Heads(x), Tensor.Zeros([4, 4])));
        Assert.Throws<ArgumentOutOfRangeException>(() => Heads(x).DotProductAttention(Heads(x), Heads(x), dropout: 1));

        static string Thrown(Action call) => Assert.Throws<ShapeException>(call).Message;

        static Tensor Heads(Tensor tensor) => tensor.Reshape(2, 4, 2, 3);
    }

    // A model is saved with names as in Keras, trains in a compiled step, and comes back.
    [Fact]
    public void A_small_transformer_learns_to_copy_the_first_token()
    {
        var tokens = new Input([6], DType.Int32);
        SymbolicTensor x = new TokenAndPositionEmbedding(8, 6, 16).Call(tokens);
        x = new TransformerEncoder(32, 2, normalizeFirst: true).Call(x);
        x = new TransformerDecoder(32, 4, dropout: 0.1).Call(x);
        Model model = new(tokens, new Dense(8).Call(new GlobalAveragePooling1D().Call(x)), seed: 1);
        model.Compile(new Laminet.Optimizers.Adam(5e-3), new Laminet.Losses.SparseCategoricalCrossentropy(fromLogits: true));
        Tensor batch = (new Lcg(3).Tensor([64, 6]) * 8).Floor().Cast(DType.Int32), first = batch.Slice(0, 1, axis: 1).Reshape(64);
        model.TrainOnBatch(batch, first);
        double before = model.Evaluate(batch, first)["loss"];
        for (int step = 0; step < 60; step++)
            model.TrainOnBatch(batch, first);
        Assert.True(model.Evaluate(batch, first)["loss"] < 0.5 * before);
        Assert.Contains(((IHasState)model).State, weight => weight.Name.EndsWith("transformer_encoder/self_attention/query/kernel", StringComparison.Ordinal));
        string path = Path.Combine(Path.GetTempPath(), $"laminet-transformer-{Guid.NewGuid():N}.laminet");
        try
        {
            model.Save(path);
            Assert.Equal(model.Predict(batch).ToArray<float>(), Model.Load(path).Predict(batch).ToArray<float>());
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Relatively, since far to the left gelu is tiny: -12 gives -2e-32.
    [Fact]
    public void Gelu_has_its_digits_also_where_it_is_tiny()
    {
        double[] x = GoldenFile.Numbers(Expected["gelu"]!["x"]), values = GoldenFile.Numbers(Expected["gelu"]!["value"]), slopes = GoldenFile.Numbers(Expected["gelu"]!["slope"]);
        foreach (DType type in new[] { DType.Float32, DType.Float64 })
        {
            // In Float32 the exponent -x²/2 is rounded.
            double tolerance = type == DType.Float32 ? 2e-5 : 1e-12;
            double[] received = Tensor.From(x, [x.Length]).Cast(type).Gelu().Cast(DType.Float64).ToArray<double>();
            double[] slope = Gradient.Of(t => t.Gelu().Sum())(Tensor.From(x, [x.Length]).Cast(type)).Cast(DType.Float64).ToArray<double>();
            for (int i = 0; i < x.Length; i++)
            {
                Assert.Equal(1, x[i] == 0 ? 1 : received[i] / values[i], tolerance);
                Assert.Equal(1, slope[i] / slopes[i], x[i] is < -0.5 and > -1 ? 1e-4 : tolerance);
            }
        }
    }

    private static void Draw(Layer layer)
    {
        foreach ((int i, Variable weight) in layer.Weights.Index())
            weight.Assign(new Lcg(2 + i).Tensor(weight.Shape, minus: 0.5));
    }

    // Value, scores where the layer gives them, and the gradients of the sum of cubes by inputs and weights.
    private static void Agrees(string name, Layer layer, (string Name, Tensor Value)[] inputs, int masked = -1)
    {
        Bundle<Tensor> Run(IReadOnlyList<Tensor> tensors)
        {
            CallContext context = new(training: true);
            if (masked >= 0)
                context.SetMask(tensors[masked], Padding);
            return layer.Call([.. tensors], context);
        }

        Tensor[] values = [.. inputs.Select(input => input.Value)];
        Run(values);
        Draw(layer);
        Bundle<Tensor> outputs = Run(values);
        Close(name, "value", outputs[0]);
        if (outputs.Count > 1)
            Close(name, "scores", outputs[1]);
        IReadOnlyList<Tensor> byInputs = Gradient.ValueAndGradients(all => Run(all)[0].Pow(3).Sum(), values).Gradients;
        foreach ((int i, Tensor gradient) in byInputs.Index())
            Close(name, inputs[i].Name, gradient);
        if (Expected[name]!["w0"] is null)
            return;
        IReadOnlyList<Tensor> byWeights = Gradient.ValueAndGradients(() => Run(values)[0].Pow(3).Sum(), layer.Weights).Gradients;
        foreach ((int i, Tensor gradient) in byWeights.Index())
            Close(name, $"w{i}", gradient);
    }

    private static void Close(string name, string part, Tensor actual) => Near.Equal(GoldenFile.Numbers(Expected[name]![part]), actual, 1e-9);
}
