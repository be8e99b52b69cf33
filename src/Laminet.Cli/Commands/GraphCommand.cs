using System.CommandLine;
using System.Globalization;
using System.Text;
using Laminet.Cli.Inspection;
using Laminet.Cli.Rendering;
using Laminet.Files;
using Laminet.Tensors.Compilation;
using Spectre.Console;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet graph</c>: what the compiler makes of a step.</summary>
internal sealed class GraphCommand
{
    private const string AllPasses = "all";

    private readonly StepOptions step = new();

    private readonly Option<string> pass = Options.Text("--pass", "NAME|NUMBER|all",
        "Show the graph after this pass: its name or number as listed, 0 for the graph as traced, all for every pass (default: the list of passes, and the graph after the last)");

    private readonly Option<bool> dot = new("--dot") { Description = "Write Graphviz DOT instead of text" };
    private readonly Option<string> output = Options.Text("--out", "FILE", "Write the graph to a file instead of standard output");
    private readonly Option<bool> json = Options.Json();
    private readonly Surroundings surroundings;

    private GraphCommand(Surroundings surroundings) => this.surroundings = surroundings;

    public static Command Create(Surroundings surroundings)
    {
        GraphCommand graph = new(surroundings);
        DocumentedCommand command = new("graph", "Show the graph of operations that a model's step is compiled to, after each pass of the compiler.",
            ("laminet graph convnet", "The passes, and the training step after all of them"),
            ("laminet graph convnet --step predict --pass 0", "The prediction step as traced, before the first pass"),
            ("laminet graph runs/NAME --pass fuse-elementwise", "The model of a run after one of the passes"),
            ("laminet graph mlp --dot | dot -Tsvg > mlp.svg", "A picture drawn by Graphviz"),
            ("laminet graph convnet --dot --pass all --out steps.dot", "All stages in one file; 'dot -Tsvg -O' draws each"))
        {
            Notes = "A model of the zoo is compiled as 'laminet train' does; a saved one keeps its own optimizer and loss.",
        };
        command.Arguments.Add(graph.step.Model);
        foreach (Option option in (Option[])[graph.step.Step, graph.step.Batch, graph.step.Length, graph.pass, graph.dot, graph.output, graph.json])
            command.Options.Add(option);
        command.SetAction(graph.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        ModelStep asked = step.Read(surroundings, parse);
        IReadOnlyList<GraphStage> stages = asked.Model.Stages(asked.Kind, asked.Batch, asked.Length);
        IReadOnlyList<int> shown = Shown(stages, parse.GetValue(pass));
        bool isDot = parse.GetValue(dot);
        string graph = string.Concat(shown.Select(number => isDot ? Dot(stages[number], number) : Listing(stages[number], number)));
        string? file = parse.GetValue(output);
        if (file is not null)
            AtomicFile.Write(surroundings.FullPath(file), stream => stream.Write(Encoding.UTF8.GetBytes(graph)));

        if (parse.GetValue(json))
        {
            surroundings.Output.WriteLine(JsonOutput.Text(new
            {
                Model = asked.Model.Name,
                asked.Step,
                asked.Batch,
                Stages = stages.Select((stage, number) => new { number, stage.Name, stage.Operations, stage.Bytes }),
                Graph = file is null ? graph : null,
            }));
            return ExitCode.Ok;
        }

        Screen screen = new(surroundings, json: false);
        // DOT on standard output is for another program, which takes no list.
        if (parse.GetValue(pass) is null && (!isDot || file is not null))
            WriteList(screen, asked, stages);
        if (file is null)
            screen.Lines(graph);
        else
            screen.Line($"Graph: {surroundings.Typed(surroundings.FullPath(file))}");
        return ExitCode.Ok;
    }

    private static IReadOnlyList<int> Shown(IReadOnlyList<GraphStage> stages, string? pass)
    {
        if (pass is null)
            return [stages.Count - 1];
        if (pass.Equals(AllPasses, StringComparison.OrdinalIgnoreCase))
            return [.. Enumerable.Range(0, stages.Count)];
        if (int.TryParse(pass, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number < stages.Count ? [number]
                : throw new UsageException($"--pass: received '{pass}'; there are {stages.Count - 1} passes: expected 0 (as traced) to {stages.Count - 1}.");
        }

        string[] names = [.. stages.Select(NameOf)];
        return [Array.IndexOf(names, Options.OneOf("--pass", pass.Replace(' ', '-'), [.. names, AllPasses]))];
    }

    // One word, so that a shell needs no quotes.
    private static string NameOf(GraphStage stage) => stage.Name.Replace(' ', '-');

    private static string Heading(GraphStage stage, int number) => string.Create(CultureInfo.InvariantCulture,
        $"{number} {NameOf(stage)}: {stage.Operations:N0} operations, {Bytes.Text(stage.Bytes)}");

    private static string Listing(GraphStage stage, int number) => $"{Heading(stage, number)}\n{stage.ToText()}\n";

    private static string Dot(GraphStage stage, int number) => $"// {Heading(stage, number)}\n{stage.ToDot()}";

    private static void WriteList(Screen screen, ModelStep asked, IReadOnlyList<GraphStage> stages)
    {
        screen.Line(asked.Title);
        Table table = screen.NewTable();
        table.AddColumn(new TableColumn("#").RightAligned());
        table.AddColumn("After pass");
        table.AddColumn(new TableColumn("Operations").RightAligned());
        table.AddColumn(new TableColumn("Intermediates").RightAligned());
        foreach ((int number, GraphStage stage) in stages.Index())
            table.AddRow(number.ToString(CultureInfo.InvariantCulture), NameOf(stage), stage.Operations.ToString("N0", CultureInfo.InvariantCulture), Bytes.Text(stage.Bytes));
        screen.Console.Write(table);
        screen.Line();
    }
}
