using System.CommandLine;
using Laminet.Cli.OwnTrainings;
using Laminet.Cli.Rendering;
using Laminet.Zoo.Models;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet models</c>: the models of the zoo.</summary>
internal static class ModelsCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("models", "List the models of the zoo by name.",
            ("laminet models", "All models"),
            ("laminet summary resnet18", "The layers of one of them"),
            ("laminet train resnet20", "Train one on the embedded Fashion-MNIST"),
            ("laminet models --json", "For programs"))
        {
            json,
        };
        command.SetAction(parse =>
        {
            if (parse.GetValue(json))
            {
                surroundings.Output.WriteLine(JsonOutput.Text(ModelCatalog.All.Select(entry => new
                {
                    entry.Name,
                    entry.Description,
                    InputShape = (int[]?)entry.InputShape.Dimensions.ToArray(),
                    Classes = (int?)entry.Classes,
                    Task = entry.Task.ToString(),
                }).Concat(OwnTrainingCatalog.All.Select(training => new
                {
                    training.Name,
                    training.Description,
                    InputShape = (int[]?)null,
                    Classes = (int?)null,
                    Task = nameof(OwnTraining),
                }))));
                return ExitCode.Ok;
            }

            Screen screen = new(surroundings, json: false);
            int width = ModelCatalog.All.Select(entry => entry.Name).Concat(OwnTrainingCatalog.All.Select(training => training.Name)).Max(name => name.Length);
            foreach (IGrouping<ModelTask, ModelEntry> group in ModelCatalog.All.GroupBy(entry => entry.Task))
            {
                screen.Line($"{group.Key}:");
                foreach (ModelEntry entry in group)
                    screen.Line($"  {entry.Name.PadRight(width)}  {entry.Description}");
            }

            screen.Line("Trained in a way of their own:");
            foreach (OwnTraining training in OwnTrainingCatalog.All)
                screen.Line($"  {training.Name.PadRight(width)}  {training.Description}");
            screen.Line();
            screen.Line("Those for classification and those with a training of their own are names for 'laminet train'; all others than the last are names for 'laminet summary', 'laminet graph' and 'laminet profile'.");
            return ExitCode.Ok;
        });
        return command;
    }
}
