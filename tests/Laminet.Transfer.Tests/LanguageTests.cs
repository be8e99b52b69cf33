using System.Reflection;
using System.Text.Json.Nodes;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Language;
using Laminet.Zoo.Tests.Golden;

namespace Laminet.Transfer.Tests;

public sealed class LanguageTests : IDisposable
{
    private static readonly JsonNode Golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "language.json")))!;

    private const string BertConfig = """
        { "model_type": "bert", "vocab_size": 11, "hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 20, "max_position_embeddings": 8, "type_vocab_size": 2 }
        """;

    private const string Gpt2Config = """{ "model_type": "gpt2", "vocab_size": 11, "n_embd": 12, "n_layer": 2, "n_head": 3, "n_positions": 8 }""";

    private const string LlamaConfig = """
        { "model_type": "llama", "vocab_size": 11, "hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6, "intermediate_size": 20,
          "max_position_embeddings": 8, "rms_norm_eps": 1e-6, "rope_theta": 500.0 }
        """;

    private static readonly Tensor Ids = Whole("ids"), Segments = Whole("segments");

    private readonly string folder = Directory.CreateTempSubdirectory("laminet-language-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Bert_gives_what_PyTorch_gives()
    {
        Write("bert", BertConfig);
        Bundle<Tensor> outputs = PretrainedLanguage.Bert(folder, out IReadOnlyList<string> leftOut, BertHead.Pooler).Predict([Ids, Segments]);
        Near("bert", "steps", RealSteps(outputs[0]));
        Near("bert", "pooled", outputs[1]);
        Assert.All(leftOut, name => Assert.StartsWith("cls.", name, StringComparison.Ordinal));
        Assert.Equal(5, leftOut.Count);
        Near("bert", "masked", RealSteps(PretrainedLanguage.Bert(folder, BertHead.MaskedLanguageModel).Predict([Ids, Segments])[0]));
        Near("bert", "steps", RealSteps(PretrainedLanguage.Bert(folder).Predict([Ids, Segments])[0]));
    }

    [Fact]
    public void Older_names_of_a_normalisation_and_names_without_a_prefix_are_known()
    {
        Write("bert", BertConfig, rename: name => (name.StartsWith("bert.", StringComparison.Ordinal) ? name[5..] : null)?.Replace("Norm.weight", "Norm.gamma", StringComparison.Ordinal).Replace("Norm.bias", "Norm.beta", StringComparison.Ordinal));
        Near("bert", "steps", RealSteps(PretrainedLanguage.Bert(folder).Predict([Ids, Segments])[0]));
    }

    [Theory]
    [InlineData("gpt2", Gpt2Config)]
    [InlineData("llama", LlamaConfig)]
    public void Decoders_give_what_PyTorch_gives_at_once_and_step_by_step(string name, string config)
    {
        Write(name, config);
        CausalLanguageModel model = PretrainedLanguage.Decoder(folder);
        Near(name, "logits", model.Predict(Ids));
        Bundle<Tensor> cache = model.NewCache(2, 7);
        List<Tensor> steps = [];
        for (int at = 0; at < 7; at++)
        {
            (Tensor logits, cache) = model.Next(Ids.Slice(at, at + 1, axis: 1), Tensor.Scalar(at), cache);
            steps.Add(logits);
        }

        Near(name, "logits", Tensor.Stack(steps, 1));
    }

    // Trap A36: no head in the file, or the same table twice, where the config says tied; a head of its own where it says not.
    [Fact]
    public void A_tied_head_is_the_table_of_tokens()
    {
        string tied = LlamaConfig.Replace("\"rope_theta\"", "\"tie_word_embeddings\": true, \"rope_theta\"", StringComparison.Ordinal);
        Write("llama", tied, rename: name => name == "lm_head.weight" ? null : name);
        CausalLanguageModel model = PretrainedLanguage.Decoder(folder);
        Tensor vectors = model.Weights[0].Value;
        Assert.Equal([11, 12], vectors.Shape);
        Assert.DoesNotContain(model.Weights, weight => weight.Shape == new Shape(12, 11));
        Assert.True(Logits(model) > 0);

        Write("llama", tied);
        Assert.Contains("differs from the table of tokens", Assert.Throws<InvalidDataException>(() => PretrainedLanguage.Decoder(folder)).Message, StringComparison.Ordinal);
        Write("llama", tied, rename: name => name == "lm_head.weight" ? null : name, again: ("lm_head.weight", "model.embed_tokens.weight"));
        Assert.Equal(Logits(model), Logits(PretrainedLanguage.Decoder(folder)));
        // Not tied: the head must be there.
        Write("llama", LlamaConfig, rename: name => name == "lm_head.weight" ? null : name);
        Assert.Contains("'lm_head.weight' is missing", Assert.Throws<InvalidDataException>(() => PretrainedLanguage.Decoder(folder)).Message, StringComparison.Ordinal);

        static double Logits(CausalLanguageModel model) => model.Predict(Ids).Abs().Max().ToDouble();
    }

    // As the model without its head is saved: no prefix, no head. The table of tokens is the head where the config says so; else it is told that there is none.
    [Fact]
    public void A_llama_without_its_head_is_read_where_the_head_is_tied()
    {
        string Headless(string name) => name.StartsWith("model.", StringComparison.Ordinal) ? name[6..] : name;
        string tied = LlamaConfig.Replace("\"rope_theta\"", "\"tie_word_embeddings\": true, \"rope_theta\"", StringComparison.Ordinal);
        Write("llama", tied, rename: name => name == "lm_head.weight" ? null : name);
        float[] expected = PretrainedLanguage.Decoder(folder).Predict(Ids).ToArray<float>();
        Write("llama", tied, rename: name => name == "lm_head.weight" ? null : Headless(name));
        Assert.Equal(expected, PretrainedLanguage.Decoder(folder).Predict(Ids).ToArray<float>());
        Write("llama", LlamaConfig, rename: name => name == "lm_head.weight" ? null : Headless(name));
        Assert.Contains("'lm_head.weight' is missing", Assert.Throws<InvalidDataException>(() => PretrainedLanguage.Decoder(folder)).Message, StringComparison.Ordinal);
        Write("llama", LlamaConfig, rename: Headless);
        Near("llama", "logits", PretrainedLanguage.Decoder(folder).Predict(Ids));
    }

    [Fact]
    public void Weights_in_several_files_are_read_by_their_index()
    {
        Write("gpt2", Gpt2Config);
        SafeTensorsFile all = SafeTensors.Read(Path.Combine(folder, "model.safetensors"));
        File.Delete(Path.Combine(folder, "model.safetensors"));
        JsonObject map = [];
        foreach ((int i, KeyValuePair<string, Tensor>[] part) in all.Tensors.Chunk(10).Index())
        {
            string file = $"model-{i + 1:D5}-of-00003.safetensors";
            SafeTensors.Write(Path.Combine(folder, file), new Dictionary<string, Tensor>(part));
            foreach ((string name, _) in part)
                map[name] = file;
        }

        WriteIndex();
        Near("gpt2", "logits", PretrainedLanguage.Decoder(folder).Predict(Ids));
        // It names a tensor that its file does not have, then a file outside the folder.
        map["more"] = "model-00001-of-00003.safetensors";
        WriteIndex();
        Assert.Contains("'more', which is not there", Assert.Throws<InvalidDataException>(() => PretrainedLanguage.Decoder(folder)).Message, StringComparison.Ordinal);
        map["more"] = "../model.safetensors";
        WriteIndex();
        Assert.Contains("expected the names of safetensors files beside it", Assert.Throws<InvalidDataException>(() => PretrainedLanguage.Decoder(folder)).Message, StringComparison.Ordinal);

        void WriteIndex() => File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = map.DeepClone() }.ToJsonString());
    }

    [Fact]
    public void What_does_not_fit_is_an_error_that_lists_it()
    {
        Write("gpt2", Gpt2Config, rename: name => name == "h.1.ln_1.bias" ? "h.1.ln_3.bias" : name);
        string message = Assert.Throws<InvalidDataException>(() => PretrainedLanguage.Decoder(folder)).Message;
        Assert.Contains("'h.1.ln_1.bias' is missing", message, StringComparison.Ordinal);
        Assert.Contains("'h.1.ln_3.bias' has no place in the model", message, StringComparison.Ordinal);
        Write("gpt2", Gpt2Config.Replace("\"n_positions\": 8", "\"n_positions\": 9", StringComparison.Ordinal));
        Assert.Contains("'wpe.weight' has the shape (8, 12); expected (9, 12)", Assert.Throws<InvalidDataException>(() => PretrainedLanguage.Decoder(folder)).Message, StringComparison.Ordinal);
        Write("gpt2", Gpt2Config.Replace("\"vocab_size\": 11, ", "", StringComparison.Ordinal));
        Assert.Contains("'vocab_size' is missing; expected a number", Assert.Throws<InvalidDataException>(() => PretrainedLanguage.Decoder(folder)).Message, StringComparison.Ordinal);
        Assert.Contains("expected bert", Assert.Throws<InvalidDataException>(() => PretrainedLanguage.Bert(folder)).Message, StringComparison.Ordinal);
        Write("llama", LlamaConfig.Replace("\"rope_theta\"", "\"rope_scaling\": { \"rope_type\": \"yarn\" }, \"rope_theta\"", StringComparison.Ordinal));
        Assert.Contains("no scaling of the positions", Assert.Throws<InvalidDataException>(() => PretrainedLanguage.Decoder(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_may_become_bfloat16()
    {
        Write("gpt2", Gpt2Config);
        CausalLanguageModel model = PretrainedLanguage.Decoder(folder, DType.BFloat16);
        Assert.All(model.Weights, weight => Assert.Equal(DType.BFloat16, weight.DType));
        Tensor exact = PretrainedLanguage.Decoder(folder).Predict(Ids), rounded = model.Predict(Ids).Cast(DType.Float32);
        Assert.InRange((exact - rounded).Abs().Max().ToDouble(), 1e-6, 0.1);
    }

    // ONNX Runtime 1.31.1 on the same file: golden numbers by Golden/minilm.cs.
    [Fact]
    public void MiniLM_gives_what_ONNX_Runtime_gives()
    {
        JsonNode golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "minilm.json")))!;
        Tensor ids = Tensor.From([.. golden["ids"]!.AsArray().Select(id => id!.GetValue<int>())], [3, 8]);
        float[] expected = [.. golden["vectors"]!.AsArray().Select(number => number!.GetValue<float>())];
        string file = MiniLM();
        Model encoder = PretrainedLanguage.MiniLM(file);
        Assert.Equal(22_565_376, encoder.ParameterCount);
        Tensor vectors = Bert.SentenceVectors(encoder).Predict(ids);
        Assert.Equal([3, 384], vectors.Shape);
        Assert.All(expected.Zip(vectors.ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));

        // A file with a cut tail, and one of another kind.
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..^1000]);
        Assert.Contains("begins like an ONNX file", Assert.Throws<InvalidDataException>(() => PretrainedLanguage.MiniLM(file)).Message, StringComparison.Ordinal);
        SafeTensors.Write(file, new Dictionary<string, Tensor> { ["a"] = Tensor.Ones([1]) });
        Assert.Contains("expected the ONNX file of MiniLM", Assert.Throws<InvalidDataException>(() => PretrainedLanguage.MiniLM(file)).Message, StringComparison.Ordinal);
    }

    // The package's assembly carries the file.
    private string MiniLM()
    {
        string path = typeof(LanguageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == "MiniLM").Value!, file = Path.Combine(folder, "model.onnx");
        Assembly assembly = Assembly.LoadFile(path);
        using Stream resource = assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().First(name => name.EndsWith("model.onnx", StringComparison.Ordinal)))!;
        using FileStream written = File.Create(file);
        resource.CopyTo(written);
        return file;
    }

    private void Write(string model, string config, Func<string, string?>? rename = null, (string Name, string Source)? again = null)
    {
        Dictionary<string, Tensor> tensors = [];
        foreach ((string name, JsonNode? shape) in Golden[model]!["shapes"]!.AsObject())
        {
            if ((rename is null ? name : rename(name)) is { } written)
                tensors[written] = Weight(name, [.. shape!.AsArray().Select(length => length!.GetValue<int>())]);
        }

        if (again is var (copy, source))
            tensors[copy] = tensors[source];
        File.WriteAllText(Path.Combine(folder, "config.json"), config);
        SafeTensors.Write(Path.Combine(folder, "model.safetensors"), tensors, new Dictionary<string, string> { ["format"] = "pt" });
    }

    private static Tensor Weight(string name, Shape shape)
    {
        bool isNorm = name.EndsWith("weight", StringComparison.Ordinal) && new[] { "LayerNorm", "ln_", "layernorm", "model.norm" }.Any(part => name.Contains(part, StringComparison.Ordinal));
        return isNorm ? 0.9f + (0.2f * NamedNumbers.Of(name, shape)) : -0.4f + (0.8f * NamedNumbers.Of(name, shape));
    }

    private static Tensor Whole(string name) => Tensor.From([.. Golden[name]!.AsArray().Select(id => id!.GetValue<int>())], [2, 7]);

    // The last two steps of the second sequence are padding.
    private static Tensor RealSteps(Tensor steps) => steps.Reshape(14, -1).Slice(0, 12);

    private static void Near(string model, string name, Tensor received)
    {
        double[] expected = [.. Golden[model]![name]!.AsArray().Select(number => number!.GetValue<double>())];
        double largest = expected.Max(Math.Abs);
        Assert.Equal(expected.Length, received.Length);
        Assert.All(expected.Zip(received.Cast(DType.Float64).ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * largest));
    }
}
