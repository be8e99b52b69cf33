using System.CommandLine;
using System.Globalization;
using Laminet.Cli.Runs;
using Laminet.Cli.Texts;
using Laminet.Generation;
using Laminet.Zoo.Language;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet text generate</c>: a language model writes.</summary>
internal sealed class TextGenerateCommand
{
    private readonly Argument<string> model = new("MODEL") { Description = TextModel.Description };
    private readonly Option<string[]> prompt = new("--prompt") { Description = "The text to go on from; may be given several times. - reads prompts from standard input, a line each (default: the beginning of a text)", HelpName = "TEXT" };
    private readonly Option<int> tokens = Options.Number("--max-tokens", "N", "The most tokens to write", new NumberRange<int>(1, 10_000_000), 200);
    private readonly Option<double> temperature = Options.Number("--temperature", "X", "Below 1 likely tokens become likelier; 0 takes the likeliest (default: 0.8)", new NumberRange<double>(0, 100));
    private readonly Option<int> topK = Options.Number("--top-k", "N", "Draw from the N likeliest tokens only", new NumberRange<int>(1, 10_000_000));
    private readonly Option<double> topP = Options.Number("--top-p", "X", "Draw from the likeliest tokens only that together have this probability", new NumberRange<double>(0, 1, IsOpen: true));
    private readonly Option<double> minP = Options.Number("--min-p", "X", "Draw from tokens only that are at least so likely as this share of the likeliest", new NumberRange<double>(0, 1));
    private readonly Option<double> penalty = Options.Number("--repetition-penalty", "X", "Above 1 tokens that are already there become less likely", new NumberRange<double>(0, 100, IsOpen: true), 1);
    private readonly Option<int> beams = Options.Number("--beams", "N", "Beam search for the likeliest text, with so many hypotheses", new NumberRange<int>(1, 1024), 1);
    private readonly Option<double> lengthPenalty = Options.Number("--length-penalty", "X", "With --beams: above 0 longer texts are preferred (default: 1)", new NumberRange<double>(-100, 100));
    private readonly Option<string[]> stop = new("--stop") { Description = "End before this text; may be given several times. \\n is the end of a line (default: the token that ends a text, where there is one)", HelpName = "TEXT" };
    private readonly Option<int> seed = Options.Number("--seed", "N", "Seed of the random choices: the same seed gives the same text (default: a new one)", RunSettings.SeedRange);
    private readonly Option<int> threads = Options.Threads();
    private readonly Option<bool> json = Options.Json();
    private readonly Surroundings surroundings;

    private TextGenerateCommand(Surroundings surroundings) => this.surroundings = surroundings;

    public static Command Create(Surroundings surroundings)
    {
        TextGenerateCommand generate = new(surroundings);
        DocumentedCommand command = new("generate", "Let a language model write, token by token.",
            ("laminet text generate runs/NAME --prompt \"Once upon\"", "200 tokens after these words"),
            ("laminet text generate runs/NAME --prompt A --prompt B --seed 1", "Two texts, the same each time"),
            ("laminet text generate gpt2 --prompt \"The\" --top-p 0.9 --stop \"\\n\"", "GPT-2 from a folder of Hugging Face, up to the end of the line"),
            ("laminet text generate runs/NAME --prompt - < prompts.txt", "A text for each line"),
            ("laminet text generate runs/NAME --prompt \"Once\" --beams 4", "The likeliest text that beam search finds"))
        {
            Notes = """
                Tokens are shown as they are written, after the prompt. --json writes one document with all texts at the end.

                A model has a number of positions (--length of laminet text train). When they are full, writing goes on from
                the last half of them; beam search ends there.

                Ctrl+C ends the writing.
                """,
        };
        command.Arguments.Add(generate.model);
        foreach (Option option in (Option[])[
            generate.prompt, generate.tokens, generate.temperature, generate.topK, generate.topP, generate.minP, generate.penalty, generate.beams, generate.lengthPenalty, generate.stop, generate.seed, generate.threads,
            generate.json])
        {
            command.Options.Add(option);
        }

        command.SetAction(generate.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        parse.ApplyThreads(threads);
        bool searches = parse.GetValue(beams) > 1;
        foreach (Option option in searches ? (Option[])[temperature, topK, topP, minP, seed] : [lengthPenalty])
        {
            if (parse.IsGiven(option))
                throw new UsageException(searches ? $"{option.Name} draws at random, and --beams takes the likeliest. Leave one of them out." : $"{option.Name} goes with --beams. Leave it out.");
        }

        string[] asked = parse.GetValue(prompt) is { Length: > 0 } given ? given : [""];
        string[] stops = [.. (parse.GetValue(stop) ?? []).Select(text => text.Replace("\\n", "\n", StringComparison.Ordinal))];
        if (stops.Contains(""))
            throw new UsageException("--stop: received an empty text, which would end every writing at once. Leave it out.");
        TextModel opened = TextModel.Open(surroundings, parse.GetRequiredValue(model));
        CausalLanguageModel decoder = opened.Language;
        int[] stopTokens = [.. opened.EndToken is { } end && stops.Length == 0 ? [end] : Enumerable.Empty<int>(), .. stops.Select(opened.Tokenizer.IdOf).OfType<int>()];
        if (searches && stops.FirstOrDefault(text => opened.Tokenizer.IdOf(text) is null) is { } text)
            throw new UsageException($"--stop: '{text.Replace("\n", "\\n", StringComparison.Ordinal)}' is no single token of the model; a beam search ends at such only. Leave --beams out, or stop at another text.");
        GenerationSettings settings = new()
        {
            Temperature = searches ? null : parse.Given(temperature) ?? 0.8,
            TopK = parse.Given(topK),
            TopP = parse.Given(topP),
            MinP = parse.Given(minP),
            RepetitionPenalty = parse.GetValue(penalty),
            NumBeams = parse.GetValue(beams),
            LengthPenalty = parse.Given(lengthPenalty) ?? 1,
            StopTokens = stopTokens,
            Seed = (ulong)(parse.Given(seed) ?? RunSettings.NewSeed()),
        };
        bool asJson = parse.GetValue(json);
        List<object> texts = [];
        foreach (string start in asked.SelectMany(Lines))
        {
            (string written, int count) = Write(opened, decoder, settings, start, stops, parse.GetValue(tokens), asJson ? _ => { } : Show);
            texts.Add(new { Prompt = start, Text = written, Tokens = count });
            if (!asJson)
                surroundings.Output.WriteLine();
        }

        if (asJson)
            surroundings.Output.WriteLine(JsonOutput.Text(new { Model = opened.Name, Texts = texts }));
        return ExitCode.Ok;
    }

    // A line is read when the text of the one before is written.
    private IEnumerable<string> Lines(string asked)
    {
        if (asked != "-")
            return [asked];
        return Read();

        IEnumerable<string> Read()
        {
            while (surroundings.Input.ReadLine() is { } line)
                yield return line;
        }
    }

    private (string Text, int Tokens) Write(TextModel opened, CausalLanguageModel decoder, GenerationSettings settings, string start, string[] stops, int most, Action<string> show)
    {
        int[] read = [.. opened.Tokenizer.Encode(start, maxLength: int.MaxValue, specialTokens: start.Length > 0 && opened.Settings is null).Ids];
        // The beginning of a text is the end of the one before.
        if (read.Length == 0)
            read = opened.EndToken is { } end ? [end] : [.. opened.Tokenizer.Encode("\n").Ids];
        if (read.Length == 0)
            throw new UsageException("--prompt is missing: the tokenizer has no token that begins a text. Give the first words.");
        show(start);
        System.Text.StringBuilder text = new();
        StopTexts found = new(stops);
        int count = 0;
        if (settings.NumBeams > 1)
        {
            int room = decoder.MaxLength - read.Length;
            int[] best = room > 0 ? decoder.Generate(read, settings with { MaxNewTokens = Math.Min(most, room) })
                : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--prompt: received {read.Length} tokens; the model has {decoder.MaxLength} positions, and a beam search needs some of them. Give a shorter text."));
            count = best.Length;
            Add(opened.Tokenizer.Decode(best));
        }
        else
        {
            foreach (string part in opened.Tokenizer.DecodeStream(Counted()).ToBlockingEnumerable(surroundings.Interrupted))
            {
                Add(part);
                if (found.IsFound)
                    break;
            }
        }

        string rest = found.Rest();
        text.Append(rest);
        show(rest);
        return (text.ToString(), count);

        void Add(string part)
        {
            string sure = found.Take(part);
            text.Append(sure);
            show(sure);
        }

        async IAsyncEnumerable<int> Counted()
        {
            await foreach (int token in Writing.Tokens(decoder, read, settings, most, surroundings.Interrupted).ConfigureAwait(false))
            {
                count++;
                yield return token;
            }
        }
    }

    // Lines stay lines; what else could command the terminal does not.
    private void Show(string part)
    {
        surroundings.Output.Write(string.Join('\n', part.Split('\n').Select(ErrorText.Printable)));
        surroundings.Output.Flush();
    }
}
