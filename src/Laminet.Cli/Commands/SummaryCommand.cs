using System.CommandLine;
using Laminet.Cli.Inspection;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Training;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet summary</c>: a model's layers.</summary>
internal static class SummaryCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> model = NamedModel.Argument();
        Option<int> batch = Options.Number("--batch", "N", "Also show the memory that training and inference need with batches of N images", RunSettings.BatchRange);
        Option<int> length = Options.Length();
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("summary", "List a model's layers with their output shapes and parameters.",
            ("laminet summary lenet5", "A model of the zoo, for the images it was made for"),
            ("laminet summary runs/NAME", "The best model of a run"),
            ("laminet summary convnet --batch 128", "With the memory for training and inference"),
            ("laminet summary model.laminet --json", "Any saved model, for programs"))
        {
            model, batch, length, json,
        };
        command.SetAction(parse =>
        {
            int? size = parse.IsGiven(batch) ? parse.GetValue(batch) : null;
            int? steps = parse.IsGiven(length) ? parse.GetValue(length) : null;
            if (size is null && steps is not null)
                throw new UsageException("--length: it sets the length for the memory plan; expected --batch with it.");
            Show(surroundings, parse.GetRequiredValue(model), size, steps, parse.GetValue(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(Surroundings surroundings, string asked, int? batch, int? length, bool json)
    {
        Model model = batch is null ? NamedModel.Find(surroundings, asked) : NamedModel.FindFor(StepKind.Predict, surroundings, asked, length);
        MemoryReport? memory = batch is { } size ? MemoryReport.Of(model, size, length) : null;
        if (json)
        {
            surroundings.Output.WriteLine(JsonOutput.Text(new { model.Name, Parameters = model.ParameterCount, Layers = model.SummaryRows(), memory }));
            return;
        }

        Screen screen = new(surroundings, json: false);
        screen.Lines(model.SummaryText());
        if (memory is null)
            return;
        screen.Line();
        MemoryView.Write(screen, memory);
    }
}
