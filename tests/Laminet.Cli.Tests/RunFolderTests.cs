using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Laminet.Cli.Runs;
using Laminet.Files;

namespace Laminet.Cli.Tests;

/// <summary>The folder of a run: whose it is, what is in it, and what is said of it.</summary>
public sealed class RunFolderTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public void Runs_that_begin_in_one_moment_get_a_folder_each()
    {
        Surroundings surroundings = new() { Output = TextWriter.Null, Error = TextWriter.Null, Directory = line.Directory, Clock = new Standing() };
        ConcurrentBag<(RunFolder Folder, FileLock Held)> runs = [];
        using Barrier together = new(8);
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            together.SignalAndWait();
            runs.Add(RunFolder.Create(surroundings, asked: null, "mlp", "digits"));
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();

        Assert.Equal(8, runs.Select(run => run.Folder.FullPath).Distinct().Count());
        foreach ((_, FileLock held) in runs)
            held.Dispose();
    }

    [Fact]
    public void A_name_that_another_one_holds_or_has_used_is_left_to_it()
    {
        Surroundings surroundings = new() { Output = TextWriter.Null, Error = TextWriter.Null, Directory = line.Directory, Clock = new Standing() };
        (RunFolder first, FileLock held) = RunFolder.Create(surroundings, asked: null, "mlp", "digits");
        // As if it had been made between the look and the lock.
        Assert.Throws<UsageException>(() => first.Hold(surroundings));
        (RunFolder second, FileLock other) = RunFolder.Create(surroundings, asked: null, "mlp", "digits");
        Assert.Equal(first.FullPath + "-2", second.FullPath);
        held.Dispose();
        other.Dispose();
    }

    [Fact]
    public void The_best_epoch_is_that_of_the_file()
    {
        string[] arguments = ["train", "lenet5", "--limit", "100", "--batch", "32", "--validation-split", "0"];
        line.Run([.. arguments, "--epochs", "1", "--out", "one"]).Expect(0);
        // Interrupted when all is trained and nothing measured yet.
        line.InterruptAt = 2;
        line.Run([.. arguments, "--epochs", "2", "--out", "two"]).Expect(130);
        line.InterruptAt = int.MaxValue;
        // As if the disk had been full when the second epoch was done.
        File.Copy(line.At("one", "model.laminet"), line.At("two", "model.laminet"), overwrite: true);
        string output = line.Run("train", "--resume", "two").Expect(0).Output;

        Assert.Contains("; the best epoch was 1 of 2", output, StringComparison.Ordinal);
        Assert.Equal((1, 1), (BestEpoch("one"), BestEpoch("two")));
    }

    [Theory]
    [InlineData("plain-name")]
    [InlineData("two words")]
    [InlineData("$HOME `x`")]
    [InlineData("a'b \"c\" $d")]
    [InlineData("back\\slash")]
    [InlineData("-dash")]
    [InlineData("wow!")]
    [InlineData("a;b&c|d(e)")]
    public void A_name_is_told_as_a_shell_takes_it(string name)
    {
        if (!File.Exists("/bin/sh"))
            return;
        string typed = new Surroundings { Output = TextWriter.Null, Error = TextWriter.Null, Directory = line.Directory }.Typed(line.At(name));
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"printf %s {typed}"]) { RedirectStandardOutput = true })!;
        string received = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();

        Assert.Equal(line.At(name), Path.GetFullPath(received, line.Directory));
    }

    [Fact]
    public void What_a_run_says_to_do_next_runs_as_it_is_printed()
    {
        string run = OperatingSystem.IsWindows() ? "my run" : "my $run's";
        string output = line.Run("train", "mlp", "--epochs", "1", "--limit", "50", "--out", run).Expect(0).Output;
        string[] commands = [.. output.Split(Environment.NewLine).Where(text => text.Contains(" laminet ", StringComparison.Ordinal)).Select(text => text[text.IndexOf("laminet ", StringComparison.Ordinal)..])];

        Assert.Equal(2, commands.Length);
        Assert.All(commands, command => line.Run(Words(command)).Expect(0));

        line.InterruptAt = 1;
        string other = OperatingSystem.IsWindows() ? "another run" : "another `run`";
        string interrupted = line.Run("train", "mlp", "--epochs", "2", "--limit", "50", "--out", other).Expect(130).Output;
        line.InterruptAt = int.MaxValue;
        line.Run(Words(interrupted[interrupted.IndexOf("laminet train --resume", StringComparison.Ordinal)..].Split(Environment.NewLine)[0])).Expect(0);
    }

    // As a shell parts them, without the program's name.
    private static string[] Words(string command)
    {
        if (!File.Exists("/bin/sh"))
            return [.. command.Split('"').SelectMany((part, place) => place % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Skip(1)];
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"laminet() {{ printf '%s\\n' \"$@\"; }}; {command}"]) { RedirectStandardOutput = true })!;
        string words = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return words.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private int BestEpoch(string run) => JsonNode.Parse(File.ReadAllText(line.At(run, "result.json")))!["best_epoch"]!.GetValue<int>();

    private sealed class Standing : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
