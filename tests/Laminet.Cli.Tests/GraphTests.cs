using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Tensors.Compilation;
using Laminet.Training;
using Laminet.Zoo.Models;

namespace Laminet.Cli.Tests;

public sealed class GraphTests(TrainedRunFixture trained) : IClassFixture<TrainedRunFixture>
{
    private const int Batch = 4;

    [Fact]
    public void The_passes_are_listed_and_the_graph_after_the_last_is_written()
    {
        IReadOnlyList<GraphStage> stages = StagesOfLeNet();
        string output = Run("graph", "lenet5", "--batch", "4").Output;

        Assert.StartsWith("lenet5, train step, batch 4", output, StringComparison.Ordinal);
        foreach ((int number, GraphStage stage) in stages.Index())
            Assert.Matches($@"(?m)^ *{number} {stage.Name.Replace(' ', '-')} +{stage.Operations} ", output);
        Assert.Contains(stages[^1].ToText(), output, StringComparison.Ordinal);
        Assert.DoesNotContain(stages[0].ToText(), output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("as-traced", 0)]
    [InlineData("2", 2)]
    [InlineData("fold-constants", 2)]
    [InlineData("Fold constants", 2)]
    public void A_pass_is_named_or_numbered(string pass, int number)
    {
        GraphStage stage = StagesOfLeNet()[number];
        string output = Run("graph", "lenet5", "--batch", "4", "--pass", pass).Output;

        Assert.StartsWith($"{number} {stage.Name.Replace(' ', '-')}: {stage.Operations} operations, ", output, StringComparison.Ordinal);
        Assert.EndsWith(stage.ToText(), output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pass_that_is_not_there_is_told_with_those_that_are()
    {
        string[] names = [.. StagesOfLeNet().Select(stage => stage.Name.Replace(' ', '-'))];
        int last = names.Length - 1;

        Assert.Equal($"error: --pass: received '{last + 1}'; there are {last} passes: expected 0 (as traced) to {last}.{Environment.NewLine}",
            trained.Line.Run("graph", "lenet5", "--pass", $"{last + 1}").Expect(2).Error);
        Assert.Equal($"error: --pass: received 'fuse'; expected one of {string.Join(", ", names)}, all. Did you mean 'fuse-elementwise'?{Environment.NewLine}",
            trained.Line.Run("graph", "lenet5", "--pass", "fuse").Expect(2).Error);
    }

    [Theory]
    [InlineData("train", "Adam step")]
    [InlineData("test", "figures")]
    [InlineData("predict", "return ")]
    public void Each_step_has_its_graph(string step, string mark)
    {
        string output = Run("graph", "run", "--step", step).Output;

        Assert.Contains(mark, output, StringComparison.Ordinal);
        Assert.Equal(step == "train", output.Contains("Adam", StringComparison.Ordinal));
    }

    [Fact]
    public void Dot_is_well_formed_for_every_stage_and_names_every_node_once()
    {
        string[] lines = Run("graph", "convnet", "--dot", "--pass", "all").Output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        HashSet<string> nodes = [];
        int graphs = 0;
        foreach (string line in lines)
        {
            if (line == "digraph {")
                nodes.Clear();
            else if (line == "}")
                graphs++;
            else if (Regex.Match(line, """^  (n\d+) \[label="(?:[^"\\]|\\.)*"(, [a-z]+=[^\]]+)?\];$""") is { Success: true } node)
                Assert.True(nodes.Add(node.Groups[1].Value), line);
            else if (Regex.Match(line, @"^  (n\d+) -> (n\d+);$") is { Success: true } edge)
                Assert.True(nodes.Contains(edge.Groups[1].Value) && nodes.Contains(edge.Groups[2].Value), line);
            else
                Assert.Matches(@"^(// \d+ |  rankdir=)", line);
        }

        Assert.Equal(StagesOfLeNet().Count, graphs);
    }

    [Fact]
    public void A_file_holds_what_standard_output_would()
    {
        string dot = Run("graph", "mlp", "--dot").Output;
        Finished finished = Run("graph", "mlp", "--dot", "--out", "mlp.dot");

        Assert.Contains(" schedule", finished.Output, StringComparison.Ordinal);
        Assert.EndsWith($"Graph: mlp.dot{Environment.NewLine}", finished.Output, StringComparison.Ordinal);
        Assert.Equal(dot.ReplaceLineEndings("\n"), File.ReadAllText(trained.Line.At("mlp.dot")));
    }

    [Fact]
    public void For_programs_the_stages_are_counted()
    {
        IReadOnlyList<GraphStage> stages = StagesOfLeNet();
        JsonNode document = JsonNode.Parse(Run("graph", "lenet5", "--batch", "4", "--pass", "0", "--json").Output)!;

        Assert.Equal("train", document["step"]!.GetValue<string>());
        Assert.Equal(stages.Select(stage => stage.Bytes), document["stages"]!.AsArray().Select(stage => stage!["bytes"]!.GetValue<long>()));
        Assert.Contains(stages[0].ToText(), document["graph"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_saved_model_keeps_its_own_optimizer_and_loss()
    {
        Sequential model = new(new Input([3]), new Dense(2)) { Name = "line" };
        model.Compile("sgd", new MeanSquaredError());
        model.Save(trained.Line.At("line.laminet"));

        Assert.Contains("SGD step", Run("graph", "line.laminet").Output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("line, train step", Run("profile", "line.laminet", "--calls", "1").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_loss_can_only_predict()
    {
        new Sequential(new Input([3]), new Dense(2)).Save(trained.Line.At("raw.laminet"));

        Assert.Equal("error: 'raw.laminet' was saved before it was compiled, so it can only predict; expected a model with optimizer and loss. "
            + $"Use --step predict, or compile the model before you save it.{Environment.NewLine}", trained.Line.Run("graph", "raw.laminet").Expect(2).Error);
        Run("graph", "raw.laminet", "--step", "predict");
        Run("profile", "raw.laminet", "--step", "predict", "--calls", "1");
        Assert.Contains("not compiled", Run("summary", "raw.laminet", "--batch", "2").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_two_inputs_is_looked_at()
    {
        Input left = new([3]), right = new([3]);
        new Model([left, right], new Add().Call([left, right])) { Name = "two" }.Save(trained.Line.At("two.laminet"));

        Assert.Contains("two, predict step, batch 2", Run("graph", "two.laminet", "--step", "predict", "--batch", "2").Output, StringComparison.Ordinal);
        Run("profile", "two.laminet", "--step", "predict", "--batch", "2", "--calls", "1");
        Assert.Matches(@"(?m)^Inference +.* a batch 48 B", Run("summary", "two.laminet", "--batch", "2").Output);
    }

    private static IReadOnlyList<GraphStage> StagesOfLeNet()
    {
        Model model = ModelCatalog.Find("lenet5").Create([28, 28, 1], 10, 0);
        model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
        return model.Stages(StepKind.Train, Batch);
    }

    private Finished Run(params string[] arguments) => trained.Line.Run(arguments).Expect(0);
}
