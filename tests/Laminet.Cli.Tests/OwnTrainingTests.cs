using System.Text.Json.Nodes;

namespace Laminet.Cli.Tests;

public sealed class OwnTrainingTests
{
    [Theory]
    [InlineData("autoencoder", "test_psnr", 5, 30, "model.laminet")]
    [InlineData("autoencoder-denoising", "test_psnr", 5, 30, "model.laminet")]
    [InlineData("vae", "test_nats", 200, 600, "model.laminet")]
    [InlineData("dcgan", "discriminator_loss", 0.1, 3, "model.laminet")]
    [InlineData("dcgan-conditional", "generator_loss", 0.1, 5, "model.laminet")]
    [InlineData("rbm", "test_pseudo_log_likelihood", -500, -100, "model.safetensors")]
    [InlineData("kohonen", "quantization_error", 4, 9, "model.safetensors")]
    public void It_leaves_figures_a_picture_and_what_was_learned(string name, string figure, double least, double greatest, string file)
    {
        using CommandLine line = new();
        string output = line.Run("train", name, "--limit", "120", "--epochs", "1", "--seed", "1", "--out", "run").Expect(0).Output;
        Assert.StartsWith($"{name} on fashion-mnist: 120 training, 120 test images", output, StringComparison.Ordinal);
        Assert.Contains("Epoch 1/1", output);
        JsonNode result = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!;
        Assert.InRange(result["figures"]![figure]!.GetValue<double>(), least, greatest);
        Assert.Equal(1, result["epochs"]!.GetValue<int>());
        Assert.True(File.Exists(line.At("run", file)) && File.Exists(line.At("run", "picture.png")));
        Assert.Equal(2, File.ReadAllLines(line.At("run", "history.csv")).Length);
    }

    [Theory]
    [InlineData("neocognitron", 0.3)]
    [InlineData("svm", 0.6)]
    [InlineData("elm", 0.5)]
    public void What_learns_all_at_once_knows_new_images(string name, double least)
    {
        using CommandLine line = new();
        JsonNode document = JsonNode.Parse(line.Run("train", name, "--limit", "200", "--seed", "1", "--out", "run", "--json").Expect(0).Output)!;
        Assert.InRange(document["result"]!["figures"]!["test_accuracy"]!.GetValue<double>(), least, 1);
        Assert.False(document["interrupted"]!.GetValue<bool>());
        Assert.Null(document["settings"]!["epochs"]);
    }

    [Theory]
    [InlineData("belief-net", 0.55)]
    [InlineData("rbf", 0.65)]
    public void What_learns_by_epochs_knows_new_images(string name, double least)
    {
        using CommandLine line = new();
        line.Run("train", name, "--limit", "300", "--epochs", "6", "--batch", "10", "--seed", "1", "--out", "run").Expect(0);
        JsonNode result = JsonNode.Parse(File.ReadAllText(line.At("run", "result.json")))!;
        Assert.InRange(result["figures"]!["test_accuracy"]!.GetValue<double>(), least, 1);
        Assert.True(File.Exists(line.At("run", "model.laminet")) && File.Exists(line.At("run", "picture.png")));
    }

    [Fact]
    public void Models_lists_them_for_programs_too()
    {
        using CommandLine line = new();
        JsonArray models = JsonNode.Parse(line.Run("models", "--json").Expect(0).Output)!.AsArray();
        Assert.Equal("OwnTraining", models.Single(model => model!["name"]!.GetValue<string>() == "vae")!["task"]!.GetValue<string>());
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        using CommandLine line = new();
        foreach (string run in (string[])["one", "other"])
            line.Run("train", "rbm", "--limit", "100", "--epochs", "1", "--batch", "50", "--seed", "3", "--out", run).Expect(0);
        Assert.Equal(File.ReadAllBytes(line.At("one", "model.safetensors")), File.ReadAllBytes(line.At("other", "model.safetensors")));
    }

    [Fact]
    public void An_interrupted_run_keeps_what_it_has_learned()
    {
        using CommandLine line = new() { InterruptAt = 5 };
        Finished run = line.Run("train", "kohonen", "--limit", "100", "--epochs", "20", "--seed", "1", "--out", "run").Expect(130);
        Assert.Contains("epochs are done, and what they learned is saved. A run of kohonen cannot be resumed.", run.Output);
        Assert.True(File.Exists(line.At("run", "model.safetensors")) && !File.Exists(line.At("run", "result.json")));
    }

    [Theory]
    [InlineData("svm --epochs 3", "--epochs: svm learns all at once. Leave it out.")]
    [InlineData("kohonen --batch 3", "--batch: kohonen has no batches. Leave it out.")]
    [InlineData("rbm --optimizer sgd", "--optimizer goes with models for classification; rbm has a training of its own. Leave it out.")]
    [InlineData("rbm --limit 50 --batch 60", "--batch: received 60; there are 50 training images.")]
    public void Options_that_mean_nothing_are_refused(string arguments, string message)
    {
        using CommandLine line = new();
        Assert.Contains(message, line.Run(["train", .. arguments.Split(' ')]).Expect(2).Error);
    }

    [Fact]
    public void Its_run_is_no_classifiers()
    {
        using CommandLine line = new();
        line.Run("train", "kohonen", "--limit", "20", "--epochs", "1", "--out", "run").Expect(0);
        foreach (string[] command in (string[][])[["evaluate", "run"], ["train", "--resume", "run"], ["predict", "run", "0"]])
            Assert.Contains("is one of kohonen, which has a training of its own", line.Run(command).Expect(2).Error);
    }
}
