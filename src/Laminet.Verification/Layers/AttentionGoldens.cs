using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors.Autodiff;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>Attention layers, positions and transformer blocks against PyTorch's numbers (Golden/make_attention_golden.py), with masks.</summary>
internal static class AttentionGoldens
{
    private static readonly JsonObject Expected = GoldenFile.Json("attention.json");

    private static readonly bool[] Steps = [true, true, true, true, false, true, true, false, false, false];

    /// <summary>The check of an operation beneath the layers.</summary>
    public static IEnumerable<Check> All() => [new(Family.Operations, nameof(Tensor.Gelu), CheckKind.Value, "it has its digits also where it is tiny", _ => Gelu_has_its_digits_also_where_it_is_tiny())];

    private static Tensor X => new Lcg(1).Tensor([2, 5, 6], minus: 0.5);

    private static Tensor Padding => Tensor.From(Steps, [2, 5]);

    [Verifies(typeof(MultiHeadAttention))]
    public static void MultiHeadAttention_of_one_sequence() => Agrees("multi_head", new MultiHeadAttention(3, 2, returnAttentionScores: true) { DType = DType.Float64 }, [("x", X)]);

    [Verifies(typeof(MultiHeadAttention))]
    public static void MultiHeadAttention_with_a_causal_mask() =>
        Agrees("multi_head_causal", new MultiHeadAttention(2, 3, useCausalMask: true, returnAttentionScores: true) { DType = DType.Float64 }, [("x", X)]);

    // The value's mask leaves steps out.
    [Verifies(typeof(MultiHeadAttention))]
    public static void MultiHeadAttention_of_three_sequences_with_padding() => Agrees("multi_head_padded", new MultiHeadAttention(2, 3) { DType = DType.Float64 },
        [("query", new Lcg(11).Tensor([2, 4, 6], 0.5)), ("value_input", new Lcg(12).Tensor([2, 5, 7], 0.5)), ("key", new Lcg(13).Tensor([2, 5, 3], 0.5))], masked: 1);

    [Verifies(typeof(GroupQueryAttention))]
    public static void GroupQueryAttention_shares_heads_of_keys() => Agrees("group_query", new GroupQueryAttention(3, 4, 2) { DType = DType.Float64 }, [("x", X)]);

    [Verifies(typeof(Attention), "dot")]
    [Verifies(typeof(Attention), "scaled")]
    [Verifies(typeof(Attention), "concat")]
    [Verifies(typeof(AdditiveAttention), "additive")]
    [Verifies(typeof(Attention), "masked")]
    [Verifies(typeof(Attention), "causal")]
    public static void Attention_without_projections(string name)
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

    [Verifies(typeof(TransformerEncoder), "post", false)]
    [Verifies(typeof(TransformerEncoder), "pre", true)]
    public static void TransformerEncoder_is_PyTorchs(string name, bool normalizeFirst) =>
        Agrees($"encoder_{name}", new TransformerEncoder(8, 2, normalizeFirst: normalizeFirst) { DType = DType.Float64 }, [("x", X)]);

    [Verifies(typeof(TransformerEncoder))]
    public static void TransformerEncoder_leaves_padding_out()
    {
        TransformerEncoder layer = new(8, 2) { DType = DType.Float64 };
        layer.Call(X);
        Draw(layer);
        Tensor Kept(Tensor x)
        {
            CallContext context = new(training: true);
            context.SetMask(x, Padding);
            Tensor y = layer.Call(x, context);
            Expect.Sequence(Steps, context.MaskOf(y)!.ToArray<bool>());
            return y * Padding.ExpandDims(-1).Cast(DType.Float64);
        }

        Close("encoder_padded", "value", Kept(X));
        Close("encoder_padded", "x", Gradient.Of(x => Kept(x).Pow(3).Sum())(X));
    }

    [Verifies(typeof(TransformerDecoder), "post", false)]
    [Verifies(typeof(TransformerDecoder), "pre", true)]
    public static void TransformerDecoder_with_an_encoder_is_PyTorchs(string name, bool normalizeFirst) => Agrees($"decoder_{name}", new TransformerDecoder(8, 2, normalizeFirst: normalizeFirst) { DType = DType.Float64 },
        [("x", new Lcg(11).Tensor([2, 4, 6], 0.5)), ("memory", new Lcg(12).Tensor([2, 5, 6], 0.5))], masked: 1);

    [Verifies(typeof(TransformerDecoder))]
    public static void TransformerDecoder_alone_is_PyTorchs_encoder_with_a_causal_mask() =>
        Agrees("decoder_alone", new TransformerDecoder(8, 2, normalizeFirst: true) { DType = DType.Float64 }, [("x", X)]);

    [Verifies(typeof(SinePositionEncoding))]
    public static void Sines_are_KerasHubs()
    {
        Near.Equal(GoldenFile.Numbers(Expected["sine_default"]), new SinePositionEncoding().Call(Tensor.Zeros([1, 7, 6], DType.Float64)), 1e-12);
        Near.Equal(GoldenFile.Numbers(Expected["sine_odd"]), new SinePositionEncoding(100).Call(Tensor.Zeros([1, 4, 5], DType.Float64)), 1e-12);
    }

    [Verifies(typeof(RotaryEmbedding))]
    public static void Rotary_positions_are_KerasHubs()
    {
        Tensor x = new Lcg(1).Tensor([2, 7, 3, 6], minus: 0.5);
        Near.Equal(GoldenFile.Numbers(Expected["rotary_default"]), new RotaryEmbedding().Call(x), 1e-12);
        Near.Equal(GoldenFile.Numbers(Expected["rotary_scaled"]), new RotaryEmbedding(500, 4).Call(x), 1e-12);
    }

    // Halves are paired, not neighbours: those would give [-1.14263966, 1.92207560, 2.95985067, 4.02979950].
    [Verifies(typeof(RotaryEmbedding))]
    public static void Rotary_positions_pair_halves()
    {
        Tensor x = Tensor.From([0.0, 0, 0, 0, 1, 2, 3, 4], [1, 2, 4]);
        Near.Equal([0, 0, 0, 0, -1.98411065, 1.95990067, 2.46237790, 4.01979967], new RotaryEmbedding().Call(x), 1e-8);
    }

    [Verifies(typeof(MultiHeadAttention))]
    public static void A_causal_mask_counts_also_where_scores_are_returned_or_dropout_is_set()
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

    [Verifies(typeof(ReversibleEmbedding))]
    public static void A_reversible_embedding_goes_back_by_its_own_table()
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

    [Verifies(typeof(TokenAndPositionEmbedding))]
    public static void Tokens_of_padding_are_masked_and_positions_are_added()
    {
        TokenAndPositionEmbedding layer = new(5, 3, 2, maskZero: true) { DType = DType.Float64 };
        CallContext context = new();
        Tensor tokens = Tensor.From([4, 1, 0], [1, 3]);
        layer.Call(tokens);
        Tensor y = layer.Call(tokens, context);
        Expect.Sequence([true, true, false], context.MaskOf(y)!.ToArray<bool>());
        Near.Equal((layer.Weights[0].Value.Gather(Tensor.From([4, 1, 0], [3])) + layer.Weights[1].Value).ToArray<double>(), y, 0);
        Expect.Equal(new Shape(1, 1, 5), layer.Call(Tensor.Zeros([1, 1, 2], DType.Float64)).Shape);
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

    private static void Draw(Layer layer)
    {
        foreach ((int i, Variable weight) in layer.Weights.Index())
            weight.Assign(new Lcg(2 + i).Tensor(weight.Shape, minus: 0.5));
    }

    private static void Close(string name, string part, Tensor actual) => Near.Equal(GoldenFile.Numbers(Expected[name]![part]), actual, 1e-9);

    // Relatively, since far to the left gelu is tiny: -12 gives -2e-32.
    private static void Gelu_has_its_digits_also_where_it_is_tiny()
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
                Near.Equal(1, x[i] == 0 ? 1 : received[i] / values[i], tolerance, FormattableString.Invariant($"gelu({x[i]:R}) in {type}, received over expected: "));
                Near.Equal(1, slope[i] / slopes[i], x[i] is < -0.5 and > -1 ? 1e-4 : tolerance, FormattableString.Invariant($"slope of gelu at {x[i]:R} in {type}, received over expected: "));
            }
        }
    }
}
