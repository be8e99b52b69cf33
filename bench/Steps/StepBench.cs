using System.Diagnostics;
using System.Globalization;
using Laminet.Tensors;

namespace Laminet.Bench.Steps;

/// <summary>Times whole steps of training and inference; bench/peers does the same work elsewhere, bench/compare.py both in alternation.</summary>
internal static class StepBench
{
    public static int Run(Options options)
    {
        Workload[] workloads = options.Names.Count > 0 ? [.. options.Names.Select(Workload.Named)] : [.. Workload.All];
        if (!options.Json)
            Console.WriteLine(StepResult.Header);
        foreach (Workload workload in workloads)
        {
            // Peak memory is the process's, so where there are several each has its own.
            StepResult? result = workloads.Length == 1 ? Measure(workload, options.Seconds) : InOwnProcess(workload, options.Seconds);
            if (result is null)
                return 1;
            Console.WriteLine(options.Json ? result.ToJson() : result);
        }

        return 0;
    }

    public static int Profile(Options options)
    {
        foreach (Workload workload in options.Names.Select(Workload.Named))
            workload.WriteProfile(Console.Out);
        return 0;
    }

    private static StepResult Measure(Workload workload, double seconds)
    {
        (Action step, double operations) = workload.Prepare();
        List<double> times = Times(step, seconds, out long allocated);
        double median = times[times.Count / 2];
        return new StepResult(
            workload.Name, Math.Round(median, 3), Math.Round(times[0], 3), times.Count, allocated, Math.Round(operations / median / 1e6, 1));
    }

    /// <summary>The milliseconds of steps in ascending order, and the bytes that a step allocated.</summary>
    public static List<double> Times(Action step, double seconds, out long allocated)
    {
        // The first steps are run by unoptimised code.
        Repeat(step, seconds / 2, leastSteps: 2, []);
        // Room for the times of any workload's steps, which are not to be counted among what the steps allocate.
        List<double> times = new(capacity: 1 << 16);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Repeat(step, seconds, leastSteps: 3, times);
        allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / times.Count;
        times.Sort();
        return times;
    }

    private static void Repeat(Action step, double seconds, int leastSteps, List<double> milliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        while (milliseconds.Count < leastSteps || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            long begin = Stopwatch.GetTimestamp();
            step();
            milliseconds.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
    }

    private static StepResult? InOwnProcess(Workload workload, double seconds)
    {
        ProcessStartInfo start = new("dotnet",
        [
            Environment.GetCommandLineArgs()[0], "steps", workload.Name, "--json", "--threads", Text(Engine.Threads), "--seconds", Text(seconds),
        ])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? StepResult.FromJson(output) : null;

        static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
    }
}
