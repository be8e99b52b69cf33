using System.Text.Json.Nodes;
using Laminet.Files;

namespace Laminet.Cli.Tests;

/// <summary>Trainings of their own that were interrupted go on as if they had not been.</summary>
public sealed class OwnResumeTests : IDisposable
{
    private readonly CommandLine line = new();

    public OwnResumeTests()
    {
        OwnData.Write(line, trees: 30, stories: 40);
        OwnData.WriteText(line, words: 100);
    }

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("autoencoder-denoising --limit 40 --batch 10", 1)]
    [InlineData("vae --limit 40 --batch 10", 2)]
    [InlineData("dcgan --limit 20 --batch 10", 1)]
    [InlineData("rbm --limit 40 --batch 10", 1)]
    [InlineData("rbf --limit 40 --batch 10", 1, 1)]
    [InlineData("belief-net --limit 40 --batch 10", 2, 9)]
    [InlineData("kohonen --limit 40", 1)]
    [InlineData("tree-lstm --data trees", 1)]
    [InlineData("memory-network --data stories", 5)]
    [InlineData("memory-network --data stories", 11)]
    [InlineData("markov --data text.txt", 1)]
    [InlineData("turing-small --batch 2", 2)]
    public void It_ends_in_the_same_bits(string options, int done, int parts = 0)
    {
        string[] arguments = ["train", .. options.Split(' '), "--epochs", "3", "--seed", "3"];
        line.Run([.. arguments, "--out", "whole"]).Expect(0);
        Finished interrupted = Interrupt(arguments, done, parts);
        Assert.Contains($"Interrupted; {done} of {(options.StartsWith("memory", StringComparison.Ordinal) ? 23 : 3)} epochs are done", interrupted.Output, StringComparison.Ordinal);
        Assert.Contains("Resume:    laminet train --resume half", interrupted.Output, StringComparison.Ordinal);
        // What was written after the checkpoint when the process was killed is written again.
        File.AppendAllText(line.At("half", "history.csv"), "99,1");
        Assert.Contains($"Goes on after epoch {done} of", line.Run("train", "--resume", "half").Expect(0).Output, StringComparison.Ordinal);
        foreach (string file in (string[])["history.csv", "model.laminet", "model.safetensors", "words.txt", "written.txt", "picture.png"])
        {
            Assert.Equal(File.Exists(line.At("whole", file)), File.Exists(line.At("half", file)));
            if (File.Exists(line.At("whole", file)))
                Assert.True(File.ReadAllBytes(line.At("whole", file)).AsSpan().SequenceEqual(File.ReadAllBytes(line.At("half", file))), file);
        }

        Assert.Equal(Figures("whole"), Figures("half"));
        Assert.False(File.Exists(line.At("half", "training.checkpoint")));

        string Figures(string run) => JsonNode.Parse(File.ReadAllText(line.At(run, "result.json")))!["figures"]!.ToJsonString();
    }

    [Fact]
    public void Before_the_first_epoch_is_done_it_starts_again()
    {
        Interrupt(["train", "belief-net", "--limit", "40", "--epochs", "1", "--seed", "3"], done: 0, parts: 2);
        Assert.DoesNotContain("Goes on", line.Run("train", "--resume", "half").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_go_on_is_told()
    {
        string[] train = ["train", "tree-rnn", "--data", "trees", "--epochs", "3", "--seed", "3"];
        Interrupt(train, done: 1);
        string Error(int code, params string[] arguments) => line.Run(["train", .. arguments]).Expect(code).Error;
        Assert.Contains("--out: 'half' is not empty; expected a new or an empty folder. Choose another name, or resume the run in it: laminet train --resume half", Error(2, [.. train[1..], "--out", "half"]), StringComparison.Ordinal);
        Assert.Contains("--epochs: received '4', but the run to be resumed has '3'.", Error(2, "--resume", "half", "--epochs", "4"), StringComparison.Ordinal);
        Assert.Contains("model: received 'tree-lstm', but the run to be resumed has 'tree-rnn'.", Error(2, "tree-lstm", "--resume", "half"), StringComparison.Ordinal);
        Assert.Contains("--optimizer goes with models for classification; tree-rnn has a training of its own.", Error(2, "--resume", "half", "--optimizer", "sgd"), StringComparison.Ordinal);
        Assert.Contains("--out: received 'other' together with --resume", Error(2, "--resume", "half", "--out", "other"), StringComparison.Ordinal);
        using (FileLock held = FileLock.Take(line.At("half", "run")))
            Assert.Contains("the run 'half' is being trained by another laminet process.", Error(2, "--resume", "half"), StringComparison.Ordinal);

        // The files of the run may come from anywhere.
        Changed("settings.json", "\"epochs\": 3", "\"epochs\": null", 1, "epochs: expected a number.");
        Changed("settings.json", "\"epochs\": 3", "\"epochs\": 0", 1, "epochs: received 0; expected");
        Changed("settings.json", "\"batch\": null", "\"batch\": 5", 1, "batch: expected none.");
        Changed("settings.json", "\"limit\": null", "\"limit\": -5", 1, "limit: received -5; expected");
        Changed("settings.json", "\"seed\": 3", "\"sed\": 3", 1, "cannot be used: it is not the JSON expected there");
        Changed("settings.json", "tree-rnn", "tree-lstm", 1, "training.checkpoint");
        Changed("settings.json", "trees\"", "elsewhere\"", 2, "there is no folder");
        Changed("history.csv", "1,", "7,", 1, "history.csv does not have the figures of the 1 epochs that are done. It was changed or is damaged; start a new run.");
        Changed("history.csv", "epoch,", "loss,", 1, "history.csv does not have the figures");
        Changed(Path.Combine("..", "trees", "train.txt"), "superb", "great", 2, "the trees of trees are not those with which the run 'half' started. Restore them, or start a new run.");
        line.Run("train", "--resume", "half").Expect(0);
        Assert.Contains($"the run 'half' is complete. Its figures are in {Path.Combine("half", "result.json")}", Error(2, "--resume", "half"), StringComparison.Ordinal);

        line.InterruptAt = 2;
        Assert.Contains("Interrupted; svm learns all at once, so nothing was kept. Start a new run.", line.Run("train", "svm", "--limit", "20", "--out", "svm").Expect(130).Output, StringComparison.Ordinal);
        line.InterruptAt = int.MaxValue;
        Assert.Contains("the run 'svm' cannot be resumed: svm learns all at once, so nothing was kept. Start a new run.", Error(2, "--resume", "svm"), StringComparison.Ordinal);

        void Changed(string file, string now, string then, int code, string message)
        {
            string path = line.At("half", file), text = File.ReadAllText(path);
            Assert.Contains(now, text, StringComparison.Ordinal);
            File.WriteAllText(path, text.Replace(now, then, StringComparison.Ordinal));
            Assert.Contains(message, Error(code, "--resume", "half"), StringComparison.Ordinal);
            File.WriteAllText(path, text);
        }
    }

    [Fact]
    public void A_chain_looks_back_no_farther_than_its_text_allows()
    {
        Interrupt(["train", "markov", "--data", "text.txt", "--epochs", "3"], done: 1);
        string path = line.At("half", "settings.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"epochs\": 3", "\"epochs\": 300", StringComparison.Ordinal));
        Assert.Contains("--epochs: received 300; expected at most 20 for ", line.Run("train", "--resume", "half").Expect(2).Error, StringComparison.Ordinal);
    }

    // The clock is read at the start, at each part of the work, and after each epoch, when all is saved.
    private Finished Interrupt(string[] arguments, int done, int parts = 0)
    {
        line.InterruptAt = 1 + parts + done;
        Finished run = line.Run([.. arguments, "--out", "half"]).Expect(130);
        line.InterruptAt = int.MaxValue;
        return run;
    }
}
