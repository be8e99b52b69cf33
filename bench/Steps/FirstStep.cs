using System.Diagnostics;
using Laminet.Bench.Architectures;

namespace Laminet.Bench.Steps;

/// <summary>What somebody waits for: from the start of the process to the end of the first training step, with all loading and compiling.</summary>
internal static class FirstStep
{
    public static int Run(Options options)
    {
        // Not by its name, for which all the other networks would be made known first.
        new Workload(MnistConvnet.Course, 128, Trains: true).Prepare().Step();
        DateTime end = DateTime.UtcNow;
        double milliseconds = Math.Round((end - Process.GetCurrentProcess().StartTime.ToUniversalTime()).TotalMilliseconds);
        StepResult result = new("first_step", milliseconds, milliseconds, 1, GC.GetTotalAllocatedBytes(), Gflops: null);
        Console.WriteLine(options.Json ? result.ToJson() : $"{StepResult.Header}\n{result}");
        return 0;
    }
}
