using Laminet.Cli.Runs;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Cli.Tests;

public sealed class CompilationLogTests
{
    [Fact]
    public void Train_tells_every_compilation_on_the_error_stream_if_asked_to()
    {
        using CommandLine line = new();
        string[] arguments = ["train", "mlp", "--epochs", "1", "--limit", "100", "--batch", "64"];
        Finished verbose = line.Run([.. arguments, "--verbose", "--out", "a"]).Expect(0);

        Assert.Equal(
            [
                "compiled a training step for UInt8 (64, 28, 28, 1), Int32 (64,)",
                "compiled a training step for UInt8 (25, 28, 28, 1), Int32 (25,)",
                "compiled a test step for UInt8 (11, 28, 28, 1), Int32 (11,)",
                "compiled 3 times: training 2, test 1",
            ],
            verbose.Error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(line.Run([.. arguments, "--out", "b"]).Expect(0).Error);
    }

    [Fact]
    public void On_a_terminal_it_is_told_above_the_bar()
    {
        using CommandLine line = new() { IsTerminal = true };
        Finished finished = line.Run("train", "mlp", "--epochs", "1", "--limit", "100", "--verbose").Expect(0);

        Assert.Contains("compiled 2 times: training 1, test 1", finished.Output, StringComparison.Ordinal);
        Assert.Empty(finished.Error);
    }

    [Fact]
    public void Shapes_that_never_repeat_are_warned_of_once()
    {
        List<string> lines = [];
        Follow(lines, verbose: false, sizes: CompilationLog.Expected);
        Assert.Empty(lines);

        Follow(lines, verbose: false, sizes: CompilationLog.Expected + 3);
        Assert.StartsWith("warning: steps were compiled 9 times: the shapes of batches rarely repeat, and each new shape costs a compilation.", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void With_everything_told_there_is_no_warning()
    {
        List<string> lines = [];
        Follow(lines, verbose: true, sizes: 10);

        Assert.Equal(11, lines.Count);
        Assert.Equal("compiled a prediction step for Float32 (1, 3)", lines[0]);
        Assert.Equal("compiled 10 times: prediction 10", lines[^1]);
    }

    private static void Follow(List<string> lines, bool verbose, int sizes)
    {
        Sequential model = new(new Input([3]), new Dense(2));
        CompilationLog log = new(lines.Add, verbose);
        log.Follow(model);
        foreach (int size in Enumerable.Range(1, sizes).Append(1))
            model.Predict(Tensor.Zeros([size, 3]), size);
        log.TellTotal();
    }
}
