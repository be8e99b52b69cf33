using System.Text.Json.Nodes;
using Laminet.Files;

namespace Laminet.Cli.Tests;

/// <summary>Trainings on texts that were interrupted go on as if they had not been.</summary>
public sealed class TextResumeTests : IDisposable
{
    private static readonly string[] Language = ["train", "a.txt", "--layers", "1", "--width", "8", "--heads", "2", "--length", "8", "--batch", "4", "--steps", "60", "--epochs", "4", "--dropout", "0.1", "--seed", "3"];

    private readonly CommandLine line = new();

    public TextResumeTests() => File.WriteAllLines(line.At("a.txt"), Enumerable.Range(0, 90).Select(i => $"{i * i} dogs and {i * 7 % 31} cats"));

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("--network gpt", 0)]
    [InlineData("--network gpt", 1)]
    [InlineData("--network gpt", 3)]
    [InlineData("--network llama --tokenizer bpe --vocabulary 270", 2)]
    [InlineData("--network gpt --validation-split 0", 2)]
    public void A_language_model_ends_in_the_same_bits(string options, int done) => AssertSame([.. Language, .. options.Split(' ')], done);

    [Theory]
    [InlineData("--network convnet --width 8", 1)]
    [InlineData("--network bilstm --width 8", 2)]
    [InlineData("--from bert", 0)]
    [InlineData("--from bert", 2)]
    public void A_classifier_ends_in_the_same_bits(string options, int done)
    {
        TextClassifierTests.WriteBert(line.At("bert"));
        File.WriteAllLines(line.At("train.tsv"), TextClassifierTests.Rows(60, 1));
        AssertSame(["train", "train.tsv", "--task", "classify", "--epochs", "4", "--batch", "8", "--learning-rate", "0.01", "--seed", "2", .. options.Split(' ')], done);
    }

    [Fact]
    public void A_run_that_the_time_limits_does_the_rest_of_its_steps()
    {
        Interrupt([.. Language.Where(word => word is not ("--steps" or "60")), "--minutes", "1", "--out", "half"], 1);
        JsonNode settings = JsonNode.Parse(File.ReadAllText(line.At("half", "settings.json")))!;
        line.Run("text", "train", "--resume", "half").Expect(0);
        Assert.Equal(settings.ToJsonString(), JsonNode.Parse(File.ReadAllText(line.At("half", "settings.json")))!.ToJsonString());
        Assert.Equal(4, JsonNode.Parse(File.ReadAllText(line.At("half", "result.json")))!["epochs"]!.GetValue<int>());
    }

    [Fact]
    public void What_cannot_go_on_is_told()
    {
        Interrupt([.. Language, "--out", "half"], 1);
        string Error(int code, params string[] arguments) => line.Run(["text", "train", .. arguments]).Expect(code).Error;
        Assert.Contains("--out: 'half' is not empty; expected a new or an empty folder. Choose another name, or resume the run in it: laminet text train --resume half", Error(2, [.. Language[1..], "--out", "half"]), StringComparison.Ordinal);
        Assert.Contains("FILE goes without --resume, which reads the texts of the run; received 'a.txt'.", Error(2, "a.txt", "--resume", "half"), StringComparison.Ordinal);
        Assert.Contains("--batch goes without --resume, which takes the settings of the run. Leave it out", Error(2, "--resume", "half", "--batch", "4"), StringComparison.Ordinal);
        Assert.Contains("there is no folder 'none'", Error(2, "--resume", "none"), StringComparison.Ordinal);
        using (FileLock held = FileLock.Take(line.At("half", "run")))
            Assert.Contains("the run 'half' is being trained by another laminet process.", Error(2, "--resume", "half"), StringComparison.Ordinal);

        string settings = File.ReadAllText(line.At("half", "settings.json"));
        foreach ((string now, string then) in ((string, string)[])[("\"layers\": 1", "\"layers\": null"), ("\"heads\": 2", "\"heads\": 3"), ("\"length\": 8", "\"length\": 1"), ("\"gpt\"", "\"lstm\""), ("\"batch\": 4", "\"batch\": 0"), ("\"steps_per_epoch\": 15", "\"steps_per_epoch\": null")])
        {
            File.WriteAllText(line.At("half", "settings.json"), settings.Replace(now, then, StringComparison.Ordinal));
            Assert.NotEqual(settings, File.ReadAllText(line.At("half", "settings.json")));
            Assert.Contains("cannot be used to resume: a setting is missing or out of its range.", Error(1, "--resume", "half"), StringComparison.Ordinal);
        }

        File.WriteAllText(line.At("half", "settings.json"), settings);
        string text = File.ReadAllText(line.At("a.txt"));
        File.WriteAllText(line.At("a.txt"), text.Replace("dogs", "gods", StringComparison.Ordinal));
        Assert.Contains($"the texts in {line.At("a.txt")} are not those with which the run 'half' started. Restore them, or start a new run.", Error(2, "--resume", "half"), StringComparison.Ordinal);
        File.Delete(line.At("a.txt"));
        Assert.Contains($"there is no file {line.At("a.txt")}.", Error(2, "--resume", "half"), StringComparison.Ordinal);
        File.WriteAllText(line.At("a.txt"), text);
        line.Run("text", "train", "--resume", "half").Expect(0);
        Assert.Contains("the run 'half' is complete: all 4 epochs are done. Evaluate it: laminet text evaluate half FILE", Error(2, "--resume", "half"), StringComparison.Ordinal);
    }

    private void AssertSame(string[] arguments, int done)
    {
        Finished interrupted = Interrupt([.. arguments, "--out", "half"], done);
        Assert.Contains($"Interrupted; {done} of 4 epochs are done, and the {(done > 0 ? "best" : "model as it is")} is saved.", interrupted.Output, StringComparison.Ordinal);
        Assert.Contains("Resume:    laminet text train --resume half", interrupted.Output, StringComparison.Ordinal);
        line.Run("text", "train", "--resume", "half", "--quiet").Expect(0);
        line.Run(["text", .. arguments, "--out", "whole"]).Expect(0);
        Assert.Equal(File.ReadAllBytes(line.At("whole", "model.laminet")), File.ReadAllBytes(line.At("half", "model.laminet")));
        Assert.Equal(File.ReadAllText(line.At("whole", "history.csv")), File.ReadAllText(line.At("half", "history.csv")));
        string Figures(string run) => JsonNode.Parse(File.ReadAllText(line.At(run, "result.json")))!["figures"]!.ToJsonString();
        Assert.Equal(Figures("whole"), Figures("half"));
        Assert.False(File.Exists(line.At("half", "training.checkpoint")));
    }

    // A terminal's bar reads the clock at each step, so the step at which Ctrl+C comes is found by trying.
    private Finished Interrupt(string[] arguments, int done)
    {
        line.IsTerminal = true;
        for (line.InterruptAt = 2; ; line.InterruptAt += 3)
        {
            if (Directory.Exists(line.At("half")))
                Directory.Delete(line.At("half"), recursive: true);
            Finished run = line.Run(["text", .. arguments]);
            if (run.Code == 130 && run.Output.Contains($"Interrupted; {done} of", StringComparison.Ordinal))
            {
                (line.IsTerminal, line.InterruptAt) = (false, int.MaxValue);
                return run;
            }

            Assert.True(run.Code == 130, $"{done} epochs were never seen.\n{run.Output}\n{run.Error}");
        }
    }
}
