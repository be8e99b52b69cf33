using System.CommandLine;
using System.Globalization;
using Laminet.Cli.Rendering;
using Laminet.Cli.Texts;
using Laminet.Tensors;
using Laminet.Text.Corpora;
using Laminet.Text.Tokenizers;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet tokenizer</c>: makes vocabularies, and cuts texts by them.</summary>
internal static class TokenizerCommand
{
    private const string BytePair = "bpe", WordPiece = "wordpiece", Words = "words", Characters = "characters";

    public static Command Create(Surroundings surroundings)
    {
        DocumentedCommand command = new("tokenizer", "Train a tokenizer on texts; cut texts into tokens.",
            ("laminet tokenizer train corpus.txt --size 8000", "A byte-pair vocabulary of 8000 tokens, into tokenizer.json"),
            ("laminet tokenizer encode tokenizer.json \"Two dogs run.\"", "The tokens of a text"))
        {
            CreateTrain(surroundings),
            CreateEncode(surroundings),
        };
        command.SetAction(new HelpPage().Invoke);
        return command;
    }

    private static DocumentedCommand CreateTrain(Surroundings surroundings)
    {
        Argument<string[]> files = new("FILE") { Description = "Texts in UTF-8, line by line; .gz files are unpacked", Arity = ArgumentArity.OneOrMore };
        Option<string> kind = Options.Text("--kind", "KIND", $"{BytePair} (byte level), {WordPiece}, {Words} or {Characters}", BytePair);
        Option<int> size = Options.Number("--size", "N", "The most tokens", new NumberRange<int>(3, 10_000_000), 8000);
        Option<string[]> special = new("--special") { Description = "A special token of a byte-pair vocabulary, such as <|endoftext|>; may be given several times", HelpName = "TOKEN" };
        Option<bool> lowercase = new("--lowercase") { Description = "Take capitals and accents away (wordpiece and words)" };
        Option<string> output = Options.Text("--out", "FILE", "The tokenizer", "tokenizer.json");
        Option<int> threads = Options.Threads();
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("train", "Make a vocabulary of texts and save it as a tokenizer.json, which Hugging Face's library reads, too.",
            ("laminet tokenizer train corpus.txt", "8000 byte-pair tokens"),
            ("laminet tokenizer train a.txt b.txt.gz --special \"<|endoftext|>\" --size 16000 --out bpe.json", "Of two files, with a special token"),
            ("laminet tokenizer train corpus.txt --kind wordpiece --lowercase", "A vocabulary as that of BERT"))
        {
            Arguments = { files },
            Options = { kind, size, special, lowercase, output, threads, json },
        };
        command.SetAction(parse =>
        {
            string chosen = Options.OneOf("--kind", parse.GetValue(kind)!, [BytePair, WordPiece, Words, Characters]);
            string[] tokens = parse.GetValue(special) ?? [];
            bool lowers = parse.GetValue(lowercase);
            if (tokens.Length > 0 && chosen != BytePair)
                throw new UsageException($"--special: a vocabulary of kind {chosen} has its own special tokens; use --kind {BytePair}.");
            if (lowers && chosen is BytePair or Characters)
                throw new UsageException($"--lowercase: a vocabulary of kind {chosen} keeps all characters; use --kind {WordPiece} or {Words}.");
            string[] paths = [.. parse.GetRequiredValue(files).Select(surroundings.ExistingFile)];
            IEnumerable<string> lines = paths.SelectMany(path => TextFiles.Lines(path));
            if (!lines.Any(line => line.Length > 0))
                throw new UsageException($"{string.Join(", ", paths.Select(surroundings.Typed))}: no text; expected lines of text to make a vocabulary of.");
            int most = parse.GetValue(size), workers = parse.GetResult(threads) is null ? Engine.Threads : parse.GetValue(threads);
            Tokenizer tokenizer = chosen switch
            {
                BytePair => VocabularyTrainer.BytePair(lines, most, tokens, threads: workers),
                WordPiece => VocabularyTrainer.WordPiece(lines, most, lowers, threads: workers),
                Words => Tokenizer.OfWords(lines, most, lowers),
                _ => Tokenizer.OfCharacters(lines),
            };
            string path = surroundings.FullPath(parse.GetValue(output)!);
            tokenizer.Save(path);
            bool asJson = parse.GetValue(json);
            if (asJson)
                surroundings.Output.WriteLine(JsonOutput.Text(new { Tokenizer = path, Kind = chosen, Tokens = tokenizer.VocabularySize }));
            string fewer = chosen is BytePair or WordPiece && tokenizer.VocabularySize < most
                ? string.Create(CultureInfo.InvariantCulture, $", not {most:N0}: the files have no further pair that occurs twice")
                : "";
            new Screen(surroundings, asJson).Line(string.Create(CultureInfo.InvariantCulture, $"{surroundings.Typed(path)}: {tokenizer.VocabularySize:N0} tokens{fewer}"));
            return ExitCode.Ok;
        });
        return command;
    }

    private static DocumentedCommand CreateEncode(Surroundings surroundings)
    {
        Argument<string> tokenizer = new("TOKENIZER") { Description = "A tokenizer.json, a vocab.txt of BERT, or a .model of SentencePiece" };
        Argument<string> text = new("TEXT") { Description = "The text", Arity = ArgumentArity.ZeroOrOne };
        Option<string> file = Options.Text("--file", "FILE", "Texts to encode instead, line by line");
        Option<string> output = Options.Text("--out", "FILE", "With --file: write the tokens as a file of tokens, each line a document, instead of showing them");
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("encode", "Cut a text, or the lines of a file, into tokens.",
            ("laminet tokenizer encode tokenizer.json \"Two dogs run.\"", "Tokens, their numbers, and their places in the text"),
            ("laminet tokenizer encode tokenizer.json --file corpus.txt", "The numbers of each line"),
            ("laminet tokenizer encode tokenizer.json --file corpus.txt --out corpus.tokens", "A file of tokens for training"))
        {
            Arguments = { tokenizer, text },
            Options = { file, output, json },
        };
        command.SetAction(parse =>
        {
            (string? asked, string? lines, string? target) = (parse.GetValue(text), parse.GetValue(file), parse.GetValue(output));
            if ((asked is null) == (lines is null))
                throw new UsageException("expected either a text or --file FILE.");
            if (target is not null && lines is null)
                throw new UsageException("--out: goes with --file; a single text is shown.");
            Tokenizer loaded = TokenizerFiles.Load(surroundings.ExistingFile(parse.GetRequiredValue(tokenizer)));
            bool asJson = parse.GetValue(json);
            if (asked is not null)
                ShowText(surroundings, loaded, asked, asJson);
            else if (target is null)
                ShowLines(surroundings, loaded, surroundings.ExistingFile(lines!), asJson);
            else
                WriteFile(surroundings, loaded, surroundings.ExistingFile(lines!), surroundings.FullPath(target), asJson);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void ShowText(Surroundings surroundings, Tokenizer tokenizer, string text, bool json)
    {
        EncodedText encoded = tokenizer.Encode(text);
        if (json)
        {
            surroundings.Output.WriteLine(JsonOutput.Text(new { encoded.Ids, encoded.Tokens, Offsets = encoded.Offsets.Select(offset => new[] { offset.Start, offset.End }) }));
            return;
        }

        Screen screen = new(surroundings, json: false);
        for (int i = 0; i < encoded.Count; i++)
            screen.Line($"{encoded.Ids[i],8}  {$"{encoded.Offsets[i].Start}-{encoded.Offsets[i].End}",-9}  {ErrorText.Printable(encoded.Tokens[i])}");
    }

    private static void ShowLines(Surroundings surroundings, Tokenizer tokenizer, string path, bool json)
    {
        IEnumerable<IReadOnlyList<int>> rows = TextFiles.Lines(path).Select(line => tokenizer.Encode(line).Ids);
        if (json)
        {
            surroundings.Output.WriteLine(JsonOutput.Text(rows));
            return;
        }

        foreach (IReadOnlyList<int> row in rows)
            surroundings.Output.WriteLine(string.Join(' ', row));
    }

    private static void WriteFile(Surroundings surroundings, Tokenizer tokenizer, string path, string target, bool json)
    {
        TokenFile.Write(target, TextFiles.Lines(path).Select(line => tokenizer.Encode(line).Ids), tokenizer.VocabularySize);
        using TokenFile written = TokenFile.Open(target);
        if (json)
            surroundings.Output.WriteLine(JsonOutput.Text(new { File = target, Tokens = written.Length, Documents = written.DocumentCount }));
        new Screen(surroundings, json).Line(string.Create(CultureInfo.InvariantCulture, $"{surroundings.Typed(target)}: {written.Length:N0} tokens of {written.DocumentCount:N0} lines"));
    }
}
