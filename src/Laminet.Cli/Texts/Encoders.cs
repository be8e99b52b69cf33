using Laminet.Layers;
using Laminet.Text.Tokenizers;
using Laminet.Training;
using Laminet.Transfer;

namespace Laminet.Cli.Texts;

/// <summary>Encoders of text that others trained, with their tokenizers.</summary>
internal static class Encoders
{
    /// <summary>What the user may name.</summary>
    public const string Description = "MiniLM's model.onnx, with vocab.txt or tokenizer.json beside it, or its folder; or a folder of Hugging Face with a model of BERT's kind";

    /// <summary>Opens what the user names.</summary>
    /// <returns>The encoder, tokens (batch, time) to vectors (batch, time, width), and its tokenizer.</returns>
    /// <exception cref="UsageException">It is not there.</exception>
    public static (Model Encoder, Tokenizer Tokenizer) Open(Surroundings surroundings, string asked)
    {
        string path = surroundings.FullPath(asked);
        if (Directory.Exists(path) && File.Exists(Path.Combine(path, "model.onnx")) && !File.Exists(Path.Combine(path, "model.safetensors")))
            path = Path.Combine(path, "model.onnx");
        if (File.Exists(path))
            return (PretrainedLanguage.MiniLM(path), TokenizerFiles.Of(surroundings, Path.GetDirectoryName(path)!));
        if (!Directory.Exists(path))
            throw new UsageException($"there is no file or folder '{asked}'; expected {Description}.");
        if (!File.Exists(Path.Combine(path, "config.json")))
            throw new UsageException($"the folder '{asked}' has neither model.onnx nor config.json; expected {Description}.");
        return (PretrainedLanguage.Bert(path, hasSegments: false), TokenizerFiles.Of(surroundings, path));
    }

    /// <summary>The most tokens of a text, which the encoder's positions must hold.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="length">The most tokens that are wanted.</param>
    /// <param name="isGiven">Whether the user wants them, as opposed to a default.</param>
    /// <exception cref="UsageException">The user wants more.</exception>
    public static int Fitting(Model encoder, int length, bool isGiven)
    {
        int most = encoder.Layers.OfType<PositionEmbedding>().FirstOrDefault()?.SequenceLength ?? int.MaxValue;
        return length <= most ? length : !isGiven ? most : throw new UsageException($"--length: received {length}; the encoder has {most} positions.");
    }
}
