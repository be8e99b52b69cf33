using System.Globalization;
using System.Text.Json.Nodes;

namespace Laminet.Cli.Tests;

/// <summary>What trainings of their own have learned is tried again.</summary>
public sealed class OwnEvaluationTests : IDisposable
{
    private readonly CommandLine line = new();

    public OwnEvaluationTests() => OwnData.Write(line, trees: 60, stories: 60);

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("tree-rnn", "trees", "test_accuracy", "test_binary_accuracy")]
    [InlineData("memory-network", "stories", "test_error")]
    public void A_run_has_the_figures_of_its_training(string name, string data, params string[] figures)
    {
        line.Run("train", name, "--data", data, "--epochs", "4", "--seed", "1", "--out", "run").Expect(0);
        JsonNode trained = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!["figures"]!;
        JsonNode told = JsonNode.Parse(line.Run("evaluate", "run", "--json").Expect(0).Output)!;
        Assert.Equal(figures, told["figures"]!.AsObject().Select(figure => figure.Key));
        Assert.All(figures, figure => Assert.Equal(trained[figure]!.GetValue<double>(), told["figures"]![figure]!.GetValue<double>()));
        Assert.StartsWith($"{name} on {(data == "trees" ? data : "walks")}:  {figures[0]} ", line.Run("evaluate", "run").Expect(0).Output, StringComparison.Ordinal);
    }

    // The test part of the others is the validation part of the first: the saved epoch has told how many of it are right.
    [Fact]
    public void It_can_be_tried_on_other_data()
    {
        line.Run("train", "tree-rnn", "--data", "trees", "--epochs", "4", "--seed", "1", "--out", "run").Expect(0);
        Directory.CreateDirectory(line.At("others"));
        foreach ((string from, string to) in ((string, string)[])[("train", "train"), ("test", "dev"), ("dev", "test")])
            File.Copy(line.At("trees", $"{from}.txt"), line.At("others", $"{to}.txt"));
        double right = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!["figures"]!["dev_accuracy"]!.GetValue<double>();
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"tree-rnn on others:  test_accuracy {right:G5}  "), line.Run("evaluate", "run", "--data", "others").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("--data: there is no folder 'nowhere'; expected a folder with train.txt", line.Run("evaluate", "run", "--data", "nowhere").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_tried_is_told()
    {
        line.Run("train", "tree-rnn", "--data", "trees", "--epochs", "1", "--seed", "1", "--out", "run").Expect(0);
        Assert.Contains("what it drew is in picture.png, and 'laminet evaluate' tries it on test data.", line.Run("predict", "run", "0").Expect(2).Error, StringComparison.Ordinal);
        string Error(int code) => line.Run("evaluate", "run").Expect(code).Error;
        line.Run("train", "tree-rntn", "--data", "trees", "--epochs", "1", "--out", "other").Expect(0);
        File.Copy(line.At("other", "model.safetensors"), line.At("run", "model.safetensors"), overwrite: true);
        Assert.Contains("model.safetensors cannot be used: received ", Error(1), StringComparison.Ordinal);
        File.WriteAllText(line.At("run", "model.safetensors"), "no weights");
        Assert.Contains("model.safetensors", Error(1), StringComparison.Ordinal);
        File.Delete(line.At("run", "model.safetensors"));
        Assert.Contains("the run 'run' has no model yet: no epoch is done. Resume it first: laminet train --resume run", Error(2), StringComparison.Ordinal);
        File.AppendAllText(line.At("trees", "train.txt"), "(3 (2 a) (3 b))\n");
        Assert.Contains("the trees of trees are not those with which the run 'run' started.", Error(2), StringComparison.Ordinal);
        Assert.Contains("there is no run or file 'none'", line.Run("evaluate", "none").Expect(2).Error, StringComparison.Ordinal);
    }
}
