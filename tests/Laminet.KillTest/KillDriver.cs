using System.Diagnostics;

namespace Laminet.KillTest;

/// <summary>Starts a worker, kills it at random moments, starts it again until it ends, and compares what it ended in.</summary>
public sealed class KillDriver
{
    private readonly string kind;

    private KillDriver(string kind) => this.kind = kind;

    /// <summary>Runs so many killed trainings; true if all end as one that was left alone.</summary>
    /// <param name="kind">Which worker: a name of <see cref="Workers"/>.</param>
    /// <param name="trials">Trainings, each killed at least once.</param>
    /// <param name="seed">Names the moments.</param>
    /// <param name="output">Where to tell.</param>
    public static bool Run(string kind, int trials, int seed, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return new KillDriver(kind).Run(trials, seed, output);
    }

    private bool Run(int trials, int seed, TextWriter output)
    {
        Random random = new(seed);
        (string expected, TimeSpan duration) = Uninterrupted();
        output.WriteLine($"Uninterrupted: {expected} in {duration.TotalSeconds:F1} s");
        int same = 0, kills = 0;
        for (int trial = 0; trial < trials; trial++)
        {
            (string result, int killed) = Interrupted(random, duration);
            kills += killed;
            if (result == expected)
                same++;
            else
                output.WriteLine($"Trial {trial}, killed {killed} times, ends in other bits: {result}");
            if ((trial + 1) % 10 == 0 && trial + 1 < trials)
                output.WriteLine($"{trial + 1} trainings, {kills} kills so far");
        }

        output.WriteLine($"{same} of {trials} end in the same bits ({kills} kills)");
        return same == trials;
    }

    private (string Result, TimeSpan Duration) Uninterrupted() => InDirectory(directory =>
    {
        Stopwatch watch = Stopwatch.StartNew();
        string result = Start(directory, killAfter: null) ?? throw new InvalidOperationException("The worker did not end.");
        return (result, watch.Elapsed);
    });

    private (string Result, int Kills) Interrupted(Random random, TimeSpan duration) => InDirectory(directory =>
    {
        int kills = 0;
        while (true)
        {
            // Anywhere in a run; now and then it ends before, and counts if it was killed once at least.
            TimeSpan? moment = kills < 4 ? duration * random.NextDouble() : null;
            if (Start(directory, moment) is not { } result)
                kills++;
            else if (kills > 0)
                return (result, kills);
        }
    });

    // The worker's last line; null if it was killed.
    private string? Start(string directory, TimeSpan? killAfter)
    {
        ProcessStartInfo info = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(Workers).Assembly.Location, "worker", kind, directory])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(info)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        bool killed = killAfter is { } moment && !process.WaitForExit(moment);
        // SIGKILL on Unix: nothing of the worker runs any more.
        if (killed)
            process.Kill();
        process.WaitForExit();
        const int killedBySignal = 128 + 9;
        if (killed && (process.ExitCode == killedBySignal || OperatingSystem.IsWindows()))
            return null;
        return process.ExitCode == 0
            ? output.Result.Trim()
            : throw new InvalidOperationException($"The worker failed with {process.ExitCode}:\n{output.Result}{errors.Result}");
    }

    private static T InDirectory<T>(Func<string, T> work)
    {
        string directory = Directory.CreateTempSubdirectory("laminet-kill-").FullName;
        try
        {
            return work(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
