namespace Laminet.Cli.Tests;

/// <summary>A terminal of hardly any columns is no reason to fail.</summary>
public sealed class NarrowTerminalTests : IDisposable
{
    private readonly CommandLine line = new() { IsTerminal = true };

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(7, true)]
    public void Every_command_ends_well(int width, bool isPlain)
    {
        line.Width = width;
        if (isPlain)
            line.SetVariable("NO_COLOR", "1");
        foreach (string command in (string[])["train mlp --epochs 1 --limit 50 --out run", "evaluate run", "predict run 3", "summary run --batch 4", "graph run", "profile run --calls 1 --batch 4", "data list", "data info fashion-mnist"])
            Assert.NotEmpty(line.Run(command.Split(' ')).Expect(0).Output);
    }
}
