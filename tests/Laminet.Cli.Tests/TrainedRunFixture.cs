namespace Laminet.Cli.Tests;

/// <summary>One small trained run that several tests look at.</summary>
public sealed class TrainedRunFixture : IDisposable
{
    public const int Epochs = 2;

    public TrainedRunFixture() => Training = Line.Run([.. Arguments, "--out", "run"]).Expect(0);

    public CommandLine Line { get; } = new();

    /// <summary>A training of a second or two.</summary>
    public static string[] Arguments => ["train", "lenet5", "--epochs", "2", "--limit", "300", "--batch", "32", "--learning-rate", "0.01", "--seed", "0"];

    internal Finished Training { get; }

    public void Dispose() => Line.Dispose();
}
