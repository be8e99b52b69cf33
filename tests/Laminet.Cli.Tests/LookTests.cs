using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Laminet.Cli.Tests;

/// <summary>The commands that only look, on a terminal and without one.</summary>
public sealed class LookTests(TrainedRunFixture trained) : IClassFixture<TrainedRunFixture>
{
    public static TheoryData<string> Lines => new("evaluate run", "predict run 3", "summary run", "summary run/model.laminet", "summary mlp",
        "summary mlp --batch 16", "plot run", "filters run", "graph run", "graph mlp --dot --pass all", "profile run --calls 1 --batch 4", "models", "data list", "data info fashion-mnist",
        "verify Softmax LeakyReLU", "verify --list --family losses");

    [Theory]
    [MemberData(nameof(Lines))]
    public void Without_a_terminal_text_is_plain(string line)
    {
        Finished finished = trained.Line.Run(line.Split(' ')).Expect(0);

        Assert.All(finished.Output, c => Assert.True(c is '\n' or '\r' or (>= ' ' and <= '~'), $"U+{(int)c:X4} in\n{finished.Output}"));
        Assert.Empty(finished.Error);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void For_programs_there_is_json(string line) => Assert.NotNull(JsonNode.Parse(trained.Line.Run([.. line.Split(' '), "--json"]).Expect(0).Output));

    [Theory]
    [InlineData(null, true)]
    [InlineData("NO_COLOR", false)]
    [InlineData("CI", false)]
    public void On_a_terminal_there_are_colours_unless_unwanted(string? variable, bool expected)
    {
        using CommandLine line = new() { IsTerminal = true };
        if (variable is not null)
            line.SetVariable(variable, "1");

        Assert.Equal(expected, line.Run("data", "info", "fashion-mnist").Expect(0).Output.Contains('\e'));
        Assert.Equal(expected, line.Run("train", "mlp", "--epochs", "1", "--limit", "50").Expect(0).Output.Contains('\e'));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("NO_COLOR")]
    public void On_a_terminal_of_80_columns_an_epoch_is_one_line(string? variable)
    {
        using CommandLine line = new() { IsTerminal = true, Width = 80 };
        if (variable is not null)
            line.SetVariable(variable, "1");
        string output = line.Run("train", "mlp", "--epochs", "10", "--limit", "50").Expect(0).Output;
        string[] epochs = [.. Regex.Replace(output, @"\e\[[0-9;?]*[A-Za-z]", "").Split('\n', '\r').Where(text => text.StartsWith("Epoch ", StringComparison.Ordinal))];

        Assert.Equal(10, epochs.Length);
        Assert.All(epochs, epoch => Assert.InRange(epoch.Length, 0, 80));
        Assert.All(epochs, epoch => Assert.Matches(@"^Epoch \d+/10  [\d.]+ s   loss [\d.]+ \(val [\d.]+\)  accuracy [\d.]+ \(val [\d.]+\)$", epoch));
        if (variable is null)
            Assert.Matches(@"epoch 2/10  validation 1/1  loss [\d.]+  accuracy [\d.]+", output);
    }

    [Fact]
    public void A_prediction_names_every_class_with_its_probability()
    {
        JsonNode prediction = JsonNode.Parse(trained.Line.Run("predict", "run", "3", "--json").Expect(0).Output)!;
        JsonArray probabilities = prediction["probabilities"]!.AsArray();

        Assert.Equal(3, prediction["index"]!.GetValue<int>());
        Assert.Equal("Trouser", prediction["true_class"]!.GetValue<string>());
        Assert.Equal(prediction["predicted_class"]!.GetValue<string>(), probabilities[0]!["class"]!.GetValue<string>());
        Assert.Equal(10, probabilities.Count);
        Assert.Equal(1, probabilities.Sum(entry => entry!["probability"]!.GetValue<double>()), 1e-5);
    }

    [Fact]
    public void A_data_set_is_counted_by_class()
    {
        JsonNode info = JsonNode.Parse(trained.Line.Run("data", "info", "fashion-mnist", "--json").Expect(0).Output)!;

        Assert.Equal(10_000, info["train"]!.GetValue<int>());
        Assert.Equal("[28,28,1]", info["image_shape"]!.ToJsonString());
        Assert.Equal("{\"class\":\"T-shirt/top\",\"train\":942,\"test\":200}", info["classes"]![0]!.ToJsonString());
    }
}
