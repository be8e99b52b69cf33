using System.Diagnostics;
using Laminet.Bench.Steps;

namespace Laminet.Bench.Kernels;

/// <summary>Times single operations, a line of JSON each; <c>bench/compare_kernels.py</c> puts them beside those of another library.</summary>
internal static class OperationBench
{
    // Long enough for the clock.
    private const double LeastMilliseconds = 0.3;

    // The runtime optimises code in two steps, each some time after thirty calls. What an operation's first size has warmed up serves the others.
    private const double FirstWarmUp = 1, WarmUp = 0.4;

    public static int Run(Options options)
    {
        string last = "";
        foreach (OperationCase one in OperationCase.All.Where(one => one.Name.Contains(options.Filter, StringComparison.Ordinal)))
        {
            string operation = one.Name[..one.Name.LastIndexOf('_')];
            double warmUp = operation == last ? WarmUp : FirstWarmUp;
            last = operation;
            Action run = one.Prepare();
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < warmUp)
                run();
            int repeats = 1;
            while (Milliseconds(run, repeats) * repeats < LeastMilliseconds)
                repeats *= 2;
            List<double> times = [];
            for (start = Stopwatch.GetTimestamp(); times.Count < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < options.Seconds;)
                times.Add(Milliseconds(run, repeats));
            times.Sort();
            Console.WriteLine(new StepResult(one.Name, Math.Round(times[times.Count / 2], 5), Math.Round(times[0], 5), times.Count, 0, null).ToJson());
        }

        return last.Length > 0 ? 0 : throw new UsageException($"no operation has '{options.Filter}' in its name.");
    }

    /// <summary>What a call took, of several.</summary>
    private static double Milliseconds(Action run, int repeats)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
            run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / repeats;
    }
}
