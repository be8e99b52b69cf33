using Laminet.Text.Tokenizers;

namespace Laminet.Cli.Texts;

/// <summary>Tokenizers in files of all forms.</summary>
internal static class TokenizerFiles
{
    /// <summary>A <c>tokenizer.json</c>, a <c>vocab.txt</c> of BERT, or a <c>.model</c> of SentencePiece.</summary>
    public static Tokenizer Load(string path) => Path.GetExtension(path) switch
    {
        ".txt" => Tokenizer.FromBert(path),
        ".model" => Tokenizer.FromSentencePiece(path),
        _ => Tokenizer.Load(path),
    };

    /// <summary>The tokenizer that lies beside a model.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static Tokenizer Of(Surroundings surroundings, string folder)
    {
        string? found = ((string[])["tokenizer.json", "vocab.txt", "tokenizer.model"]).Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (found is not null)
            return Load(found);
        (string vocabulary, string merges) = (Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"));
        return File.Exists(vocabulary) && File.Exists(merges) ? Tokenizer.FromGpt2(vocabulary, merges)
            : throw new UsageException($"the folder '{surroundings.Typed(folder)}' has no tokenizer; expected tokenizer.json, vocab.txt, tokenizer.model, or vocab.json and merges.txt beside the model.");
    }
}
