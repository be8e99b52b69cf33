namespace Laminet.Cli.Tests;

/// <summary>Run folders may come from anywhere.</summary>
public sealed class HostileFileTests(TrainedRunFixture trained) : IClassFixture<TrainedRunFixture>
{
    [Theory]
    [InlineData("", "it is not the JSON expected there")]
    [InlineData("null", "it is not the JSON expected there")]
    [InlineData("[1]", "it is not the JSON expected there")]
    [InlineData("{\"model\":\"lenet5\"}", "it is not the JSON expected there")]
    [InlineData("EDIT \"epochs\": 2 -> \"epochs\": 2e9", "it is not the JSON expected there")]
    [InlineData("EDIT \"epochs\": 2 -> \"epochs\": -2", "epochs: received -2; expected a whole number from 1 to 100000")]
    [InlineData("EDIT \"batch\": 32 -> \"batch\": 2000000000", "batch: received 2000000000; expected a whole number from 1 to 65536")]
    [InlineData("EDIT \"limit\": 300 -> \"limit\": 1", "limit: received 1; expected a whole number from 10 to 2147483647")]
    [InlineData("EDIT \"learning_rate\": 0.01 -> \"learning_rate\": \"NaN\"", "learning_rate: received NaN; expected a number above 0 and at most 100")]
    [InlineData("EDIT \"lenet5\" -> \"\\u001b[2Jx\"", "model: received '?[2Jx'; expected one of convnet, lenet5, lenet5-1998, mlp, resnet20")]
    [InlineData("EDIT \"adam\" -> null", "it is not the JSON expected there")]
    [InlineData("EDIT \"seed\" -> \"unknown\": 1, \"seed\"", "it is not the JSON expected there")]
    [InlineData("EDIT \"fashion-mnist\" -> \"\"", "data: expected a name or a path")]
    public void Settings_that_were_changed_are_told(string content, string message)
    {
        using CommandLine line = new();
        Directory.CreateDirectory(line.At("run"));
        string settings = File.ReadAllText(trained.Line.At("run", "settings.json"));
        if (content.StartsWith("EDIT ", StringComparison.Ordinal))
        {
            string[] parts = content[5..].Split(" -> ");
            Assert.Contains(parts[0], settings, StringComparison.Ordinal);
            content = settings.Replace(parts[0], parts[1], StringComparison.Ordinal);
        }

        File.WriteAllText(line.At("run", "settings.json"), content);
        Finished finished = line.Run("evaluate", "run").Expect(1);

        Assert.StartsWith($"error: {line.At("run", "settings.json")} cannot be used: {message}", finished.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', finished.Error);
        Assert.Equal(1, finished.Error.Count(c => c == '\n'));
    }

    [Fact]
    public void Huge_and_deeply_nested_settings_are_refused_before_they_are_built()
    {
        using CommandLine line = new();
        Directory.CreateDirectory(line.At("run"));
        File.WriteAllText(line.At("run", "settings.json"), new string(' ', 70_000));
        Assert.Contains("it is larger than 65536 bytes", line.Run("evaluate", "run").Expect(1).Error, StringComparison.Ordinal);
        File.WriteAllText(line.At("run", "settings.json"), new string('[', 60_000));
        Assert.Contains("it is not the JSON expected there", line.Run("evaluate", "run").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_model_is_told_in_two_lines_at_most()
    {
        using CommandLine line = new();
        Directory.CreateDirectory(line.At("run"));
        File.Copy(trained.Line.At("run", "settings.json"), line.At("run", "settings.json"));
        byte[] model = File.ReadAllBytes(trained.Line.At("run", "model.laminet"));
        foreach (byte[] damaged in (byte[][])[[], model[..(model.Length / 2)], [.. model[..5000], .. new byte[100], .. model[5100..]]])
        {
            File.WriteAllBytes(line.At("run", "model.laminet"), damaged);
            Finished finished = line.Run("evaluate", "run").Expect(1);
            Assert.StartsWith("error: ", finished.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("This is a bug in Laminet", finished.Error, StringComparison.Ordinal);
            Assert.InRange(finished.Error.Count(c => c == '\n'), 1, 2);
        }
    }

    [Fact]
    public void A_run_without_a_model_says_how_to_get_one()
    {
        using CommandLine line = new();
        Directory.CreateDirectory(line.At("run"));
        File.Copy(trained.Line.At("run", "settings.json"), line.At("run", "settings.json"));

        Assert.Equal($"error: the run 'run' has no model yet: no epoch is done. Resume it first: laminet train --resume run{Environment.NewLine}", line.Run("predict", "run", "0").Expect(2).Error);
    }
}
