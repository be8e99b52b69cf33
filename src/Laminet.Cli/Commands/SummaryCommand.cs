using System.CommandLine;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Models;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet summary</c>: a model's layers.</summary>
internal static class SummaryCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> model = new("MODEL|RUN") { Description = $"A model of the zoo ({ModelNames}), a run's folder, or a .laminet file" };
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("summary", "List a model's layers with their output shapes and parameters.",
            ("laminet summary lenet5", "A model of the zoo, for images of 28 x 28"),
            ("laminet summary runs/NAME", "The best model of a run"),
            ("laminet summary model.laminet --json", "Any saved model, for programs"))
        {
            model, json,
        };
        command.SetAction(parse =>
        {
            Model found = Find(surroundings, parse.GetRequiredValue(model));
            if (parse.GetValue(json))
            {
                surroundings.Output.WriteLine(JsonOutput.Text(new { found.Name, Parameters = found.ParameterCount, Layers = found.SummaryRows() }));
                return ExitCode.Ok;
            }

            Screen screen = new(surroundings, json: false);
            foreach (string line in found.SummaryText().TrimEnd('\n').Split('\n'))
                screen.Line(line);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The models of the zoo by name.</summary>
    public static string ModelNames => string.Join(", ", ModelCatalog.All.Select(entry => entry.Name));

    private static Model Find(Surroundings surroundings, string asked)
    {
        if (ModelCatalog.All.FirstOrDefault(entry => entry.Name.Equals(asked, StringComparison.OrdinalIgnoreCase)) is { } known)
            return known.Create(new Shape(28, 28, 1), 10, 0);
        string path = surroundings.FullPath(asked);
        if (File.Exists(path))
            return Model.Load(path);
        if (Directory.Exists(path))
            return Model.Load(RunFolder.Open(surroundings, asked).ModelOrExplain(surroundings));
        throw new UsageException($"there is no model, run or file '{asked}'; expected one of {ModelNames}, a run's folder or a .laminet file."
            + Suggestion.For(asked, ModelCatalog.All.Select(entry => entry.Name)));
    }
}
