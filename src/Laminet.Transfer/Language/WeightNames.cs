namespace Laminet.Transfer.Language;

/// <summary>What the weights of language models are called in files.</summary>
/// <param name="Prefixes">What may stand before all names; the first that fits counts.</param>
/// <param name="Outside">The weights outside the blocks.</param>
/// <param name="Inside">The weights of a block.</param>
/// <param name="NotNeeded">How the names of tensors end that are no weights, such as masks.</param>
internal sealed record WeightNames(string[] Prefixes, NamedWeight[] Outside, NamedWeight[] Inside, string[] NotNeeded)
{
    /// <summary>BERT, of which ONNX has the matrices as (in, out).</summary>
    public static WeightNames Bert(bool isOnnx)
    {
        return new(
            ["bert.", ""],
            [
                new("token_vectors/embeddings", "embeddings.word_embeddings.weight"), new("positions/embeddings", "embeddings.position_embeddings.weight"),
                new("segment_vectors/embeddings", "embeddings.token_type_embeddings.weight"), .. Norm("embeddings_norm", "embeddings.LayerNorm"), .. Linear("pooler", "pooler.dense"),
                .. Linear("mlm_transform", "/cls.predictions.transform.dense"), .. Norm("mlm_norm", "/cls.predictions.transform.LayerNorm"), new("mlm_bias/bias", ["/cls.predictions.bias", "/cls.predictions.decoder.bias"]),
                .. Linear("classifier", "/classifier"),
            ],
            [
                .. Linear("self_attention/query", "encoder.layer.{i}.attention.self.query"), .. Linear("self_attention/key", "encoder.layer.{i}.attention.self.key"),
                .. Linear("self_attention/value", "encoder.layer.{i}.attention.self.value"), .. Linear("self_attention/attention_output", "encoder.layer.{i}.attention.output.dense"),
                .. Norm("self_attention_layer_norm", "encoder.layer.{i}.attention.output.LayerNorm"), .. Linear("feedforward_intermediate_dense", "encoder.layer.{i}.intermediate.dense"),
                .. Linear("feedforward_output_dense", "encoder.layer.{i}.output.dense"), .. Norm("feedforward_layer_norm", "encoder.layer.{i}.output.LayerNorm"),
            ],
            ["position_ids", "cls.predictions.decoder.weight", "cls.predictions.decoder.bias"]);

        NamedWeight[] Linear(string ours, string theirs) =>
            [isOnnx ? new($"{ours}/kernel", $"{theirs}.kernel") : new($"{ours}/kernel", $"{theirs}.weight", Placing.Transposed), new($"{ours}/bias", $"{theirs}.bias")];
    }

    /// <summary>GPT-2, whose matrices are (in, out), with queries, keys and values in one.</summary>
    public static WeightNames Gpt2 { get; } = new(
        ["transformer.", ""],
        [new("tokens/embeddings", "wte.weight"), new("positions/embeddings", "wpe.weight"), .. Norm("norm", "ln_f"), new("tokens/reverse_embeddings", "/lm_head.weight", Placing.Transposed)],
        [
            .. Norm("attention_norm", "h.{i}.ln_1"), .. Part("query", Placing.First), .. Part("key", Placing.Second), .. Part("value", Placing.Third), .. Conv1D("attention/attention_output", "h.{i}.attn.c_proj"),
            .. Norm("feed_forward_norm", "h.{i}.ln_2"), .. Conv1D("up", "h.{i}.mlp.c_fc"), .. Conv1D("down", "h.{i}.mlp.c_proj"),
        ],
        // The mask of the attention.
        [".attn.bias", ".attn.masked_bias"]);

    /// <summary>Llama, with the pairs of rotary positions in halves, as ours.</summary>
    public static WeightNames Llama { get; } = new(
        ["model.", ""],
        [new("tokens/embeddings", "embed_tokens.weight"), new("norm/scale", "norm.weight"), new("tokens/reverse_embeddings", "/lm_head.weight", Placing.Transposed)],
        [
            new("attention_norm/scale", "layers.{i}.input_layernorm.weight"), new("feed_forward_norm/scale", "layers.{i}.post_attention_layernorm.weight"),
            .. Matrix("attention/query", "self_attn.q_proj"), .. Matrix("attention/key", "self_attn.k_proj"), .. Matrix("attention/value", "self_attn.v_proj"), .. Matrix("attention/attention_output", "self_attn.o_proj"),
            .. Matrix("gate", "mlp.gate_proj"), .. Matrix("up", "mlp.up_proj"), .. Matrix("down", "mlp.down_proj"),
        ],
        [".rotary_emb.inv_freq"]);

    private static NamedWeight[] Norm(string ours, string theirs) =>
        [new($"{ours}/gamma", [$"{theirs}.weight", $"{theirs}.gamma"]), new($"{ours}/beta", [$"{theirs}.bias", $"{theirs}.beta"])];

    private static NamedWeight[] Conv1D(string ours, string theirs, Placing placing = Placing.AsItIs) => [new($"{ours}/kernel", $"{theirs}.weight", placing), new($"{ours}/bias", $"{theirs}.bias", placing)];

    private static NamedWeight[] Part(string name, Placing placing) => Conv1D($"attention/{name}", "h.{i}.attn.c_attn", placing);

    private static NamedWeight[] Matrix(string ours, string theirs) => [new($"{ours}/kernel", $"layers.{{i}}.{theirs}.weight", Placing.Transposed)];
}
