using System.Diagnostics;
using Laminet.Formats.Tests.Reading;
using Laminet.KillTest;
using Laminet.Tests.Saving;

namespace Laminet.Formats.Tests;

public sealed class KillTests : IDisposable
{
    private const int Steps = 20 * 16, MostKills = 4;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Files_of_a_training_killed_at_any_moment_are_read_and_go_on()
    {
        Stopwatch watch = Stopwatch.StartNew();
        Assert.True(Ends(scratch.Path("alone"), null));
        TimeSpan duration = watch.Elapsed;
        string directory = scratch.Path("killed");
        Random random = new(5);
        for (int kills = 0; kills < MostKills && !Ends(directory, duration * (0.3 + (0.6 * random.NextDouble()))); kills++)
        {
            // Read by a decoder that refuses any damage but an end in the middle of a record.
            foreach (string file in EventFiles(directory).Concat(RunLogs(directory)))
                _ = file.EndsWith(".wandb", StringComparison.Ordinal) ? Protoc.Records(file) : Protoc.Events(file);
        }

        Assert.True(Ends(directory, null));

        // TensorBoard drops from earlier files what a later one's start replaces; then every batch is there once, with the figures of an undisturbed training.
        Assert.Equal(Enumerable.Range(1, Steps).Select(step => (double)step), Losses(directory).Select(figure => figure.Step));
        Assert.Equal(Losses(scratch.Path("alone")), Losses(directory));

        // The run is one log, but for those of trainings that were killed before their first checkpoint, or after their last one was deleted: then the
        // next training is a new one. A step is a batch, or the end of an epoch.
        string log = RunLogs(directory).Where(log => Protoc.Records(log).Any(record => record.Has("exit"))).MaxBy(File.GetLastWriteTimeUtc)!;
        Assert.Equal(RunHistory(Assert.Single(RunLogs(scratch.Path("alone")))), RunHistory(log));
        Assert.Equal(Steps + 20, RunHistory(log).Count);
        IReadOnlyList<Message> records = Protoc.Records(log);
        Assert.Equal(Enumerable.Range(1, records.Count).Select(number => (double)number), records.Select(record => record.Number("num")));
        Assert.Equal(0, Assert.Single(records, record => record.Has("exit"))["exit"].Number("exit_code"));
    }

    // False if it was killed.
    private static bool Ends(string directory, TimeSpan? killAfter)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(Workers).Assembly.Location, "worker", Workers.Watched, directory])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        bool killed = killAfter is { } moment && !process.WaitForExit(moment);
        if (killed)
            process.Kill();
        process.WaitForExit();
        Assert.True(killed || process.ExitCode == 0, output.Result + errors.Result);
        return !killed;
    }

    private static IEnumerable<string> EventFiles(string directory) => Directory.Exists(Path.Combine(directory, "logs"))
        ? Directory.GetFiles(Path.Combine(directory, "logs"), "events*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : [];

    private static string[] RunLogs(string directory) => Directory.Exists(directory) ? Directory.GetFiles(directory, "*.wandb", SearchOption.AllDirectories) : [];

    private static List<(double Step, double Value)> Losses(string directory)
    {
        List<(double Step, double Value)> losses = [];
        foreach (Message message in EventFiles(directory).SelectMany(Protoc.Events))
        {
            if (message.Has("session_log"))
                losses.RemoveAll(figure => figure.Step >= message.Number("step"));
            foreach (Message value in message.Has("summary") ? message["summary"].All("value").Where(value => value.Text("tag") == "batch_loss") : [])
                losses.Add((message.Number("step"), value["tensor"].Number("float_val")));
        }

        return losses;
    }

    // What does not depend on the time.
    private static List<string> RunHistory(string log) => [.. Protoc.Records(log).Where(record => record.Has("history")).Select(record => string.Join(' ',
        record["history"].All("item").Where(item => item.Text("key") is not ("_runtime" or "_timestamp")).Select(item => $"{item.Text("key")}={item.Text("value_json")}")))];
}
