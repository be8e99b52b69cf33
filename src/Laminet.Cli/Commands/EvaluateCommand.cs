using System.CommandLine;
using Laminet.Cli.OwnTrainings;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Training;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet evaluate</c>: a trained model on test images.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> run = Options.RunOrFile();
        Option<string> data = Options.TestData();
        Option<int> threads = Options.Threads();
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("evaluate", "Evaluate a model on test images: accuracy, loss, recall by class, confusion matrix.",
            ("laminet evaluate runs/NAME", "On the test images of the run's data set"),
            ("laminet evaluate runs/NAME --data ~/mnist", "On the test images of a folder with IDX files"),
            ("laminet evaluate clothes.laminet --data fashion-mnist", "A model from a file"),
            ("laminet evaluate runs/NAME --data sst", "A run of tree-lstm, on the test part of other data"),
            ("laminet evaluate runs/NAME --json", "For programs"))
        {
            Notes = $"""
                {Options.ImageNotes}

                A run of tree-rnn, tree-rntn, tree-lstm or memory-network has figures on the test part of its data, or of
                others of the same kind with --data. What it learned from must still be in its place.
                """,
            Arguments = { run },
            Options = { data, threads, json },
        };
        command.SetAction(parse =>
        {
            parse.ApplyThreads(threads);
            if (OwnEvaluation.Run(surroundings, parse.GetRequiredValue(run), parse.GetValue(data), parse.GetValue(json)))
                return ExitCode.Ok;
            TrainedModel trained = TrainedModel.Open(StepKind.Test, surroundings, parse.GetRequiredValue(run), parse.GetValue(data));
            TestReport report = TestReport.Measure(trained.Model, trained.Data, surroundings.Interrupted);
            if (parse.GetValue(json))
                surroundings.Output.WriteLine(JsonOutput.Text(report));
            else
                ReportView.Write(new Screen(surroundings, json: false), report);
            return ExitCode.Ok;
        });
        return command;
    }
}
