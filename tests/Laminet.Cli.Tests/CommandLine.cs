namespace Laminet.Cli.Tests;

/// <summary>Runs commands in this process in a temporary directory, with a clock and a terminal of the test's making.</summary>
public sealed class CommandLine : IDisposable
{
    private readonly Dictionary<string, string> variables = [];

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("laminet-cli-").FullName;

    /// <summary>Whether output claims to be a terminal.</summary>
    public bool IsTerminal { get; set; }

    /// <summary>The columns of that terminal.</summary>
    public int Width { get; set; } = 100;

    /// <summary>What is piped in.</summary>
    public string Input { get; set; } = "";

    /// <summary>At which reading of the clock Ctrl+C is pressed; never by default.</summary>
    public int InterruptAt { get; set; } = int.MaxValue;

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    public void SetVariable(string name, string value) => variables[name] = value;

    public string At(params string[] path) => Path.Combine([Directory, .. path]);

    internal Finished Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        using CancellationTokenSource interrupt = new();
        int code = new Application(new Surroundings
        {
            Output = output,
            Error = error,
            Input = new StringReader(Input),
            Directory = Directory,
            IsTerminal = IsTerminal,
            Width = Width,
            Clock = new Clock(InterruptAt, interrupt),
            Variable = name => variables.GetValueOrDefault(name),
            Interrupted = interrupt.Token,
        }).Run(arguments);
        return new Finished(code, output.ToString(), error.ToString());
    }

    /// <summary>Time stands still but for one second at each reading; at one of them Ctrl+C is pressed.</summary>
    private sealed class Clock(int interruptAt, CancellationTokenSource interrupt) : TimeProvider
    {
        private int readings;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override long TimestampFrequency => 1;

        public override DateTimeOffset GetUtcNow() => new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override long GetTimestamp()
        {
            if (++readings == interruptAt)
                interrupt.Cancel();
            return readings;
        }
    }
}

/// <summary>What a command left behind.</summary>
internal sealed record Finished(int Code, string Output, string Error)
{
    /// <summary>Fails with what was written unless the exit code is this.</summary>
    public Finished Expect(int code)
    {
        Assert.True(Code == code, $"Expected the exit code {code}; received {Code}.\n{Output}\n{Error}");
        return this;
    }
}
