using System.CommandLine;
using System.CommandLine.Help;
using Laminet.Cli.Commands;
using Laminet.Tensors;
using Laminet.Text.Layers;
using Laminet.Zoo.Models;

namespace Laminet.Cli;

/// <summary>The whole program: reads the command line, runs the command, tells errors, returns the exit code.</summary>
internal sealed class Application(Surroundings surroundings)
{
    public int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            // A wrong LAMINET_THREADS or LAMINET_SIMD is reported at once, not when a run folder is half written.
            _ = (Engine.Threads, Engine.SimdLevel);
            // Any file may hold a network of the zoo, or layers for texts.
            ModelCatalog.RegisterLayers();
            TextLayers.Register();
            // No response files: @name is a path like any other.
            ParseResult parse = Root().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
            if (parse.Action is not (HelpPage or VersionLine) && ParseMistake.Of(parse) is { } mistake)
                throw new UsageException(mistake);
            return parse.Invoke(new InvocationConfiguration
            {
                Output = surroundings.Output,
                Error = surroundings.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (OperationCanceledException) when (surroundings.Interrupted.IsCancellationRequested)
        {
            surroundings.Error.WriteLine("interrupted");
            return ExitCode.Interrupted;
        }
#pragma warning disable CA1031 // The outermost handler: every error is reported here.
        catch (Exception caught)
#pragma warning restore CA1031
        {
            bool environmentIsWrong = caught is TypeInitializationException { InnerException: InvalidOperationException };
            Exception exception = environmentIsWrong ? caught.InnerException! : caught;
            surroundings.Error.WriteLine($"error: {ErrorText.Of(exception)}");
            if (surroundings.ShowsStackTraces)
                surroundings.Error.WriteLine(exception);
            return environmentIsWrong || exception is UsageException ? ExitCode.WrongUsage : ExitCode.Failure;
        }
    }

    private DocumentedCommand Root()
    {
        DocumentedCommand root = new("laminet", "Deep learning for .NET: train, evaluate, predict, inspect, verify.",
            ("laminet train", "Train the convnet on the embedded Fashion-MNIST; about a minute"),
            ("laminet evaluate runs/NAME", "Evaluate the trained model on the test images"),
            ("laminet predict runs/NAME 7", "Show its prediction for test image 7"),
            ("laminet summary convnet", "List its layers"),
            ("laminet profile convnet", "Show where its time goes"),
            ("laminet verify", "Prove on this machine that the numbers are right"))
        {
            new HelpOption { Action = new HelpPage(), Description = "Show this page", Recursive = true },
            new Option<bool>("--version") { Action = new VersionLine(), Description = "Show the version" },
        };
        root.Subcommands.Add(TrainCommand.Create(surroundings));
        root.Subcommands.Add(EvaluateCommand.Create(surroundings));
        root.Subcommands.Add(PredictCommand.Create(surroundings));
        root.Subcommands.Add(ExplainCommand.Create(surroundings));
        root.Subcommands.Add(FiltersCommand.Create(surroundings));
        root.Subcommands.Add(PlotCommand.Create(surroundings));
        root.Subcommands.Add(AugmentCommand.Create(surroundings));
        root.Subcommands.Add(SummaryCommand.Create(surroundings));
        root.Subcommands.Add(InspectCommand.Create(surroundings));
        root.Subcommands.Add(GraphCommand.Create(surroundings));
        root.Subcommands.Add(ProfileCommand.Create(surroundings));
        root.Subcommands.Add(ModelsCommand.Create(surroundings));
        root.Subcommands.Add(DataCommand.Create(surroundings));
        root.Subcommands.Add(TokenizerCommand.Create(surroundings));
        root.Subcommands.Add(TextCommand.Create(surroundings));
        root.Subcommands.Add(VerifyCommand.Create(surroundings));
        // As an action of its own, so that a mistyped command is not taken for the wish for help.
        root.SetAction(new HelpPage().Invoke);
        return root;
    }
}
