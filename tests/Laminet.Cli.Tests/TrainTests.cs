using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Laminet.Files;

namespace Laminet.Cli.Tests;

public sealed class TrainTests(TrainedRunFixture trained) : IClassFixture<TrainedRunFixture>
{
    // One for the start of the run, one an epoch, one a batch; 270 images are nine batches: in the middle of the second epoch.
    private const int SecondEpoch = 16;

    [Fact]
    public void A_run_tells_what_it_does_how_well_and_what_to_do_next()
    {
        string[] lines = trained.Training.Output.Split(Environment.NewLine);

        Assert.Equal("lenet5 (61,706 parameters) on fashion-mnist: 270 training, 30 validation, 300 test images", lines[0]);
        Assert.StartsWith("2 epochs, batch 32, adam 0.01, seed 0, ", lines[1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("Epoch 2/2", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("Test accuracy 0.", StringComparison.Ordinal) && line.EndsWith("(300 images)", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("9 Ankle boot", StringComparison.Ordinal));
        Assert.Contains("Predict:   laminet predict run 0", lines);
        Assert.Contains("Evaluate:  laminet evaluate run", lines);
        Assert.Empty(trained.Training.Error);
    }

    [Fact]
    public void A_run_folder_holds_model_history_settings_environment_and_result()
    {
        string[] files = [.. Directory.EnumerateFileSystemEntries(trained.Line.At("run")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

        Assert.Equal(["environment.json", "history.csv", "model.laminet", "result.json", "settings.json"], files);
        Assert.Equal(TrainedRunFixture.Epochs + 1, File.ReadAllLines(trained.Line.At("run", "history.csv")).Length);
        Assert.Equal("0.1.0", Json("run", "environment.json")["laminet"]!.GetValue<string>());
        Assert.Equal("2030-01-02T03:04:05+00:00", Json("run", "environment.json")["started"]!.GetValue<string>());
        Assert.Equal(300, Json("run", "result.json")["test"]!["images"]!.GetValue<int>());
    }

    [Fact]
    public void Evaluate_measures_what_train_measured()
    {
        JsonNode report = JsonNode.Parse(trained.Line.Run("evaluate", "run", "--json").Expect(0).Output)!;

        Assert.Equal(Json("run", "result.json")["test"]!.ToJsonString(), report.ToJsonString());
    }

    [Fact]
    public void Interrupted_in_an_epoch_and_resumed_it_ends_in_the_same_bits()
    {
        using CommandLine line = new() { IsTerminal = true, InterruptAt = SecondEpoch };
        Finished interrupted = line.Run([.. TrainedRunFixture.Arguments, "--out", "half"]).Expect(130);

        Assert.Contains("Interrupted; 1 of 2 epochs are done.", interrupted.Output, StringComparison.Ordinal);
        Assert.Contains("Resume:      laminet train --resume half", interrupted.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(line.At("half", "model.laminet")));
        Assert.False(File.Exists(line.At("half", "result.json")));

        (line.IsTerminal, line.InterruptAt) = (false, int.MaxValue);
        line.Run("train", "--resume", "half", "--epochs", "2").Expect(0);

        Assert.Equal(Sum(trained.Line.At("run", "model.laminet")), Sum(line.At("half", "model.laminet")));
        Assert.Equal(File.ReadAllText(trained.Line.At("run", "history.csv")), File.ReadAllText(line.At("half", "history.csv")));
        Assert.False(File.Exists(line.At("half", "training.checkpoint")));
    }

    [Fact]
    public void A_run_is_watched_in_its_folder_also_after_it_was_interrupted()
    {
        using CommandLine line = new() { IsTerminal = true, InterruptAt = SecondEpoch };
        line.Run([.. TrainedRunFixture.Arguments, "--out", "seen", "--tensorboard", "--wandb"]).Expect(130);
        (line.IsTerminal, line.InterruptAt) = (false, int.MaxValue);
        Assert.Equal("error: --wandb: received 'False', but the run to be resumed has 'True'. Leave it out, or start a new run without --resume.",
            line.Run("train", "--resume", "seen", "--wandb", "false").Expect(2).Error.Split(Environment.NewLine)[0]);
        line.Run("train", "--resume", "seen").Expect(0);

        Assert.Equal(Sum(trained.Line.At("run", "model.laminet")), Sum(line.At("seen", "model.laminet")));
        Assert.Equal(2, Directory.GetFiles(line.At("seen", "tensorboard", "train"), "events.*").Length);
        Assert.Equal(2, Directory.GetFiles(line.At("seen", "tensorboard", "validation"), "events.*").Length);
        string folder = Assert.Single(Directory.GetDirectories(line.At("seen", "wandb")));
        Assert.Contains("\"learning_rate\":\n    value: 0.01\n", File.ReadAllText(Path.Combine(folder, "files", "config.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Interrupted_before_the_first_epoch_is_done_there_is_a_model_all_the_same()
    {
        using CommandLine line = new() { IsTerminal = true, InterruptAt = 4 };
        line.Run([.. TrainedRunFixture.Arguments, "--out", "early"]).Expect(130);

        line.IsTerminal = false;
        line.Run("predict", "early", "0").Expect(0);
        line.InterruptAt = int.MaxValue;
        line.Run("train", "--resume", "early").Expect(0);
        Assert.Equal(Sum(trained.Line.At("run", "model.laminet")), Sum(line.At("early", "model.laminet")));
    }

    [Fact]
    public void Interrupted_after_the_last_epoch_only_the_measuring_is_left()
    {
        // Without a progress bar the clock is read before training and after it.
        using CommandLine line = new() { InterruptAt = 2 };
        Finished interrupted = line.Run([.. TrainedRunFixture.Arguments, "--out", "late"]).Expect(130);
        Assert.Contains("Interrupted; 2 of 2 epochs are done.", interrupted.Output, StringComparison.Ordinal);

        line.InterruptAt = int.MaxValue;
        Finished resumed = line.Run("train", "--resume", "late").Expect(0);
        Assert.DoesNotContain("Epoch 2/2", resumed.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(trained.Line.At("run", "result.json")), File.ReadAllText(line.At("late", "result.json")));
        Assert.Equal(File.ReadAllText(trained.Line.At("run", "history.csv")), File.ReadAllText(line.At("late", "history.csv")));
    }

    [Fact]
    public void A_run_that_another_process_trains_is_neither_resumed_nor_begun_again()
    {
        using CommandLine line = new() { InterruptAt = 1 };
        line.Run([.. TrainedRunFixture.Arguments, "--out", "busy"]).Expect(130);
        line.InterruptAt = int.MaxValue;
        Dictionary<string, string> before = Directory.EnumerateFiles(line.At("busy")).ToDictionary(file => file, Sum);
        using (FileLock held = FileLock.Take(line.At("busy", "run")))
        {
            Assert.Equal($"error: the run 'busy' is being trained by another laminet process. Wait until it ends, or stop it with Ctrl+C and then resume the run.{Environment.NewLine}",
                line.Run("train", "--resume", "busy").Expect(2).Error);
            Assert.StartsWith("error: --out: 'busy' is not empty", line.Run([.. TrainedRunFixture.Arguments, "--out", "busy"]).Expect(2).Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, Directory.EnumerateFiles(line.At("busy")).ToDictionary(file => file, Sum));
        line.Run("train", "--resume", "busy").Expect(0);
        Assert.Equal(Sum(trained.Line.At("run", "model.laminet")), Sum(line.At("busy", "model.laminet")));
    }

    [Fact]
    public void A_model_that_cannot_be_written_for_a_while_is_told_and_training_goes_on()
    {
        using CommandLine line = new() { InterruptAt = 1 };
        line.Run([.. TrainedRunFixture.Arguments, "--out", "full"]).Expect(130);
        line.InterruptAt = int.MaxValue;
        // A directory in its place stands for a full disk.
        File.Delete(line.At("full", "model.laminet"));
        Directory.CreateDirectory(line.At("full", "model.laminet"));
        Finished resumed = line.Run("train", "--resume", "full");
        Assert.Single(resumed.Error.Split(Environment.NewLine), text => text.StartsWith($"warning: Cannot write {line.At("full", "model.laminet")}: it is a directory", StringComparison.Ordinal));
        // Only at the end, where nothing is left but the model, it is an error.
        Assert.Contains("Epoch 2/2", resumed.Output, StringComparison.Ordinal);
        Assert.Contains("error: ", resumed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void For_programs_standard_output_is_one_document_interrupted_or_not()
    {
        using CommandLine line = new();
        Finished whole = line.Run("train", "mlp", "--epochs", "1", "--limit", "100", "--json", "--validation-split", "0").Expect(0);
        JsonNode result = JsonNode.Parse(whole.Output)!;

        Assert.False(result["interrupted"]!.GetValue<bool>());
        Assert.Equal(100, result["settings"]!["limit"]!.GetValue<int>());
        Assert.Equal(1, result["result"]!["best_epoch"]!.GetValue<int>());
        Assert.Equal(line.At("runs", "mlp-fashion-mnist-20300102-030405"), result["run"]!.GetValue<string>());
        Assert.StartsWith("Epoch 1/1", whole.Error, StringComparison.Ordinal);

        line.InterruptAt = 1;
        Finished interrupted = line.Run("train", "mlp", "--epochs", "1", "--limit", "100", "--json").Expect(130);
        JsonNode half = JsonNode.Parse(interrupted.Output)!;
        Assert.True(half["interrupted"]!.GetValue<bool>());
        Assert.Equal("laminet train --resume runs/mlp-fashion-mnist-20300102-030405-2", half["resume"]!.GetValue<string>());
    }

    private static string Sum(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    private JsonNode Json(params string[] path) => JsonNode.Parse(File.ReadAllText(trained.Line.At(path)))!;
}
