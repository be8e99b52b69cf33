using System.CommandLine;
using System.Globalization;
using Laminet.Cli.Rendering;
using Laminet.Cli.Texts;
using Laminet.Text.Corpora;
using Laminet.Zoo.Language;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet text evaluate</c>: figures of a model on texts, or of texts against references.</summary>
internal sealed class TextEvaluateCommand
{
    private readonly Argument<string> model = new("MODEL") { Description = TextModel.Description, Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string[]> files = new("FILE") { Description = $"Texts for a language model. For a classifier: {ClassifierData.Forms}", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string> texts = Options.Text("--texts", "FILE", "Instead of a model: texts to score, line by line, against --references");
    private readonly Option<string[]> references = new("--references") { Description = "What the lines of --texts should be; may be given several times, for several references of each line", HelpName = "FILE" };
    private readonly Option<string[]> metric = new("--metric") { Description = $"With --texts: {string.Join(", ", TextScores.Names)}; may be given several times (default: all but chrf++ and cer)", HelpName = "NAME" };
    private readonly Option<bool> lowercase = new("--lowercase") { Description = "With --texts: disregard case. ROUGE and exact match always do" };
    private readonly Option<int> stride = Options.Number("--stride", "N", "For a language model: from one window to the next (default: half of the model's length)", new NumberRange<int>(1, 1 << 20));
    private readonly Option<int> threads = Options.Threads();
    private readonly Option<bool> json = Options.Json();
    private readonly Surroundings surroundings;

    private TextEvaluateCommand(Surroundings surroundings) => this.surroundings = surroundings;

    public static Command Create(Surroundings surroundings)
    {
        TextEvaluateCommand evaluate = new(surroundings);
        DocumentedCommand command = new("evaluate", "Perplexity of a language model, accuracy of a classifier, or BLEU, ROUGE and others of texts against references.",
            ("laminet text evaluate runs/NAME other.txt", "Perplexity of a language model on a text"),
            ("laminet text evaluate gpt2 other.txt --stride 1024", "GPT-2 from a folder of Hugging Face, windows side by side"),
            ("laminet text evaluate runs/NAME test.tsv", "Accuracy of a classifier, and recall of each class"),
            ("laminet text evaluate --texts out.txt --references test.en", "BLEU, chrF, ROUGE, word error rate, exact match"),
            ("laminet text evaluate --texts out.txt --references a --references b --metric bleu", "With two references of each line"))
        {
            Notes = """
                Perplexity is exp of the mean nats a token. Windows of the model's length go over the text; of each but the first
                only the last --stride tokens count, so that each token counts once and has tokens before it. The first token
                of a file is not counted. Nats and bits a character, and bits a byte, can be compared between tokenizers.

                BLEU is that of sacreBLEU (13a, exponential smoothing), from 0 to 100 as chrF; ROUGE is the mean F of Google's
                rouge-score without stemming, of several references the best; exact match and F1 are those of SQuAD.
                wer and cer take one reference.
                """,
        };
        command.Arguments.Add(evaluate.model);
        command.Arguments.Add(evaluate.files);
        foreach (Option option in (Option[])[evaluate.texts, evaluate.references, evaluate.metric, evaluate.lowercase, evaluate.stride, evaluate.threads, evaluate.json])
            command.Options.Add(option);
        command.SetAction(evaluate.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        parse.ApplyThreads(threads);
        (string? asked, string[] on) = (parse.GetValue(model), parse.GetValue(files) ?? []);
        if (parse.GetValue(texts) is { } ours)
        {
            if (asked is not null || parse.IsGiven(stride))
                throw new UsageException($"--texts: received a {(asked is null ? "--stride" : "model")}, too; texts are scored against --references alone. Leave one of them out.");
            return OfTexts(parse, ours, parse.GetValue(references) ?? []);
        }

        foreach (Option option in (Option[])[references, metric, lowercase])
        {
            if (parse.IsGiven(option))
                throw new UsageException($"{option.Name} goes with --texts. Leave it out, or add --texts FILE.");
        }

        if (asked is null || on.Length == 0)
            throw new UsageException("expected a model and a file, or --texts FILE --references FILE. See 'laminet text evaluate --help'.");
        TextModel opened = TextModel.Open(surroundings, asked);
        return opened.Model is CausalLanguageModel ? OfLanguage(parse, opened, on) : OfClassifier(parse, opened, on);
    }

    private int OfLanguage(ParseResult parse, TextModel opened, string[] on)
    {
        CausalLanguageModel language = opened.Language;
        int step = parse.Given(stride) ?? Math.Max(1, language.MaxLength / 2);
        if (step > language.MaxLength)
            throw new UsageException($"--stride: received {step}; expected at most {language.MaxLength}, the model's length.");
        Screen screen = new(surroundings, parse.GetValue(json));
        (double nats, long tokens, long characters, long bytes) = (0, 0, 0, 0);
        foreach (string file in on)
        {
            List<int> all = [];
            foreach (string passage in Passages.Of(TextFiles.Lines(surroundings.ExistingFile(file))))
            {
                all.AddRange(opened.Tokenizer.Encode(passage, maxLength: int.MaxValue, specialTokens: false).Ids);
                (characters, bytes) = (characters + passage.Length, bytes + System.Text.Encoding.UTF8.GetByteCount(passage));
            }

            if (all.Count < 2)
                throw new UsageException($"{file} has {all.Count} tokens; expected two or more, of which all but the first are foretold.");
            LanguageScore score = screen.Progress($"scoring {file}", LanguageScore.CountWindows(language, all.Count, step), progress => LanguageScore.Of(language, [.. all], step, progress, surroundings.Interrupted));
            (nats, tokens) = (nats + (score.Nats * score.Tokens), tokens + score.Tokens);
        }

        return Tell(parse, new Dictionary<string, double>
        {
            ["perplexity"] = Math.Exp(nats / tokens),
            ["nats_per_token"] = nats / tokens,
            ["nats_per_character"] = nats / characters,
            ["bits_per_character"] = nats / characters / Math.Log(2),
            ["bits_per_byte"] = nats / bytes / Math.Log(2),
            ["tokens"] = tokens,
        });
    }

    private int OfClassifier(ParseResult parse, TextModel opened, string[] on)
    {
        if (parse.IsGiven(stride))
            throw new UsageException("--stride goes with a language model. Leave it out.");
        ClassifierData data = ClassifierData.Read(surroundings, on, opened.Settings!.Classes);
        IReadOnlyList<float[]> probabilities = opened.Classify(data.Texts, surroundings.Interrupted);
        int[] chosen = [.. probabilities.Select(row => Array.IndexOf(row, row.Max()))];
        double loss = probabilities.Zip(data.Labels, (row, label) => -Math.Log(Math.Max(row[label], 1e-7f))).Average();
        Dictionary<string, double> figures = new() { ["accuracy"] = Share(_ => true), ["loss"] = loss, ["texts"] = data.Texts.Count };
        foreach ((int label, string name) in data.Classes.Index().Where(one => data.Labels.Contains(one.Index)))
            figures[$"recall of {name}"] = Share(one => one == label);
        return Tell(parse, figures);

        double Share(Func<int, bool> counts) => chosen.Zip(data.Labels).Where(pair => counts(pair.Second)).Average(pair => pair.First == pair.Second ? 1.0 : 0);
    }

    private int OfTexts(ParseResult parse, string ours, string[] theirs)
    {
        if (theirs.Length == 0)
            throw new UsageException("--references is missing: what the lines of --texts should be. See 'laminet text evaluate --help'.");
        string[] names = parse.GetValue(metric) is { Length: > 0 } given ? [.. given.Select(name => Options.OneOf("--metric", name, TextScores.Names)).Distinct()] : [.. TextScores.Usual(theirs.Length)];
        if (theirs.Length > 1 && names.FirstOrDefault(name => name is "wer" or "cer") is { } single)
            throw new UsageException($"--metric: received {single} and {theirs.Length} files of references; an error rate takes one. Leave the others out.");
        string[] lines = [.. TextFiles.Lines(surroundings.ExistingFile(ours))];
        string[][] others = [.. theirs.Select(file => TextFiles.Lines(surroundings.ExistingFile(file)).ToArray())];
        foreach ((string file, string[] other) in theirs.Zip(others))
        {
            if (other.Length != lines.Length || lines.Length == 0)
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{ours} has {lines.Length:N0} lines, {file} {other.Length:N0}; expected one or more, and as many of both: lines of the same number belong together."));
        }

        IReadOnlyList<string>[] each = [.. lines.Select((_, i) => (IReadOnlyList<string>)[.. others.Select(other => other[i])])];
        bool disregardsCase = parse.GetValue(lowercase);
        return Tell(parse, new Dictionary<string, double>(names.SelectMany(name => TextScores.Of(name, lines, each, disregardsCase))) { ["texts"] = lines.Length });
    }

    private int Tell(ParseResult parse, Dictionary<string, double> figures)
    {
        if (parse.GetValue(json))
        {
            surroundings.Output.WriteLine(JsonOutput.Text(figures));
            return ExitCode.Ok;
        }

        Screen screen = new(surroundings, json: false);
        int width = figures.Keys.Max(name => name.Length);
        foreach ((string name, double value) in figures)
            screen.Line($"{name.PadRight(width)}  {value.ToString(name is "tokens" or "texts" ? "N0" : "F4", CultureInfo.InvariantCulture)}");
        return ExitCode.Ok;
    }
}
