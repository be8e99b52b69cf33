using System.CommandLine;
using Laminet.Cli.Inspection;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet profile</c>: where a step's time goes.</summary>
internal sealed class ProfileCommand
{
    private readonly StepOptions step = new();
    private readonly Option<int> calls = Options.Number("--calls", "N", "How many times to run the step; the times are medians", new NumberRange<int>(1, 10_000), 10);
    private readonly Option<int> top = Options.Number("--top", "N", "List the N slowest operations; --json lists all", new NumberRange<int>(1, int.MaxValue), 20);
    private readonly Option<string> trace = Options.Text("--trace", "FILE", "Write a timeline for ui.perfetto.dev or chrome://tracing");
    private readonly Option<int> threads = Options.Threads();
    private readonly Option<bool> json = Options.Json();
    private readonly Surroundings surroundings;

    private ProfileCommand(Surroundings surroundings) => this.surroundings = surroundings;

    public static Command Create(Surroundings surroundings)
    {
        ProfileCommand profile = new(surroundings);
        DocumentedCommand command = new("profile", "Run a step of a model on synthetic images and show how long each operation and layer takes.",
            ("laminet profile convnet", "A training step of the convnet"),
            ("laminet profile runs/NAME --step predict --batch 1", "How long one image takes"),
            ("laminet profile convnet --threads 1 --top 5", "On one thread, the five slowest operations"),
            ("laminet profile convnet --trace step.json", "A timeline to open in ui.perfetto.dev"),
            ("laminet profile convnet --json", "For programs"))
        {
            Notes = """
                GFLOP/s    Arithmetic operations, in 10^9 per second; a multiply-add counts as two
                Of peak    The same as a share of the peak rate of this machine, which is measured with
                           float32 in registers. It can reach 400 % for a 3 x 3 convolution: its work is
                           counted as direct convolution, but Winograd's algorithm, used where it is
                           faster, needs a quarter of the multiplications.
                GB/s       Bytes that the operation reads and writes, in 10^9 per second

                The profile does not change the files of the model: trained weights are discarded.
                """,
        };
        command.Arguments.Add(profile.step.Model);
        foreach (Option option in (Option[])[profile.step.Step, profile.step.Batch, profile.step.Length, profile.calls, profile.top, profile.trace, profile.threads, profile.json])
            command.Options.Add(option);
        command.SetAction(profile.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        parse.ApplyThreads(threads);
        StepProfile profile = StepProfile.Measure(step.Read(surroundings, parse), parse.GetValue(calls));
        surroundings.Interrupted.ThrowIfCancellationRequested();
        string? file = parse.GetValue(trace);
        if (file is not null)
            RunFolder.Write(surroundings.FullPath(file), TraceEvent.Of(profile));
        if (parse.GetValue(json))
        {
            surroundings.Output.WriteLine(JsonOutput.Text(ProfileDocument.Of(profile)));
            return ExitCode.Ok;
        }

        Screen screen = new(surroundings, json: false);
        ProfileView.Write(screen, profile, parse.GetValue(top));
        if (file is not null)
            screen.Line($"Trace: {surroundings.Typed(surroundings.FullPath(file))}");
        return ExitCode.Ok;
    }
}
