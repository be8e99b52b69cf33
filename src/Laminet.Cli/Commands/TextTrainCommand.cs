using System.CommandLine;
using Laminet.Cli.Runs;
using Laminet.Cli.Texts;
using Laminet.Files;
using Laminet.Tensors;
using Laminet.Text.Corpora;
using Laminet.Text.Tokenizers;
using Laminet.Training;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet text train</c>: reads the options, makes the tokenizer, and trains.</summary>
internal sealed class TextTrainCommand
{
    private const string Language = "language", Classify = "classify", Characters = "characters", Words = "words", BytePair = "bpe", EndOfText = "<|endoftext|>";
    private const int DefaultSteps = 2000;

    private readonly Argument<string[]> files = new("FILE")
    {
        Description = $"Texts in UTF-8; .gz files are unpacked. With --task classify: {ClassifierData.Forms}",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> task = Options.Text("--task", "TASK", $"{Language}: a model that writes; {Classify}: a model that gives the class of a text", Language);
    private readonly Option<string> tokenizer = Options.Text("--tokenizer", "KIND|FILE", $"{Characters}, {Words} or {BytePair} (byte pairs), made of the texts; or a file: tokenizer.json, vocab.txt, .model (default: {Characters}; to classify {Words})");
    private readonly Option<int> vocabulary = Options.Number("--vocabulary", "N", $"The most tokens of {Words} or {BytePair} (default: 20000 words, 4000 byte pairs)", new NumberRange<int>(3, 1_000_000));

    private readonly Option<string> network = Options.Text("--network", "NAME",
        $"{string.Join(" or ", LanguageTraining.Networks)}; to classify {string.Join(", ", ClassifierNetworks.Names)} (default: the first)");

    private readonly Option<string> from = Options.Text("--from", "FILE|FOLDER", $"To classify: fine-tune a trained encoder. {Encoders.Description}");
    private readonly Option<int> layers = Options.Number("--layers", "N", "Blocks of a language model (default: 4)", TextSettings.LayersRange);
    private readonly Option<int> width = Options.Number("--width", "N", "Features of a token (default: 128)", TextSettings.WidthRange);
    private readonly Option<int> heads = Options.Number("--heads", "N", "Heads of attention of a language model; they share the features (default: 4)", TextSettings.HeadsRange);
    private readonly Option<int> length = Options.Number("--length", "N", "Tokens that a language model sees; to classify, the most tokens of a text (default: 128)", TextSettings.LengthRange);
    private readonly Option<double> dropout = Options.Number("--dropout", "X", "The share of features that is left out in training (default: 0; to classify 0.3, with --from 0.1)", TextSettings.DropoutRange);
    private readonly Option<int> batch = Options.Number("--batch", "N", "Examples a step", RunSettings.BatchRange, 32);
    private readonly Option<int> steps = Options.Number("--steps", "N", $"Steps of a language model (default: {DefaultSteps})", TextSettings.StepsRange);
    private readonly Option<double> minutes = Options.Number("--minutes", "X", "Train a language model for so long instead; the steps are those that the time holds", new NumberRange<double>(0, 1_000_000, IsOpen: true));
    private readonly Option<int> epochs = Options.Number("--epochs", "N", "To classify: passes over the texts (default: 8, with --from 3). For a language model: how often it is validated (default: 20)", RunSettings.EpochsRange);
    private readonly Option<double> learningRate = Options.Number("--learning-rate", "X", "The size of a step after the warm-up (default: 0.256 / width, at most 0.003; to classify 0.001, with --from 0.0001)", RunSettings.LearningRateRange);
    private readonly Option<int> seed = Options.Number("--seed", "N", "Seed of the random numbers: the same seed gives the same model, but with --minutes (default: a new one)", RunSettings.SeedRange);
    private readonly Option<double> validationSplit = Options.Number("--validation-split", "X", "The share of the texts for validation: the end of a corpus, some of each class. 0 for none", RunSettings.ValidationSplitRange, 0.1);
    private readonly Option<int> threads = Options.Threads();
    private readonly Option<string> output = Options.Text("--out", "DIR", "The run's folder; new or empty (default: runs/text-NETWORK-TIME)");
    private readonly Option<string> resume = Options.Text("--resume", "DIR", "Resume an interrupted run with its own settings and texts; the result is that of an uninterrupted run");
    private readonly Option<bool> quiet = new("--quiet") { Description = "One line per epoch instead of a progress bar" };
    private readonly Option<bool> json = Options.Json();
    private readonly Surroundings surroundings;

    private TextTrainCommand(Surroundings surroundings) => this.surroundings = surroundings;

    public static Command Create(Surroundings surroundings)
    {
        TextTrainCommand train = new(surroundings);
        DocumentedCommand command = new("train", "Train a language model, or a classifier of texts, and save the best epoch with its tokenizer.",
            ("laminet text train book.txt", "A GPT of four blocks learns the book by characters"),
            ("laminet text train *.txt --tokenizer bpe --width 256 --minutes 30", "A larger one over byte pairs, for half an hour"),
            ("laminet text train book.txt --network llama --seed 1", "Rotary positions, gated layers; repeatable"),
            ("laminet text train --task classify reviews.tsv", "Kim's convnet over words"),
            ("laminet text train --task classify reviews --from minilm", "MiniLM learns the classes of a folder"),
            ("laminet text train --resume runs/NAME", "Resume after Ctrl+C or a power failure"),
            ("laminet text train book.txt --steps 100 --json", "A quick test with output for programs"))
        {
            Notes = """
                The run's folder, which is all that the other commands need:
                  model.laminet     The best model by validation loss; of a classifier by validation accuracy
                  tokenizer.json    Its tokenizer, which Hugging Face's library reads, too
                  history.csv       The figures of each epoch
                  settings.json     The settings of the run
                  environment.json  The machine and the versions
                  result.json       The results; written when the run is complete

                The figures of a language model: loss is nats a token, and perplexity its exponential. val_nats_per_character
                can be compared between tokenizers.

                Each file is a document. After it comes <|endoftext|> where the tokenizer has such a token, as that of bpe.

                Ctrl+C stops training after the current batch; the best epoch so far is saved. A second Ctrl+C stops at once.
                --resume continues after the last epoch that was done. A run of --minutes then does the rest of its steps.
                """,
        };
        command.Arguments.Add(train.files);
        foreach (Option option in (Option[])[
            train.task, train.tokenizer, train.vocabulary, train.network, train.from, train.layers, train.width, train.heads, train.length, train.dropout, train.batch, train.steps, train.minutes, train.epochs,
            train.learningRate, train.seed, train.validationSplit, train.threads, train.output, train.resume, train.quiet, train.json])
        {
            command.Options.Add(option);
        }

        command.SetAction(train.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        parse.ApplyThreads(threads);
        if (parse.GetValue(resume) is { } interrupted)
            return Resume(parse, interrupted);
        if (parse.GetValue(files) is not { Length: > 0 })
            throw new UsageException(ParseMistake.Missing(files, "laminet text train"));
        bool isLanguage = Options.OneOf("--task", parse.GetRequiredValue(task), [Language, Classify]) == Language;
        foreach (Option option in isLanguage ? (Option[])[from] : [layers, heads, steps, minutes])
        {
            if (parse.IsGiven(option))
                throw new UsageException($"{option.Name} goes with --task {(isLanguage ? Classify : Language)}. Leave it out.");
        }

        return isLanguage ? TrainLanguage(parse) : TrainClassifier(parse);
    }

    private int TrainLanguage(ParseResult parse)
    {
        if (parse.IsGiven(steps) && parse.IsGiven(minutes))
            throw new UsageException("--minutes goes without --steps: the time decides how many. Give one of them.");
        string name = Options.OneOf("--network", parse.GetValue(network) ?? LanguageTraining.Networks[0], LanguageTraining.Networks);
        int features = parse.Given(width) ?? 128, shared = parse.Given(heads) ?? 4, most = parse.Given(length) ?? 128;
        if (features % shared != 0)
            throw new UsageException($"--heads: received {shared}; expected a number that divides the width of {features}.");
        if (name == "llama" && features / shared % 2 != 0)
            throw new UsageException($"--heads: received {shared}; a head of llama needs an even number of features, and {features} / {shared} is {features / shared}. Take another width.");
        string[] paths = [.. parse.GetRequiredValue(files).Select(surroundings.ExistingFile)];
        (Tokenizer cutting, string kind) = TokenizerOf(parse, Characters, () => paths.SelectMany(path => Passages.Of(TextFiles.Lines(path))));
        double split = parse.GetValue(validationSplit);
        using LanguageData data = LanguageData.Encode(paths, cutting, most, split, surroundings.Interrupted);
        int all = parse.Given(steps) ?? DefaultSteps;
        TextSettings settings = new(
            TextSettings.Language, paths, name, kind, most, features, parse.Given(layers) ?? 4, shared, parse.GetValue(dropout), parse.GetValue(batch), Math.Min(parse.Given(epochs) ?? 20, all), null, parse.Given(minutes),
            parse.Given(learningRate) ?? Math.Min(0.003, 0.256 / features), parse.Given(seed) ?? RunSettings.NewSeed(), split, null, data.Sha256);
        return LanguageTraining.Run(surroundings, () => RunFolder.Create(surroundings, parse.GetValue(output), "text", name), settings, all, data, cutting, parse.GetValue(quiet), parse.GetValue(json));
    }

    private int TrainClassifier(ParseResult parse)
    {
        foreach (Option option in parse.IsGiven(from) ? (Option[])[tokenizer, vocabulary, network, width] : [])
        {
            if (parse.IsGiven(option))
                throw new UsageException($"{option.Name} goes without --from: the encoder has its own. Leave it out.");
        }

        string name = Options.OneOf("--network", parse.GetValue(network) ?? ClassifierNetworks.Names[0], ClassifierNetworks.Names);
        int most = parse.Given(length) ?? 128;
        if (name == "bilstm" && parse.Given(width) % 2 == 1)
            throw new UsageException($"--width: received {parse.GetValue(width)}; expected an even number, which the two directions of bilstm share.");
        string? weights = parse.GetValue(from);
        ClassifierData data = ClassifierData.Read(surroundings, parse.GetRequiredValue(files));
        Model? encoder = null;
        (Tokenizer cutting, string kind) = weights is null ? TokenizerOf(parse, Words, () => data.Texts) : default;
        if (weights is not null)
        {
            (encoder, cutting) = Encoders.Open(surroundings, weights);
            (name, kind) = (surroundings.FullPath(weights), "");
            most = Encoders.Fitting(encoder, most, parse.IsGiven(length));
        }

        TextSettings settings = new(
            TextSettings.Classifier, [.. parse.GetRequiredValue(files).Select(surroundings.FullPath)], name, kind, most, weights is null ? parse.Given(width) ?? 128 : null, null, null,
            parse.Given(dropout) ?? (weights is null ? 0.3 : 0.1), parse.GetValue(batch), parse.Given(epochs) ?? (weights is null ? 8 : 3), null, null,
            parse.Given(learningRate) ?? (weights is null ? 1e-3 : 1e-4), parse.Given(seed) ?? RunSettings.NewSeed(), parse.GetValue(validationSplit), data.Classes, data.Sha256());
        return ClassifierTraining.Run(surroundings, () => RunFolder.Create(surroundings, parse.GetValue(output), "text", weights is null ? name : "encoder"), settings, data, cutting, encoder, parse.GetValue(quiet), parse.GetValue(json));
    }

    private int Resume(ParseResult parse, string asked)
    {
        if (parse.GetValue(files) is { Length: > 0 } given)
            throw new UsageException($"FILE goes without --resume, which reads the texts of the run; received '{given[0]}'. Leave it out, or start a new run without --resume.");
        foreach (Option option in parse.CommandResult.Command.Options)
        {
            if (parse.IsGiven(option) && option != resume && option != threads && option != quiet && option != json)
                throw new UsageException($"{option.Name} goes without --resume, which takes the settings of the run. Leave it out, or start a new run without --resume.");
        }

        RunFolder folder = RunFolder.Open(surroundings, asked);
        using FileLock held = folder.Hold(surroundings);
        TextSettings settings = TextSettings.Read(folder.Settings);
        if (File.Exists(folder.Result))
            throw new UsageException($"the run '{asked}' is complete: all {settings.Epochs} epochs are done. Evaluate it: laminet text evaluate {surroundings.Typed(folder.FullPath)} FILE");
        if (!settings.IsTrainable)
            throw new InvalidDataException($"{folder.Settings} cannot be used to resume: a setting is missing or out of its range. It was changed, or an older laminet wrote it; start a new run.");
        Tokenizer cutting = TokenizerFiles.Of(surroundings, folder.FullPath);
        if (settings.Model == TextSettings.Language)
        {
            using LanguageData corpus = LanguageData.Encode([.. settings.Data.Select(surroundings.ExistingFile)], cutting, settings.Length, settings.ValidationSplit, surroundings.Interrupted);
            RequireSame(corpus.Sha256);
            return LanguageTraining.Run(surroundings, () => (folder, held), settings, 0, corpus, cutting, parse.GetValue(quiet), parse.GetValue(json));
        }

        ClassifierData data = ClassifierData.Read(surroundings, settings.Data, settings.Classes);
        RequireSame(data.Sha256());
        Model? encoder = settings.Width is null ? Encoders.Open(surroundings, settings.Network).Encoder : null;
        return ClassifierTraining.Run(surroundings, () => (folder, held), settings, data, cutting, encoder, parse.GetValue(quiet), parse.GetValue(json));

        void RequireSame(string sum)
        {
            if (sum != settings.DataSha256)
                throw new UsageException($"the texts in {string.Join(", ", settings.Data)} are not those with which the run '{asked}' started. Restore them, or start a new run.");
        }
    }

    // The tokenizer, and what the settings call it.
    private (Tokenizer Tokenizer, string Kind) TokenizerOf(ParseResult parse, string usual, Func<IEnumerable<string>> texts)
    {
        string asked = parse.GetValue(tokenizer) ?? usual;
        string path = surroundings.FullPath(asked);
        bool isFile = File.Exists(path);
        if (!isFile && asked is not (Characters or Words or BytePair))
            throw new UsageException($"--tokenizer: received '{asked}'; expected {Characters}, {Words}, {BytePair}, or a file, and there is none of this name.{Laminet.Configuration.Suggestion.For(asked, [Characters, Words, BytePair])}");
        if (parse.IsGiven(vocabulary) && (isFile || asked == Characters))
            throw new UsageException($"--vocabulary goes with --tokenizer {Words} or {BytePair}. Leave it out.");
        int? most = parse.Given(vocabulary);
        return isFile ? (TokenizerFiles.Load(path), path) : (asked switch
        {
            Words => Tokenizer.OfWords(texts(), most ?? 20_000, lowercase: true),
            BytePair => VocabularyTrainer.BytePair(texts(), most is null or >= 257 ? most ?? 4000 : throw new UsageException($"--vocabulary: received {most}; expected at least 257 for {BytePair}: 256 bytes and {EndOfText}."), [EndOfText], threads: Engine.Threads),
            _ => Tokenizer.OfCharacters(texts()),
        }, asked);
    }
}
