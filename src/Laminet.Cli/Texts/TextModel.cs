using Laminet.Cli.Runs;
using Laminet.Text.Tokenizers;
using Laminet.Training;
using Laminet.Transfer;
using Laminet.Zoo.Language;

namespace Laminet.Cli.Texts;

/// <summary>A model that works on texts, with its tokenizer: of a folder that 'laminet text train' wrote, or of one of Hugging Face.</summary>
/// <param name="Name">How the user names it.</param>
/// <param name="Model">The model.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Settings">How it was trained; null if others did.</param>
internal sealed record TextModel(string Name, Model Model, Tokenizer Tokenizer, TextSettings? Settings)
{
    /// <summary>What the user may name.</summary>
    public const string Description = "A run's folder from 'laminet text train'; or a folder of Hugging Face with config.json, the weights and tokenizer.json";

    /// <summary>The language model.</summary>
    /// <exception cref="UsageException">It is another.</exception>
    public CausalLanguageModel Language => Model as CausalLanguageModel ?? throw new UsageException($"'{Name}' is a classifier of texts; expected a language model. Use laminet text predict.");

    /// <summary>The token that ends a text; null if the tokenizer has none.</summary>
    public int? EndToken => EndOf(Tokenizer);

    /// <summary>Opens what the user names.</summary>
    /// <exception cref="UsageException">It is no such folder.</exception>
    public static TextModel Open(Surroundings surroundings, string asked)
    {
        string path = surroundings.FullPath(asked);
        if (!Directory.Exists(path))
            throw new UsageException($"there is no folder '{asked}'; expected one that 'laminet text train' wrote, or one of Hugging Face{RunFolder.Known(surroundings)}.");
        bool isRun = File.Exists(Path.Combine(path, "settings.json"));
        if (!isRun && !File.Exists(Path.Combine(path, "config.json")))
            throw new UsageException($"'{asked}' has neither settings.json nor config.json; expected a folder that 'laminet text train' wrote, or one of Hugging Face{RunFolder.Known(surroundings)}.");
        return isRun ? OfRun(surroundings, asked) : Checked(new(asked, PretrainedLanguage.Decoder(path), TokenizerFiles.Of(surroundings, path), null));
    }

    /// <summary>The probability of each class, (texts, classes), as rows.</summary>
    public IReadOnlyList<float[]> Classify(IReadOnlyList<string> texts, CancellationToken cancellation)
    {
        if (Settings?.Classes is null)
            throw new UsageException($"'{Name}' is a language model; expected a classifier of texts. Use laminet text generate.");
        return ClassifierData.Classify(Model, Tokenizer, texts, Settings.Length, Settings.Batch, cancellation);
    }

    /// <inheritdoc cref="EndToken"/>
    public static int? EndOf(Tokenizer tokenizer) => ((string[])["<|endoftext|>", "</s>", "<|end_of_text|>"]).Select(tokenizer.IdOf).FirstOrDefault(id => id is not null);

    private static TextModel OfRun(Surroundings surroundings, string asked)
    {
        RunFolder folder = RunFolder.Open(surroundings, asked);
        TextSettings settings = TextSettings.Read(folder.Settings);
        if (!File.Exists(folder.Model))
            throw new UsageException($"the run '{asked}' has no model: its training was ended before the first epoch was done. Resume it first: {folder.ResumeCommand(surroundings)}");
        Model model = Model.Load(folder.Model);
        return (model is CausalLanguageModel) == (settings.Classes is null) && (settings.Classes is null || model.OutputShape == [settings.Classes.Count])
            ? Checked(new(asked, model, TokenizerFiles.Of(surroundings, folder.FullPath), settings))
            : throw new InvalidDataException($"{folder.Model} is not the model that {folder.Settings} describes. The run was changed or is damaged; train it again.");
    }

    private static TextModel Checked(TextModel opened) => opened.Model is not CausalLanguageModel language || opened.Tokenizer.VocabularySize <= language.VocabularySize
        ? opened
        : throw new UsageException($"'{opened.Name}': the tokenizer has {opened.Tokenizer.VocabularySize} tokens, the model {language.VocabularySize}; expected the tokenizer that the model was trained with.");
}
