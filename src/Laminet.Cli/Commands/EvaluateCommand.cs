using System.CommandLine;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet evaluate</c>: a trained model on test images.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> run = Options.Run();
        Option<string> data = Options.Data("Test images: a data set or a folder with IDX files (default: those of the run)");
        Option<int> threads = Options.Threads();
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("evaluate", "Measure a run's best model on test images: accuracy, loss, recall by class, confusion matrix.",
            ("laminet evaluate runs/NAME", "On the test images of the run's own data"),
            ("laminet evaluate runs/NAME --data ~/mnist", "On those of a folder with IDX files"),
            ("laminet evaluate runs/NAME --json", "For programs"))
        {
            run, data, threads, json,
        };
        command.SetAction(parse =>
        {
            parse.ApplyThreads(threads);
            TrainedRun trained = TrainedRun.Open(surroundings, parse.GetRequiredValue(run), parse.GetValue(data));
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
