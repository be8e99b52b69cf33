using System.CommandLine;
using System.Globalization;
using Laminet.Cli.Rendering;
using Laminet.Cli.Texts;
using Laminet.Text.Corpora;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet text predict</c>: the class of a text.</summary>
internal static class TextPredictCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> model = new("RUN") { Description = "A run's folder from 'laminet text train --task classify'" };
        Argument<string> text = new("TEXT") { Description = "The text", Arity = ArgumentArity.ZeroOrOne };
        Option<string> file = Options.Text("--file", "FILE", "Texts instead, line by line");
        Option<int> threads = Options.Threads();
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("predict", "Show the probability that a classifier of texts gives to each class.",
            ("laminet text predict runs/NAME \"a fine film\"", "The probabilities of a text's classes"),
            ("laminet text predict runs/NAME --file reviews.txt", "The class of each line, its probability, and the line"))
        {
            Arguments = { model, text },
            Options = { file, threads, json },
        };
        command.SetAction(parse =>
        {
            parse.ApplyThreads(threads);
            (string? asked, string? lines) = (parse.GetValue(text), parse.GetValue(file));
            if ((asked is null) == (lines is null))
                throw new UsageException("expected either a text or --file FILE.");
            string[] texts = asked is not null ? [asked] : [.. TextFiles.Lines(surroundings.ExistingFile(lines!))];
            if (texts.Length == 0)
                throw new UsageException($"{lines} has no lines.");
            TextModel opened = TextModel.Open(surroundings, parse.GetRequiredValue(model));
            IReadOnlyList<float[]> probabilities = opened.Classify(texts, surroundings.Interrupted);
            IReadOnlyList<string> classes = opened.Settings!.Classes!;
            (string Text, string Class, float[] All)[] rows = [.. texts.Zip(probabilities, (one, all) => (one, classes[Array.IndexOf(all, all.Max())], all))];
            if (parse.GetValue(json))
            {
                surroundings.Output.WriteLine(JsonOutput.Text(rows.Select(row => new { row.Text, row.Class, Probabilities = classes.Zip(row.All).ToDictionary(pair => pair.First, pair => pair.Second) })));
                return ExitCode.Ok;
            }

            Screen screen = new(surroundings, json: false);
            if (lines is not null)
            {
                foreach ((string line, string name, float[] all) in rows)
                    surroundings.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ErrorText.Printable(name)}\t{all.Max():F3}\t{ErrorText.Printable(line)}"));
                return ExitCode.Ok;
            }

            foreach ((string name, float probability) in classes.Zip(rows[0].All).OrderByDescending(pair => pair.Second))
                screen.Line(string.Create(CultureInfo.InvariantCulture, $"{probability:F3}  {name}"));
            return ExitCode.Ok;
        });
        return command;
    }
}
