using System.CommandLine;
using Laminet.Cli.Inspection;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Verification;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet verify</c>: holds what Laminet computes on this machine to independent numbers.</summary>
internal sealed class VerifyCommand
{
    private readonly Argument<string[]> names = new("NAME") { Description = "Operations, layers, losses and so on, such as Softmax, Conv2D or Adam (default: all)", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string> family = Options.Text("--family", "FAMILY", $"Only one family: {string.Join(", ", Families)}");
    private readonly Option<bool> full = new("--full") { Description = "Check all element types of large inputs and more points of finite differences: some minutes" };
    private readonly Option<bool> list = new("--list") { Description = "List the names and how many checks each has; run nothing" };
    private readonly Option<int> threads = Options.Threads();
    private readonly Option<bool> json = Options.Json();
    private readonly Surroundings surroundings;

    private VerifyCommand(Surroundings surroundings) => this.surroundings = surroundings;

    private static IReadOnlyList<string> Families => [.. Enum.GetNames<Family>().Select(name => name.ToLowerInvariant())];

    public static Command Create(Surroundings surroundings)
    {
        VerifyCommand verify = new(surroundings);
        DocumentedCommand command = new("verify", "Check on this machine that operations, layers, losses, metrics and optimizers compute the right numbers.",
            ("laminet verify", "All, in about a minute"),
            ("laminet verify Softmax Conv2D Adam", "An operation, a layer and an optimizer"),
            ("laminet verify --family losses --full", "All losses, with all that is checked of them"),
            ("laminet verify --list", "What there is to verify"),
            ("laminet verify --json", "For programs"))
        {
            Notes = """
                Values are compared with numbers of PyTorch, NumPy, SciPy and mpmath, which come with the
                command, and with plain loops over float64; gradients with finite differences. Other checks
                compare compiled with eager execution, views with copies, and a layer with its copy from a
                configuration. Random numbers have fixed keys, so each run checks the same numbers.

                The exit code is 0 if all checks hold. It is 1 if one fails, or if an operation of
                Laminet.Tensors or a class of these families in the package Laminet has no check.
                """,
        };
        command.Arguments.Add(verify.names);
        foreach (Option option in (Option[])[verify.family, verify.full, verify.list, verify.threads, verify.json])
            command.Options.Add(option);
        command.SetAction(verify.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        parse.ApplyThreads(threads);
        IReadOnlyList<Check> checks = Chosen(parse);
        bool asJson = parse.GetValue(json);
        Screen screen = new(surroundings, asJson);
        if (parse.GetValue(list))
        {
            if (asJson)
                surroundings.Output.WriteLine(JsonOutput.Text(VerificationReport.Subjects(checks)));
            VerificationView.WriteList(screen, checks);
            return ExitCode.Ok;
        }

        Depth depth = parse.GetValue(full) ? Depth.Full : Depth.Quick;
        long start = surroundings.Clock.GetTimestamp();
        IReadOnlyList<Outcome> outcomes = VerificationDisplay.Run(screen, surroundings.Clock, checks.Count, done => Verifier.Run(checks, depth, done, surroundings.Interrupted));
        // A part says nothing about what is missing in the whole.
        IReadOnlyList<string> missing = parse.GetValue(names) is { Length: > 0 } || parse.GetValue(family) is not null ? [] : Coverage.Missing();
        VerificationReport report = VerificationReport.Of(outcomes, missing, depth, RunEnvironment.Current(surroundings.Clock), surroundings.Clock.GetElapsedTime(start).TotalSeconds);
        if (asJson)
            surroundings.Output.WriteLine(JsonOutput.Text(report));
        VerificationView.Write(screen, report);
        return report.Failures.Count == 0 && missing.Count == 0 ? ExitCode.Ok : ExitCode.Failure;
    }

    private IReadOnlyList<Check> Chosen(ParseResult parse)
    {
        Family? only = parse.GetValue(family) is { } asked ? Enum.Parse<Family>(Options.OneOf("--family", asked, Families), ignoreCase: true) : null;
        try
        {
            return Selection.Of(parse.GetValue(names) ?? [], only);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message);
        }
    }
}
